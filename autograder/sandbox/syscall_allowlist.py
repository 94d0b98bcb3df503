"""The system calls that a student's process may make. Every call not listed here fails with EPERM.

Two questions decide whether a call is listed. Do Python, NumPy, SciPy, IPython, or matplotlib need the call? Can the
call reach anything beyond this process and its scratch folder? Looking up a path is allowed, and so is accessing a
file if Landlock checks the call. A call that changes a file without a check by Landlock ABI 1 (chmod, chown, utime,
xattr, truncate by path) must not be allowed. Nor may a call be allowed if another submission could notice it, because
that would open a covert channel between submissions. An example is a lock on a library that everyone can read. And no
call may take up disk space that nobody can see.
"""

import errno

from .bpf import WORD, AtMost, Condition, Null, OneOf

MEMORY = "brk mprotect mremap msync munmap"
DESCRIPTORS = """
    close close_range copy_file_range dup dup2 dup3 fdatasync fstat fsync ftruncate getdents64 lseek pread64 preadv
    pwrite64 pwritev read readv sendfile write writev
"""
PATHS = """
    access chdir faccessat faccessat2 fchdir getcwd lstat mkdir mkdirat newfstatat readlink readlinkat stat statx umask
"""
WAITING = """
    alarm epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 getitimer nanosleep pause pipe pipe2 poll
    ppoll pselect6 select setitimer
"""
THREADS = "exit exit_group getcpu restart_syscall rseq sched_getaffinity sched_yield set_robust_list"
SIGNALS_TO_ITSELF = """
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sigaltstack
"""
ABOUT_ITSELF = """
    getegid geteuid getgid getgroups getpgrp getpid getppid getrandom getresgid getresuid getrlimit getrusage
    getsockname gettid gettimeofday getuid time times uname
"""
UNCONDITIONAL = "".join((MEMORY, DESCRIPTORS, PATHS, WAITING, THREADS, SIGNALS_TO_ITSELF, ABOUT_ITSELF)).split()

# Calls that fail with an error other than EPERM, or report success, so that programs can continue.
SPECIAL_ERRNOS = {
    # libc and OpenBLAS have alternatives, which they use if the kernel seems too old for these calls.
    errno.ENOSYS: "clone3 epoll_pwait2 futex_waitv get_mempolicy mbind membarrier openat2 set_mempolicy",
    # Python's copy functions read extended attributes, and libc reserves space. Both accept that some file systems
    # support neither.
    errno.EOPNOTSUPP: "fallocate flistxattr listxattr llistxattr",
    # These calls do nothing and report success. `shutil.copy` sets a mode; `shutil.copy2` and `tarfile` also set times.
    # `tempfile` removes files, but a removed file that is still open or mapped would take up space that nobody can see.
    # For the same reason, files cannot be renamed: a file that already had the new name would be removed.
    0: "chmod fadvise64 fchmod fchmodat rmdir unlink unlinkat utimensat",
}

# The CLONE_ flags that pthread_create sets: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, and
# CHILD_CLEARTID. musl also sets CLONE_DETACHED, which has no effect.
PTHREAD, DETACHED = 0x3D0F00, 0x400000

FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_PRIVATE, FUTEX_CLOCK_REALTIME = 0, 9, 128, 256
FUTEX = (FUTEX_WAIT, FUTEX_WAIT_BITSET, *(FUTEX_PRIVATE | operation for operation in range(14)))

AF_UNIX, SOCK_STREAM, NONBLOCK_OR_CLOEXEC = 1, 1, 0o2004000
MSG_OOB = 1
ACCESS_MODE, WRITE_ONLY, READ_WRITE, TRUNCATE, UNNAMED = 3, 1, 2, 0o1000, 0o20000000
MAP_HUGETLB = 0x40000
# The allowed advice: NORMAL to DONTNEED, FREE, HUGEPAGE and NOHUGEPAGE, DONTDUMP and DODUMP.
MADVISE = (0, 1, 2, 3, 4, 8, 14, 15, 16, 17)
LAST_FIXED_CLOCK = 11

FCNTL = {"F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_SETFL": 4, "F_DUPFD_CLOEXEC": 1030}
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
        # Other advice removes pages of libraries from memory, or merges equal pages, which other processes can notice.
        "madvise": [OneOf(2, MADVISE)],
        # The flag RWF_NOWAIT reveals whether another process has read the same part of a file.
        "preadv2": [OneOf(5, (0,))],
        "pwritev2": [OneOf(5, (0,))],
        "clone": [OneOf(0, (PTHREAD,), mask=WORD & ~DETACHED)],
        # A futex that is not private is known to all processes that have mapped the same part of the same file, such as
        # a library. By waking those that wait there, a process would learn how many wait. Waiting must stay allowed:
        # when a thread ends, the kernel uses such a futex to wake the thread that joins it.
        "futex": [OneOf(1, FUTEX, mask=WORD & ~FUTEX_CLOCK_REALTIME)],
        # When a thread ends, the kernel wakes those that wait at the address that was set here.
        "set_tid_address": [Null(0)],
        "tgkill": [OneOf(0, (pid,))],
        # Other commands are harmful. F_SETOWN with F_SETSIG has the kernel send any signal to any process of the same
        # user. F_SETLEASE delays other processes that open a file. F_SETPIPE_SZ uses up memory that is counted per
        # user. A lock on a library can carry a message in its offset, to every process that can read the library.
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
        # Clocks with higher numbers measure the CPU time of other processes.
        "clock_gettime": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_getres": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_nanosleep": [AtMost(0, LAST_FIXED_CLOCK)],
    }


def _opens(flags: int) -> OneOf:
    """Allow only ordinary access modes, truncation only when writing, and no unnamed files.

    `flags` is the number of the argument that holds the flags.
    """
    modes = (0, WRITE_ONLY, READ_WRITE, WRITE_ONLY | TRUNCATE, READ_WRITE | TRUNCATE)
    return OneOf(flags, modes, mask=ACCESS_MODE | TRUNCATE | UNNAMED)
