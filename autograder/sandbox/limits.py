"""Limit a student process's resources: memory, CPU time, file sizes, descriptors, and tasks."""

import contextlib

with contextlib.suppress(ImportError):  # Only Unix has `resource`. `require_supported` refuses all other platforms.
    import resource

# CPU seconds between SIGXCPU, which a process can handle, and SIGKILL, which it cannot.
GRACE = 1
# The limit on tasks counts all of a user's threads, including those of unrelated programs, and does not apply to root.
# For the grader's own user, the limit only has to leave some process ids free. By default, Linux has at least 32768
# process ids. A tighter limit would make submissions fail because of unrelated programs. A uid that is used only for
# submissions gets a lower limit.
TASKS_OF_A_SHARED_USER = 16384
TASKS_OF_A_DEDICATED_USER = 1024
# Pending signals are counted per user, too. A limit that leaves room for some would show how many are pending in other
# submissions. With a limit of 0, signals still arrive, but without information about their sender.
PENDING_SIGNALS = 0


def apply(memory_bytes: int, cpu_seconds: int, file_bytes: int, open_files: int, dedicated_user: bool) -> None:
    """Lower this process's resource limits. A limit that is already lower stays unchanged.

    Parameters
    ----------
    memory_bytes : int
        The size of the address space, including what the interpreter has already mapped.
    cpu_seconds : int
        The CPU time after which SIGXCPU arrives. SIGKILL arrives one second of CPU time later.
    file_bytes : int
        The largest size of one file.
    open_files : int
        The exclusive upper bound on file descriptor numbers.
    dedicated_user : bool
        Whether the process runs under a uid that is used only for submissions.

    Raises
    ------
    OSError, ValueError
        If the kernel refuses a limit, or a limit is negative.
    """
    wanted = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_NPROC: TASKS_OF_A_DEDICATED_USER if dedicated_user else TASKS_OF_A_SHARED_USER,
        resource.RLIMIT_SIGPENDING: PENDING_SIGNALS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, soft in wanted.items():
        if soft < 0:
            raise ValueError(f"a limit must not be negative, because a negative value can mean no limit. Got {soft}.")
        hard = soft + GRACE if kind == resource.RLIMIT_CPU else soft
        present_soft, present_hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (_lower(present_soft, soft), _lower(present_hard, hard)))


def _lower(present: int, wanted: int) -> int:
    unlimited = -1
    return wanted if present == unlimited else min(present, wanted)
