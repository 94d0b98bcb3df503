"""No attack succeeds in a Gradescope container, with Landlock or without.

`make test` grades a few submissions of each kind, and `make attacks` grades all submissions of ``tests/attacks``.
"""

import json
import os
import shutil
from collections import defaultdict
from types import SimpleNamespace

import pytest

from autograder import catalogue
from autograder.demo.students import Student
from autograder.judging.cases import draw, public_cases

from ..attacks.conftest import FULL
from ..attacks.scoreboard import EVERY
from ..attacks.test_hidden_stay_hidden import fragments, numbers_of, spellings
from ..attacks.test_scoreboard import SUBMITTED, points_gained
from .conftest import NAME
from .container import HERE
from .test_results import check_format

ASSIGNMENT = catalogue.assignments()[NAME]
FEW = 2  # submissions of each kind
SLOW = ("call-loops", "call-swallows-interrupts", "cells-none")
# Each act is something that only root, or a process that is not confined, may do. All of them work for root.
ACTS = {
    "read the grader": "open('/autograder/source/autograder/judging/judge.py').read(1)",
    "read a solution": "open('/autograder/source/autograder/exercises/update_rules/adam.py').read(1)",
    "read the secret": "open('/autograder/source/build/course_secret').read(1)",
    "read the submission": "os.listdir('/autograder/submission')",
    "read who submitted": "open('/autograder/submission_metadata.json').read(1)",
    "list the autograder": "os.listdir('/autograder')",
    "read the results": "open('/autograder/results/results.json').read(1)",
    "write the results": "open('/autograder/results/results.json', 'a').close()",
    "replace the results": "open('/autograder/results/other', 'w').close(); "
    "os.replace('/autograder/results/other', '/autograder/results/other2'); open('/autograder/results/other2').close()",
    "write next to the results": "open('/autograder/stdout', 'w').close()",
    "change the autograder": "open('/autograder/source/autograder/__init__.py', 'a').close()",
    "open the autograder to all": "os.chmod('/autograder', 0o700); os.stat('/autograder/source')",
    "write to /tmp": "open('/tmp/left', 'w').close()",
    "write to /var/tmp": "open('/var/tmp/left', 'w').close()",
    "write to /dev/shm": "open('/dev/shm/left', 'w').close()",
    "write to a folder of the image": "open('/var/crash/left', 'w').close()",
    "write to the library": "open(numpy.__file__, 'a').close()",
    "read the environment of the parent": "open(f'/proc/{os.getppid()}/environ').read(1)",
    "read the memory of the parent": "open(f'/proc/{os.getppid()}/mem', 'rb').close()",
    "read the maps of the parent": "open(f'/proc/{os.getppid()}/maps').read(1)",
    "list the descriptors of the parent": "os.listdir(f'/proc/{os.getppid()}/fd')",
    "follow the parent's folder": "os.listdir(f'/proc/{os.getppid()}/cwd')",
    "read the first process's environment": "open('/proc/1/environ').read(1)",
    "signal the parent": "os.kill(os.getppid(), 0)",
    "signal the first process": "os.kill(1, 0)",
    "trace the parent": "ctypes.CDLL(None).ptrace(0x4206, os.getppid(), 0, 0) == 0 or 1 / 0",
    "become root": "os.setuid(0)",
    "fork": "os.fork() or os._exit(0)",
    "start a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "leave a process behind": "os.fork() or (os.setsid(), os._exit(0))",
    "open a socket": "socket.socket().close()",
    "open a unix socket": "socket.socket(socket.AF_UNIX).close()",
    "make a device": "os.mknod('/dev/shm/device', 0o20666, os.makedev(1, 3))",
    "link the secret": "os.link('/autograder/source/build/course_secret', 'linked')",
}
TRIES = f"""\
import ctypes, os, socket, sys
import numpy
worked = []
for name, act in {ACTS!r}.items():
    try:
        exec(act)
    except (OSError, ZeroDivisionError):
        continue
    worked.append(name)
user = (os.getuid(), os.getgid(), os.getgroups())
"""
INTRUDER = Student("intruder", "", cells=(TRIES + "raise RuntimeError(f'user {user}: {worked}')",))
HONEST = Student("honest", "")


