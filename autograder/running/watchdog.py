"""Watch a child from outside: its CPU time, wall-clock time, and threads, and the files in its scratch folder."""

import os
import time
from dataclasses import dataclass

from autograder.sandbox.kernel import StrPath

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
SCRATCH_INTERVAL = 0.2  # seconds between two checks of the scratch folder
MAX_THREADS = 40
MAX_FILES = 2_000
MAX_SCRATCH = 256 << 20  # bytes
BLOCK = 512  # bytes, whatever the file system; see stat(2)
MAX_PATH = 1_000  # characters; deeply nested files take longer to find
TOO_MANY_FILES = f"it made more than {MAX_FILES} files or {MAX_SCRATCH >> 20} MB of files, or nested folders too deeply"
TOO_MANY_THREADS = f"it started more than {MAX_THREADS} threads"
WOULD_NOT_STOP = "it took too long and ignored the interrupt"


class Died(Exception):
    """Raised if the child has died, or must be killed because it violated the protocol or its limits."""


@dataclass(frozen=True)
class Limit:
    """The time that one request may take, in seconds of CPU time and of wall-clock time.

    The wall-clock limit stops code that sleeps and uses no CPU time. Time that the child spends waiting for a CPU
    does not count, because a busy machine is not the student's fault.
    """

    cpu: float
    wall: float


class Watchdog:
    """Watches the child `pid` during one request.

    The kernel limits a process's memory and the size of each of its files, but not the number of files or, if the
    process runs as root, the number of threads.
    """

    def __init__(self, pid: int, scratch: StrPath, limit: Limit, interrupted: bool = False) -> None:
        self.pid, self.scratch, self.limit, self.interrupted = pid, scratch, limit, interrupted
        self._started = self._scratch_checked = time.monotonic()
        self._cpu, _ = cpu_and_threads(pid)
        self._waited = seconds_waited(pid)

    def time_is_up(self) -> bool:
        """Return whether the request has exceeded its limit.

        Raises
        ------
        Died
            If the child has too many threads or files and must be killed.
        """
        now = time.monotonic()
        cpu, threads = cpu_and_threads(self.pid)
        if threads > MAX_THREADS:
            raise Died(TOO_MANY_THREADS)
        if now - self._scratch_checked >= SCRATCH_INTERVAL:
            self._scratch_checked = now
            if scratch_is_full(self.scratch):
                raise Died(TOO_MANY_FILES)
        waited = seconds_waited(self.pid) - self._waited
        return now - self._started - waited > self.limit.wall or cpu - self._cpu > self.limit.cpu


def excess(pid: int, scratch: StrPath) -> str:
    """Return how a child exceeds its limits after it has answered a request, or an empty string if it does not.

    The watchdog checks only at intervals, and even a quick request can leave too many threads or files behind.
    """
    if cpu_and_threads(pid)[1] > MAX_THREADS:
        return TOO_MANY_THREADS
    return TOO_MANY_FILES if scratch_is_full(scratch) else ""


def cpu_and_threads(pid: int) -> tuple[float, int]:
    """Return the CPU seconds of all threads of a process, and the number of threads, or zeros if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
    except OSError:
        return 0.0, 0
    return (int(fields[11]) + int(fields[12])) / TICKS, int(fields[17])


def seconds_waited(pid: int) -> float:
    """Return how many seconds a process's main thread was ready to run but had to wait for a CPU.

    Other threads do not count: if they all waited at once, the sum would grow faster than the clock. See Linux's
    ``Documentation/scheduler/sched-stats.rst``.
    """
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError):  # the process is gone, or this kernel does not count the time
        return 0.0


def scratch_is_full(folder: StrPath) -> bool:
    """Return whether a folder contains more than a child may leave in it. Links are not followed."""
    files, size, folders = 0, 0, [os.fspath(folder)]
    while folders:
        try:
            entries = os.scandir(folders.pop())
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True  # A folder that cannot be opened may contain any number of files.
        with entries:
            for entry in entries:
                files += 1
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    size += _size(entry)
                if files > MAX_FILES or size > MAX_SCRATCH or len(entry.path) > MAX_PATH:
                    return True
    return False


def _size(entry: os.DirEntry[str]) -> int:
    """Return a file's size or the space that it takes up on the disk, whichever is larger, in bytes."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    return max(status.st_size, BLOCK * status.st_blocks)
