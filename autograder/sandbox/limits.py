"""How much a student's process may use: memory, processor time, file sizes, descriptors, tasks."""

import contextlib

with contextlib.suppress(ImportError):  # Not Unix: `kernel.unsupported` says so before anything here is called.
    import resource

# Processor seconds between SIGXCPU, which a process can handle, and SIGKILL, which it cannot.
GRACE = 1
# The limit on tasks counts everything its user runs, including threads and unrelated programs, and does not bind
# root. For the grader's own user it only has to leave some process ids free (the smallest kernel has 32768): a
# tighter limit would fail students because of whatever else runs there. A uid used only for submissions gets less.
TASKS_OF_A_SHARED_USER = 16384
TASKS_OF_A_DEDICATED_USER = 1024
# Pending signals are also counted per user.
PENDING_SIGNALS = 64


def apply(memory_bytes: int, cpu_seconds: int, file_bytes: int, open_files: int, dedicated_user: bool) -> None:
    """Lower this process's resource limits. A limit that is already lower stays as it is.

    Parameters
    ----------
    memory_bytes : int
        Address space, including what the interpreter has already mapped.
    cpu_seconds : int
        SIGXCPU arrives after this many, SIGKILL one second later.
    file_bytes : int
        The largest size of one file.
    open_files : int
        Every file descriptor is below this number.
    dedicated_user : bool
        Whether the process runs under a uid that is used only for submissions.

    Raises
    ------
    OSError, ValueError
        The kernel refused, or a limit is negative.
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
            raise ValueError(f"a limit must not be negative, because that means no limit. Got {soft}.")
        hard = soft + GRACE if kind == resource.RLIMIT_CPU else soft
        present_soft, present_hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (_lower(present_soft, soft), _lower(present_hard, hard)))


def _lower(present: int, wanted: int) -> int:
    unlimited = -1
    return wanted if present == unlimited else min(present, wanted)
