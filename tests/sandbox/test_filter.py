"""The filter's decisions, computed by a BPF interpreter, so that both architectures are tested on any machine."""

import re
from pathlib import Path

import pytest

from autograder.sandbox import bpf, seccomp, syscall_allowlist
from autograder.sandbox.syscalls import MACHINES, NUMBERS, number

PID = 4321
OTHER = 1
POINTER = 0x7FFF_0000_1000
HIGH = 1 << 32
REFUSED = seccomp.REFUSAL
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
RENAMED = {"fstatat": "newfstatat"}


def decide(program, nr, *arguments, architecture):
    """Return `program`'s action for a system call, as defined in the kernel's Documentation/networking/filter.rst."""
    words = {bpf.NUMBER: nr, bpf.ARCHITECTURE: architecture}
    for place, value in enumerate((*arguments, *[0] * 6)[:6]):
        words[bpf.ARGUMENTS + 8 * place] = value & 0xFFFFFFFF
        words[bpf.ARGUMENTS + 8 * place + 4] = value >> 32 & 0xFFFFFFFF
    tests = {bpf.EQUAL: int.__eq__, bpf.GREATER: int.__gt__, bpf.AT_LEAST: int.__ge__}
    accumulator, position = 0, 0
    while True:
        code, if_true, if_false, constant = program[position]
        position += 1
        if code == bpf.RETURN:
            return constant
        if code == bpf.LOAD:
            accumulator = words[constant]
        elif code == bpf.AND:
            accumulator &= constant
        else:
            position += if_true if tests[code](accumulator, constant) else if_false


@pytest.fixture(params=MACHINES)
def machine(request):
    return request.param


@pytest.fixture
def answer(machine):
    """``answer(name or number, *arguments)``: return the filter's decision on a system call on `machine`."""
    program = seccomp.program(machine, PID)

    def answer(call, *arguments, architecture=seccomp.AUDIT_ARCHITECTURE[machine]):
        wanted = call if isinstance(call, int) else number(call, machine)
        return decide(program, wanted, *arguments, architecture=architecture)

    return answer


def on_machines(rows, name=lambda row: row[0]):
    """Return parameters for every row on every machine that has the row's system call."""
    return [(machine, row) for row in rows for machine in MACHINES if number(name(row), machine) is not None]


THREAD = syscall_allowlist.PTHREAD
WITH_CONDITIONS = [
    ("clone", (THREAD,), True),
    ("clone", (THREAD | syscall_allowlist.DETACHED,), True),
    ("clone", (THREAD | HIGH,), True),  # The kernel looks only at the low 32 bits.
    ("clone", (THREAD & ~0x10000,), False),
    ("clone", (THREAD | 0x10000000,), False),
    ("clone", (THREAD | 0x4000,), False),
    ("clone", (17,), False),
    ("clone", (0,), False),
    ("openat", (-100, POINTER, 0o2000000), True),
    ("openat", (-100, POINTER, 0o2001101), True),
    ("openat", (-100, POINTER, 0o1002), True),
    ("openat", (-100, POINTER, 0o1000), False),
    ("openat", (-100, POINTER, 3), False),
    ("openat", (-100, POINTER, 0o1003), False),
    ("openat", (-100, POINTER, 0o20200002), False),
    ("open", (POINTER, 0o20200002), False),
    ("open", (POINTER, 0o1101), True),
    ("open", (POINTER, 0o1000), False),
    ("futex", (POINTER, 0x80, 0), True),
    ("futex", (POINTER, 0x81, 1), True),
    ("futex", (POINTER, 0x189, 0), True),
    ("futex", (POINTER, 0, 0), True),
    ("futex", (POINTER, 0x109, 0), True),
    ("futex", (POINTER, 1, 1), False),
    ("futex", (POINTER, 10, 1), False),
    ("futex", (POINTER, 3, 1), False),
    ("futex", (POINTER, 4, 1), False),
    ("futex", (POINTER, 5, 1), False),
    ("futex", (POINTER, 6, 0), False),
    ("set_tid_address", (0,), True),
    ("set_tid_address", (POINTER,), False),
    ("tgkill", (PID, PID, 6), True),
    ("tgkill", (PID, PID + 1, 6), True),
    ("tgkill", (OTHER, OTHER, 9), False),
    ("tgkill", (0, 0, 9), False),
    ("tgkill", (-1, OTHER, 9), False),
    ("prlimit64", (0, 7, 0, POINTER), True),
    ("prlimit64", (PID, 7, 0, POINTER), True),
    ("prlimit64", (OTHER, 7, 0, POINTER), False),
    ("prlimit64", (0, 7, POINTER, 0), False),
    ("prlimit64", (0, 7, HIGH, 0), False),
    ("sendto", (5, POINTER, 1, 0, 0, 0), True),
    ("sendto", (5, POINTER, 1, 0x4000, 0, 0), True),
    ("sendto", (5, POINTER, 1, 0, POINTER, 16), False),
    ("sendto", (5, POINTER, 1, 0, HIGH, 16), False),
    ("sendto", (5, POINTER, 1, 1, 0, 0), False),
    ("recvfrom", (5, POINTER, 1, 0, POINTER, POINTER), True),
    ("recvfrom", (5, POINTER, 1, 1, 0, 0), False),
    ("socketpair", (1, 1, 0, POINTER), True),
    ("socketpair", (1, 0o2004001, 0, POINTER), True),
    ("socketpair", (1, 2, 0, POINTER), False),
    ("socketpair", (1, 5, 0, POINTER), False),
    ("socketpair", (16, 1, 0, POINTER), False),
    ("ioctl", (1, 0x5401, POINTER), True),
    ("ioctl", (1, 0x5421, POINTER), True),
    ("ioctl", (1, 0x5412, POINTER), False),
    ("ioctl", (1, 0x5412 | HIGH, POINTER), False),
    ("ioctl", (1, 0x541C, POINTER), False),
    ("fcntl", (1, 1030, 0), True),
    ("fcntl", (1, 4, 0), True),
    ("fcntl", (1, 8, OTHER), False),
    ("fcntl", (1, 10, 9), False),
    ("fcntl", (1, 15, POINTER), False),
    ("fcntl", (1, 1024, 0), False),
    ("fcntl", (1, 1031, 0), False),
    ("fcntl", (1, 5, POINTER), False),
    ("fcntl", (1, 6, POINTER), False),
    ("fcntl", (1, 7, POINTER), False),
    ("fcntl", (1, 37, POINTER), False),
    ("madvise", (POINTER, 4096, 4), True),
    ("madvise", (POINTER, 4096, 12), False),
    ("madvise", (POINTER, 4096, 20), False),
    ("madvise", (POINTER, 4096, 21), False),
    ("preadv2", (3, POINTER, 1, 0, 0, 0), True),
    ("preadv2", (3, POINTER, 1, 0, 0, 8), False),
    ("pwritev2", (3, POINTER, 1, 0, 0, 0), True),
    ("pwritev2", (3, POINTER, 1, 0, 0, 16), False),
    ("prctl", (15, POINTER), True),
    ("prctl", (1, 0), False),
    ("prctl", (4, 1), False),
    ("prctl", (22, 2, POINTER), False),
    ("mmap", (0, 4096, 3, 0x22), True),
    ("mmap", (0, 4096, 7, 0x22), True),
    ("mmap", (0, 4096, 3, 0x40022), False),
    ("clock_gettime", (0, POINTER), True),
    ("clock_gettime", (3, POINTER), True),
    ("clock_gettime", (~OTHER << 3 | 2, POINTER), False),
    ("clock_nanosleep", (1, 0, POINTER, 0), True),
    ("clock_nanosleep", (~OTHER << 3 | 2, 0, POINTER, 0), False),
    ("getpgid", (0,), True),
    ("getpgid", (OTHER,), False),
]


