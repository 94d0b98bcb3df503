"""A network with dropout that, in training, loses one of its masks and its hidden layers' biases."""

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


class FixTwoMasks(Exercise):
    """The printed code has two errors. Either one makes the trained network differ from the one at test time."""

    name, points = "fix_two_masks", 2
    done = "Your training pass now uses both masks and all biases, so it trains the network that is used at test time."
    driver = drivers.call

    def reference(X, params, mask1, mask2):
        """The scores of a network with two hidden layers during training, with dropout after each of them.

        At test time, the same network computes relu(relu(X W1 + b1) W2 + b2) W3 + b3, with the outputs of both hidden
        layers scaled by the fraction that was kept. During training, nothing is scaled; the masks say what is kept.

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, M), b1 (M,), W2 (M, M), b2 (M,), W3 (M, C), b3 (C,).
        mask1, mask2 : ndarray (N, M)
            1 for each output of the first and the second hidden layer that is kept, otherwise 0.

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
        yield Case("a different size", **given(20, 5, 12, 4))

    @mistake(
        "Which mask never affects your scores, and which parameters are never read? Your scores are those of the "
        "printed code. There are two things to fix."
    )
    def as_printed(X, params, mask1, mask2):
        h1 = np.maximum(0, X @ params["W1"])
        h1 = h1 * mask1
        h2 = np.maximum(0, h1 @ params["W2"])
        h1 = h2 * mask2
        return h2 @ params["W3"] + params["b3"]

    biases_still_missing = mistake(
        "Which parameters are never read? The masks are right now, but the biases of both hidden layers are "
        "still missing.",
        {' + params["b1"]': "", ' + params["b2"]': ""},
    )
    mask_still_lost = mistake(
        "Does each mask affect your scores? The biases are right now, but the second mask still has no effect.",
        {"h2 = h2": "h1 = h2"},
    )
    first_mask_lost = mistake(
        "Does each mask affect your scores? The first one has no effect. Each hidden layer has its own mask.",
        {" * mask1": ""},
    )
    masks_exchanged = mistake(
        "Which mask belongs to which layer? Yours are swapped: the first one belongs to the first hidden layer.",
        {"* mask1": "* mask2", "* mask2": "* mask1"},
    )
    both_on_the_first_layer = mistake(
        "Where does the second mask go? You apply both masks to the first layer. The second one belongs on the second "
        "layer's output.",
        {"* mask1": "* mask1 * mask2", " * mask2": ""},
    )
    first_mask_twice = mistake(
        "Which mask does your second layer use? It's the first one again. The second layer has its own.",
        {"* mask2": "* mask1"},
    )
    second_bias_missing = mistake(
        "Does every layer have its bias? Your second layer's is missing.", {' + params["b2"]': ""}
    )
    first_bias_missing = mistake(
        "Does every layer have its bias? Your first layer's is missing.",
        {' + params["b1"]': ""},
    )
    last_bias_missing = mistake(
        "Does every layer have its bias? The last layer's, which the printed code has, is missing in yours.",
        {' + params["b3"]': ""},
    )
    biases_after_the_rectifier = mistake(
        "What goes into the ReLU? You add the biases of the hidden layers to what comes out. Add them before the ReLU.",
        {' + params["b1"])': ') + params["b1"]', ' + params["b2"])': ') + params["b2"]'},
    )
    scaled = mistake(
        "Is anything scaled in training? It shouldn't be, but you divide what's kept by the fraction kept. Leave "
        "the scaling for test time.",
        {"h1 * mask1": "h1 * mask1 / mask1.mean()", "h2 * mask2": "h2 * mask2 / mask2.mean()"},
    )

    @variant
    def masked_before_the_rectifier(X, params, mask1, mask2):
        h = X
        for i, kept in ((1, mask1), (2, mask2)):
            h = np.maximum((h @ params[f"W{i}"] + params[f"b{i}"]) * kept, 0)
        return h @ params["W3"] + params["b3"]

    by_where = variant({"h1 * mask1": "np.where(mask1 == 1, h1, 0)", "h2 * mask2": "np.where(mask2 == 1, h2, 0)"})
