"""Fragments stay the same when an answer is only made to look different, and change when it does something else."""

import pytest

from autograder.similarity.prose import prose_fragments
from autograder.similarity.syntax import code_fragments

SAME = {
    "renamed variables": (
        "for x in data:\n    y = x - 1\n    s = s + x * y",
        "for a in data:\n    b = a - 1\n    c = c + a * b",
    ),
    "renamed parameters": ("def f(w, dw):\n    return w - 0.1 * dw", "def f(x, grad):\n    return x - 0.1 * grad"),
    "reordered statements": ("a = np.sum(x)\nb = np.max(y)", "b = np.max(y)\na = np.sum(x)"),
    "comments": ("def f(x):\n    return x + 1", "def f(x):\n    # one\n    return x + 1  # more"),
    "docstrings": ("def f(x):\n    return x + 1", "def f(x):\n    'Documentation.'\n    return x + 1"),
    "layout": ("y = f(1, [2, 3])", "y=f( 1,\n  [2,\n 3], )"),
    "statements on one line": ("a = f(x)\nb = g(x)", "a = f(x); b = g(x)"),
    "augmented assignment": ("x += y * 2", "x = x + y * 2"),
    "spelling of numbers": ("x = y * 1e-3 + 2", "x = y * 0.001 + 2.0"),
    "spelling of strings": ("x = config['m']", 'x = config["m"]'),
    "order of operands": ("z = x * y + 1", "z = 1 + y * x"),
    "mirrored comparison": ("if x + 1 > y: z = f(x)", "if y < x + 1: z = f(x)"),
    "order of keyword arguments": ("y = f(x, a=1, b=2)", "y = f(x, b=2, a=1)"),
    "several assignments in one": ("a, b = f(x), g(y)", "a = f(x)\nb = g(y)"),
    "annotations": ("x: float = f(1)\ndef g(a: int) -> int: return a + 1", "x = f(1)\ndef g(a): return a + 1"),
    "the name of NumPy": ("import numpy as xp\ny = xp.sum(x)", "import numpy\ny = numpy.sum(x)"),
    "the names of code that is not valid": ("def f(:\n  return a + b * c", "def f(:\n  return x + y * z  # why?"),
}
DIFFERENT = {
    "a different operator": ("y = x * (a + b)", "y = x * (a - b)"),
    "a different number": ("y = 0.9 * x + z", "y = 0.99 * x + z"),
    "a different function": ("y = np.sum(x)", "y = np.mean(x)"),
    "a different key": ("y = config['m'] * 2", "y = config['v'] * 2"),
    "order of operands that matters": ("y = 1 - x", "y = x - 1"),
    "a different variable": ("y = a * b - a", "y = a * b - b"),
    "inside a loop or not": ("for i in x:\n    y = f(i)", "for i in x: pass\ny = f(i)"),
    "a different comparison": ("if x > y: z = f(x)", "if x >= y: z = f(x)"),
}
HOSTILE = {
    "deep brackets": "(" * 10_000,
    "many minus signs": "-" * 20_000 + "1",
    "a long sum": "1" + "+1" * 10_000,
    "a null byte": "x\x00 = 1",
    "a huge number": "x = 0x" + "f" * 20_000,
    "an infinite number": "x = 1e999 + y",
    "a lone surrogate": "x = '\ud800' + y",
    "an invalid escape sequence": r"x = '\d' + y",
    "nothing": "",
    "a megabyte": "x = x + 1\n" * 100_000,
    "deeply indented": "".join(f"{' ' * n}if x:\n" for n in range(99)),
}


def keys(source):
    return {fragment.key for fragment in code_fragments(source)}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_disguised_code_has_the_same_fragments(one, other):
    imports = keys("import numpy as xp") | keys("import numpy")
    assert keys(one) - imports == keys(other) - imports != set()


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_code_that_does_something_else_has_different_fragments(one, other):
    assert keys(one) != keys(other)


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_code_gives_a_limited_number_of_fragments(source):
    assert len(code_fragments(source)) <= 1000
    assert len(prose_fragments(source)) <= 1000


def test_fragment_offsets_select_the_right_text_despite_non_ascii():
    source = "def f(é, y):\n    if é + 2 > y:\n        y = 'ü' + é * (2 + y)\n    return y"
    found = {source[fragment.start : fragment.end] for fragment in code_fragments(source)}
    assert {"é * (2 + y)", "y = 'ü' + é * (2 + y)", "é + 2 > y", "return y"} <= found
    found = {"Ein Fuß, zwei Füße"[fragment.start : fragment.end] for fragment in prose_fragments("Ein Fuß, zwei Füße")}
    assert found == {"zwei", "Füße", "Ein Fuß, zwei", "Fuß, zwei Füße"}


def test_prose_ignores_case_punctuation_and_the_order_of_sentences():
    one = prose_fragments("The steps overshoot. Momentum adds them up!")
    other = prose_fragments("momentum ADDS them up, the steps overshoot")
    words = ["the", "steps", "overshoot", "momentum", "adds", "them", "up"]
    shared = {fragment.key for fragment in one} & {fragment.key for fragment in other}
    inside_sentences = [words[:3], words[3:6], words[4:]]
    assert {f.key for f in prose_fragments(". ".join(words))} & {f.key for f in one}
    assert shared >= {prose_fragments(" ".join(run))[-1].key for run in inside_sentences}
