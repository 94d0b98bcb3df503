"""The sentences that a check shows below a failing public case."""

import numpy as np
import pytest

from gradlab.checks.compare import compare
from gradlab.checks.details import explain_case

WRONG = {
    "a value of a tuple": ("call", {}, "Value 2 of the returned tuple is False but should be True."),
    "an answer to one of several calls": ("compare_max_winners", {}, "Answer 2 is False but should be True."),
    "a call that can be shown": (
        "for_each_instance",
        {"instances": 2, "error": np.array([0.5, 0.25])},
        "`above(error=0.25)` is False but should be True.",
    ),
}


@pytest.mark.parametrize(("driver", "inputs", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_value_is_named_as_the_student_knows_it(driver, inputs, sentence):
    right = {"result 1": np.True_, "result 2": np.True_}
    outcome = compare(right, right | {"result 2": np.False_}, 1e-7)
    assert explain_case(("above",), driver, inputs, outcome) == (sentence,)
