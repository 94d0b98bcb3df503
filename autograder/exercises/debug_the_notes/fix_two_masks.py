"""A network with dropout that loses one of its masks and, in training, its biases."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero, network_parameters
from gradlab import drivers


def network(rng, features, units, classes, biases=True):
    """Parameters of a network with two hidden layers of the same width."""
    return network_parameters(
        (features, units, units, classes),
        lambda *shape: rng.normal(0.3, 1, shape),
        lambda units: away_from_zero(rng, units) if biases else np.zeros(units),
    )


def mask(rng, *shape):
    """A mask of zeros and ones, about two thirds of which are ones."""
    return (rng.random(shape) < 0.65).astype(float)


def scores(X, params, mask1, mask2, hidden_biases=True):
    """The scores with these masks, with or without the biases of the hidden layers."""
    b1, b2 = (params[name] * hidden_biases for name in ("b1", "b2"))
    h1 = np.maximum(0, X @ params["W1"] + b1) * mask1
    return np.maximum(0, h1 @ params["W2"] + b2) * mask2 @ params["W3"] + params["b3"]


class FixTwoMasks(Exercise):
    """The listing has two faults. Each one alone makes the trained network differ from the tested one."""

    name, points = "fix_two_masks", 2
    driver = drivers.call

    def reference(X, params, mask1, mask2):
        """The scores of a network with two hidden layers in training, with dropout after each of them.

        At test time the same network gives relu(relu(X W1 + b1) W2 + b2) W3 + b3, with the outputs of both hidden
        layers scaled for the share that was kept. In training nothing is scaled; the masks say what is kept.

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, M), b1 (M,), W2 (M, M), b2 (M,), W3 (M, C), b3 (C,).
        mask1, mask2 : ndarray (N, M)
            1 for each output of the first and of the second hidden layer that is kept, else 0.

        Returns
        -------
        ndarray (N, C)

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 4.
        """
        h1 = np.maximum(0, X @ params["W1"] + params["b1"])
        h1 = h1 * mask1
        h2 = np.maximum(0, h1 @ params["W2"] + params["b2"])
        h2 = h2 * mask2
        return h2 @ params["W3"] + params["b3"]

    def cases(rng):
        def given(examples, features, units, classes, biases=True):
            return {
                "X": rng.uniform(1, 2, (examples, features)),
                "params": network(rng, features, units, classes, biases),
                "mask1": mask(rng, examples, units),
                "mask2": mask(rng, examples, units),
            }

        yield Case("masks and biases", **given(12, 4, 8, 3))
        yield Case("biases of zero", **given(12, 3, 8, 2, biases=False))
        kept = given(12, 3, 6, 2)
        yield Case("everything is kept", **{**kept, "mask1": np.ones((12, 6)), "mask2": np.ones((12, 6))})
        yield Case("another size", **given(20, 5, 12, 4))

    @mistake(
        "These are the scores of the printed code. Two things are wrong with it. Follow each mask to the scores: which "
        "one never gets there? And which parameters of the network are never read?"
    )
    def as_printed(X, params, mask1, mask2):
        h1 = np.maximum(0, X @ params["W1"])
        h1 = h1 * mask1
        h2 = np.maximum(0, h1 @ params["W2"])
        h1 = h2 * mask2
        return h2 @ params["W3"] + params["b3"]

    @mistake("The second mask is mended, and the biases of the hidden layers are still missing.")
    def biases_still_missing(X, params, mask1, mask2):
        return scores(X, params, mask1, mask2, hidden_biases=False)

    @mistake("The biases are mended, and the second mask still does not reach the scores.")
    def mask_still_lost(X, params, mask1, mask2):
        return scores(X, params, mask1, np.ones_like(mask2))

    @mistake("Now the first mask is lost. Each hidden layer has a mask of its own.")
    def first_mask_lost(X, params, mask1, mask2):
        return scores(X, params, np.ones_like(mask1), mask2)

    @mistake("The masks have changed places: the first belongs to the first hidden layer.")
    def masks_exchanged(X, params, mask1, mask2):
        return scores(X, params, mask2, mask1)

    @mistake("The second mask falls on the first layer, after the first. It belongs to the second layer's output.")
    def both_on_the_first_layer(X, params, mask1, mask2):
        return scores(X, params, mask1 * mask2, np.ones_like(mask2))

    @mistake("The first mask is used for both layers. The second layer has its own.")
    def first_mask_twice(X, params, mask1, mask2):
        return scores(X, params, mask1, mask1)

    @mistake("The bias of the second layer is missing.")
    def second_bias_missing(X, params, mask1, mask2):
        return scores(X, params | {"b2": np.zeros_like(params["b2"])}, mask1, mask2)

    @variant
    def masked_before_the_rectifier(X, params, mask1, mask2):
        h = X
        for i, kept in ((1, mask1), (2, mask2)):
            h = np.maximum((h @ params[f"W{i}"] + params[f"b{i}"]) * kept, 0)
        return h @ params["W3"] + params["b3"]

    @variant
    def by_where(X, params, mask1, mask2):
        first = X.dot(params["W1"]) + params["b1"]
        first = np.where((first > 0) & (mask1 == 1), first, 0)
        second = first.dot(params["W2"]) + params["b2"]
        second = np.where((second > 0) & (mask2 == 1), second, 0)
        return second.dot(params["W3"]) + params["b3"]
