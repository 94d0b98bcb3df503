"""The formgrader's autograde button gives the same grades as the command line, even in a busy, long-lived server."""

import json
import os
import subprocess
import sys

import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student

EXERCISES = catalogue.assignments()["update_rules"].exercises
WRONG = {name: cheats.does_nothing(exercise) for name, exercise in EXERCISES.items()}
SUBMISSIONS = [
    Student("button-right", "everything right"),
    Student("button-wrong", "does nothing in sgd", {"sgd": cheats.does_nothing(EXERCISES["sgd"])}),
    Student("button-cheats", "replaces np.allclose", WRONG, first=(cheats.PATCH,)),
    Student("button-crash", "sgd kills its process", {"sgd": cheats.crash("sgd")}),
    Student("button-half", "a truncated notebook", raw=b'{"cells": ['),
]
# This program does what the formgrader does when its button is pressed, in a process whose other threads are busy.
SERVER = """\
import hashlib, json, os, sys, threading, time
from nbgrader.apps import NbGrader, NbGraderAPI

done = threading.Event()

def work():
    while not done.wait(0.001):
        hashlib.sha256(bytes(10_000)).digest()

def has_children():
    "Return whether this process has any child, either running or not yet reaped."
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True

def wait_for_children():
    # The grading process ends after its last result, and then a thread reaps it. Nothing announces this, so poll. The
    # deadline passes only if a process is left over, and then the test fails.
    deadline = time.monotonic() + 30
    while has_children() and time.monotonic() < deadline:
        time.sleep(0.05)

for _ in range(4):
    threading.Thread(target=work).start()
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
grades, open_files = {}, []
for student in sys.argv[1:]:
    result = api.autograde("update_rules", student)
    grades[student] = result["success"], result["log"]
    wait_for_children()
    open_files.append(len(os.listdir("/proc/self/fd")))
done.set()
print(json.dumps({"grades": grades, "open files": open_files, "has children": has_children()}))
"""


@pytest.fixture(scope="module")
def pressed(empty_course):
    """A new course, after the button was pressed once for each student and once more for the first student."""
    course = empty_course.copy(empty_course.folder.with_name("button"))
    for student in SUBMISSIONS:
        course.submit(student)
    students = [student.name for student in SUBMISSIONS] + [SUBMISSIONS[0].name]
    command = [sys.executable, "-c", SERVER, *students]
    run = subprocess.run(command, cwd=course.folder, capture_output=True, text=True, env=os.environ)
    assert run.returncode == 0, run.stderr
    course.pressed = json.loads(run.stdout.splitlines()[-1])
    return course


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_button_gives_the_same_grade_as_the_command_line(student, pressed, course):
    success, log = pressed.pressed["grades"][student.name]
    assert success, log
    assert pressed.gradebook[student.name] == course.gradebook[student.name]
    assert without_seeds(pressed.verdicts(student.name)) == without_seeds(course.verdicts(student.name))


def without_seeds(verdicts):
    """Return the verdicts without the seeds, which depend on every byte of the submitted file."""
    return {name: verdict | {"seed": ""} for name, verdict in verdicts.items()}


def test_button_leaves_no_process_and_at_most_two_more_open_files(pressed):
    assert not pressed.pressed["has children"]
    first, *later = pressed.pressed["open files"]
    assert max(later) <= first + 2, later
