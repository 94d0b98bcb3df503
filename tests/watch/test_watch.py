"""`python -m autograder watch` end to end (contract C17): what arrives is graded, and students get their feedback.

The class submits in three rounds. `watch --once` runs after each, and once more at the end. Each student's sequence of
submissions is different.
"""

import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException

from autograder.paths import watch_folder
from autograder.watch.steps import reason

from .watched import (
    ALSO_RIGHT,
    FULL,
    MANGLED,
    MISSING,
    MOST,
    NAME,
    RIGHT,
    UNTOUCHED,
    WRONG_SGD,
    Watched,
)

LIMIT = ("--attempts", "2")
SECOND = "Attempt 2 of 2 counts. It was submitted on TIME, and this page shows it. You have no attempts left."
FIRST = "Attempt 1 of 2 counts until a newer one has been graded. It was submitted on TIME, and this page shows it."
LEFT = f"{FIRST} You have 1 attempt left."
SAME = "is the same notebook as the attempt below, so it is not a new attempt."
UNREADABLE = "Your submission of TIME cannot be read, so it does not use up an attempt. You have 2 attempts left."


@pytest.fixture(scope="module")
def term(empty_course):
    """The course after all rounds. `runs` are the runs of `watch`; `secrets` name the feedback on each submission."""
    course = empty_course.copy(empty_course.folder.with_name("term"))
    runs, secrets = [], {}

    def submissions(number, **works):
        for student, (work, *ago) in works.items():
            secrets[student, number] = course.submit(student, work, *ago)

    submissions(1, ada=(WRONG_SGD,), bob=(UNTOUCHED,), eve=(MANGLED,), mia=(MISSING,), zoe=(RIGHT,), tom=(RIGHT,))
    for junk in (f"ada+{NAME}+yesterday+x", f"-rf+{NAME}+2026-01-01 00:00:00 UTC+x", "something else"):
        (course.inbound / junk).mkdir()
    (course.inbound / f"kim+{NAME}+2026-01-01 00:00:00.000000 UTC+x").mkdir()  # cut short
    runs.append(course.watch(*LIMIT, umask=0o077))
    # Zoe's second submission claims to be older than her first.
    submissions(2, ada=(RIGHT,), bob=(UNTOUCHED,), eve=(MANGLED,), mia=(RIGHT,), zoe=(WRONG_SGD, 9000))
    runs.append(course.watch(*LIMIT))
    submissions(3, ada=(WRONG_SGD,), bob=(WRONG_SGD,), eve=(RIGHT,), tom=(MANGLED,), mia=(ALSO_RIGHT,))
    runs.append(course.watch(*LIMIT, "--pause", "60", umask=0o077))
    runs.append(course.watch(*LIMIT))
    return SimpleNamespace(course=course, runs=runs, secrets=secrets)


def test_every_run_succeeds_and_prints_one_line_per_submission(term):
    assert [run.returncode for run in term.runs] == [0] * 4, [run.stderr for run in term.runs]
    lines = [re.sub(r"\w+ \d+, \d\d:\d\d UTC", "TIME", run.stdout).splitlines() for run in term.runs]
    assert [sorted(found) for found in lines] == [
        [
            f"ada: attempt 1 of 2: {FULL - 1:g} of {MOST:g} points",
            f"bob: attempt 1 of 2: 0 of {MOST:g} points",
            f"eve: cannot be read: 0 of {MOST:g} points",
            f"mia: cannot be read: 0 of {MOST:g} points",
            f"tom: attempt 1 of 2: {FULL:g} of {MOST:g} points",
            f"zoe: attempt 1 of 2: {FULL:g} of {MOST:g} points",
        ],
        [
            f"ada: attempt 2 of 2: {FULL:g} of {MOST:g} points",
            "bob: submission of TIME not graded: it is identical to the previous attempt",
            "eve: submission of TIME not graded: it cannot be read",
            f"mia: attempt 1 of 2: {FULL:g} of {MOST:g} points",
            f"zoe: attempt 2 of 2: {FULL - 1:g} of {MOST:g} points",
        ],
        [
            "ada: submission of TIME not graded: there are no attempts left",
            "bob: submission of TIME waits until TIME",
            f"eve: attempt 1 of 2: {FULL:g} of {MOST:g} points",
            "mia: submission of TIME waits until TIME",
            "tom: submission of TIME not graded: it cannot be read",
        ],
        [
            f"bob: attempt 2 of 2: {FULL - 1:g} of {MOST:g} points",
            f"mia: attempt 2 of 2: {FULL:g} of {MOST:g} points",
        ],
    ]


