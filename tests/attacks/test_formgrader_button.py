"""The formgrader's button grades as the command does: in a process that lives long and runs threads."""

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
    Student("button-half", "half a notebook", raw=b'{"cells": ['),
]
# What the formgrader does when its button is pressed, in a server with other threads at work.
SERVER = """\
import hashlib, json, os, sys, threading, time
from nbgrader.apps import NbGrader, NbGraderAPI

done = threading.Event()

def work():
    while not done.wait(0.001):
        hashlib.sha256(bytes(100_000)).digest()

def descendants():
    alive = [open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split() for pid in os.listdir("/proc") if pid.isdigit()]
    return sum(fields[1] == str(os.getpid()) for fields in alive)

for _ in range(4):
    threading.Thread(target=work).start()
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
found = {}
for student in sys.argv[1:]:
    result = api.autograde("update_rules", student)
    found[student] = result["success"], result["log"]
    found.setdefault("open", []).append(len(os.listdir("/proc/self/fd")))
deadline = time.monotonic() + 10
while descendants() and time.monotonic() < deadline:
    time.sleep(0.1)
found["left over"] = descendants()
done.set()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def pressed(empty_course):
    """The button pressed for each student, in a course of its own, and for the first of them again."""
    course = empty_course.copy(empty_course.folder.with_name("button"))
    for student in SUBMISSIONS:
        course.hand_in(student)
    students = [student.name for student in SUBMISSIONS] + [SUBMISSIONS[0].name]
    command = [sys.executable, "-c", SERVER, *students]
    run = subprocess.run(command, cwd=course.folder, capture_output=True, text=True, timeout=100, env=os.environ)
    assert run.returncode == 0, run.stderr
    course.pressed = json.loads(run.stdout.splitlines()[-1])
    return course


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_the_button_gives_the_same_marks(student, pressed, course):
    success, log = pressed.pressed[student.name]
    assert success, log
    assert pressed.gradebook[student.name] == course.gradebook[student.name]
    assert pressed.verdicts(student.name) == course.verdicts(student.name)


def test_the_button_leaves_no_process_and_no_file_open(pressed):
    assert pressed.pressed["left over"] == 0
    first, *later = pressed.pressed["open"]
    assert max(later) <= first + 2, later
