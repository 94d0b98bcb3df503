"""The names that a cell sets, needs, and changes are found in its source, and no other names are."""

import pytest

from gradlab.checks.bindings import assigned_names, bindings, may_set_more, updated_names

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
    "x = '\\d'": {"x"},
}


@pytest.mark.parametrize(("source", "names"), NAMES.items(), ids=NAMES)
def test_names_that_a_cell_sets_are_found(source, names):
    assert assigned_names(source) == names


@pytest.mark.parametrize("source", ["x = " + " + ".join(["1"] * 5000), "x = " + "[" * 5000, "x = '\0'"])
def test_cell_that_cannot_be_parsed_sets_no_known_names_but_may_set_any(source):
    assert (assigned_names(source), updated_names(source), may_set_more(source)) == (set(), set(), True)


NEEDS = {
    "f = g(a)": {"g", "a"},
    "f = [b for b in a]": {"a"},
    "f = lambda x, y=a: x + b": {"a"},
    "f: int = a": {"int", "a"},
    "def f(x, y=a, *, z=b.c):\n    return d": {"a", "b"},
    "@a.b\ndef f(x):\n    return d": {"a"},
    "class f(a):\n    b = c\n    e = b": {"a", "c"},
    "from a import f": set(),
    "print(a)\ndef f():\n    pass": {"print", "a"},
    "b = a\nf = b": {"a"},
    "f = a\nb = c": {"a"},
    "f += a": {"a"},
    "if a:\n    b\nf = 1": set(),
    "f = a if b else c": set(),
    "%matplotlib inline\nf = a": {"get_ipython", "a"},
}


@pytest.mark.parametrize(("source", "needs"), NEEDS.items(), ids=NEEDS)
def test_names_that_must_be_set_before_a_cell_sets_f_are_found(source, needs):
    assert bindings(source)["f"][0].needs == needs


SAME = {
    "layout": ("def f(x):\n    return x", "def f( x ) : return x"),
    "comments": ("x = 1", "# one\nx = 1  # two"),
    "docstrings": ("def f(x):\n    return x", 'def f(x):\n    """Return x."""\n    return x'),
    "other imports": ("import f", "import os, f"),
    "other names from a module": ("from a import f", "from a import g, f"),
    "other statements": ("f = 1", "g = 2\nf = 1"),
    "a magic": ("f = 1", "%matplotlib inline\nf = 1"),
    "a cell magic": ("f = 1", "%%time\nf = 1"),
}
DIFFERENT = {
    "a constant": ("f = 1", "f = 2"),
    "a default": ("def f(x=1):\n    return x", "def f(x=2):\n    return x"),
    "a body": ("def f(x):\n    return x", "def f(x):\n    return -x"),
    "a module": ("from a import f", "from b import f"),
    "a different name for a module": ("import a as f", "import b as f"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_code_is_the_same_if_nothing_relevant_differs(one, other):
    (name,) = assigned_names(one)
    assert bindings(one)[name][0].code == bindings(other)[name][0].code


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_code_differs_if_the_statement_differs(one, other):
    assert bindings(one)["f"][0].code != bindings(other)["f"][0].code


UPDATES = {
    "x *= 2": {"x"},
    "x = x + 1": {"x"},
    "x[0] += 1": {"x"},
    "x['a']['b'] -= 1": {"x"},
    "x.append(1)": {"x"},
    "x = 1\nx *= 2": set(),
    "x = []\nx.append(1)": set(),
    "x *= 2\nx = 1": {"x"},
    "x[0] = 1": set(),
    "x.sort()": set(),
    "x = [x for x in y]": set(),
    "def f():\n    x.append(1)": set(),
    "for x in y:\n    z = x": set(),
}


@pytest.mark.parametrize(("source", "names"), UPDATES.items(), ids=UPDATES)
def test_names_whose_new_values_depend_on_their_old_ones_are_found(source, names):
    assert updated_names(source) == names


UNSEEN = {
    "from a import *": True,
    "exec('x = 1')": True,
    "globals()['x'] = 1": True,
    "%run other.py": True,
    "%time x = 1": True,
    "%%writefile a.py\nx = 1": True,
    "x =": True,
    "%matplotlib inline": False,
    "%load_ext autoreload\n%autoreload 2": False,
    "%%time\nx = 1": False,
    "!ls": False,
    "x = 1": False,
    "# nothing": False,
    "": False,
}


@pytest.mark.parametrize(("source", "more"), UNSEEN.items(), ids=UNSEEN)
def test_cells_that_may_set_names_not_in_their_source_are_found(source, more):
    assert may_set_more(source) is more
