"""Hidden cases reach the student's process in random order, but verdicts list them in case order."""

import pytest

from autograder import catalogue
from autograder.commands.try_ import judge_source
from autograder.demo.standalone import standalone
from autograder.judging.cases import draw, draw_hidden, public_cases
from autograder.paths import ROOT
from gradlab.checks.outcome import NOT_RUN, CaseResult, Problem

TOP_MODELS, _ = catalogue.find("top_models")


def test_order_differs_by_seed_and_contains_every_case_once():
    orders = {draw_hidden(TOP_MODELS, seed).order for seed in range(20)}
    assert len(orders) == 20
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(len(draw(TOP_MODELS, 0))))}
    assert {draw_hidden(TOP_MODELS, 0).order for _ in range(3)} <= orders


@pytest.mark.parametrize("seed", range(5))
def test_results_are_returned_in_case_order(seed):
    hidden = draw_hidden(TOP_MODELS, seed)
    results = [CaseResult(outputs={"label": case.label}) for case in hidden.shuffled]
    labels = [result.outputs["label"] for result in hidden.in_case_order(results)]
    assert labels == [case.label for case in draw(TOP_MODELS, seed)]


@pytest.mark.parametrize("finished", [0, 1, 4, 9])
@pytest.mark.parametrize("seed", range(5))
def test_reason_for_a_stop_goes_to_the_first_case_that_did_not_finish(seed, finished):
    hidden = draw_hidden(TOP_MODELS, seed)
    passed, stopped = CaseResult(outputs={}), CaseResult(problem=Problem("too_slow"))
    left = len(hidden.cases) - finished - 1
    found = hidden.in_case_order([*[passed] * finished, stopped, *[NOT_RUN] * left])
    assert [index for index, result in enumerate(found) if result is passed] == sorted(hidden.order[:finished])
    unfinished = [result for result in found if result is not passed]
    assert unfinished == [stopped, *[NOT_RUN] * left]


# The answer is correct, except that one of its calls fails.
FAILS_ONCE = """

right, calls = top_models, 0


def top_models(*args, **kwargs):
    global calls
    calls += 1
    if calls == {number}:
        raise ValueError("this call fails")
    return right(*args, **kwargs)
"""


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("seed", range(3))
def test_process_gets_the_cases_in_random_order_and_the_verdict_lists_them_in_case_order(seed):
    first_hidden = len(public_cases(TOP_MODELS)[0]) + 1
    answer = "import numpy as np\n" + standalone(TOP_MODELS.reference, "top_models")
    found, _ = judge_source(ROOT, TOP_MODELS, answer + FAILS_ONCE.format(number=first_hidden), seed)
    failed = [index for index, outcome in enumerate(found.outcomes) if not outcome.passed]
    assert failed == [draw_hidden(TOP_MODELS, seed).order[0]]
    assert found.labels == tuple(case.label for case in draw(TOP_MODELS, seed))