def test_malformed_submissions_are_reported_and_do_not_stop_the_run(term):
    first = term.runs[0].stderr
    for part in ("+yesterday+x' is not graded: its name does not", "'-rf+", "'kim+update_rules+2026-01-01"):
        assert part in first
    assert "something else" not in first
    assert "Traceback" not in "".join(run.stderr for run in term.runs)
    assert not (term.course.build / "submitted" / "kim").exists()


def test_last_graded_attempt_is_in_the_gradebook(term):
    with Gradebook(f"sqlite:///{term.course.build / 'gradebook.db'}", "demo") as gradebook:
        scores = {s.student_id: s.score for s in gradebook.assignment_submissions(NAME)}
    assert scores == {"ada": FULL, "bob": FULL - 1, "eve": FULL, "mia": FULL, "zoe": FULL - 1, "tom": FULL}


TOLD = {
    ("ada", 1): (FULL - 1, LEFT),
    ("ada", 2): (FULL, SECOND),
    ("ada", 3): (FULL, f"Your submission of TIME was not graded, because you had no attempts left. {SECOND}"),
    ("bob", 2): (0, f"Your submission of TIME {SAME} {LEFT}"),
    ("bob", 3): (FULL - 1, SECOND),
    ("eve", 1): (0, UNREADABLE),
    ("eve", 3): (FULL, f"{LEFT} The next one will be graded on TIME at the earliest."),
    ("zoe", 2): (FULL - 1, SECOND),
}  # fmt: skip


@pytest.mark.parametrize(("submission", "expected"), TOLD.items(), ids=[f"{s}'s number {n}" for s, n in TOLD])
def test_feedback_on_each_submission_says_which_attempt_counts(term, submission, expected):
    secret = term.secrets[submission]
    assert (term.course.points_shown(secret), term.course.told(secret)) == expected


def test_students_can_read_all_feedback_even_if_the_service_has_a_strict_umask(term):
    assert {path.stat().st_mode & 0o777 for path in (term.course.exchange / "feedback").iterdir()} == {0o644}


def test_unreadable_submission_is_explained_and_the_earlier_attempt_still_counts(term):
    told = term.course.told(term.secrets["tom", 3])
    assert re.match(r"Your submission of TIME was not graded: the submitted file", told)
    assert term.course.points_shown(term.secrets["tom", 3]) == FULL
    assert term.course.graded("tom") == [(1, FULL)]


def test_collect_skips_students_whose_attempts_are_counted(term):
    before = {path: path.read_bytes() for path in (term.course.build / "submitted").rglob("*.ipynb")}
    printed = term.course.nbgrader("collect", "--update")
    assert "6 students were left out, because their attempts are counted." in printed
    assert {path: path.read_bytes() for path in (term.course.build / "submitted").rglob("*.ipynb")} == before


def test_run_without_new_submissions_does_nothing(term):
    before = {path: path.stat().st_mtime_ns for path in term.course.exchange.rglob("*.html")}
    run = term.course.watch(*LIMIT)
    assert (run.returncode, run.stdout) == (0, "Nothing new has arrived.\n")
    assert {path: path.stat().st_mtime_ns for path in term.course.exchange.rglob("*.html")} == before


@pytest.fixture
def watcher(empty_course, tmp_path):
    """A running `watch`, with its course as the attribute `course`."""
    course = empty_course.copy(tmp_path / "loop")
    watcher = course.start("--every", "0.2")
    watcher.course = course
    try:
        assert watcher.stdout.readline().startswith(f"Watching {NAME} every 0.2 seconds; attempts: unlimited.")
        yield watcher
    finally:
        watcher.kill()
        watcher.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_loop_grades_what_arrives_until_a_signal_ends_it_with_all_its_processes(watcher, number):
    for attempt, (work, points) in enumerate([(WRONG_SGD, FULL - 1), (RIGHT, FULL)], start=1):
        secret = watcher.course.submit("ada", work)
        assert watcher.stdout.readline() == f"ada: attempt {attempt}: {points:g} of {MOST:g} points\n"
        assert watcher.course.points_shown(secret) == points
    watcher.send_signal(number)
    # The processes that run students' code have inherited stderr, so it ends when all of them have.
    assert watcher.communicate() == ("", "")
    assert watcher.returncode == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NbGraderException("The gradebook is gone."), "The gradebook is gone"),
        (ValueError("No number."), "ValueError: No number"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_reason_fits_into_a_sentence(error, words):
    assert reason(error) == words


def test_second_watcher_is_refused(watcher):
    run = watcher.course.watch()
    where = watcher.course.folder
    sentence = f"Another `watch {NAME}` is already running in {where}. Stop it first.\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", sentence)


