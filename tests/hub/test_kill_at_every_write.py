"""Fetching, submitting and collecting, cut short at every single change of the disk: all of it is there, or nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from .kill_after_each_write import act

CUTTING = Path(__file__).with_name("cutting.py")
STUDENTS = [f"{number:03}" for number in range(1, 31)]
HANDED_OUT = {"ps.ipynb": b"as handed out", "checks.npz": b"cases" * 1000}
OLD, NEW = b"the old answer", b"the new answer" * 1000


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """An empty gradebook's file: nbgrader takes long to make one."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}", "demo") as gradebook:
        gradebook.add_assignment("ps")
    return path


@pytest.fixture
def folder(tmp_path, gradebook):
    """A course with an assignment that is handed out, and many students."""
    for part in ("inbound", "outbound", "feedback"):
        (tmp_path / "exchange" / "demo" / part).mkdir(parents=True)
    write(tmp_path / "exchange" / "demo" / "outbound" / "ps", HANDED_OUT)
    for student in STUDENTS:
        (tmp_path / "homes" / student).mkdir(parents=True)
    shutil.copy(gradebook, tmp_path)
    return tmp_path


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def work(folder, students, answer):
    """Everybody's notebook says so."""
    for student in students:
        write(folder / "homes" / student / "ps", HANDED_OUT | {"ps.ipynb": answer})


def cut(action, folder):
    """Who was cut, each a little later than the one before; and who came through."""
    command = [sys.executable, str(CUTTING), action, str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    through = run.stdout.strip()
    return STUDENTS[: STUDENTS.index(through)], through


def collected(folder, student):
    """The notebook that was collected; None where nothing was. Everything else must have come with it."""
    place = folder / "submitted" / student / "ps"
    if not place.exists():
        return None
    files = {path.name: path.read_bytes() for path in place.iterdir()}
    assert files["checks.npz"] == HANDED_OUT["checks.npz"]
    assert files["timestamp.txt"].endswith(b" UTC")
    return files["ps.ipynb"]


def test_stock_nbgrader_takes_half_an_assignment_for_a_fetched_one(folder):
    students, _ = cut("stock fetch", folder)
    homes = [folder / "homes" / student / "ps" for student in students]
    assert any(home.exists() and {p.name for p in home.iterdir()} != set(HANDED_OUT) for home in homes)


def test_a_fetch_that_was_cut_leaves_nothing_and_can_be_done_again(folder):
    students, through = cut("fetch", folder)
    assert len(students) > 3
    for student in [*students, through]:
        home = folder / "homes" / student / "ps"
        if not home.exists():
            act("fetch", folder, student)
        assert {path.name: path.read_bytes() for path in home.iterdir()} == HANDED_OUT
        assert [path.name for path in home.parent.iterdir()] == ["ps"]


@pytest.mark.parametrize("before", [None, OLD], ids=["first", "again"])
def test_a_submission_that_was_cut_is_whole_or_not_collected(before, folder):
    if before:
        work(folder, STUDENTS, before)
        for student in STUDENTS:
            act("submit", folder, student)
    work(folder, STUDENTS, NEW)
    students, through = cut("submit", folder)
    inbound = folder / "exchange" / "demo" / "inbound"
    halves = [path for path in inbound.iterdir() if not (path / "timestamp.txt").exists()]
    assert len(halves) >= 2  # else nothing was cut in the middle
    act("collect", folder, "*")
    found = {student: collected(folder, student) for student in students}
    assert set(found.values()) == {before, NEW}
    assert collected(folder, through) == NEW
    # Who has it among their submissions, was told so: it must be there.
    told = [s for s in students if len(list((folder / "homes" / s).glob("cache/demo/*"))) > (before is not None)]
    assert told
    assert all(found[student] == NEW for student in told)
    for student in students:
        act("submit", folder, student)
    act("collect", folder, "*")
    assert {collected(folder, student) for student in students} == {NEW}


@pytest.mark.parametrize("before", [None, OLD], ids=["first", "again"])
def test_a_collection_that_was_cut_is_finished_by_the_next(before, folder):
    for answer in (before, NEW) if before else (NEW,):
        act("collect", folder, "*")
        work(folder, STUDENTS, answer)
        for student in STUDENTS:
            act("submit", folder, student)
    cut_off, _ = cut("collect", folder)
    if before is None:
        assert {collected(folder, student) for student in cut_off} == {None, NEW}
    act("collect", folder, "*")
    assert {collected(folder, student) for student in STUDENTS} == {NEW}
    assert not list((folder / "submitted").glob("*/.*"))


def test_what_is_not_collected_is_told_with_the_reason(folder, caplog):
    work(folder, STUDENTS[:1], NEW)
    act("submit", folder, STUDENTS[0])
    (whole,) = (folder / "exchange" / "demo" / "inbound").iterdir()
    later = Path(str(whole).replace("+ps+20", "+ps+21"))
    shutil.copytree(whole, later)
    (later / "timestamp.txt").write_text("")
    act("collect", folder, "*")
    assert f"{later.name!r} is not collected: it is being written, or was cut short" in caplog.text
    assert collected(folder, STUDENTS[0]) == NEW
