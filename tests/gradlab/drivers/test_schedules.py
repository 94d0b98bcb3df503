"""The driver of learning-rate schedules that react to the validation error."""

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.run import run_case


def test_epoch_by_epoch_passes_rate_and_config_to_the_next_call():
    def schedule(learning_rate, error, config=None):
        config = config or {"seen": 0}
        config["seen"] += 1
        return learning_rate * error + config["seen"], config

    result = run_case(drivers.epoch_by_epoch, [schedule], {"learning_rate": 1.0, "errors": np.array([2.0, 3.0, 0.5])})
    assert result.outputs["learning_rate"].tolist() == [3.0, 11.0, 8.5]


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (0.1, "expected two values, (learning_rate, config), got a float"),
        ((0.1, None), "expected a dict as the second value returned (the config, which carries the state), got None"),
        (("0.1", {}), "expected a number as the learning rate from every call, got text"),
    ],
    ids=["config missing", "None as config", "text as learning rate"],
)
def test_epoch_by_epoch_reports_wrong_results(returned, sentence):
    inputs = {"learning_rate": 0.1, "errors": np.ones(3)}
    result = run_case(drivers.epoch_by_epoch, [lambda learning_rate, error, config=None: returned], inputs)
    assert (result.problem.kind, result.problem.sentence) == ("wrong_return", sentence)
