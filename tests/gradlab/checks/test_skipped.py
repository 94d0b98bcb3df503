"""Names that an answer uses and that grading will not have are found, wherever they come from."""

import pytest

from gradlab.checks.demo_cells import cell_digest, graded_source
from gradlab.checks.history import Run
from gradlab.checks.session import Session
from gradlab.checks.skipped import missing_when_graded

DEMO = "images = load()\nfor epoch in range(3):\n    loss = epoch\n\ndef show(x):\n    return x + images"


def missing(answer, *cells):
    """Return the names that grading lacks for a function `answer`, in a notebook in which these cells have run."""
    namespace = {"images": 1, "loss": 2, "epoch": 3, "load": lambda: 1}
    exec(DEMO.partition("def show")[1] + DEMO.partition("def show")[2], namespace)
    for source in (*cells, answer):
        exec(source, namespace)
    sources = (graded_source(source, [cell_digest(DEMO)]) for source in (DEMO, *cells, answer))
    session = Session(namespace, [Run(source, "", 0.0) for source in sources])
    return missing_when_graded(["answer"], [namespace["answer"]], session, ["images", "loss", "epoch"])


ANSWERS = {
    "a variable of a demo": ("def answer(x):\n    return x + images", ["images"]),
    "two variables": ("def answer(x):\n    return loss + images", ["images", "loss"]),
    "in an inner function": ("def answer(x):\n    return [lambda: images for _ in x]", ["images"]),
    "through a function of the demo": ("def answer(x):\n    return show(x)", ["images"]),
    "an argument of the same name": ("def answer(images):\n    return images", []),
    "a local variable of the same name": ("def answer(x):\n    images = x\n    return images", []),
    "an attribute of the same name": ("def answer(x):\n    return x.images + x.loss()", []),
    "in the cell, before the function": ("print(images)\ndef answer(x):\n    return x", ["images"]),
    "in a default": ("def answer(x, y=images):\n    return x", ["images"]),
    "in a branch that may not run": ("if 'images' in dir():\n    images\ndef answer(x):\n    return x", []),
    "nothing": ("def answer(x):\n    return x", []),
}


@pytest.mark.parametrize(("answer", "names"), ANSWERS.values(), ids=ANSWERS)
def test_names_that_only_a_demo_sets_are_missing(answer, names):
    assert missing(answer) == names


def test_name_that_one_of_the_students_cells_sets_is_not_missing():
    assert missing("def answer(x):\n    return x + images", "images = 7") == []


def test_demo_that_runs_twice_is_still_a_demo():
    assert missing("def answer(x):\n    return x + images", f"{DEMO}\n\n") == ["images"]


def test_name_computed_from_a_demos_variable_is_missing():
    answer = "def answer(x):\n    return x + own"
    assert missing(answer, "own = 7") == []
    assert missing(answer, "own = images + 1") == ["images"]
    assert missing(answer, "twice = 2 * images", "own = twice + 1") == ["images"]
