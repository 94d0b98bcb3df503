"""A change makes exactly the verdicts that depend on it stale, and the reason says what has changed."""

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys

import pytest

from autograder import catalogue
from autograder.grading.keys import OWN, SHARED, stale
from autograder.paths import ROOT
from autograder.sources import code, dependencies, modules_in, stripped

NAME = "update_rules"
EXERCISES = set(catalogue.assignments()[NAME].exercises)
PRINT_KEYS = """
import json
from pathlib import Path
from autograder.grading.keys import exercise_keys
released = Path("assignments/update_rules/update_rules.ipynb")
print(json.dumps(exercise_keys(released, "update_rules", b"secret", False, 30.0)))
"""
ADAM, ADAPTIVE = f"autograder/exercises/{NAME}/adam.py", f"autograder/exercises/{NAME}/adaptive.py"
MOMENTUM = f"autograder/exercises/{NAME}/sgd_momentum.py"
NOTEBOOK = f"assignments/{NAME}/{NAME}.ipynb"
CHECK_OF_ADAM = '"grade_id": "adam-check",\n     "locked": true,\n     '
FOLLOW_RULES = EXERCISES - {
    "classify_critical_point", "clip_by_global_norm", "escape_saddle", "momentum_schedule", "newton_step"
}  # fmt: skip

