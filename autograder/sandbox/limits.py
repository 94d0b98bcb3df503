"""How much a student's process may use: memory, processor time, file sizes, descriptors, tasks."""

try:
    import resource
except ImportError:  # Not a Unix: `kernel.unsupported` says so before anything here is called.
    resource = None

# Processor seconds between the signal that a process can handle and the one it cannot.
GRACE = 1
# The limit on tasks counts everything its user runs, threads and other programs included, and does not bind
# root. For the graders' own user it only has to leave process ids to spare (the smallest kernel has 32768):
# a tighter one would fail students for what else runs there. A uid that only submissions use is held closer.
TASKS_OF_A_SHARED_USER = 16384
TASKS_OF_AN_OWN_USER = 1024
# Signals that wait to be handled are counted for the whole user as well.
WAITING_SIGNALS = 64


def limit(memory_bytes, cpu_seconds, file_bytes, open_files, own_user):
    """Lower this process's resource limits. A limit that is already lower stays.

    Parameters
    ----------
    memory_bytes : int
        Address space, what the interpreter has mapped already included.
    cpu_seconds : int
        SIGXCPU comes after so many, SIGKILL one second later.
    file_bytes : int
        The largest size of one file.
    open_files : int
        Descriptors are numbered below this.
    own_user : bool
        Whether the process runs under a uid that nothing but submissions uses.

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
        resource.RLIMIT_NPROC: TASKS_OF_AN_OWN_USER if own_user else TASKS_OF_A_SHARED_USER,
        resource.RLIMIT_SIGPENDING: WAITING_SIGNALS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, soft in wanted.items():
        if soft < 0:
            raise ValueError(f"a limit must not be negative, which means none. Got {soft}.")
        hard = soft + GRACE if kind == resource.RLIMIT_CPU else soft
        resource.setrlimit(kind, tuple(map(_lower, resource.getrlimit(kind), (soft, hard))))


def _lower(present, wanted):
    unlimited = -1
    return wanted if present == unlimited else min(present, wanted)
