"""Build the system call filter from `syscall_allowlist`, and install it permanently.

See Kerrisk's Linux manual page seccomp(2), and ``Documentation/userspace-api/seccomp_filter.rst``.
"""

import ctypes
import errno
import functools
import os

from . import syscall_allowlist
from .bpf import ARCHITECTURE, AT_LEAST, EQUAL, NUMBER, Instruction, assemble, for_call, load, ret
from .kernel import system_call
from .syscalls import number

ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
REFUSAL = ERROR | errno.EPERM
SET_MODE_FILTER, GET_ACTION_AVAIL = 1, 2
AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_NUMBERS = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def program(machine: str, pid: int) -> list[Instruction]:
    """Return the filter for process `pid` on `machine`.

    Entering the kernel through a different architecture (int 0x80, x32) kills the process, because the same numbers
    mean different calls there.
    """
    return [*_conditional_calls(machine, pid), *_other_calls(machine)]


def install(pid: int) -> None:
    """Filter all later system calls that this process, whose id is `pid`, makes.

    The process must have a single thread, and no_new_privs must be set.

    Raises
    ------
    OSError
        If the kernel does not support seccomp filters, or the process may not install one.
    """
    machine = os.uname().machine
    apply(assemble(_conditional_calls(machine, pid)) + _other_calls_assembled(machine))


def apply(code: bytes) -> None:
    """Filter all later system calls that this process makes, with a program that `assemble` returned.

    Raises OSError for the same reasons as `install`.
    """
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = _Program(len(code) // 8, ctypes.addressof(buffer))
    system_call("seccomp", SET_MODE_FILTER, 0, ctypes.byref(filter_))


def prepare() -> None:
    """Build the part of the filter that all children share, and raise OSError if the kernel lacks seccomp."""
    kill = ctypes.c_uint32(KILL)
    system_call("seccomp", GET_ACTION_AVAIL, 0, ctypes.byref(kill))
    _other_calls_assembled(os.uname().machine)


def _conditional_calls(machine: str, pid: int) -> list[Instruction]:
    """Return the start of the filter, which depends on the process: the architecture check and conditional calls."""
    code = [load(ARCHITECTURE), Instruction(EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]), ret(KILL)]
    code += [load(NUMBER), Instruction(AT_LEAST, 0, 1, X32_NUMBERS), ret(KILL)]
    for name, conditions in syscall_allowlist.conditions(pid).items():
        body = [step for condition in conditions for step in condition.code(REFUSAL)]
        code += _for_call(name, machine, [*body, ret(ALLOW)])
    return code


def _other_calls(machine: str) -> list[Instruction]:
    """Return the rest of the filter, which is the same for every process: unconditional, special, and refused calls."""
    code = []
    for name in syscall_allowlist.UNCONDITIONAL:
        code += _for_call(name, machine, [ret(ALLOW)])
    for error, names in syscall_allowlist.SPECIAL_ERRNOS.items():
        for name in names.split():
            code += _for_call(name, machine, [ret(ERROR | error)])
    return [*code, ret(REFUSAL)]


def _for_call(name: str, machine: str, code: list[Instruction]) -> list[Instruction]:
    call = number(name, machine)
    return [] if call is None else for_call(call, code)


@functools.cache
def _other_calls_assembled(machine: str) -> bytes:
    return assemble(_other_calls(machine))
