"""Just enough of classic BPF to write a seccomp filter, and conditions on a system call's arguments.

The filter sees ``struct seccomp_data``: the call's number, the architecture, the instruction pointer and six
64-bit arguments. A condition's code falls through where it holds and answers `refusal` where it does not, so
that every jump is short and code can be joined by concatenation.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
WORD = 0xFFFFFFFF
LONGEST_JUMP = 255

LOAD, AND, RETURN = 0x20, 0x54, 0x06
EQUAL, GREATER, AT_LEAST = 0x15, 0x25, 0x35


class Instruction(NamedTuple):
    """``struct sock_filter``: a code, how many instructions to skip if true and if false, a constant."""

    code: int
    if_true: int
    if_false: int
    constant: int


def load(offset):
    return Instruction(LOAD, 0, 0, offset)


def answer(action):
    return Instruction(RETURN, 0, 0, action)


@dataclass(frozen=True)
class Among:
    """The argument's low 32 bits, masked, are one of `values`. For ints, which the kernel cuts to 32 bits."""

    argument: int
    values: tuple
    mask: int = WORD

    def code(self, refusal):
        masked = [] if self.mask == WORD else [Instruction(AND, 0, 0, self.mask)]
        jumps = [Instruction(EQUAL, left, 0, value) for left, value in _counting_down(self.values)]
        return [load(_low(self.argument)), *masked, *jumps, answer(refusal)]


@dataclass(frozen=True)
class AtMost:
    """The argument's low 32 bits, unsigned, are no greater than `limit`."""

    argument: int
    limit: int

    def code(self, refusal):
        return [load(_low(self.argument)), Instruction(GREATER, 0, 1, self.limit), answer(refusal)]


@dataclass(frozen=True)
class Null:
    """The argument, all 64 bits of it, is zero: a pointer to nothing."""

    argument: int

    def code(self, refusal):
        halves = (_low(self.argument), _low(self.argument) + 4)
        return [step for half in halves for step in (load(half), Instruction(EQUAL, 1, 0, 0), answer(refusal))]


def when(number, code):
    """`code`, which must end in an answer, for system call `number`; any other call skips it.

    Raises
    ------
    ValueError
        The code is longer than a jump reaches.
    """
    if len(code) > LONGEST_JUMP:
        raise ValueError(f"code for one call must have at most {LONGEST_JUMP} instructions. Got {len(code)}.")
    return [Instruction(EQUAL, 0, len(code), number), *code]


def packed(instructions):
    """The program as the kernel reads it, 8 bytes an instruction."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _low(argument):
    return ARGUMENTS + 8 * argument


def _counting_down(values):
    return [(len(values) - place, value) for place, value in enumerate(values)]
