"""A run that is killed in the middle is finished by the next, and nothing in the gradebook tells the difference."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.demo import cheats
from autograder.demo.students import Student

NAME = "update_rules"
DUE, IN_TIME, LATE = (f"2001-02-03 0{hour}:00:00 UTC" for hour in (5, 4, 6))
CLASS = [
    *(Student(f"right{number}", "everything right") for number in range(6)),
    Student("wrong", "does nothing in sgd", {"sgd": "def sgd(w, dw, config=None):\n    return w, {}"}),
    Student("crash", "sgd kills its process", {"sgd": cheats.crash("sgd")}),
    Student("mangled", "not a notebook", raw=b"{"),
    Student("quiet", "as it was handed out", untouched=True),
    Student("slow", "takes its time, so that there is a middle", cells=("import time\ntime.sleep(2)",)),
]


def gradebook(course):
    return Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", "demo")


def record(course):
    """All that the gradebook knows of a class, by student and cell."""
    fields = ("auto_score", "manual_score", "needs_manual_grade", "extra_credit", "auto_comment", "manual_comment")
    with gradebook(course) as book:
        return {
            (submission.student_id, cell.name, type(cell).__name__): (
                *(getattr(cell, field, None) for field in fields),
                notebook.late_submission_penalty,
                submission.timestamp,
            )
            for submission in book.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for cell in (*notebook.grades, *notebook.comments)
        }


def hand_in_all(course):
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
    for student in CLASS:
        course.hand_in(student)
        timestamp = LATE if student.name in ("right1", "wrong") else IN_TIME
        (course.build / "submitted" / student.name / NAME / "timestamp.txt").write_text(timestamp)


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (met := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return met


def finished(course):
    return sorted(
        path for path in (course.build / "autograded").glob(f"*/{NAME}/{NAME}.ipynb") if path.stat().st_size > 10
    )


def processes():
    """Each process with its parent, and with the time at which it was started."""
    found = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path("/proc", entry, "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(entry)] = int(fields[1]), fields[19]
    return found


def descendants(pid):
    """The processes below `pid` by generation, each with the time at which it was started."""
    alive, generations = processes(), [{pid}]
    while below := {child for child, (parent, _) in alive.items() if parent in generations[-1]}:
        generations.append(below)
    return [{(child, alive[child][1]) for child in below} for below in generations[1:]]


@pytest.fixture(scope="module")
def whole(empty_course):
    """The class, graded in one go."""
    course = empty_course.copy(empty_course.folder.with_name("whole"))
    hand_in_all(course)
    assert course.nbgrader("autograde").returncode == 0
    return course


def test_a_killed_run_is_finished_as_if_nothing_had_happened(whole, empty_course):
    broken = empty_course.copy(empty_course.folder.with_name("broken"))
    hand_in_all(broken)
    run = subprocess.Popen(
        broken.command("autograde"), cwd=broken.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # All are done but the slow one and those after it; below nbgrader are the worker, the zygote and a child.
    wait_for(lambda: len(finished(broken)) == len(CLASS) - 2)
    below = wait_for(lambda: len(found := descendants(run.pid)) == 3 and found)
    run.kill()
    assert run.wait() == -signal.SIGKILL
    wait_for(lambda: not any(processes().get(pid, ("", ""))[1] == start for kin in below for pid, start in kin), 10)

    # One that was being written when the machine went down, though its marks were saved and a person saw them.
    torn = broken.build / "autograded" / "right1" / NAME / f"{NAME}.ipynb"
    torn.chmod(0o644)
    torn.write_text(torn.read_text()[:1000])
    with gradebook(broken) as book:
        book.find_grade("adam-check", NAME, NAME, "right1").manual_score = 4.5
        book.find_comment("adam", NAME, NAME, "right1").manual_comment = "Well written."
        book.db.commit()

    again = broken.nbgrader("autograde")
    assert again.returncode == 0, again.stdout
    assert len(finished(broken)) == len(CLASS)
    before, after = record(whole), record(broken)
    grade, comment = ("right1", "adam-check", "Grade"), ("right1", "adam", "Comment")
    assert after.pop(grade)[:3] == (5.0, 4.5, True), "a person's mark is kept, and flagged to be looked at again"
    assert before.pop(grade)[:3] == (5.0, None, False)
    assert after.pop(comment)[5] == "Well written."
    before.pop(comment)
    penalties = {student: mark[6] for (student, _, _), mark in before.items()}
    # The mark that a person changed is half a point less, and so is what lateness takes off.
    assert {mark[6] for (student, *_), mark in after.items() if student == "right1"} == {penalties["right1"] - 0.5}
    assert {k: v for k, v in after.items() if k[0] != "right1"} == {k: v for k, v in before.items() if k[0] != "right1"}
    assert {k: v[:6] for k, v in after.items()} == {k: v[:6] for k, v in before.items()}


def test_what_is_recorded_is_what_was_to_be_expected(whole, full):
    marks = record(whole)
    assert marks["right0", "adam-check", "Grade"][:3] == (5.0, None, False)
    assert marks["right0", "momentum_or_newton", "Grade"][:3] == (None, None, True)
    assert marks["quiet", "momentum_or_newton", "Comment"][4] == "No response."
    assert marks["right1", "sgd-check", "Grade"][6] == sum(full.values())
    assert marks["right0", "sgd-check", "Grade"][6] in (0, None)
    assert marks["mangled", "sgd-check", "Grade"][:3] == (0.0, None, False)


def test_a_run_that_was_whole_is_not_run_again(whole):
    times = {path: path.stat().st_mtime_ns for path in finished(whole)}
    before = record(whole)
    assert whole.nbgrader("autograde").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in finished(whole)} == times
    assert record(whole) == before
