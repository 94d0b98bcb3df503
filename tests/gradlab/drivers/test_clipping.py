"""The driver for gradient clipping: its call, and the results it rejects."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case

GRADS = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.ones(3)}


def test_clipped_gradients_and_their_norm_are_the_outputs():
    outputs = drivers.clipped_gradients(lambda grads, max_norm: (grads, max_norm), GRADS, 2.0)
    assert list(outputs) == ["norm", "clipped W1", "clipped b1"]
    assert outputs["norm"] == 2.0
    np.testing.assert_array_equal(outputs["clipped W1"], GRADS["W1"])


def test_function_gets_its_own_copy_of_the_gradients():
    def clear(grads, max_norm):
        for g in grads.values():
            g[:] = 0.0
        return grads, 0.0

    drivers.clipped_gradients(clear, GRADS, 2.0)
    assert GRADS["b1"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("returned", [None, GRADS, (1.0, GRADS), (GRADS, 1.0, 2.0)])
def test_anything_but_a_dict_and_a_norm_is_rejected(returned):
    result = run_case(drivers.clipped_gradients, [lambda *_: returned], {"grads": GRADS, "max_norm": 2.0})
    assert result.problem.kind == "wrong_return"
