"""Initial weights, compared with the standard deviations that the papers give."""

import math

import numpy as np
import pytest

from gradlab.models import ConvNet, FullyConnectedNet, initial_weights


@pytest.mark.parametrize(
    ("init", "shape", "std"),
    [
        ("normal", (300, 200), 0.03),
        ("normal", (40, 30, 5, 5), 0.03),
        ("xavier", (300, 200), math.sqrt(2 / 500)),
        ("xavier", (200, 300), math.sqrt(2 / 500)),
        ("xavier", (40, 30, 5, 5), math.sqrt(2 / (30 * 25 + 40 * 25))),
        ("he", (300, 200), math.sqrt(2 / 300)),
        ("he", (40, 30, 3, 5), math.sqrt(2 / (30 * 15))),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_have_the_standard_deviation_that_the_rule_prescribes(init, shape, std, dtype):
    w = initial_weights(shape, init, weight_scale=0.03, dtype=dtype, seed=0)
    assert w.shape == shape
    assert w.dtype == dtype
    # With thousands of weights, the error in the standard deviation is less than 2%, and the error in the mean is less
    # than three standard errors.
    assert w.std() == pytest.approx(std, rel=0.02)
    assert abs(w.mean()) < 3 * std / math.sqrt(w.size)


def test_he_initialization_preserves_the_scale_through_many_layers():
    """With ReLU and He's rule, the second moment after ten layers is about the same as after one."""
    X = np.random.default_rng(0).normal(size=(50, 400))
    sizes = {}
    for init in ("normal", "he"):
        model = FullyConnectedNet([400] * 10, 400, 10, init=init, seed=0)
        outputs = model.activations(X)
        sizes[init] = np.sqrt(np.mean(outputs["activation10"] ** 2) / np.mean(outputs["activation1"] ** 2))
    assert 0.5 < sizes["he"] < 2
    assert sizes["normal"] < 1e-6


@pytest.mark.parametrize("init", ["xavier", "he"])
def test_models_use_the_given_initialization_rule(init):
    model = ConvNet((3, 8, 8), 64, 3, 50, 10, init=init, seed=0)
    fans = {"W1": (27, 64 * 9), "W2": (64 * 16, 50), "W3": (50, 10)}
    for name, (fan_in, fan_out) in fans.items():
        variance = 2 / fan_in if init == "he" else 2 / (fan_in + fan_out)
        assert model.params[name].std() == pytest.approx(math.sqrt(variance), rel=0.1)


def test_same_seed_gives_the_same_weights_and_a_generator_advances():
    rng = np.random.default_rng(3)
    first, second = initial_weights((2, 2), seed=rng), initial_weights((2, 2), seed=rng)
    np.testing.assert_array_equal(first, initial_weights((2, 2), seed=3))
    assert (first != second).all()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (((2, 3), "kaiming"), r"init must be one of normal, xavier, he\. Got 'kaiming'"),
        (((2, 3, 4),), r"shape must be \(D, M\) or.* Got \(2, 3, 4\)"),
    ],
)
def test_invalid_rule_or_shape_raises(args, message):
    with pytest.raises(ValueError, match=message):
        initial_weights(*args)


def test_unsupported_dtype_raises():
    with pytest.raises(ValueError, match=r"dtype must be float32 or float64\. Got float16"):
        initial_weights((2, 2), dtype=np.float16)
