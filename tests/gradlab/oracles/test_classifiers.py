"""The linear classifier that returns probabilities."""

import numpy as np
import pytest
import scipy

from gradlab.oracles import predicted_probabilities

RNG = np.random.default_rng(0)
W, B = RNG.normal(size=(12, 4)), RNG.normal(size=4)


@pytest.mark.parametrize("scale", [1, 1e4], ids=["moderate scores", "huge scores"])
def test_probabilities_are_a_softmax_of_linear_scores(scale):
    x = scale * RNG.normal(size=(5, 3, 2, 2))
    expected = scipy.special.softmax(x.reshape(5, 12) @ W + B, axis=1)
    np.testing.assert_allclose(predicted_probabilities(x, W, B), expected, rtol=1e-12)


@pytest.mark.parametrize("shape", [(3, 2, 2), (5, 3, 2, 3), (12,), ()])
def test_wrong_shape_raises(shape):
    with pytest.raises(ValueError, match="images must have shape"):
        predicted_probabilities(np.zeros(shape), W, B)
