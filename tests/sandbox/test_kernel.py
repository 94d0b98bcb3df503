"""A submission cannot use parts of the kernel that Python and NumPy do not need, or system calls of another ABI."""

import platform
import signal
import textwrap

import pytest

ACTS = {
    "anonymous file": "import os; os.memfd_create('x')",
    "secret memory": "call(447, 447, 0)",
    "io_uring": "import ctypes; call(425, 425, 1, ctypes.create_string_buffer(120))",
    "userfaultfd": "call(323, 282, 1)",
    "namespaces": "call(272, 97, 0)",
    "another namespace": "call(308, 268, namespace, 0)",
    "file system context": "call(430, 430, b'tmpfs', 0)",
    "mount": """
        own_mounts, private = 0x20000, 0x4000 | 1 << 18
        call(272, 97, own_mounts)
        call(165, 40, 0, b"/", 0, private, 0)
        call(165, 40, b"x", outside.encode(), b"tmpfs", 0, 0)
    """,
    "chroot": "import os; os.chroot('/')",
    "bpf": """
        import ctypes, struct
        array = struct.pack("=4I", 2, 4, 4, 1)
        call(321, 280, 0, ctypes.create_string_buffer(array, 120), 120)
    """,
    "performance events": """
        import ctypes, struct
        software, size, excluding_the_kernel = 1, 64, 1 << 5 | 1 << 6
        event = struct.pack("=IIQQQQQ", software, size, 0, 0, 0, 0, excluding_the_kernel)
        call(298, 241, ctypes.create_string_buffer(event, 64), 0, -1, -1, 0)
    """,
    "keyring": "call(250, 219, 0, -3, 1)",
    "add a key": "call(248, 217, b'user', b'gradlab', b'x', 1, -1)",
    "shared memory": "call(31, 195, call(29, 194, 0, 4096, 0o600), 0, 0)",
    "message queue": "call(71, 187, call(68, 186, 0, 0o600), 0, 0)",
    "semaphores": "call(66, 191, call(64, 190, 0, 1, 0o600), 0, 0, 0)",
    "personality": "call(135, 92, 0xFFFFFFFF)",
    "capabilities": """
        import ctypes
        call(125, 90, (0x20080522).to_bytes(8, "little"), ctypes.create_string_buffer(24))
    """,
    "fanotify": "call(300, 262, 0, 0)",
    "resize a pipe": "import fcntl, os; fcntl.fcntl(os.pipe()[0], 1031, 1 << 16)",
    "splice": """
        import os
        pipe = os.pipe()
        os.write(pipe[1], b"x")
        call(275, 76, pipe[0], 0, os.open(scratch + "/f", os.O_CREAT | os.O_WRONLY), 0, 1, 0)
    """,
    "set the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
    "open a process descriptor": "import os; os.pidfd_open(os.getpid())",
    "compare descriptors": "import os; call(312, 272, os.getpid(), os.getpid(), 0, 0, 0)",
    "sync all disks": "call(162, 81)",
    "lock memory": "call(151, 230, 0)",
    "the kernel's log": "call(103, 116, 10, 0, 0)",
}
BEFORE = "import os; namespace = os.open('/proc/self/ns/uts', os.O_RDONLY)"
# These acts may fail unconfined: they may need root, or the host or its container may forbid them.
HOST_MAY_FORBID = {
    "add a key",
    "another namespace",
    "bpf",
    "capabilities",
    "chroot",
    "compare descriptors",
    "fanotify",
    "file system context",
    "io_uring",
    "keyring",
    "lock memory",
    "mount",
    "performance events",
    "secret memory",
    "set the clock",
    "the kernel's log",
    "userfaultfd",
}

INT_80_GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
MACHINE_CODE = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
value = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))() > 0
"""


@pytest.mark.parametrize("act", ACTS)
def test_unneeded_syscall_is_refused(act, refused):
    refused(textwrap.dedent(ACTS[act]), before=BEFORE, host_may_forbid=act in HOST_MAY_FORBID)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86 has int 0x80")
def test_32_bit_syscall_kills_the_process(run):
    before = f"code = {INT_80_GETPID!r}"
    if not run(MACHINE_CODE, confined=False, before=before).value:
        pytest.skip("this kernel does not support 32-bit system calls")
    assert run(MACHINE_CODE, before=before).signal == signal.SIGSYS


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86 has x32")
def test_x32_syscall_kills_the_process(run):
    x32_getpid = "call(0x40000000 + 39, None)"
    assert run(x32_getpid, confined=False).signal == 0
    assert run(x32_getpid).signal == signal.SIGSYS


def test_huge_pages_are_refused_and_normal_pages_are_allowed(run):
    code = "import mmap; mmap.mmap(-1, 1 << 21, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | huge)"
    assert "PermissionError" in run(f"huge = 0x40000; {code}").error
    assert run(f"huge = 0; {code}").error is None
