"""What the zygote is told to let its children have."""

import os
from pathlib import Path

from autograder.sandbox.paths import can_drop_to, readable_paths, refuse_if_readable

MEMORY = 2 << 30
CPU_SECONDS = 300
NOBODY = 65534


def zygote_settings(course, confine=True):
    """The settings for `autograder.running.zygote.main`.

    Parameters
    ----------
    course : Path
        The course's root: its ``autograder/`` and ``build/`` must not be readable for students' code.
    confine : bool

    Returns
    -------
    dict

    Raises
    ------
    Unavailable
        If what a Python process must read would include a secret folder.
    """
    readable = [str(path) for path in readable_paths()]
    course = Path(course).resolve()
    refuse_if_readable(readable, [course / "autograder", course / "build"])
    drops = os.geteuid() == 0 and can_drop_to(NOBODY, readable)
    return {
        "readable": readable,
        "memory_bytes": MEMORY,
        "cpu_seconds": CPU_SECONDS,
        "uid": NOBODY if drops else None,
        "confine": confine,
    }
