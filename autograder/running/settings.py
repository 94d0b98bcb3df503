"""What the zygote is told to let its children have, and the refusal to go on without a sandbox."""

import os
from pathlib import Path

from autograder.paths import build_folder
from autograder.sandbox import Policy, Unavailable
from autograder.sandbox.paths import can_drop_to, readable_paths, refuse_if_readable

MEMORY = 2 << 30
CPU_SECONDS = 300
NOBODY = 65534
SWITCH = "c.JudgedExporter.grade_without_sandbox = True"


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
    refuse_if_readable(readable, [course / "autograder", build_folder(course)])
    drops = os.geteuid() == 0 and can_drop_to(NOBODY, readable)
    return {
        "readable": readable,
        "memory_bytes": MEMORY,
        "cpu_seconds": CPU_SECONDS,
        "uid": NOBODY if drops else None,
        "confine": confine,
    }


def require_sandbox():
    """Refuse to go on where students' code cannot be confined."""
    try:
        Policy(readable=(), scratch="/").prepare()
    except Unavailable as reason:
        raise Unavailable(
            f"Autograding is refused, because students' code cannot be confined on this machine: {reason} "
            "`python -m autograder doctor` lists what holds. Grade in a container or on a Linux server, as the "
            f"README says; or, if you know every submission, put `{SWITCH}` into nbgrader_config.py."
        ) from None
