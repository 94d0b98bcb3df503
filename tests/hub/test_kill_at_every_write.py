"""Fetch, submit, and collect are killed after each change on disk. Nothing incomplete is fetched or collected."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest
from nbgrader.api import Gradebook

from .kill_after_each_write import act

# Each change on disk requires another run of nbgrader.
pytestmark = pytest.mark.timeout(1200)

SCRIPT = Path(__file__).with_name("kill_after_each_write.py")
STUDENTS = [f"{number:03}" for number in range(1, 31)]
RELEASED = {"ps.ipynb": b"as released", "checks.npz": b"cases" * 1000}
OLD, NEW = b"the old answer", b"the new answer" * 1000


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """A gradebook file without students, created only once because nbgrader takes a long time to create it."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}", "demo") as gradebook:
        gradebook.add_assignment("ps")
    return path


@pytest.fixture
def folder(tmp_path, gradebook):
    """A course with one released assignment and 30 students."""
    for part in ("inbound", "outbound", "feedback"):
        (tmp_path / "exchange" / "demo" / part).mkdir(parents=True)
    write_files(tmp_path / "exchange" / "demo" / "outbound" / "ps", RELEASED)
    for student in STUDENTS:
        (tmp_path / "homes" / student).mkdir(parents=True)
    shutil.copy(gradebook, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def kill_at_every_write():
    """``kill_at_every_write(action, folder)``: run an action for one student after another.

    Kill each run one change later than the previous one. Return the students whose runs were killed, as a list, and the
    student whose run finished.
    """
    with subprocess.Popen([sys.executable, SCRIPT], stdin=PIPE, stdout=PIPE, text=True) as process:

        def kill_at_every_write(action, folder):
            print(json.dumps([action, str(folder)]), file=process.stdin, flush=True)
            finished = process.stdout.readline().strip()
            assert finished, f"{action} failed; the reason is above"
            return STUDENTS[: STUDENTS.index(finished)], finished

        yield kill_at_every_write
        process.stdin.close()


def write_files(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def write_answers(folder, students, answer):
    """Write the same answer in each student's notebook."""
    for student in students:
        write_files(folder / "homes" / student / "ps", RELEASED | {"ps.ipynb": answer})


def collected(folder, student):
    """Return the collected notebook, or None if there is none.

    Also check that the time was collected, and that there are no unexpected files. The secret may be missing: nbgrader
    writes it last, and grading replaces it.
    """
    place = folder / "submitted" / student / "ps"
    if not place.exists():
        return None
    files = {path.name: path.read_bytes() for path in place.iterdir()}
    assert files["timestamp.txt"].endswith(b" UTC")
    assert {*files, "submission_secret.txt"} == {"ps.ipynb", "timestamp.txt", "submission_secret.txt"}
    return files["ps.ipynb"]


def test_killed_stock_fetch_leaves_incomplete_assignments(folder, kill_at_every_write):
    students, _ = kill_at_every_write("stock fetch", folder)
    homes = [folder / "homes" / student / "ps" for student in students]
    assert any(home.exists() and {p.name for p in home.iterdir()} != set(RELEASED) for home in homes)


def test_killed_fetch_leaves_nothing_incomplete_and_can_be_repeated(folder, kill_at_every_write):
    students, finished = kill_at_every_write("fetch", folder)
    assert len(students) > 3
    for student in [*students, finished]:
        home = folder / "homes" / student / "ps"
        if not home.exists():
            act("fetch", folder, student)
        assert {path.name: path.read_bytes() for path in home.iterdir()} == RELEASED
        assert [path.name for path in home.parent.iterdir()] == ["ps"]


@pytest.mark.parametrize("before", [None, OLD], ids=["first submission", "resubmission"])
def test_killed_submission_is_complete_or_not_collected(before, folder, kill_at_every_write):
    if before:
        write_answers(folder, STUDENTS, before)
        for student in STUDENTS:
            act("submit", folder, student)
    write_answers(folder, STUDENTS, NEW)
    students, finished = kill_at_every_write("submit", folder)
    inbound = folder / "exchange" / "demo" / "inbound"
    incomplete = [path for path in inbound.iterdir() if not (path / "timestamp.txt").exists()]
    assert len(incomplete) >= 2, "at least two submissions must be killed before they are complete"
    act("collect", folder, "*")
    answers = {student: collected(folder, student) for student in students}
    assert set(answers.values()) == {before, NEW}
    assert collected(folder, finished) == NEW
    # A submission in the student's own list was reported as submitted, so it must be complete in the exchange.
    reported = [s for s in students if len(list((folder / "homes" / s).glob("cache/demo/*"))) > (before is not None)]
    assert reported
    assert all(answers[student] == NEW for student in reported)
    for student in students:
        act("submit", folder, student)
    act("collect", folder, "*")
    assert {collected(folder, student) for student in students} == {NEW}


@pytest.mark.parametrize("before", [None, OLD], ids=["first submission", "resubmission"])
def test_next_collection_completes_a_killed_collection(before, folder, kill_at_every_write):
    for answer in (before, NEW) if before else (NEW,):
        act("collect", folder, "*")
        write_answers(folder, STUDENTS, answer)
        for student in STUDENTS:
            act("submit", folder, student)
    killed, _ = kill_at_every_write("collect", folder)
    if before is None:
        assert {collected(folder, student) for student in killed} == {None, NEW}
    act("collect", folder, "*")
    assert {collected(folder, student) for student in STUDENTS} == {NEW}
    assert not list((folder / "submitted").glob("*/.*"))


def test_incomplete_submission_is_reported_with_the_reason(folder, caplog):
    write_answers(folder, STUDENTS[:1], NEW)
    act("submit", folder, STUDENTS[0])
    (later,) = (folder / "exchange" / "demo" / "inbound").iterdir()
    (later / "timestamp.txt").unlink()
    stamp = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S.%f} UTC"
    complete = later.with_name(f"{STUDENTS[0]}+ps+{stamp}+x")
    shutil.copytree(later, complete)
    (complete / "timestamp.txt").write_text(stamp)
    act("collect", folder, "*")
    assert f"{later.name!r} was not collected: its timestamp.txt does not contain the time in its name" in caplog.text
    assert collected(folder, STUDENTS[0]) == NEW
