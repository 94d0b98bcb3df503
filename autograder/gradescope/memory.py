"""How much memory a student's process may use in this container, so that the judge is left with enough."""

import os
from collections.abc import Iterable
from pathlib import Path

from autograder.running.settings import MEMORY

# What the zygote and the judge need. In the smallest container, which has 768 MB, this leaves 512 MB of address space,
# of which Python and its libraries take up 200 MB.
RESERVED = 256 << 20
LEAST = 384 << 20
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),  # cgroup version 2
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),  # version 1
)


def memory_for_students(limits: Iterable[Path] = LIMITS, installed: int | None = None) -> int:
    """Return the size of a student's address space, in bytes: what the container leaves, but at most the usual size.

    Parameters
    ----------
    limits : iterable of Path
        Files, each of which may contain the container's limit, in bytes.
    installed : int, optional
        The machine's memory, in bytes, which this function looks up by default. Some containers are virtual machines
        that have no other limit.
    """
    if installed is None:
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    known = [installed, *(size for path in limits if (size := _number(path)) is not None)]
    return max(LEAST, min(MEMORY, min(known) - RESERVED))


def _number(path: Path) -> int | None:
    """Return the whole number in a file, or None if there is none, for example because memory is not limited."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
