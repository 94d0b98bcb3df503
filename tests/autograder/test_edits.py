"""Mistakes and variants written as edits to the reference: replaced text must occur once; edits can be combined."""

import inspect
import linecache
from pathlib import Path

import numpy as np
import pytest

from autograder.edits import editable, edited, overlap, spans
from autograder.errors import DefinitionError
from autograder.exercise import Case, Exercise, mistake, variant


def scaled_sum(x, factor=2.0):
    """Return a scaled sum."""
    if x.size == 0:
        # nothing to add
        return 0.0
    total = np.sum(x)
    return factor * total


SOURCE = editable(scaled_sum)


def test_editable_source_has_comments_but_no_docstring():
    assert SOURCE.startswith("def scaled_sum(x, factor=2.0):\n    if x.size == 0:\n        # nothing to add\n")


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param({"factor * total": "total"}, 6.0, id="part of a line"),
        pytest.param({"factor=2.0": "factor=3.0"}, 18.0, id="a default"),
        pytest.param({"np.sum(x)": "np.prod(x)", "factor * total": "total"}, 6.0, id="two places"),
        pytest.param({"total = np.sum(x)": "total = 0.0\nfor value in x:\n    total += value"}, 12.0, id="more lines"),
        pytest.param({"total = np.sum(x)\nreturn factor * total": "return x[0]"}, 1.0, id="fewer lines"),
        pytest.param({"if x.size == 0:\n    # nothing to add\n    return 0.0": ""}, 12.0, id="no lines"),
    ],
)
def test_edits_change_the_function(edits, expected):
    function = edited(scaled_sum, "changed", spans(SOURCE, edits))
    assert function(np.array([1.0, 2.0, 3.0])) == expected
    assert function.__name__ == "changed"
    assert inspect.getsource(function).startswith("def changed(x, factor=")


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"product": "sum"}, "'product' occurs 0 times"),
        ({"total": "x"}, "'total' occurs 2 times"),
        ({"np.sum(x)\nfactor": ""}, "occurs 0 times"),
        ({"np.sum(x)": "x", "sum(x)": "prod(x)"}, "don't overlap"),
    ],
)
def test_missing_ambiguous_or_overlapping_edits_raise(edits, message):
    with pytest.raises(ValueError, match=message):
        spans(SOURCE, edits)


def test_source_is_removed_from_linecache_with_its_function():
    """A judge makes hundreds of combinations, so keeping the sources of all of them would fill its memory."""
    before = set(linecache.cache)
    function = edited(scaled_sum, "changed", spans(SOURCE, {"factor * total": "total"}))
    (file,) = set(linecache.cache) - before
    assert linecache.getline(file, function.__code__.co_firstlineno) == "def changed(x, factor=2.0):\n"
    other = edited(scaled_sum, "changed", spans(SOURCE, {"factor * total": "factor"}))
    del function
    assert file not in linecache.cache
    assert "return factor\n" in inspect.getsource(other)
    del other
    assert set(linecache.cache) == before


def test_edit_that_is_not_python_raises():
    with pytest.raises(SyntaxError, match="never closed"):
        edited(scaled_sum, "changed", spans(SOURCE, {"np.sum(x)": "np.sum("}))


def test_edits_overlap_only_if_they_share_text():
    first, same, beside = (spans(SOURCE, {text: "1"}) for text in ("np.sum(x)", "sum(x)", " = "))
    assert overlap(first + same)
    assert not overlap(first + beside)


def test_exercise_applies_edits_to_its_reference():
    class Double(Exercise):
        name, points = "double", 1

        def reference(x):
            return 2 * x

        def cases(rng):
            yield Case("one", x=1.0)

        tripled = mistake("That is three times as much.", {"2 *": "3 *"}, indistinguishable="a reason")
        added = variant({"2 * x": "x + x"})

        @mistake("Squares.")
        def squared(x):
            return x**2

    assert [(m.name, m.hint, m.indistinguishable, m.function(5)) for m in Double.mistakes] == [
        ("tripled", "That is three times as much.", "a reason", 15),
        ("squared", "Squares.", "", 25),
    ]
    assert [(v.name, v.function(5)) for v in Double.variants] == [("added", 10)]


def test_error_names_the_mistake_whose_text_is_not_in_the_reference():
    with pytest.raises(
        DefinitionError, match=r"`tripled` of Double cannot be applied .*'3 \*' occurs 0 times"
    ) as raised:

        class Double(Exercise):
            name, points = "double", 1

            def reference(x):
                return 2 * x

            tripled = mistake("That is three times as much.", {"3 *": "4 *"})

    file, line = raised.value.place.rsplit(":", 1)
    assert Path(file).read_text().splitlines()[int(line) - 1].strip().startswith("tripled = mistake(")
