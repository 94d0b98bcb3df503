"""Just enough classic BPF to write a seccomp filter, plus conditions on a system call's arguments.

The filter sees ``struct seccomp_data``: the call's number, the architecture, the instruction pointer, and six
64-bit arguments. A condition's code falls through if the condition holds and returns `refusal` if it does not, so
every jump is short and pieces of code can simply be concatenated.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
WORD = 0xFFFFFFFF
LONGEST_JUMP = 255

LOAD, AND, RETURN = 0x20, 0x54, 0x06
EQUAL, GREATER, AT_LEAST = 0x15, 0x25, 0x35


class Instruction(NamedTuple):
    """``struct sock_filter``: an opcode, the numbers of instructions to skip if true and if false, and a constant."""

    code: int
    if_true: int
    if_false: int
    constant: int


class Condition(Protocol):
    """A test of one argument of a system call."""

    def code(self, refusal: int) -> list[Instruction]: ...


def load(offset: int) -> Instruction:
    return Instruction(LOAD, 0, 0, offset)


def ret(action: int) -> Instruction:
    return Instruction(RETURN, 0, 0, action)


@dataclass(frozen=True)
class OneOf:
    """Holds if an argument's low 32 bits, after masking, equal one of `values`.

    The kernel truncates C ints to 32 bits, so the high bits of such an argument do not matter.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = WORD

    def code(self, refusal: int) -> list[Instruction]:
        masked = [] if self.mask == WORD else [Instruction(AND, 0, 0, self.mask)]
        # Each comparison that succeeds jumps over the remaining ones and over the refusal.
        skips = range(len(self.values), 0, -1)
        jumps = [Instruction(EQUAL, skip, 0, value) for skip, value in zip(skips, self.values, strict=True)]
        return [load(_low(self.argument)), *masked, *jumps, ret(refusal)]


@dataclass(frozen=True)
class AtMost:
    """Holds if an argument's low 32 bits, as an unsigned number, are no greater than `limit`."""

    argument: int
    limit: int

    def code(self, refusal: int) -> list[Instruction]:
        return [load(_low(self.argument)), Instruction(GREATER, 0, 1, self.limit), ret(refusal)]


@dataclass(frozen=True)
class Null:
    """Holds if all 64 bits of an argument are zero, as in a null pointer."""

    argument: int

    def code(self, refusal: int) -> list[Instruction]:
        halves = (_low(self.argument), _low(self.argument) + 4)
        return [step for half in halves for step in (load(half), Instruction(EQUAL, 1, 0, 0), ret(refusal))]


def for_call(number: int, code: Sequence[Instruction]) -> list[Instruction]:
    """Return instructions that run `code`, which must end in a return, only for system call `number`.

    Raises
    ------
    ValueError
        If `code` is longer than a jump can reach.
    """
    if len(code) > LONGEST_JUMP:
        raise ValueError(f"code for one call must have at most {LONGEST_JUMP} instructions. Got {len(code)}.")
    return [Instruction(EQUAL, 0, len(code), number), *code]


def assemble(instructions: Iterable[Instruction]) -> bytes:
    """Return the program in the kernel's binary form, 8 bytes per instruction."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _low(argument: int) -> int:
    """Return the offset of an argument's low 32 bits."""
    return ARGUMENTS + 8 * argument
