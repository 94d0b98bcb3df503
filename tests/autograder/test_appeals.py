"""With the seed in a verdict, ``try`` repeats the verdict exactly: the same cases, score, mistakes, and diagnosis."""

import json
import shutil

import nbformat
import pytest
from typer.testing import CliRunner

from autograder import catalogue
from autograder.__main__ import app
from autograder.demo.standalone import standalone
from autograder.demo.students import Student
from autograder.grading.job import Job, grade, read_result
from autograder.paths import ROOT

NAME = "update_rules"
ASSIGNMENT = catalogue.assignments()[NAME]
# Some exercises are answered correctly, some with a known mistake, and others in ways that no known mistake explains.
ANSWERS = {
    "adam": standalone(ASSIGNMENT.exercises["adam"].mistakes[0].function, "adam"),
    "sgd_momentum": standalone(ASSIGNMENT.exercises["sgd_momentum"].mistakes[-1].function, "sgd_momentum"),
    "sgd": "def sgd(w, dw, config=None):\n    return w - 0.01 * dw**3, config or {}",
    "rmsprop": "def rmsprop(w, dw, config=None):\n    return w / len(config), {}",
    "adagrad": "def adagrad(w, dw, config=None):\n    raise NotImplementedError",
    "newton_step": "def newton_step(x, gradient, hessian):\n    return x * 0.5",
}


@pytest.fixture(scope="module")
def graded(sandbox, tmp_path_factory):
    """The verdicts on a submission, and its answers, both keyed by exercise."""
    folder = tmp_path_factory.mktemp("appeal")
    released = folder / f"{NAME}.ipynb"
    for file in (released.name, "checks.npz"):
        shutil.copy(ROOT / "assignments" / NAME / file, folder)
    submitted = folder / "submitted.ipynb"
    submitted.write_bytes(Student("ada", "", ANSWERS).notebook(ASSIGNMENT, nbformat.read(released, as_version=4)))
    job = Job(str(folder), str(released), str(submitted), str(folder / "result.json"), NAME, "ada")
    result = read_result(grade(vars(job)))
    sources = {}
    for cell in result["notebook"]["cells"]:
        mark = cell["metadata"].get("nbgrader", {})
        if mark.get("solution"):
            sources[mark["grade_id"]] = cell["source"]
    return result["verdicts"], sources


@pytest.mark.parametrize("name", ASSIGNMENT.exercises)
def test_try_with_the_seed_from_a_verdict_repeats_the_verdict(graded, tmp_path, name):
    verdict, source = graded[0][name], graded[1][name]
    file = tmp_path / "answer.py"
    file.write_text(f"import numpy as np\n\n{source}\n", encoding="utf-8")
    tried = CliRunner().invoke(app, ["try", name, str(file), "--json", "--seed", verdict["seed"]])
    assert tried.exit_code == 0, tried.output
    found = json.loads(tried.stdout)
    assert (found["score"], found["points"]) == (verdict["score"], verdict["points"])
    assert [[case["name"], case["passed"]] for case in found["cases"]] == verdict["cases"]
    assert [mistake["name"] for mistake in found["mistakes"]] == verdict["mistakes"]
    assert (found["mistake"] or {"hint": ""})["hint"] == verdict["hint"]
    assert found["diagnosis"] == verdict["diagnosis"]


def test_answers_include_correct_ones_known_mistakes_and_unknown_mistakes(graded):
    verdicts = graded[0].values()
    assert any(verdict["score"] == verdict["points"] for verdict in verdicts)
    assert any(verdict["mistakes"] for verdict in verdicts)
    assert any(verdict["score"] < verdict["points"] and not verdict["mistakes"] for verdict in verdicts)
    assert len({verdict["seed"] for verdict in verdicts}) == len(verdicts)
