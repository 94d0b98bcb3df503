"""Numbers of the system calls that the sandbox or its tests make or filter, on x86-64 and on aarch64.

The numbers come from Linux's ``arch/x86/entry/syscalls/syscall_64.tbl`` and ``include/uapi/asm-generic/unistd.h``.
None means that the architecture has no such call: when Linux added aarch64, calls such as ``openat`` had already
replaced calls such as ``open``.
"""

MACHINES = ("x86_64", "aarch64")

NUMBERS: dict[str, tuple[int, int | None]] = {
    "access": (21, None), "alarm": (37, None), "brk": (12, 214), "capget": (125, 90), "capset": (126, 91),
    "chdir": (80, 49), "chmod": (90, None), "clock_getres": (229, 114), "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115), "clone": (56, 220), "clone3": (435, 435), "close": (3, 57),
    "close_range": (436, 436), "copy_file_range": (326, 285), "dup": (32, 23), "dup2": (33, None),
    "dup3": (292, 24), "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22),
    "epoll_pwait2": (441, 441), "epoll_wait": (232, None), "eventfd2": (290, 19), "exit": (60, 93),
    "exit_group": (231, 94), "faccessat": (269, 48), "faccessat2": (439, 439), "fadvise64": (221, 223),
    "fallocate": (285, 47), "fchdir": (81, 50), "fchmod": (91, 52), "fchmodat": (268, 53), "fcntl": (72, 25),
    "fdatasync": (75, 83), "flistxattr": (196, 13), "fstat": (5, 80), "fsync": (74, 82),
    "ftruncate": (77, 46), "futex": (202, 98), "futex_waitv": (449, 449), "get_mempolicy": (239, 236),
    "getcpu": (309, 168), "getcwd": (79, 17), "getdents64": (217, 61), "getegid": (108, 177),
    "geteuid": (107, 175), "getgid": (104, 176), "getgroups": (115, 158), "getitimer": (36, 102),
    "getpgid": (121, 155), "getpgrp": (111, None), "getpid": (39, 172), "getppid": (110, 173),
    "getrandom": (318, 278), "getresgid": (120, 150), "getresuid": (118, 148), "getrlimit": (97, 163),
    "getrusage": (98, 165), "getsockname": (51, 204), "gettid": (186, 178), "gettimeofday": (96, 169),
    "getuid": (102, 174), "ioctl": (16, 29), "landlock_add_rule": (445, 445),
    "landlock_create_ruleset": (444, 444), "landlock_restrict_self": (446, 446), "listxattr": (194, 11),
    "llistxattr": (195, 12), "lseek": (8, 62), "lstat": (6, None), "madvise": (28, 233), "mbind": (237, 235),
    "membarrier": (324, 283), "mkdir": (83, None), "mkdirat": (258, 34), "mmap": (9, 222),
    "mprotect": (10, 226), "mremap": (25, 216), "msync": (26, 227), "munmap": (11, 215),
    "nanosleep": (35, 101), "newfstatat": (262, 79), "open": (2, None), "openat": (257, 56),
    "openat2": (437, 437), "pause": (34, None), "pipe": (22, None), "pipe2": (293, 59), "poll": (7, None),
    "ppoll": (271, 73), "prctl": (157, 167), "pread64": (17, 67), "preadv": (295, 69), "preadv2": (327, 286),
    "prlimit64": (302, 261), "process_vm_readv": (310, 270), "pselect6": (270, 72), "pwrite64": (18, 68),
    "pwritev": (296, 70), "pwritev2": (328, 287), "read": (0, 63), "readlink": (89, None),
    "readlinkat": (267, 78), "readv": (19, 65), "recvfrom": (45, 207), "rename": (82, None),
    "renameat": (264, 38), "renameat2": (316, 276), "restart_syscall": (219, 128), "rmdir": (84, None),
    "rseq": (334, 293), "rt_sigaction": (13, 134), "rt_sigpending": (127, 136), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "rt_sigsuspend": (130, 133), "rt_sigtimedwait": (128, 137),
    "sched_getaffinity": (204, 123), "sched_yield": (24, 124), "seccomp": (317, 277), "select": (23, None),
    "sendfile": (40, 71), "sendto": (44, 206), "set_mempolicy": (238, 237), "set_robust_list": (273, 99),
    "set_tid_address": (218, 96), "setitimer": (38, 103), "shmctl": (31, 195), "shmget": (29, 194),
    "sigaltstack": (131, 132), "socketpair": (53, 199), "stat": (4, None), "statx": (332, 291),
    "sysinfo": (99, 179), "tgkill": (234, 131), "time": (201, None), "times": (100, 153), "umask": (95, 166),
    "uname": (63, 160), "unlink": (87, None), "unlinkat": (263, 35), "unshare": (272, 97),
    "utimensat": (280, 88), "write": (1, 64), "writev": (20, 66),
}  # fmt: skip


def number(name: str, machine: str) -> int | None:
    """Return the number of system call `name` on `machine`, or None if the call does not exist there.

    Raises
    ------
    KeyError, ValueError
        If the table does not list the name or the machine.
    """
    return NUMBERS[name][MACHINES.index(machine)]
