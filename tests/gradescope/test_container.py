"""A submission is graded in its own container, with or without Landlock, or refused with the reason."""

import json

import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student

from ..autograder.test_commands import REPLACES
from .conftest import NAME
from .container import CAPABILITIES
from .test_results import check_format

ASSIGNMENT = catalogue.assignments()[NAME]
POINTS = {name: float(exercise.points) for name, exercise in ASSIGNMENT.exercises.items()}
TIERS = pytest.mark.parametrize("landlock", [True, False], ids=["with Landlock", "without Landlock"])
# Simulated hosts, for the tier for throwaway containers: the code that the child runs first, and what the answer must
# say. On the first host, nothing has closed the folders that all users share.
OPEN = "open folders"
HOSTS = {
    OPEN: ("", "can still write to /"),
    "another user has no effect": ("privileges.drop = works", "it still runs as root"),
    "seccomp has no effect": ("seccomp.install = works", "can still open a socket"),
    "seccomp is missing": ("seccomp.prepare = fails(errno.EINVAL)", "seccomp, which filters system calls"),
    "limits have no effect": ("limits.apply = works", "a submission can allocate too much"),
    "nothing is missing": ("", "container"),
}
TRY = """\
import json, sys
sys.path.insert(0, "/autograder/source")
from autograder.sandbox import Tier, Unavailable, strongest_tier
from autograder.sandbox.container import close
from autograder.sandbox.selftest.probes import CHILD

def attempt(code):
    path, main = CHILD.split("from ", 1)
    try:
        return strongest_tier({Tier.CONTAINER: lambda: None}, f"{path}\\n{REPLACES}\\n{code}\\nfrom {main}")
    except Unavailable as reason:
        return str(reason)

answers = {OPEN: attempt("")}
close()
answers |= {host: attempt(code) for host, (code, _) in HOSTS.items() if host != OPEN}
print(json.dumps(answers))
"""


@TIERS
def test_submission_is_graded(landlock, container, released):
    answers = {"sgd": cheats.does_nothing(ASSIGNMENT.exercises["sgd"])}
    notebook = Student("ada", "", answers, cells=("1 / 0",)).notebook(ASSIGNMENT, released)
    container.submit({"homework/My homework 1.ipynb": notebook, "homework/notes.txt": b"x"})
    results, printed = container.grade(landlock=landlock)
    check_format(results)
    assert f"confined by the tier {'landlock' if landlock else 'container'}" in printed
    assert {test["name"]: test["max_score"] for test in results["tests"]} == POINTS
    assert {test["name"]: test["score"] for test in results["tests"]} == POINTS | {"sgd": 0.0}
    wrong = results["tests"][0]
    assert wrong["status"] == "failed"
    assert "sgd: 0 of 4 cases pass" in wrong["output"]
    assert "Hint: " in wrong["output"]
    assert "A cell stopped with ZeroDivisionError: division by zero" in results["output"]
    seeds = [line.split()[-1] for line in printed.splitlines() if ": seed " in line]
    assert len(seeds) == len(POINTS)
    assert not any(seed in json.dumps(results) for seed in seeds)


def test_unreadable_submission_gets_zero_points_and_the_reason(container):
    container.submit({"homework.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = '})
    results, _ = container.grade()
    check_format(results)
    assert results["score"] == 0
    assert "the submitted file is not a notebook: it is not valid JSON (line 1)" in results["output"]
    assert len(results["tests"]) == len(POINTS)


def test_grading_is_refused_if_no_tier_holds(container, released):
    """Without Landlock, root cannot confine students' code without the right to become another user."""
    container.submit({"homework.ipynb": Student("ada", "").notebook(ASSIGNMENT, released)})
    results, _ = container.grade(landlock=False, capabilities=[name for name in CAPABILITIES if name != "setuid"])
    check_format(results)
    assert results["score"] == 0
    assert results["tests"] == []
    assert "in the tier landlock: this kernel lacks Landlock" in results["output"]
    assert "in the tier container: Without Landlock, students' code must run as another user" in results["output"]


def test_error_in_the_autograder_is_reported_in_a_sentence(container, released):
    container.submit({"homework.ipynb": Student("ada", "").notebook(ASSIGNMENT, released)})
    moved = container.base / "source" / "release.moved"
    (container.base / "source" / "release").rename(moved)
    try:
        results, printed = container.grade()
    finally:
        moved.rename(container.base / "source" / "release")
    check_format(results)
    assert results["output"].startswith("Nothing was graded, because the autograder failed.")
    assert "ValueError: not enough values to unpack" in printed
    assert "Traceback" not in printed


def test_failure_to_start_python_is_reported_in_a_sentence(container):
    container.submit({})
    python = container.root / "opt" / "gradlab"
    python.rename(python.with_name("moved"))
    try:
        results, _ = container.grade()
    finally:
        python.with_name("moved").rename(python)
    assert results["score"] == 0
    assert "the autograder did not start" in results["output"]


def test_container_tier_is_refused_if_a_protection_is_missing(container):
    for folder in ("tmp", "var/tmp", "run/lock"):
        (container.root / folder).chmod(0o1777)
    (container.root / "try.py").write_text(f"REPLACES, OPEN, HOSTS = {(REPLACES, OPEN, HOSTS)!r}\n{TRY}")
    done = container.run("/opt/gradlab/bin/python", "/try.py", landlock=False)
    answers = json.loads(done.stdout)
    assert answers.keys() == HOSTS.keys()
    assert [host for host, (_, reason) in HOSTS.items() if reason not in answers[host]] == [], answers
