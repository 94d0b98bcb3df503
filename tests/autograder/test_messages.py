"""The judge does not trust replies: for example, the function at fault must be one of those that were called."""

import numpy as np
import pytest

from autograder.exercise import Case
from autograder.exercises.regularization.batchnorm_backward import BatchnormBackward
from autograder.judging.cases import draw
from autograder.judging.judge import verdict
from autograder.running.child import as_message
from autograder.running.messages import CasesRequest
from gradlab.checks.outcome import CaseResult, Problem
from gradlab.checks.run import run_case

CASES = [Case("one", x=np.ones(3))]


@pytest.mark.parametrize(
    ("sent", "received"), [(0, 0), (1, 1), (2, 0), (-1, 0), (10**9, 0), (1.0, 0), ("1", 0), (None, 0), (True, 0)]
)
def test_function_at_fault_is_one_of_those_that_were_called(sent, received):
    reply = as_message(CaseResult(problem=Problem("error"))) | {"function": sent}
    (result,) = CasesRequest(BatchnormBackward, CASES).parse_reply({"0": reply})
    assert result.problem == Problem("error", function=received)


def test_backward_pass_is_not_blamed_for_its_forward_pass():
    """The backward pass loses its points, too, because only its own forward pass knows what belongs in the cache."""

    def forward(x, gamma, beta, bn_param):
        raise KeyError(f"{x.sum()}")

    cases = draw(BatchnormBackward, 1)
    functions = [BatchnormBackward.reference, forward]
    replies = [as_message(run_case(BatchnormBackward.driver, functions, case.inputs)) for case in cases]
    results = CasesRequest(BatchnormBackward, cases).parse_reply({str(i): reply for i, reply in enumerate(replies)})
    found = verdict(BatchnormBackward, cases, results)
    assert found.score == 0.0
    assert [mistake.hint for mistake in found.mistakes] == [
        "`batchnorm_forward` stops with an error, so `batchnorm_backward` could not be checked. "
        "Fix `batchnorm_forward` first, then check again."
    ]
