"""What a student's process may ask of the kernel. Whatever does not stand here is refused with EPERM.

Each call answered two questions: do Python, NumPy, SciPy, IPython or matplotlib need it, and can it reach
anything beyond this process and its scratch folder? Where Landlock decides about a path the call may be free;
what Landlock of ABI 1 leaves open (chmod, chown, utime, xattr, truncate by path, links) must not be here.
"""

import errno

from .bpf import WORD, Among, AtMost, Null

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
FREELY = "".join((MEMORY, DESCRIPTORS, PATHS, WAITING, THREADS, SIGNALS_TO_ITSELF, ABOUT_ITSELF)).split()

# Refused in another way than with EPERM, so that programs go on.
ANSWERED = {
    # libc and OpenBLAS have another way, and take it when the kernel seems too old for these.
    errno.ENOSYS: "clone3 epoll_pwait2 futex_waitv get_mempolicy mbind membarrier openat2 set_mempolicy",
    # No file system need have extended attributes: copying a file looks for some.
    errno.EOPNOTSUPP: "flistxattr listxattr llistxattr",
    # Nothing happens, but it seems to: `shutil.copy` sets a mode, `shutil.copy2` and `tarfile` times as well.
    0: "chmod fchmod fchmodat utimensat",
}

# CLONE_ VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: what pthread_create
# asks for. musl adds CLONE_DETACHED, which has no effect.
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


def conditions(pid):
    """Calls that are allowed with certain arguments only: name -> conditions that must all hold.

    Parameters
    ----------
    pid : int
        The process that will be confined: signals reach only its own threads.
    """
    return {
        # Landlock below ABI 3 asks for no right to write where a file is emptied by opening it, unless it is
        # opened for writing; for access mode 3 it asks for no right at all.
        "openat": [_opens(2)],
        "open": [_opens(1)],
        # Huge pages come from one pool for the whole host.
        "mmap": [Among(3, (0,), mask=MAP_HUGETLB)],
        "clone": [Among(0, (PTHREAD,), mask=WORD & ~DETACHED)],
        "tgkill": [Among(0, (pid,))],
        # F_SETOWN with F_SETSIG lets the kernel send any signal to any process of the same user, F_SETLEASE
        # delays others who open a file, F_SETPIPE_SZ spends memory that is counted for the whole user.
        "fcntl": [Among(1, tuple(FCNTL.values()))],
        "ioctl": [Among(1, tuple(IOCTL.values()))],
        "prctl": [Among(0, tuple(PRCTL.values()))],
        # An event loop wakes itself through a pair of stream sockets. A datagram socket could send to any
        # other; out-of-band data has been a way into the kernel.
        "socketpair": [Among(0, (AF_UNIX,)), Among(1, (SOCK_STREAM,), mask=WORD & ~NONBLOCK_OR_CLOEXEC)],
        "sendto": [Null(4), Among(3, (0,), mask=MSG_OOB)],
        "recvfrom": [Among(3, (0,), mask=MSG_OOB)],
        # Reading only: a limit cannot be moved, another process's not even read.
        "prlimit64": [Among(0, (0, pid)), Null(2)],
        "getpgid": [Among(0, (0, pid))],
        # Clocks above these tell how much processor time another process has used.
        "clock_gettime": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_getres": [AtMost(0, LAST_FIXED_CLOCK)],
        "clock_nanosleep": [AtMost(0, LAST_FIXED_CLOCK)],
    }


def _opens(flags):
    modes = (0, WRITE_ONLY, READ_WRITE, WRITE_ONLY | TRUNCATE, READ_WRITE | TRUNCATE)
    return Among(flags, modes, mask=ACCESS_MODE | TRUNCATE)
