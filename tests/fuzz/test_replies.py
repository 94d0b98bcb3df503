"""Whatever a reply contains, parsing and judging it gives results of our own types, and raises nothing."""

import contextlib
import functools
import json

import nbformat
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder import catalogue
from autograder.exercise import Case, Oracle
from autograder.exercises.update_rules.sgd import Sgd
from autograder.grading.cell_outputs import cell_outputs, report
from autograder.judging.cases import draw, expected_runs
from autograder.judging.judge import verdict
from autograder.judging.known import known_mistakes
from autograder.running.messages import CasesRequest, parse_names, parse_outputs
from gradlab.checks.outcome import PROBLEMS, CaseResult

from .values import ARRAYS, LEAVES, SCALARS, values

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda items: st.one_of(st.lists(items, max_size=3), st.dictionaries(st.text(max_size=5), items, max_size=3)),
    max_leaves=8,
)
TEXT = st.one_of(st.text(max_size=9), JSON)
MIME = st.sampled_from(["text/plain", "text/html", "image/png", "image/svg+xml", "application/javascript", ""])
ITEMS = st.one_of(
    st.fixed_dictionaries({"stream": st.one_of(st.sampled_from(["stdout", "stderr"]), JSON), "text": TEXT}),
    st.fixed_dictionaries({"error": TEXT, "value": TEXT, "traceback": st.one_of(st.lists(TEXT, max_size=3), JSON)}),
    st.fixed_dictionaries({"display": st.one_of(st.dictionaries(MIME, TEXT), JSON)}),
    st.fixed_dictionaries({"result": st.one_of(st.dictionaries(MIME, TEXT), JSON)}),
    JSON,
)


@given(st.one_of(st.lists(ITEMS, max_size=4).map(json.dumps), st.text(), values(depth=1)))
@example('[{"display": {}}]')
def test_any_reply_gives_valid_cell_outputs(text):
    cell = new_code_cell("pass", outputs=cell_outputs(parse_outputs(text)))
    nbformat.validate(nbformat.from_dict(new_notebook(cells=[cell])))
    kept = {mime for output in cell.outputs for mime in output.get("data", ())}
    assert kept <= {"text/plain", "image/png", "image/jpeg"}
    assert not any(c < " " and c not in "\n\t" for c in "".join(map(str, texts_in(cell.outputs))))


def texts_in(value):
    """Yield every string in a value, including those in nested dicts and lists."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value


@given(st.one_of(st.text(alphabet="ab|", max_size=300), values(depth=1)))
def test_parsed_names_are_few_and_short(text):
    names = parse_names(text)
    assert len(names) <= 20
    assert all(isinstance(name, str) and 0 < len(name) <= 100 for name in names)


FIELDS = st.one_of(SCALARS, st.sampled_from(list(PROBLEMS)), ARRAYS)
REPORTS = st.dictionaries(
    st.sampled_from(["outputs", "problem", "detail", "exception", "line", "got", "function", "changed", "more"]),
    st.one_of(FIELDS, values(depth=1)),
)
CASES = [Case(str(number), w=np.ones(3), loss=Oracle(np.sum, limit=3)) for number in range(3)]


@given(st.one_of(values(), st.dictionaries(st.sampled_from("0123"), st.one_of(REPORTS, values(depth=2)))))
def test_reply_becomes_at_most_one_result_per_case(reply):
    results = CasesRequest(Sgd, CASES).parse_reply(reply)
    assert len(results) <= len(CASES)
    for result in results:
        assert isinstance(result, CaseResult)
        assert (result.outputs is None) == (result.problem is not None)


ARGUMENTS = st.lists(st.lists(values(depth=1), max_size=2), max_size=5)


@given(st.one_of(values(depth=0), st.sampled_from("0123")), st.one_of(values(depth=0), st.just("loss")), ARGUMENTS)
def test_call_to_an_oracle_is_answered_or_refused(case, name, calls):
    """An Exception is sent back to the caller, as text. Anything else would stop the judge."""
    request = CasesRequest(Sgd, CASES)
    for arguments in calls:
        with contextlib.suppress(Exception):
            request.answer_call(case, name, arguments)


# One exercise per assignment. Those whose answers train a network take too long.
EXERCISES = [
    next(exercise for exercise in assignment.exercises.values() if not exercise.trains)
    for assignment in catalogue.assignments().values()
]


@functools.cache
def drawn(exercise):
    """Return an exercise's cases, and what follows from them, computed only once."""
    cases = draw(exercise, 1)
    return cases, expected_runs(exercise, cases), known_mistakes(exercise, cases)


@st.composite
def outputs(draw, expected):
    """Return outputs that are nearly right: some are missing, altered, or replaced, and one may be added."""
    kept = {name: draw(st.one_of(st.just(value), altered(value), LEAVES)) for name, value in expected.items()}
    return {name: value for name, value in kept.items() if draw(st.integers(0, 9))} | draw(
        st.dictionaries(st.text(max_size=3), LEAVES, max_size=1)
    )


def altered(value):
    """Return a strategy for values that differ from `value` in size, shape, type, or a single entry."""
    changes = [
        lambda x: x * np.float64(2),
        lambda x: np.asarray(x)[None],
        lambda x: np.asarray(x).ravel()[:1],
        lambda x: np.asarray(x).astype(np.float32),
        lambda x: np.asarray(x).astype(np.int64),
        lambda x: np.asarray(x) != 0,
        lambda x: np.full_like(np.asarray(x), np.nan, dtype=float),
        lambda x: np.full_like(np.asarray(x), np.inf, dtype=float),
        lambda x: np.asarray(x).T,
        lambda x: np.zeros((0, *np.shape(x))),
        lambda x: np.asarray(x).astype(np.str_),
    ]
    return st.sampled_from(changes).map(lambda change: attempt(change, value))


def attempt(change, value):
    """Return the changed value, or None if this change does not apply to it."""
    try:
        with np.errstate(all="ignore"):
            return change(value)
    except (TypeError, ValueError):
        return None


@given(st.data())
def test_any_outputs_get_a_verdict_with_at_most_full_credit(data):
    exercise = data.draw(st.sampled_from(EXERCISES))
    cases, expected, known = drawn(exercise)
    results = [CaseResult(outputs=data.draw(outputs(run.outputs))) for run in expected]
    found = verdict(exercise, cases, results, known, expected)
    assert 0 <= found.score <= exercise.points
    assert report(found).html(graded=True)
