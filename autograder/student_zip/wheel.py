"""Builds gradlab's wheel: the same sources always give the same bytes."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .archive import DATE


def build_wheel(root: Path, folder: Path) -> Path:
    """Build gradlab's wheel in `folder`, without the network.

    The wheel is built from a copy: setuptools writes next to the sources, so two builds at the same time would collide.

    Raises
    ------
    RuntimeError
        If the wheel cannot be built. The message contains the output of the build.
    """
    with tempfile.TemporaryDirectory() as copy:
        copy_sources(root, Path(copy))
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), copy]
        environment = os.environ | {"SOURCE_DATE_EPOCH": f"{DATE.timestamp():.0f}"}
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"gradlab's wheel could not be built:\n{done.stdout}{done.stderr}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def copy_sources(root: Path, copy: Path) -> None:
    """Copy the files that go into the wheel, but not the datasets that were downloaded into the same folder."""
    copy.mkdir(parents=True, exist_ok=True)
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.gz", "*.part")
    for name in ("source", "data"):
        shutil.copytree(root / name, copy / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, copy)
