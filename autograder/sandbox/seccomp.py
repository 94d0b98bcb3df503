"""The filter in front of the kernel: built from `syscall_allowlist`, installed for good.

Kerrisk, "Seccomp" in the Linux manual pages, seccomp(2); ``Documentation/userspace-api/seccomp_filter.rst``.
"""

import ctypes
import errno
import functools
import os

from . import syscall_allowlist
from .bpf import ARCHITECTURE, AT_LEAST, EQUAL, NUMBER, Instruction, answer, load, packed, when
from .kernel import system_call
from .syscalls import number

ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
REFUSAL = ERROR | errno.EPERM
SET_MODE_FILTER, GET_ACTION_AVAIL = 1, 2
AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_NUMBERS = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def program(machine, pid):
    """The filter for process `pid` on `machine`, as a list of `bpf.Instruction`.

    Another architecture's entry (int 0x80, x32) kills, for there the same numbers mean other calls.
    """
    return [*_depends_on(machine, pid), *_common(machine)]


def install(pid):
    """Filter every later system call of this process, which must be `pid`, single-threaded, no_new_privs.

    Raises
    ------
    OSError
        The kernel has no seccomp filters, or the process may not set one.
    """
    machine = os.uname().machine
    code = packed(_depends_on(machine, pid)) + _common_packed(machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_ = _Program(len(code) // 8, ctypes.addressof(buffer))
    system_call("seccomp", SET_MODE_FILTER, 0, ctypes.byref(filter_))


def prepare():
    """Build what all children's filters have in common, and see that the kernel has some. Raises OSError."""
    kill = ctypes.c_uint32(KILL)
    system_call("seccomp", GET_ACTION_AVAIL, 0, ctypes.byref(kill))
    _common_packed(os.uname().machine)


def _depends_on(machine, pid):
    code = [load(ARCHITECTURE), Instruction(EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]), answer(KILL)]
    code += [load(NUMBER), Instruction(AT_LEAST, 0, 1, X32_NUMBERS), answer(KILL)]
    for name, tests in syscall_allowlist.conditions(pid).items():
        body = [step for test in tests for step in test.code(REFUSAL)]
        code += _for_call(name, machine, [*body, answer(ALLOW)])
    return code


def _common(machine):
    code = []
    for name in syscall_allowlist.FREELY:
        code += _for_call(name, machine, [answer(ALLOW)])
    for error, names in syscall_allowlist.ANSWERED.items():
        for name in names.split():
            code += _for_call(name, machine, [answer(ERROR | error)])
    return [*code, answer(REFUSAL)]


def _for_call(name, machine, code):
    wanted = number(name, machine)
    return [] if wanted is None else when(wanted, code)


@functools.cache
def _common_packed(machine):
    return packed(_common(machine))
