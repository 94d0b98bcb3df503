"""Watches a child from outside: its processor time, the clock, its threads, the files it leaves."""

import os
import time
from dataclasses import dataclass

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
LOOK_EVERY = 0.2  # seconds
MAX_THREADS = 200
MAX_FILES = 2_000
MAX_SCRATCH = 256 << 20
MAX_PATH = 1_000  # characters; to look into what lies deeper takes ever longer
FULL = f"it made more than {MAX_FILES} files or {MAX_SCRATCH >> 20} MB of them, or too many folders in folders"
CROWDED = f"it started more than {MAX_THREADS} threads"
WOULD_NOT_STOP = "it took too long, and did not stop when it was asked to"


class Died(Exception):
    """The child is gone, or was killed because it did not keep to the protocol or to its limits."""


@dataclass(frozen=True)
class Limit:
    """How long one request may take. Processor time decides; the wall clock is for code that sleeps."""

    cpu: float
    wall: float


class Watch:
    """The watch over one request.

    The kernel limits a process's memory and the size of each of its files, but neither how many files it makes nor,
    where it runs as root, how many threads.
    """

    def __init__(self, pid, scratch, limit, interrupted=False):
        self.pid, self.scratch, self.limit, self.interrupted = pid, scratch, limit, interrupted
        self._started = self._looked = time.monotonic()
        self._cpu, _ = usage(pid)

    def over(self):
        """Whether the time is up.

        Raises
        ------
        Died
            If the child has too many threads or files: it must be killed.
        """
        now = time.monotonic()
        cpu, threads = usage(self.pid)
        if threads > MAX_THREADS:
            raise Died(CROWDED)
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            if scratch_is_full(self.scratch):
                raise Died(FULL)
        return now - self._started > self.limit.wall or cpu - self._cpu > self.limit.cpu


def left_too_much(pid, scratch):
    """What a child has too much of once a request is answered, or nothing.

    The watch looks from time to time; what was done sooner may have left threads and files as well.
    """
    if usage(pid)[1] > MAX_THREADS:
        return CROWDED
    return FULL if scratch_is_full(scratch) else ""


def usage(pid):
    """Processor seconds that a process has used, all its threads together, and how many they are."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rsplit(b")", 1)[1].split()
    except OSError:
        return 0.0, 0
    return (int(fields[11]) + int(fields[12])) / TICKS, int(fields[17])


def scratch_is_full(folder):
    """Whether a folder holds more than a child may leave in it; links are not followed."""
    files, size, folders = 0, 0, [folder]
    while folders:
        try:
            entries = os.scandir(folders.pop())
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True  # What cannot be looked into may hold any number.
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


def _size(entry):
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
