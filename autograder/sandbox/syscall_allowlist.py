"""The system calls that a student's process may make. Every call not listed here fails with EPERM.

Two questions decide whether a call is listed. Do Python, NumPy, SciPy, IPython or matplotlib need the call? Can the
call reach anything beyond this process and its scratch folder? A call whose path Landlock checks can be allowed
unconditionally. A call that Landlock ABI 1 does not check (chmod, chown, utime, xattr, truncate by path, links) must
not be allowed.
"""

import errno

from .bpf import WORD, AtMost, Condition, Null, OneOf

MEMORY = "brk madvise mprotect mremap msync munmap"
DESCRIPTORS = """
    close close_range copy_file_range dup dup2 dup3 fadvise64 fallocate fdatasync fstat fsync ftruncate
    getdents64 lseek pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv sendfile write writev
"""
PATHS = """
    access chdir faccessat faccessat2 fchdir getcwd lstat mkdir mkdirat newfstatat readlink readlinkat rename
    renameat renameat2 rmdir stat statx umask unlink unlinkat
"""
WAITING = """
    alarm epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 getitimer nanosleep pause pipe pipe2 poll
    ppoll pselect6 select setitimer
"""
THREADS = """
    exit exit_group futex getcpu restart_syscall rseq sched_getaffinity sched_yield set_robust_list
    set_tid_address
"""
SIGNALS_TO_ITSELF = """
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sigaltstack
"""
ABOUT_ITSELF = """
    getegid geteuid getgid getgroups getpgrp getpid getppid getrandom getresgid getresuid getrlimit getrusage
    getsockname gettid gettimeofday getuid sysinfo time times uname
"""
UNCONDITIONAL = "".join((MEMORY, DESCRIPTORS, PATHS, WAITING, THREADS, SIGNALS_TO_ITSELF, ABOUT_ITSELF)).split()

# Calls that fail with an error other than EPERM, or report success, so that programs can continue.
SPECIAL_ERRNOS = {
    # libc and OpenBLAS have alternatives, which they use if the kernel seems too old for these calls.
    errno.ENOSYS: "clone3 epoll_pwait2 futex_waitv get_mempolicy mbind membarrier openat2 set_mempolicy",
    # Functions that copy files read extended attributes, which not every file system supports.
    errno.EOPNOTSUPP: "flistxattr listxattr llistxattr",
    # These calls do nothing and report success: `shutil.copy` sets a mode; `shutil.copy2` and `tarfile` also set times.
    0: "chmod fchmod fchmodat utimensat",
}

# The CLONE_ flags that pthread_create sets: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID and
# CHILD_CLEARTID. musl also sets CLONE_DETACHED, which has no effect.
PTHREAD, DETACHED = 0x3D0F00, 0x400000

AF_UNIX, SOCK_STREAM, NONBLOCK_OR_CLOEXEC = 1, 1, 0o2004000
MSG_OOB = 1
ACCESS_MODE, WRITE_ONLY, READ_WRITE, TRUNCATE = 3, 1, 2, 0o1000
MAP_HUGETLB = 0x40000
LAST_FIXED_CLOCK = 11

FCNTL = {
    "F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_SETFL": 4, "F_GETLK": 5, "F_SETLK": 6,
    "F_SETLKW": 7, "F_OFD_GETLK": 36, "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38, "F_DUPFD_CLOEXEC": 1030,
}  # fmt: skip
IOCTL = {
    "TCGETS": 0x5401, "TIOCGWINSZ": 0x5413, "FIONREAD": 0x541B, "FIONBIO": 0x5421, "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451, "TCGETS2": 0x802C542A,
}  # fmt: skip
PRCTL = {"PR_SET_NAME": 15, "PR_GET_NAME": 16}


def conditions(pid: int) -> dict[str, list[Condition]]:
    """Return the calls that are allowed only with certain arguments, each with conditions that must all hold.

    Parameters
    ----------
    pid : int
        The id of the process that will be confined. That process can send signals only to its own threads.
    """
    return {
        # Below ABI 3, Landlock does not check O_TRUNC, which empties a file even if the file is not opened for
        # writing. Opening a file with access mode 3 requires no right.
        "openat": [_opens(2)],
        "open": [_opens(1)],
        # The whole host shares one pool of huge pages.
        "mmap": [OneOf(3, (0,), mask=MAP_HUGETLB)],
        "clone": [OneOf(0, (PTHREAD,), mask=WORD & ~DETACHED)],
        "tgkill": [OneOf(0, (pid,))],
        # Other commands are harmful. F_SETOWN with F_SETSIG has the kernel send any signal to any process of the same
        # user. F_SETLEASE delays other processes that open a file. F_SETPIPE_SZ uses up memory that is counted per
        # user.
        "fcntl": [OneOf(1, tuple(FCNTL.values()))],
        "ioctl": [OneOf(1, tuple(IOCTL.values()))],
        "prctl": [OneOf(0, tuple(PRCTL.values()))],
        # An event loop wakes itself up through a pair of stream sockets. A datagram socket could send to any other
        # socket. Out-of-band data has been used to attack the kernel.
        "socketpair": [OneOf(0, (AF_UNIX,)), OneOf(1, (SOCK_STREAM,), mask=WORD & ~NONBLOCK_OR_CLOEXEC)],
        "sendto": [Null(4), OneOf(3, (0,), mask=MSG_OOB)],
        "recvfrom": [OneOf(3, (0,), mask=MSG_OOB)],
        # A process can read its own limits, but it cannot change them or read another process's limits.
        "prlimit64": [OneOf(0, (0, pid)), Null(2)],
        "getpgid": [OneOf(0, (0, pid))],
        # Clocks with higher numbers measure the processor time of other processes.
        "clock_gettime": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_getres": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_nanosleep": [AtMost(0, LAST_FIXED_CLOCK)],
    }


def _opens(flags: int) -> OneOf:
    """Require an ordinary access mode in the open flags (argument `flags`), and truncation only when writing."""
    modes = (0, WRITE_ONLY, READ_WRITE, WRITE_ONLY | TRUNCATE, READ_WRITE | TRUNCATE)
    return OneOf(flags, modes, mask=ACCESS_MODE | TRUNCATE)