# For each change: the edits, the exercises whose verdicts become stale, what they were graded with, and the reason.
CHANGES = {
    "nothing that decides points": (
        [
            (ADAM, "One step of Adam.", "One Adam step."),
            (ADAM, "You now have an Adam that matches the paper", "You have Adam"),
            (ADAPTIVE, "Weights of magnitude 3 to 5", "Weights from 3 to 5"),
            ("autograder/judging/judge.py", "    # Divide first", "    # Divide at first"),
            ("autograder/grading/pool.py", "start_new_session=True", "start_new_session=False"),
            ("source/gradlab/plots/curves.py", "from itertools import chain", "from itertools import chain, count"),
        ],
        set(),
        "",
        "",
    ),
    "a tolerance": (
        [(ADAM, "    driver = ", "    tolerance = 1e-3\n    driver = ")],
        {"adam"},
        "an older `adam`",
        "its tolerance changed from 1e-07 to 0.001",
    ),
    "reference and cases": (
        [
            (ADAM, "        m_hat, v_hat", "        corrected = True\n        m_hat, v_hat"),
            (ADAM, '"ten steps, config=None"', '"ten steps"'),
        ],
        {"adam"},
        "an older `adam`",
        "its reference and its cases changed",
    ),
    "a hint": (
        [(ADAM, "Divide m by 1 - β₁ᵗ and v by 1 - β₂ᵗ.", "Divide both.")],
        {"adam"},
        "an older `adam`",
        "its known mistakes changed",
    ),
    "points in the released notebook": (
        [(NOTEBOOK, f'{CHECK_OF_ADAM}"points": 5.0', f'{CHECK_OF_ADAM}"points": 6.0')],
        {"adam"},
        "an older `adam`",
        "its points changed from 5.0 to 6.0",
    ),
    "code that exercises share": (
        [(ADAPTIVE, "signed(rng, 3, 5, *shape)", "signed(rng, 3, 6, *shape)")],
        {"adagrad", "adam", "adamw", "rmsprop"},
        "",
        "its shared code changed",
    ),
    "an exercise whose module another exercise imports": (
        [(MOMENTUM, "    driver = ", "    seconds = 20.0\n    driver = ")],
        {"sgd_momentum"},
        "",
        "its time limit changed from 5.0 to 20.0",
    ),
    "a driver": (
        [("source/gradlab/drivers/rules.py", "\n\ndef trajectory(", "\n\nMORE = 1\n\n\ndef trajectory(")],
        FOLLOW_RULES,
        "",
        "its driver changed",
    ),
    "the comparison": (
        [("source/gradlab/checks/compare.py", "import numpy as np\n", "import math\n\nimport numpy as np\n")],
        EXERCISES,
        "an older grader",
        "the grader changed",
    ),
    "the sandbox": (
        [("autograder/sandbox/seccomp.py", "import errno\n", "import errno as errno\n")],
        EXERCISES,
        "an older grader",
        "the grader changed",
    ),
    "a layer that answers may use": (
        [("source/gradlab/layers/affine.py", "import math\n", "import math as math\n")],
        EXERCISES,
        "an older gradlab",
        "gradlab changed",
    ),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """``keys(edits)``: return the keys in a copy of the repository with these edits."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("autograder", "source/gradlab", f"assignments/{NAME}"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    # Let Python recognize edited files by their hashes, because an edit may change neither the time nor the size.
    compileall.compile_dir(folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)

    def keys(edits):
        before = {path: (folder / path).read_text(encoding="utf-8") for path, _, _ in edits}
        try:
            for path, old, new in edits:
                text = (folder / path).read_text(encoding="utf-8")
                assert old in text, (path, old)
                (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
            environment = os.environ | {"PYTHONPATH": str(folder / "source"), "PYTHONDONTWRITEBYTECODE": "1"}
            command = [sys.executable, "-c", PRINT_KEYS]
            return json.loads(subprocess.run(command, cwd=folder, env=environment, stdout=-1, check=True).stdout)
        finally:
            for path, text in before.items():
                (folder / path).write_text(text, encoding="utf-8")

    return keys


@pytest.fixture(scope="module")
def unchanged(keys):
    return keys([])


@pytest.mark.parametrize(("edits", "expected", "graded_with", "sentence"), CHANGES.values(), ids=CHANGES)
def test_change_makes_exactly_the_dependent_verdicts_stale(keys, unchanged, edits, expected, graded_with, sentence):
    found = stale(unchanged, keys(edits))
    assert set(found) == expected
    assert not graded_with or {reason.graded_with for reason in found.values()} == {graded_with}
    assert {reason.sentence for reason in found.values()} == ({sentence} if expected else set())


def test_key_has_all_parts_and_no_secret(unchanged):
    assert set(unchanged) == EXERCISES
    assert {frozenset(key) for key in unchanged.values()} == {frozenset([*SHARED, *OWN])}
    assert b"secret".hex() not in json.dumps(unchanged)


def test_verdicts_without_keys_are_from_an_older_grader(unchanged):
    reasons = stale({}, unchanged)
    assert set(reasons) == EXERCISES
    assert {reason.graded_with for reason in reasons.values()} == {"an older grader"}


def test_exercise_without_a_verdict_is_new(unchanged):
    old = {name: key for name, key in unchanged.items() if name != "adam"}
    assert {name: reason.sentence for name, reason in stale(old, unchanged).items()} == {"adam": "the exercise is new"}


def test_several_changes_are_listed(unchanged):
    adam = unchanged["adam"] | {"points": 4.0, "cases": "", "judge": "", "secret": ""}
    (reason,) = stale(unchanged | {"adam": adam}, unchanged).values()
    assert reason.sentence == (
        "the course's secret changed; its points changed from 4.0 to 5.0; its cases and its judge changed"
    )


def test_judges_imports_from_gradlab_checks_are_part_of_the_grader():
    """A change to any module in `gradlab.checks` that the judge imports must change the grader's digest."""
    used = dependencies(["autograder.judging.judge"], ("autograder.", "gradlab.checks."), {"autograder.exercise"})
    assert {module for module in used if module.startswith("gradlab.")} <= set(modules_in("gradlab.checks"))


SOURCE = '''"""A module."""

import math  # kept


def one():
    """A function."""
    # A comment.
    return """
# part of a string
"""


class Empty:
    """This docstring is all there is, so the code needs it."""


def two(): "on the same line"; return 2
'''
CODE = '''import math  # kept
def one():
    return """
# part of a string
"""
class Empty:
    """This docstring is all there is, so the code needs it."""
def two(): "on the same line"; return 2
'''


def test_stripped_source_has_no_docstrings_comments_or_blank_lines():
    assert stripped(SOURCE) == CODE


def test_code_of_every_exercise_is_valid_python():
    for module in modules_in("autograder.exercises"):
        compile(code(module), module, "exec")
