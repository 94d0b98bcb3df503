"""``pack``: make one zip with everything that a student without a hub or a network needs for one assignment."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.paths import build_folder

DATE = datetime(2026, 11, 21, tzinfo=UTC)  # the date of version 0.1.0; fixed, so that the same files give the same zip
NOTE = """\
1. Unpack this folder and open {notebook} in JupyterLab, VS Code or a notebook service, with Python 3.11 or newer.
2. If `import gradlab` fails, run this once in a cell, and restart the kernel: %pip install --no-deps {wheel}
   (gradlab needs NumPy, Matplotlib, IPython, tqdm and threadpoolctl. If you don't have them, leave out --no-deps.)
3. Write each function in its cell, run the `check` below it, and submit {notebook} and nothing else.
"""


def run(course: Path, assignment: str) -> int:
    """Write the zip file for `assignment`, and print its path."""
    folder = build_folder(course) / "student"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wheel = build_wheel(course, Path(scratch))
        path = folder / f"{assignment}.zip"
        write_zip(path, assignment, members(course / "assignments" / assignment, assignment, wheel))
    print(path)
    return 0


def members(folder: Path, assignment: str, wheel: Path) -> dict[str, bytes]:
    """Return the contents of the zip's files, keyed by name."""
    notebook = f"{assignment}.ipynb"
    return {
        "README.txt": NOTE.format(notebook=notebook, wheel=wheel.name).encode(),
        "checks.npz": (folder / "checks.npz").read_bytes(),
        notebook: (folder / notebook).read_bytes(),
        wheel.name: wheel.read_bytes(),
    }


def write_zip(path: Path, assignment: str, contents: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(f"{assignment}/{name}", date_time=DATE.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


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
