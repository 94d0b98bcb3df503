"""Files and links in a submission, next to the notebook or in its place, are never run, followed, or copied."""

import json
import os
from dataclasses import dataclass

import pytest

from autograder.demo.students import Student

RUN_ME = "import builtins\nbuiltins.SIDE_FILE = True\n"
SIDE_FILES = ("numpy.py", "gradlab.py", "sitecustomize.py", "usercustomize.py", "ipython_config.py", "matplotlibrc")
SIDE_FILES += ("profile_default/startup/00.py", ".ipython/profile_default/startup/00.py", "evil.pth", "checks.npz")
SIDE_FILES += ("matplotlib/__init__.py", "update_rules.py", "gradlab/checks/__init__.py")
FILE = "update_rules.ipynb"
BAIT = "2001-02-03 04:05:06 UTC"


@dataclass(frozen=True)
class Sneaky(Student):
    """A student who submits links or additional files."""

    add_files: object = None


def side_files(folder, _):
    for name in SIDE_FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import builtins; builtins.SIDE_FILE = True" if name == "evil.pth" else RUN_ME)


def links(folder, course):
    bait = course.folder / "bait.txt"
    bait.write_text(BAIT)
    for name in ("timestamp.txt", "submission_secret.txt", "bait.txt"):
        (folder / name).symlink_to(bait)
    (folder / "gradebook.db").symlink_to(course.build / "gradebook.db")
    (folder / "course").symlink_to(course.folder)
    os.link(course.build / "course_secret", folder / "hard")


def link_instead(at):
    """Return a function that replaces the notebook (0), its folder (1), or the student's folder (2) with a link."""

    def add_files(folder, course):
        place = [folder / "update_rules.ipynb", folder, folder.parent][at]
        moved = course.folder / "elsewhere" / str(at)
        moved.parent.mkdir(exist_ok=True)
        place.rename(moved)
        place.symlink_to(moved)

    return add_files


LOOK = "import os\nprint('FILES', sorted(os.listdir('.')))"
SUBMISSIONS = [
    Sneaky("sneaky-files", "", cells=(LOOK, "print(SIDE_FILE)"), add_files=side_files),
    Sneaky("sneaky-links", "", add_files=links),
    *(Sneaky(f"sneaky-link-{at}", "", add_files=link_instead(at)) for at in range(3)),
]


def test_files_next_to_the_notebook_have_no_effect(course, full):
    shown = course.shown("sneaky-files")
    assert "FILES ['checks.npz']" in shown
    assert "NameError: name 'SIDE_FILE' is not defined" in shown
    assert course.scores("sneaky-files") == full


@pytest.mark.parametrize("name", ["sneaky-files", "sneaky-links"])
def test_only_files_made_by_grading_are_returned(name, course):
    allowed = {"update_rules.ipynb", "update_rules.html", "timestamp.txt", "submission_secret.txt"}
    bait = [BAIT.encode(), (course.build / "course_secret").read_bytes()]
    for step in ("autograded", "feedback"):
        for path in (course.build / step / name).rglob("*"):
            assert not path.is_symlink()
            if path.is_file():
                assert path.name in allowed
                assert not any(secret in path.read_bytes() for secret in bait)


@pytest.mark.parametrize("at", range(3))
def test_submission_through_a_link_gets_zero_points(at, course):
    assert course.total(f"sneaky-link-{at}") == 0
    assert "is a link" in course.reported(f"sneaky-link-{at}", "adam")
    assert (
        f"sneaky-link-{at}: zero points: the submitted notebook, or a folder it is in, is a link" in course.run.stdout
    )


@pytest.mark.attack("links-in-the-exchange")
def test_collect_does_not_follow_links(empty_course):
    course = empty_course.copy(empty_course.folder.with_name("collecting"))
    inbound = course.build / "exchange" / "demo" / "inbound"

    def arrive(student, second):
        stamp = f"2026-01-01 00:00:{second:02} UTC"
        folder = inbound / f"{student}+update_rules+{stamp}+x"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(stamp)
        (folder / "update_rules.ipynb").write_text(json.dumps({"from": second}))
        return folder

    solutions = course.build / "source" / "update_rules"
    notebook = arrive("linker", 1) / "update_rules.ipynb"
    notebook.unlink()
    notebook.symlink_to(solutions / "update_rules.ipynb")
    piper = arrive("piper", 2)
    os.mkfifo(piper / "pipe")
    (piper / "folder").mkdir()
    (inbound / "folder+update_rules+2026-01-01 00:00:03 UTC+x").symlink_to(solutions)
    arrive("other", 4)
    run = course.nbgrader("collect")
    assert run.returncode == 0, run.stdout
    submitted = course.build / "submitted"
    collected = {path.relative_to(submitted).as_posix() for path in submitted.rglob("*") if not path.is_dir()}
    assert collected == {
        "linker/update_rules/timestamp.txt",
        *(f"{name}/update_rules/{file}" for name in ("piper", "other") for file in ("timestamp.txt", FILE)),
    }
    assert json.loads((submitted / "other" / "update_rules" / FILE).read_text()) == {"from": 4}
