"""``gradescope``: write the zip from which Gradescope builds an autograder for one assignment."""

import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.judging.seeds import course_secret, derived_secret
from autograder.notebooks.canonical import read_released
from autograder.paths import ROOT, build_folder, secret_file
from autograder.sources import dependencies, modules_in
from autograder.student_zip.archive import entry
from autograder.student_zip.wheel import build_wheel
from gradlab.checks.report import number

from .errors import refuse

SCRIPTS = ("setup.sh", "run_autograder")
# The programs that run in the container. The last two are named only in strings, so no import leads to them.
PROGRAMS = ("autograder.gradescope.__main__", "autograder.running.zygote", "autograder.sandbox.selftest.child")


def run(course: Path, assignment: str) -> int:
    """Write the zip for `assignment`, and print its path. Only its owner can read it, because it holds the answers."""
    released = course / "assignments" / assignment
    if missing := [name for name in (f"{assignment}.ipynb", "checks.npz") if not (released / name).exists()]:
        return refuse(f"{released / missing[0]} is missing: build the assignment first, with `make notebooks`.")
    folder = build_folder(course) / "gradescope"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wheel = build_wheel(ROOT, Path(scratch))
        partial = Path(scratch, path.name)
        write_zip(partial, members(course, assignment, wheel))
        os.replace(partial, path)
    print(path)
    print(f"On Gradescope, set Autograder Points to {number(points(released / f'{assignment}.ipynb'))}.")
    return 0


def points(notebook: Path) -> float:
    """Return the points for code in a released notebook, without those for written answers."""
    marks = [cell["metadata"].get("nbgrader", {}) for cell in read_released(notebook)["cells"]]
    return sum(float(mark["points"]) for mark in marks if mark.get("grade") and not mark.get("solution"))


def members(course: Path, assignment: str, wheel: Path) -> dict[str, bytes]:
    """Return the contents of the zip's files, keyed by name."""
    released = course / "assignments" / assignment
    secret = derived_secret(course_secret(secret_file(course)), f"gradescope {assignment}")
    return {
        **{name: (ROOT / "autograder" / "gradescope" / name).read_bytes() for name in SCRIPTS},
        "constraints.txt": (ROOT / "requirements.txt").read_bytes(),
        wheel.name: wheel.read_bytes(),
        f"release/{assignment}.ipynb": (released / f"{assignment}.ipynb").read_bytes(),
        "release/checks.npz": (released / "checks.npz").read_bytes(),
        "build/course_secret": f"{secret.hex()}\n".encode(),
        **{path.relative_to(ROOT).as_posix(): path.read_bytes() for path in grader_files(assignment)},
    }


def grader_files(assignment: str) -> Iterator[Path]:
    """Yield the grader's files that are needed to grade one assignment, without the solutions to any other."""
    exercises = f"autograder.exercises.{assignment}"
    modules = dependencies([*PROGRAMS, *modules_in(exercises)], within=("autograder.",))
    paths = [ROOT.joinpath(*module.split(".")) for module in modules]
    packages = {
        folder for path in paths for folder in (path, *path.parents) if folder.is_relative_to(ROOT / "autograder")
    }
    yield from sorted(folder / "__init__.py" for folder in packages if folder.is_dir())
    yield from sorted(path.with_suffix(".py") for path in paths if not path.is_dir())
    for folder in (ROOT / "autograder" / "data", ROOT.joinpath(*exercises.split("."))):
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))


def write_zip(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write a zip that only its owner can read, in which the scripts are executable."""
    with (
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in contents.items():
            archive.writestr(entry(name, executable=name in SCRIPTS), content, zipfile.ZIP_DEFLATED)
