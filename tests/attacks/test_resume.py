"""If runs are killed halfway, the next run finishes the work, and the gradebook is the same as after one full run."""

import contextlib
import os
import select
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
    Student("quiet", "untouched", untouched=True),
    # This cell waits until the grader interrupts it, so that the run can be killed halfway. The interrupt comes after 8
    # seconds, because a cell may use 2 seconds of CPU time and four times as much wall-clock time.
    Student("slow", "has a cell that only waits", cells=("import signal\nsignal.pause()",)),
]


def gradebook(course):
    return Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", "demo")


def record(course):
    """Return scores, comments, penalties, and times from the gradebook, keyed by student, cell, and type of record."""
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


def submit_all(course):
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
    for student in CLASS:
        course.submit(student)
        timestamp = LATE if student.name in ("right1", "wrong") else IN_TIME
        (course.build / "submitted" / student.name / NAME / "timestamp.txt").write_text(timestamp)


def wait_for(condition, seconds=120, log=None):
    """Poll until ``condition()`` is true, and return its value. New files and processes do not announce themselves.

    If that takes too long, the error shows the contents of the file `log`.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, log and log.read_text()
        time.sleep(0.02)
    return value


def finished(course):
    return sorted(
        path for path in (course.build / "autograded").glob(f"*/{NAME}/{NAME}.ipynb") if path.stat().st_size > 10
    )


def descendants(pid):
    """Return the process ids of all descendants of `pid`, as one list per generation."""
    generations = [[pid]]
    while below := [child for parent in generations[-1] for child in children(parent)]:
        generations.append(below)
    return generations[1:]


def children(pid):
    """Return the ids of a process's children, whichever thread started them, or [] if the process has ended."""
    try:
        lists = [path.read_text() for path in Path("/proc", str(pid), "task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for child in " ".join(lists).split()]


def open_all(pids):
    """Return descriptors for the processes that have not ended yet."""
    descriptors = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            descriptors.append(os.pidfd_open(pid))
    return descriptors


def wait_for_end(descriptors):
    """Wait until the processes behind these descriptors have ended."""
    for descriptor in descriptors:
        ended, _, _ = select.select([descriptor], [], [], 60)
        os.close(descriptor)
        assert ended


@pytest.fixture(scope="module")
def whole(empty_course):
    """A course in which the class is graded in a single run."""
    course = empty_course.copy(empty_course.folder.with_name("whole"))
    submit_all(course)
    course.run = course.nbgrader("autograde")
    assert course.run.returncode == 0, course.run.stdout
    return course


def run_and_kill(course, done):
    """Start a run, and kill it when `done` notebooks are finished. All of its descendants must end, too."""
    run = subprocess.Popen(
        course.command("autograde"), cwd=course.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for(lambda: len(finished(course)) >= done)
    # Below nbgrader there are three generations: the worker, the zygote with the judges, and students' processes.
    below = wait_for(lambda: len(generations := descendants(run.pid)) == 3 and generations)
    descriptors = open_all(pid for generation in below for pid in generation)
    run.kill()
    assert run.wait() == -signal.SIGKILL
    wait_for_end(descriptors)


def test_next_run_completes_killed_runs(whole, empty_course):
    broken = empty_course.copy(empty_course.folder.with_name("broken"))
    submit_all(broken)
    for done in (1, 4, len(CLASS) - 1):  # the slow submission is the last one
        run_and_kill(broken, done)

    # Simulate a crash of the machine while it was writing a notebook whose grades had been edited by hand.
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
    assert after.pop(grade)[:3] == (5.0, 4.5, False), "a manual grade is kept, and needs no review if nothing changed"
    assert before.pop(grade)[:3] == (5.0, None, False)
    assert after.pop(comment)[5] == "Well written."
    before.pop(comment)
    penalties = {student: fields[6] for (student, _, _), fields in before.items()}
    # The late penalty is the whole score, which the manual grade lowers by half a point.
    assert {fields[6] for (student, *_), fields in after.items() if student == "right1"} == {penalties["right1"] - 0.5}
    assert {k: v for k, v in after.items() if k[0] != "right1"} == {k: v for k, v in before.items() if k[0] != "right1"}
    assert {k: v[:6] for k, v in after.items()} == {k: v[:6] for k, v in before.items()}


def test_gradebook_records_expected_scores_and_comments(whole, full):
    grades = record(whole)
    assert grades["right0", "adam-check", "Grade"][:3] == (5.0, None, False)
    assert grades["right0", "momentum_or_newton", "Grade"][:3] == (None, None, True)
    assert grades["quiet", "momentum_or_newton", "Comment"][4] == "No response."
    assert grades["right1", "sgd-check", "Grade"][6] == sum(full.values())
    assert grades["right0", "sgd-check", "Grade"][6] in (0, None)
    assert grades["mangled", "sgd-check", "Grade"][:3] == (0.0, None, False)


def test_complete_run_is_not_repeated(whole):
    times = {path: path.stat().st_mtime_ns for path in finished(whole)}
    before = record(whole)
    assert whole.nbgrader("autograde").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in finished(whole)} == times
    assert record(whole) == before


def test_terminal_shows_events_and_a_summary_but_no_line_per_student(whole):
    shown = whole.run.stdout
    assert not [student.name for student in CLASS if student.name.startswith("right") and student.name in shown]
    assert "mangled: zero points: " in shown
    assert "crash: sgd: the process died" in shown
    assert (
        f"{NAME}: 10 graded, 0 skipped, 1 unreadable, 2 stopped in a cell or an exercise, 0 with tampering; "
        "9 to be graded by hand"
    ) in shown


def test_log_of_grading_has_one_line_for_each_student(whole, full):
    lines = (whole.build / "nbgrader.log").read_text().splitlines()
    lines = [line for line in lines if "AutogradeApp" in line]  # other tests also write feedback
    for name in ("right0", "quiet", "mangled"):
        assert len([line for line in lines if f" {name}: " in line and "INFO" in line]) == 1
    assert any(line.endswith(f"mangled: 0 of {sum(full.values()):g} points") for line in lines)


def test_feedback_for_the_class_and_for_one_student_is_the_same(whole):
    """A class's pages are rendered in other processes, and a single page is rendered in nbgrader's own process."""
    run = whole.nbgrader("generate_feedback")
    assert run.returncode == 0, run.stdout
    assert f"{NAME}: {len(CLASS)} pages written" in run.stdout
    assert "right1: " not in run.stdout
    page = whole.feedback("right1")
    (whole.build / "feedback" / "right1" / NAME / f"{NAME}.html").unlink()
    assert whole.nbgrader("generate_feedback", "--student=right1").returncode == 0
    assert whole.feedback("right1") == page
