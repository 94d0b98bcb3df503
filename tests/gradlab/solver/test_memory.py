"""The peak memory of a training step is less than one and a half times the required memory."""

import numpy as np
import pytest

from gradlab.models import ConvNet, FullyConnectedNet

from .memory import peak_and_need

MODELS = {
    "fully connected": lambda: FullyConnectedNet([100], dtype=np.float32, reg=0.1, seed=0),
    "three hidden layers": lambda: FullyConnectedNet([300, 300, 300], dtype=np.float64, seed=0),
    "convolutional": lambda: ConvNet((3, 32, 32), 32, dtype=np.float32, reg=0.1, seed=0),
}


def remembering(w, dw, config):
    """A rule with an array as its state."""
    memory = config.get("memory", 0) - dw
    return w + memory, {"memory": memory}


@pytest.mark.parametrize("rule", [None, remembering])
@pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)
def test_peak_memory_is_less_than_one_and_a_half_times_the_required_memory(build, rule):
    peak, need = peak_and_need(build(), rule=rule)
    assert need < peak < 1.5 * need
