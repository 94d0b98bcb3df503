"""Which assignments in a course are ours, which are its own, and which neither grader can grade fairly."""

import json

import pytest
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.plugin.exporter import JudgedExporter
from autograder.plugin.ownership import is_ours

IMPORT = ("", "import numpy as np\nfrom gradlab import check, plots")
SGD, ADAM = ("sgd-check", 'check("sgd", sgd)'), ("adam-check", 'check("adam", adam)')
OWN = ("test-1", "from math import isclose\nassert isclose(f(1), 2)")


def notebook(*tests):
    """Return a notebook with the given test cells; a cell without a `grade_id` is not graded."""
    cells = [
        {
            "cell_type": "code",
            "source": source.splitlines(keepends=True),
            "metadata": {"nbgrader": {"grade": True, "solution": False, "grade_id": name}} if name else {},
        }
        for name, source in tests
    ]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# check", "metadata": {}}, *cells]})


@pytest.fixture
def decide(tmp_path):
    """``decide(files, assignment)``: write files, given by path in the course, and ask whose the assignment is."""

    def decide(files, assignment="update_rules", **options):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        config = Config()
        config.CourseDirectory.update(root=str(tmp_path), assignment_id=assignment)
        return is_ours(CourseDirectory(config=config), **options)

    return decide


OURS = notebook(IMPORT, SGD, ADAM)
PATH = "release/update_rules/update_rules.ipynb"
CASES = {
    "ours": ({PATH: OURS}, True),
    "ours, with a header": ({PATH: notebook(("", "NAME = ''"), IMPORT, SGD)}, True),
    "only its source exists": ({"source/update_rules/update_rules.ipynb": OURS}, True),
    "nothing exists": ({}, False),
    "their own tests, under our name": ({PATH: notebook(OWN)}, False),
    "their own tests of code that uses our library": ({PATH: notebook(IMPORT, OWN)}, False),
    "a function of their own that is called check": ({PATH: notebook(("sgd-check", 'check("sgd", sgd)'))}, False),
    "our check in a cell that gives no points": ({PATH: notebook(IMPORT, ("", SGD[1]), OWN)}, False),
    "not a notebook": ({PATH: "{"}, False),
    "cells without sources": ({PATH: '{"cells": [{"cell_type": "code"}]}'}, False),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_checks_in_the_notebook_determine_whose_assignment_it_is(decide, files, expected):
    assert decide(files) is expected


def test_source_determines_ownership_when_generating_and_release_when_grading(decide):
    files = {PATH: OURS, "source/update_rules/update_rules.ipynb": notebook(OWN)}
    assert decide(files) is True
    assert decide(files, generating=True) is False


REFUSED = {
    "under another name": ("hw3", {"release/hw3/hw3.ipynb": OURS}, "its folder must be named update_rules"),
    "in a folder with another name": ("hw3", {"release/hw3/update_rules.ipynb": OURS}, "must be named update_rules"),
    "under another of our names": (
        "regularization",
        {"release/regularization/regularization.ipynb": OURS},
        "its folder must be named update_rules and its notebook update_rules.ipynb",
    ),
    "a notebook with another name": (
        "update_rules",
        {"release/update_rules/part1.ipynb": OURS},
        "its notebook update_rules.ipynb",
    ),
    "a second notebook": (
        "update_rules",
        {PATH: OURS, "release/update_rules/extra.ipynb": notebook(OWN)},
        "move extra.ipynb to another assignment",
    ),
    "a test cell of their own": ("update_rules", {PATH: notebook(IMPORT, SGD, OWN)}, "the test cell 'test-1' in"),
    "a check with a new id": (
        "update_rules",
        {PATH: notebook(IMPORT, ("cell-1a2b", 'check("sgd", sgd)'))},
        "the test cell 'cell-1a2b' in",
    ),
    "an exercise from another assignment": (
        "update_rules",
        {PATH: notebook(IMPORT, SGD, ("smooth-check", 'check("smooth", smooth)'))},
        "the test cell 'smooth-check' in",
    ),
    "an exercise that is gone": (
        "update_rules",
        {PATH: notebook(IMPORT, ("mend_adam-check", "check('mend_adam', adam)"))},
        "gradlab has no such exercise",
    ),
}


@pytest.mark.parametrize(("name", "files", "sentence"), REFUSED.values(), ids=REFUSED)
def test_notebook_of_ours_that_cannot_be_graded_fairly_is_refused(decide, name, files, sentence):
    with pytest.raises(NbGraderException, match=sentence):
        decide(files, name)


def test_judge_refuses_an_assignment_that_it_does_not_know(tmp_path):
    config = Config()
    config.CourseDirectory.update(root=str(tmp_path), assignment_id="hw1")
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config)
    with pytest.raises(NbGraderException, match=r"'hw1' is not one of gradlab's assignments\."):
        JudgedExporter(parent=converter)
