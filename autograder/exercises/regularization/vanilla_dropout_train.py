"""Vanilla dropout in training: the network from the lecture, with one mask per hidden layer and no scaling."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero, network_parameters, seed, uniform
from gradlab import drivers, properties


def network(rng, *sizes, biases=True):
    """The parameters of a fully connected network; biases of magnitude 0.5 to 1.5, or zero.

    For positive inputs, five in six units are active: enough to pass on the signal, and few enough that the ReLUs
    matter.
    """

    def weights(fan_in, fan_out):
        return rng.normal(1 / np.sqrt(fan_in), 1, (fan_in, fan_out)) / np.sqrt(fan_in)

    return network_parameters(sizes, weights, lambda units: away_from_zero(rng, units) if biases else np.zeros(units))


class VanillaDropoutTrain(Exercise):
    """The original form of dropout, in a network of two hidden layers, each with its own mask."""

    name, points = "vanilla_dropout_train", 3
    driver = drivers.scores_and_masks
    judge = properties.applies_vanilla_dropout

    def reference(X, params, p, rng):
        """The scores of a network with two hidden layers in training, with vanilla dropout after each.

            H1 = relu(X W1 + b1) · U1      H2 = relu(H1 W2 + b2) · U2      scores = H2 W3 + b3

        U1 and U2 are masks: each entry is 1 with probability p, else 0, each drawn by itself. p is the probability of
        KEEPING a unit. In the vanilla form nothing is scaled in training.

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, H1), b1 (H1,), W2 (H1, H2), b2 (H2,), W3 (H2, C), b3 (C,).
        p : float
            In 0..1.
        rng : numpy.random.Generator
            To draw from, such as ``rng.random(shape)``.

        Returns
        -------
        scores : ndarray (N, C)
        masks : list of two ndarrays, (N, H1) and (N, H2)
            U1 and U2, of 0 and 1 or of False and True.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 4.
        """
        a1 = X @ params["W1"] + params["b1"]
        mask1 = rng.random(a1.shape) < p
        H1 = np.maximum(a1, 0) * mask1
        a2 = H1 @ params["W2"] + params["b2"]
        mask2 = rng.random(a2.shape) < p
        H2 = np.maximum(a2, 0) * mask2
        scores = H2 @ params["W3"] + params["b3"]
        return scores, [mask1, mask2]

    def cases(rng):
        low, high = uniform(rng, 0.2, 0.28), uniform(rng, 0.61, 0.64)
        for label, p, sizes, biases in (
            ("about a quarter kept, biases of zero", low, (4, 40, 40, 3), False),
            ("about two thirds kept", high, (3, 40, 40, 2), True),
            ("another size in every layer", low, (5, 50, 30, 4), True),
            ("p = 1: the network as it is", 1.0, (4, 20, 20, 3), True),
        ):
            X = rng.uniform(1, 2, (120, sizes[0]))
            yield Case(label, X=X, params=network(rng, *sizes, biases=biases), p=p, seed=seed(rng))

    masks_not_applied = mistake(
        "The masks are drawn, but the scores come from the full layers. Multiply each layer's output by its mask.",
        {" * mask1": "", " * mask2": ""},
    )
    second_mask_on_the_first_layer = mistake(
        "The second mask goes to the first layer again, so the second layer loses nothing. One mask a layer.",
        {" * mask2": ""},
    )
    second_mask_and_biases_lost = mistake(
        "Two things at once: the second mask never reaches the scores, and the hidden layers have lost their biases. "
        "One mask a layer, and the same network as at test time.",
        {" * mask2": "", ' + params["b1"]': "", ' + params["b2"]': ""},
    )
    first_mask_not_applied = mistake("The first layer is not thinned out, only the second.", {" * mask1": ""})
    one_mask_for_both = mistake(
        "Both layers have the same mask. Draw another one for the second layer.",
        {"rng.random(a2.shape) < p": "mask1[:, : a2.shape[1]]"},
    )
    without_biases = mistake(
        "The biases are left out. The network must be the same in training and at test time.",
        {' + params["b1"]': "", ' + params["b2"]': "", ' + params["b3"]': ""},
    )
    last_bias_missing = mistake("The bias of the last layer is missing.", {' + params["b3"]': ""})
    scaled_in_training = mistake(
        "What is kept is divided by p, as in inverted dropout. The vanilla form scales at test time instead.",
        {" * mask1": " * mask1 / p", " * mask2": " * mask2 / p"},
    )
    masks_hold_the_scale = mistake(
        "Your masks hold 1/p, as in inverted dropout. Those of the vanilla form hold 0 and 1.",
        {
            "rng.random(a1.shape) < p": "(rng.random(a1.shape) < p) / p",
            "rng.random(a2.shape) < p": "(rng.random(a2.shape) < p) / p",
        },
    )
    multiplied_by_p = mistake(
        "What is kept is multiplied by p in training. That belongs to test time.",
        {" * mask1": " * mask1 * p", " * mask2": " * mask2 * p"},
    )
    randn_above_p = mistake(
        "randn draws from the normal distribution; randn > 0.5 keeps 30.9%. Draw uniform numbers: rng.random.",
        {
            "rng.random(a1.shape) <": "rng.standard_normal(a1.shape) >",
            "rng.random(a2.shape) <": "rng.standard_normal(a2.shape) >",
        },
    )
    randn_below_p = mistake(
        "You draw from the normal distribution, of which more than p lies below p. Draw uniform numbers.",
        {"rng.random(a1": "rng.standard_normal(a1", "rng.random(a2": "rng.standard_normal(a2"},
    )
    keep_and_drop_exchanged = mistake(
        "Keep and drop are exchanged: p is the probability of keeping, so keep where the number drawn is below p.",
        {"a1.shape) <": "a1.shape) >", "a2.shape) <": "a2.shape) >"},
    )
    one_row_for_the_batch = mistake(
        "All examples have the same masks. Draw masks of the full shape of the layer's output.",
        {
            "rng.random(a1.shape)": "np.tile(rng.random(a1.shape[1]), (len(X), 1))",
            "rng.random(a2.shape)": "np.tile(rng.random(a2.shape[1]), (len(X), 1))",
        },
    )
    whole_examples = mistake(
        "A layer is kept or dropped as a whole, example by example. Draw a number for every unit.",
        {
            "rng.random(a1.shape)": "np.tile(rng.random((len(X), 1)), (1, a1.shape[1]))",
            "rng.random(a2.shape)": "np.tile(rng.random((len(X), 1)), (1, a2.shape[1]))",
        },
    )
    from_somewhere_else = mistake(
        "You do not draw from rng, so a run cannot be repeated. Use rng.random, not np.random.",
        {"a1 = ": "rng = np.random.default_rng()\na1 = "},
    )
    the_same_every_time = mistake(
        "You make a generator of your own with a fixed seed: every step has the same masks. Draw from rng.",
        {"a1 = ": "rng = np.random.default_rng(0)\na1 = "},
    )
    no_second_rectifier = mistake("The rectifier is missing in the second hidden layer.", {"np.maximum(a2, 0)": "a2"})
    one_mask_returned = mistake(
        "Return both masks, in a list: one for each hidden layer.", {"[mask1, mask2]": "[mask1]"}
    )
    scores_alone = mistake("Return two things: the scores, and the list of masks.", {", [mask1, mask2]": ""})
    masks_as_numbers = variant(
        {
            "rng.random(a1.shape) < p": "rng.binomial(1, p, a1.shape)",
            "rng.random(a2.shape) < p": "rng.binomial(1, p, a2.shape)",
        }
    )

    @variant
    def in_place_before_the_rectifier(X, params, p, rng):
        shapes = [(len(X), len(params[name])) for name in ("b1", "b2")]
        first, second = (np.floor(rng.uniform(size=shape) + p) for shape in shapes)
        h = X @ params["W1"] + params["b1"]
        h *= first
        h = np.where(h > 0, h, 0) @ params["W2"] + params["b2"]
        h *= second
        return np.where(h > 0, h, 0).dot(params["W3"]) + params["b3"], (first, second)