def chosen():
    """Return the submissions to grade, keyed by name: all of them, or the first few of each kind."""
    kinds = defaultdict(list)
    for name, (stem, student) in SUBMITTED.items():
        if name not in SLOW:
            kinds[stem].append(student)
    few = [student for students in kinds.values() for student in students[:FEW]]
    attackers = [student for _, student in SUBMITTED.values()] if EVERY in os.environ else few
    return {student.name: student for student in [HONEST, INTRUDER, *attackers]}


def lay_out(container, released):
    """Put the chosen submissions in the container, in numbered folders."""
    course = SimpleNamespace(folder=container.base / "source", build=container.base / "source" / "build")
    for number, student in enumerate(chosen().values()):
        folder = container.root / "submissions" / f"{number:03}" / NAME
        folder.mkdir(parents=True)
        if (notebook := student.notebook(ASSIGNMENT, released)) is not None:
            (folder / f"{NAME}.ipynb").write_bytes(notebook.replace(b"@COURSE@", b"/autograder/source"))
        if hasattr(student, "add_files"):
            student.add_files(folder, course)
    (container.root / "submissions").chmod(0o700)


@pytest.fixture(scope="module", params=[True, False], ids=["with Landlock", "without Landlock"])
def graded(request, container, released):
    """What `grade_all` found for each submission, keyed by name, in one of the tiers."""
    container.submit({})
    for folder in ("submissions", "graded"):
        shutil.rmtree(container.root / folder, ignore_errors=True)
        (container.root / folder).mkdir(mode=0o700)
    shutil.rmtree(container.base / "source" / "elsewhere", ignore_errors=True)  # what links lead to
    lay_out(container, released)
    shutil.copy(HERE / "grade_all.py", container.root)
    done = container.run("/opt/gradlab/bin/python", "/grade_all.py", landlock=request.param)
    assert done.returncode == 0, done.stdout[-2000:]
    assert f"by the tier {'landlock' if request.param else 'container'}" in done.stdout
    files = [container.root / "graded" / f"{number:03}.json" for number in range(len(chosen()))]
    return {name: json.loads(file.read_text()) for name, file in zip(chosen(), files, strict=True)}


def scores(found):
    return {test["name"]: test["score"] for test in found["results"]["tests"]}


def test_honest_submission_gets_full_points(graded):
    assert scores(graded["honest"]) == FULL


def test_results_have_the_right_format(graded):
    for found in graded.values():
        check_format(found["results"])


def test_no_attack_earns_points(graded, record_property):
    gained = {
        name: points
        for name in graded.keys() & SUBMITTED
        if (points := points_gained(name, SimpleNamespace(scores=lambda name: scores(graded[name])), FULL))
    }
    record_property("gradescope", len(graded.keys() & SUBMITTED.keys()))
    assert gained == {}


def test_no_attack_changes_the_results(graded):
    assert [name for name, found in graded.items() if found["changed"]] == []


def test_results_contain_no_hidden_number(graded):
    exercises = ASSIGNMENT.exercises.values()
    public = {e: numbers_of(e, public_cases(e)[0]) for e in exercises}
    common = fragments(json.dumps(graded["honest"]["results"]))
    for name, found in graded.items():
        shown = fragments(json.dumps(found["results"])) - common
        for exercise in exercises:
            if shown and (seed := found["seeds"].get(exercise.name)):
                assert not spellings(numbers_of(exercise, draw(exercise, int(seed))) - public[exercise]) & shown, name


def test_confined_process_can_do_nothing_that_only_root_may_do(graded):
    output = graded["intruder"]["results"]["output"]
    assert "A cell stopped with RuntimeError: user (65534, 65534, []): []\n" in output
    assert scores(graded["intruder"]) == FULL


def test_root_can_do_everything_forbidden_to_a_confined_process(container):
    container.submit({"a.ipynb": b"{}"})
    (container.base / "results" / "results.json").write_text("{}")
    (container.root / "tries.py").write_text(f"{TRIES}\nprint([name for name in {list(ACTS)!r} if name not in worked])")
    done = container.run("bash", "-c", "/opt/gradlab/bin/python /tries.py; true")  # so that Python has a parent
    assert done.stdout == "[]\n"
    for path in container.root.glob("**/left"):  # so that what grading itself leaves behind can be seen
        path.unlink()


def test_grading_leaves_nothing_behind(graded, container):
    left = [
        path for folder in ("tmp", "var/tmp", "run/lock", "var/crash") for path in (container.root / folder).iterdir()
    ]
    assert [path.name for path in left if path.name != "gradlab-0"] == []
    assert list((container.root / "tmp" / "gradlab-0").iterdir()) == []