def test_locked_gradebook_is_reported_in_one_sentence_and_tried_again(empty_course):
    course = empty_course.copy(empty_course.folder.with_name("locked"))
    course.submit("ada", RIGHT)
    with closing(sqlite3.connect(course.build / "gradebook.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        run = course.watch()
    assert run.returncode == 1
    assert run.stderr == (
        "ada: not graded yet: the gradebook cannot be used: database is locked. Trying again in 60 seconds.\n"
    )
    run = course.watch()
    assert (run.returncode, run.stdout) == (0, f"ada: attempt 1: {FULL:g} of {MOST:g} points\n")


def spoil_nothing(course):
    return "no_such_assignment"


def spoil_release(course):
    (course.exchange / "outbound" / NAME).rename(course.exchange / "outbound" / "gone")
    return NAME


def spoil_exchange(course):
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace('"exchange")', '"nowhere")'))
    return NAME


REFUSALS = {
    "unknown assignment": (spoil_nothing, "There is no assignment 'no_such_assignment'. The assignments are "),
    "not released": (spoil_release, f"{NAME} has not been released. Run `nbgrader generate_assignment {NAME}` and "),
    "no exchange": (spoil_exchange, "There is no exchange at "),
}


@pytest.mark.parametrize(("spoil", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_assignment_that_cannot_be_watched_is_refused_in_one_sentence(spoil, sentence, empty_course, tmp_path):
    course = empty_course.copy(tmp_path / "course")
    run = course.watch(assignment=spoil(course))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(sentence)
    assert run.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root is permitted to do everything")
def test_missing_permission_is_reported_in_one_sentence(empty_course, tmp_path):
    course = empty_course.copy(tmp_path / "course")
    course.inbound.chmod(0o300)
    run = course.watch()
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"You lack permissions for {course.inbound}: run this command as the user who released the assignment.\n"
    )


def test_damaged_record_stops_only_its_student(empty_course, tmp_path):
    course = empty_course.copy(tmp_path / "course")
    record = watch_folder(course.folder, NAME) / "attempts" / "ada.json"
    record.parent.mkdir(parents=True)
    record.write_text("{")
    course.submit("ada", RIGHT)
    course.submit("bob", RIGHT)
    run = course.watch()
    assert (run.returncode, run.stdout) == (1, f"bob: attempt 1: {FULL:g} of {MOST:g} points\n")
    assert f"{record} is damaged: restore it from a backup" in run.stderr


def test_killed_run_is_completed_by_the_next(empty_course):
    """Kill the run after each of its steps. See kill_after_each_step."""
    course = empty_course.copy(empty_course.folder.with_name("killed"))
    course.submit("ada", WRONG_SGD)
    assert course.watch("--attempts", "3").returncode == 0
    secret = course.submit("ada", RIGHT)
    script = Watched.script("kill_after_each_step.py")
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    run = subprocess.run([*script, str(course.folder)], **course.surroundings, **pipes, text=True)
    steps = run.stdout.split()
    assert run.returncode == 0
    assert steps == [
        *("copy_submission", "write_record", "rmtree", "collect", "autograde", "write_record"),
        *("write_feedback", "release_feedback", "write_record", "none"),
    ]
    for number, step in enumerate(steps, start=1):
        after = Watched(course.folder.with_name(f"killed-{number}"))
        assert after.graded("ada") == [(1, FULL - 1), (2, FULL)], step
        assert after.points_shown(secret) == FULL, step
        assert after.told(secret).startswith("Attempt 2 of 3 counts"), step
        assert after.record("ada").last.released, step
        with Gradebook(f"sqlite:///{after.build / 'gradebook.db'}", "demo") as gradebook:
            assert gradebook.find_submission(NAME, "ada").score == FULL, step