@pytest.mark.parametrize(("machine", "row"), on_machines(WITH_CONDITIONS), ids=str)
def test_conditional_call_is_decided_by_its_arguments(row, answer):
    name, arguments, allows = row
    assert answer(name, *arguments) == (seccomp.ALLOW if allows else REFUSED)


@pytest.mark.parametrize(("machine", "name"), on_machines(syscall_allowlist.UNCONDITIONAL, name=str))
def test_unconditional_call_is_allowed(name, answer):
    assert answer(name, *[0xFFFFFFFFFFFFFFFF] * 6) == seccomp.ALLOW


SPECIAL_ERRNOS = [(name, error) for error, names in syscall_allowlist.SPECIAL_ERRNOS.items() for name in names.split()]


@pytest.mark.parametrize(("machine", "row"), on_machines(SPECIAL_ERRNOS), ids=str)
def test_special_call_returns_its_errno(row, answer):
    name, error = row
    assert answer(name) == seccomp.ERROR | error


def test_every_unlisted_call_is_refused(answer, machine):
    named = {*syscall_allowlist.UNCONDITIONAL, *dict(SPECIAL_ERRNOS), *syscall_allowlist.conditions(PID)}
    numbers = {number(name, machine) for name in named}
    others = [nr for nr in range(1000) if nr not in numbers]
    assert {answer(nr) for nr in others} == {REFUSED}


def test_every_conditional_call_but_clock_getres_has_allowed_and_refused_rows():
    rows = {(name, allows) for name, _, allows in WITH_CONDITIONS}
    wanted = {(name, allows) for name in syscall_allowlist.conditions(PID) for allows in (True, False)}
    assert wanted - rows == {("clock_getres", True), ("clock_getres", False)}


def test_syscall_of_another_architecture_kills_the_process(answer):
    i386, arm = 0x40000003, 0x40000028
    assert answer("read", architecture=i386) == seccomp.KILL
    assert answer("read", architecture=arm) == seccomp.KILL


@pytest.mark.parametrize("nr", [0x40000000, 0x40000027, 0xFFFFFFFF])
def test_x32_syscall_number_kills_the_process(nr, answer):
    assert answer(nr) == seccomp.KILL


def test_program_is_short_enough_for_the_kernel(machine):
    assert len(seccomp.program(machine, PID)) < 4096


def test_code_longer_than_a_jump_can_reach_raises():
    with pytest.raises(ValueError, match="at most 255 instructions"):
        bpf.for_call(1, [bpf.ret(seccomp.ALLOW)] * 256)


def test_syscall_numbers_match_the_kernel_headers(machine):
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip(f"{header} is not installed")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    official = {RENAMED.get(name, name): int(nr) for name, nr in defined}
    ours = {name: number(name, machine) for name in NUMBERS}
    wrong = {name: (nr, official.get(name)) for name, nr in ours.items() if nr != official.get(name)}
    assert not wrong
