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


def hidden(x, params, i):
    """The output of hidden layer `i`."""
    return np.maximum(x @ params[f"W{i}"] + params[f"b{i}"], 0)


def scores_of(h, params):
    return h @ params["W3"] + params["b3"]


def uniform_mask(rng, shape, p):
    return rng.random(shape) < p


def trained(X, params, p, rng, mask=uniform_mask, scale=lambda p: 1.0):
    """The training pass with another way to sample masks, or to scale what they keep."""
    h1 = hidden(X, params, 1)
    mask1 = mask(rng, h1.shape, p)
    h2 = hidden(h1 * mask1 * scale(p), params, 2)
    mask2 = mask(rng, h2.shape, p)
    return scores_of(h2 * mask2 * scale(p), params), [mask1, mask2]


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
        hidden1 = np.maximum(X @ params["W1"] + params["b1"], 0)
        mask1 = rng.random(hidden1.shape) < p
        hidden2 = np.maximum((hidden1 * mask1) @ params["W2"] + params["b2"], 0)
        mask2 = rng.random(hidden2.shape) < p
        return (hidden2 * mask2) @ params["W3"] + params["b3"], [mask1, mask2]

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

    @mistake("The masks are drawn, but the scores come from the full layers. Multiply each layer's output by its mask.")
    def masks_not_applied(X, params, p, rng):
        _, masks = trained(X, params, p, rng)
        return trained(X, params, 1.0, rng)[0], masks

    @mistake("The second mask goes to the first layer again, so the second layer loses nothing. One mask a layer.")
    def second_mask_on_the_first_layer(X, params, p, rng):
        h1 = hidden(X, params, 1)
        mask1 = uniform_mask(rng, h1.shape, p)
        h2 = hidden(h1 * mask1, params, 2)
        mask2 = uniform_mask(rng, h2.shape, p)
        return scores_of(h2, params), [mask1, mask2]

    @mistake(
        "Two things at once: the second mask never reaches the scores, and the hidden layers have lost their biases. "
        "One mask a layer, and the same network as at test time."
    )
    def second_mask_and_biases_lost(X, params, p, rng):
        h1 = np.maximum(X @ params["W1"], 0)
        mask1 = uniform_mask(rng, h1.shape, p)
        h2 = np.maximum((h1 * mask1) @ params["W2"], 0)
        return scores_of(h2, params), [mask1, uniform_mask(rng, h2.shape, p)]

    @mistake("The first layer is not thinned out, only the second.")
    def first_mask_not_applied(X, params, p, rng):
        h1 = hidden(X, params, 1)
        mask1 = uniform_mask(rng, h1.shape, p)
        h2 = hidden(h1, params, 2)
        mask2 = uniform_mask(rng, h2.shape, p)
        return scores_of(h2 * mask2, params), [mask1, mask2]

    @mistake("Both layers have the same mask. Draw another one for the second layer.")
    def one_mask_for_both(X, params, p, rng):
        h1 = hidden(X, params, 1)
        width = max(len(params["b1"]), len(params["b2"]))
        mask = uniform_mask(rng, (len(X), width), p)
        mask1, mask2 = mask[:, : h1.shape[1]], mask[:, : len(params["b2"])]
        h2 = hidden(h1 * mask1, params, 2)
        return scores_of(h2 * mask2, params), [mask1, mask2]

    @mistake("The biases are left out. The network must be the same in training and at test time.")
    def without_biases(X, params, p, rng):
        bare = {name: w if name.startswith("W") else np.zeros_like(w) for name, w in params.items()}
        return trained(X, bare, p, rng)

    @mistake("The bias of the last layer is missing.")
    def last_bias_missing(X, params, p, rng):
        scores, masks = trained(X, params, p, rng)
        return scores - params["b3"], masks

    @mistake("What is kept is divided by p, as in inverted dropout. The vanilla form scales at test time instead.")
    def scaled_in_training(X, params, p, rng):
        return trained(X, params, p, rng, scale=lambda p: 1 / p)

    @mistake("Your masks hold 1/p, as in inverted dropout. Those of the vanilla form hold 0 and 1.")
    def masks_hold_the_scale(X, params, p, rng):
        return trained(X, params, p, rng, mask=lambda rng, shape, p: uniform_mask(rng, shape, p) / p)

    @mistake("What is kept is multiplied by p in training. That belongs to test time.")
    def multiplied_by_p(X, params, p, rng):
        return trained(X, params, p, rng, scale=lambda p: p)

    @mistake("randn draws from the normal distribution; randn > 0.5 keeps 30.9%. Draw uniform numbers: rng.random.")
    def randn_above_p(X, params, p, rng):
        return trained(X, params, p, rng, mask=lambda rng, shape, p: rng.standard_normal(shape) > p)

    @mistake("You draw from the normal distribution, of which more than p lies below p. Draw uniform numbers.")
    def randn_below_p(X, params, p, rng):
        return trained(X, params, p, rng, mask=lambda rng, shape, p: rng.standard_normal(shape) < p)

    @mistake("Keep and drop are exchanged: p is the probability of keeping, so keep where the number drawn is below p.")
    def keep_and_drop_exchanged(X, params, p, rng):
        return trained(X, params, p, rng, mask=lambda rng, shape, p: rng.random(shape) > p)

    @mistake("All examples have the same masks. Draw masks of the full shape of the layer's output.")
    def one_row_for_the_batch(X, params, p, rng):
        def mask(rng, shape, p):
            return np.tile(uniform_mask(rng, shape[1:], p), (shape[0], 1))

        return trained(X, params, p, rng, mask=mask)

    @mistake("A layer is kept or dropped as a whole, example by example. Draw a number for every unit.")
    def whole_examples(X, params, p, rng):
        def mask(rng, shape, p):
            return np.tile(uniform_mask(rng, (shape[0], 1), p), (1, shape[1]))

        return trained(X, params, p, rng, mask=mask)

    @mistake("You do not draw from rng, so a run cannot be repeated. Use rng.random, not np.random.")
    def from_somewhere_else(X, params, p, rng):
        return trained(X, params, p, np.random.default_rng())

    @mistake("You make a generator of your own with a fixed seed: every step has the same masks. Draw from rng.")
    def the_same_every_time(X, params, p, rng):
        return trained(X, params, p, np.random.default_rng(0))

    @mistake("The rectifier is missing in the second hidden layer.")
    def no_second_rectifier(X, params, p, rng):
        h1 = hidden(X, params, 1)
        mask1 = uniform_mask(rng, h1.shape, p)
        h2 = (h1 * mask1) @ params["W2"] + params["b2"]
        mask2 = uniform_mask(rng, h2.shape, p)
        return scores_of(h2 * mask2, params), [mask1, mask2]

    @mistake("Return both masks, in a list: one for each hidden layer.")
    def one_mask_returned(X, params, p, rng):
        scores, masks = trained(X, params, p, rng)
        return scores, masks[:1]

    @mistake("Return two things: the scores, and the list of masks.")
    def scores_alone(X, params, p, rng):
        return trained(X, params, p, rng)[0]

    @variant
    def masks_as_numbers(X, params, p, rng):
        masks, h = [], X
        for i in (1, 2):
            h = np.maximum(h @ params[f"W{i}"] + params[f"b{i}"], 0)
            masks.append(rng.binomial(1, p, h.shape))
            h = h * masks[-1]
        return h @ params["W3"] + params["b3"], masks

    @variant
    def in_place_before_the_rectifier(X, params, p, rng):
        shapes = [(len(X), len(params[name])) for name in ("b1", "b2")]
        first, second = (np.floor(rng.uniform(size=shape) + p) for shape in shapes)
        h = X @ params["W1"] + params["b1"]
        h *= first
        h = np.where(h > 0, h, 0) @ params["W2"] + params["b2"]
        h *= second
        return np.where(h > 0, h, 0).dot(params["W3"]) + params["b3"], (first, second)
