"""The demo's students submit known mistakes and variants, as standalone code that behaves like the original."""

import ast
import builtins
import dis
from types import CodeType

import numpy as np
import pytest

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.demo.students import make_class
from autograder.judging.cases import decide_all, public_cases, run_here
from gradlab.checks.signatures import signature

MARKED = [
    pytest.param(exercise, marked.function, id=f"{exercise.name}-{marked.name}")
    for _, exercise in catalogue.exercises()
    for marked in (*exercise.mistakes, *exercise.variants)
]


@pytest.mark.parametrize(("exercise", "function"), MARKED)
def test_standalone_source_behaves_like_the_original_function(exercise, function):
    namespace, source = {"np": np}, standalone(function, exercise.name)
    exec(source, namespace)
    names = globals_of(namespace[exercise.name].__code__)
    if len(ast.parse(source).body) == 1 and names <= namespace.keys() | vars(builtins).keys():
        return  # a copy of just the function, which lacks no name, behaves the same
    cases, expected = public_cases(exercise)
    copied, original = (run_here(exercise, f, cases) for f in (namespace[exercise.name], function))
    if not same_numbers(copied, original):  # random results differ between runs, but the same cases pass and fail
        assert exercise.judge is not None
        copied, original = (decide_all(exercise, cases, expected, runs) for runs in (copied, original))
        assert [o.passed for o in copied] == [o.passed for o in original]


def globals_of(code):
    """Return the global names that a function, and the functions in it, read."""
    names = {each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL"}
    return names.union(*(globals_of(inner) for inner in code.co_consts if isinstance(inner, CodeType)))


def same_numbers(copied, original):
    """Return whether two functions gave the same results on all cases."""
    with np.errstate(invalid="ignore"):  # a sum of huge numbers may overflow, and then matches no other
        return all(signature(a).matches(signature(b), 1e-12) for a, b in zip(copied, original, strict=True))


def test_class_has_unique_names_and_every_kind_of_result():
    students = make_class(catalogue.assignments()["update_rules"], 40)
    assert len({student.name for student in students}) == len(students) == 40
    assert {student.gets for student in students} == {"all", "all but one", "none"}
