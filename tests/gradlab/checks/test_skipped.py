"""Names that an answer uses and that grading will not have are found, wherever they come from."""

from types import SimpleNamespace

import pytest

from gradlab.checks.skipped import assigned_names, cell_digest, missing_when_graded

DEMO = "images = load()\nfor epoch in range(3):\n    loss = epoch\n\ndef show(x):\n    return x + images"

NAMES = {
    "a = 1": {"a"},
    "a, (b, *c) = x": {"a", "b", "c"},
    "a += 1": {"a"},
    "a: int = 1": {"a"},
    "for i in x:\n    a = i": {"i", "a"},
    "with open(x) as file:\n    pass": {"file"},
    "if x:\n    a = 1\nelse:\n    b = 2": {"a", "b"},
    "import numpy as np, os.path": {"np", "os"},
    "from x import y as z": {"z"},
    "def f(a):\n    b = a": {"f"},
    "class C:\n    a = 1": {"C"},
    "x = [a for a in b]": {"x"},
    "print(y := 3)": {"y"},
    "a.b = 1\na[0] = 1": set(),
    "%matplotlib inline": set(),
}


@pytest.mark.parametrize(("source", "names"), NAMES.items(), ids=NAMES)
def test_names_that_a_cell_sets_are_found(source, names):
    assert assigned_names(source) == names


def missing(answer, *cells):
    """Return the names that grading lacks for a function `answer`, in a notebook in which these cells have run."""
    namespace = {"images": 1, "loss": 2, "epoch": 3}
    exec(DEMO.partition("def show")[1] + DEMO.partition("def show")[2], namespace)
    exec(answer, namespace)
    namespace["In"] = ["", DEMO, *cells, answer]
    shell = SimpleNamespace(user_ns=namespace, transform_cell=lambda source: source)
    return missing_when_graded([namespace["answer"]], shell, ["images", "loss", "epoch"], [cell_digest(DEMO)])


ANSWERS = {
    "a variable of a demo": ("def answer(x):\n    return x + images", ["images"]),
    "two variables": ("def answer(x):\n    return loss + images", ["images", "loss"]),
    "in an inner function": ("def answer(x):\n    return [lambda: images for _ in x]", ["images"]),
    "through a function of the demo": ("def answer(x):\n    return show(x)", ["images"]),
    "an argument of the same name": ("def answer(images):\n    return images", []),
    "a local variable of the same name": ("def answer(x):\n    images = x\n    return images", []),
    "an attribute of the same name": ("def answer(x):\n    return x.images + x.loss()", []),
    "nothing": ("def answer(x):\n    return x", []),
}


@pytest.mark.parametrize(("answer", "names"), ANSWERS.values(), ids=ANSWERS)
def test_names_that_only_a_demo_sets_are_missing(answer, names):
    assert missing(answer) == names


def test_name_that_a_cell_of_the_student_sets_is_not_missing():
    assert missing("def answer(x):\n    return x + images", "images = 7") == []


def test_demo_that_runs_twice_is_still_a_demo():
    assert missing("def answer(x):\n    return x + images", f"{DEMO}\n\n") == ["images"]
