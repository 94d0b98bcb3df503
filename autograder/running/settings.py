"""The settings that a zygote applies to its children, and a check that refuses to grade without a sandbox."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from autograder.paths import ROOT, build_folder
from autograder.sandbox import Protection, Tier, Unavailable, required_protections
from autograder.sandbox.kernel import StrPath
from autograder.sandbox.paths import can_drop_to, readable_paths, refuse_if_readable

Settings: TypeAlias = dict[str, Any]

MEMORY = 2 << 30
CPU_SECONDS = 300
NOBODY = 65534
SWITCH = "c.JudgedExporter.grade_without_sandbox = True"


def zygote_settings(
    course: StrPath, confine: bool = True, tier: Tier = Tier.LANDLOCK, memory: int = MEMORY
) -> Settings:
    """Return the settings for `autograder.running.zygote.main`.

    Parameters
    ----------
    course : path
        The course's root folder, whose ``autograder/`` and ``build/`` folders students' code must not be able to read.
    confine : bool
        Whether the children confine themselves.
    tier : Tier
        The tier of the sandbox. For `Tier.CONTAINER`, see `autograder.sandbox.tiers`.
    memory : int
        The size of each child's address space, in bytes.

    Returns
    -------
    dict

    Raises
    ------
    Unavailable
        If a path that a Python process must be able to read contains a secret folder.
    """
    readable = readable_paths()
    course = Path(course).resolve()
    refuse_if_readable(readable, [ROOT / "autograder", course / "autograder", build_folder(course)])
    drops = os.geteuid() == 0 and can_drop_to(NOBODY, readable)
    return {
        "readable": readable,
        "memory_bytes": memory,
        "cpu_seconds": CPU_SECONDS,
        "uid": NOBODY if drops else None,
        "forbidden": [str(ROOT / "autograder" / "paths.py")],
        "tier": tier,
        "confine": confine,
    }


def require_sandbox(protections: Callable[[], Sequence[Protection]] = required_protections) -> None:
    """Raise Unavailable if students' code cannot be confined on this machine.

    ``doctor`` tests the same protections.
    """
    if missing := missing_protection(protections):
        raise Unavailable(
            f"Autograding is refused, because students' code cannot be confined on this machine: {missing}. "
            "`python -m autograder doctor` shows which protections hold. Grade in a container or on a Linux server, "
            f"as the README describes. Or, if you trust every submission, add `{SWITCH}` to nbgrader_config.py."
        )


def missing_protection(protections: Callable[[], Sequence[Protection]] = required_protections) -> str:
    """Return why students' code cannot be confined on this machine, or "" if it can be."""
    return next((protection.detail for protection in protections() if not protection.holds), "")
