"""Vanilla dropout in training: a network with one mask per hidden layer and no scaling."""

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
    """The original form of dropout, in a network with two hidden layers, each with its own mask."""

    name, points = "vanilla_dropout_train", 3
    done = "You have dropout as it was first published: each hidden layer with its own mask for every example."
    driver = drivers.scores_and_masks
    judge = properties.applies_vanilla_dropout

    def reference(X, params, p, rng):
        """The training pass of a network with vanilla dropout after each of its two hidden layers.

            H1 = relu(X W1 + b1) · U1      H2 = relu(H1 W2 + b2) · U2      scores = H2 W3 + b3

        U1 and U2 are masks: each entry is 1 with probability p and 0 otherwise, independently of all others. p is the
        probability of KEEPING a unit. In the vanilla form, nothing is scaled in training.

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, M1), b1 (M1,), W2 (M1, M2), b2 (M2,), W3 (M2, C), b3 (C,).
        p : float
            In 0..1.
        rng : numpy.random.Generator
            The source of all randomness: call ``rng.random(shape)``, for example.

        Returns
        -------
        scores : ndarray (N, C)
        masks : list of two ndarrays, (N, M1) and (N, M2)
            U1 and U2, with entries 0 and 1, or False and True.

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
            ("a different size in every layer", low, (5, 50, 30, 4), True),
            ("p = 1: the network as it is", 1.0, (4, 20, 20, 3), True),
        ):
            X = rng.uniform(1, 2, (120, sizes[0]))
            params, weight = network(rng, *sizes, biases=biases), 0.5 if p == 1 else 1
            yield Case(label, X=X, params=params, p=p, seed=seed(rng), weight=weight)

    masks_not_applied = mistake(
        "Do your masks reach the scores? They are returned, but your scores come from the full layers. Multiply each "
        "hidden layer's output by its mask.",
        {" * mask1": "", " * mask2": ""},
    )
    second_mask_on_the_first_layer = mistake(
        "Does the second layer lose any units? Only the first mask reaches the scores. Multiply each hidden layer's "
        "output by its own mask.",
        {" * mask2": ""},
    )
    second_mask_and_biases_lost = mistake(
        "Do both masks and all biases reach the scores? When the biases are zero, only the first mask is applied; when "
        "they aren't, more is wrong: check how the biases are added.",
        {" * mask2": "", ' + params["b1"]': "", ' + params["b2"]': ""},
    )
    first_mask_not_applied = mistake(
        "Does the first layer lose any units? Only the second mask reaches the scores. Multiply each hidden layer's "
        "output by its own mask.",
        {" * mask1": ""},
    )
    one_mask_for_both = mistake(
        "Does each layer have its own mask? In your code, both have the same one. Draw a new one for the second layer.",
        {"rng.random(a2.shape) < p": "mask1[:, : a2.shape[1]]"},
    )
    without_biases = mistake(
        "Are all three biases added? The scores are right only when the biases are zero. Add b1 and b2 before the "
        "ReLUs, and b3 to the scores.",
        {' + params["b1"]': "", ' + params["b2"]': "", ' + params["b3"]': ""},
    )
    last_bias_missing = mistake(
        "Is b3 added to the scores? The scores of all examples are off by the same amount.", {' + params["b3"]': ""}
    )
    scaled_in_training = mistake(
        "In which mode does vanilla dropout scale? At test time. You divide the kept units by p in training, as in "
        "inverted dropout.",
        {" * mask1": " * mask1 / p", " * mask2": " * mask2 / p"},
    )
    masks_hold_the_scale = mistake(
        "What do the masks hold? Only 0 and 1 are allowed, and yours hold something else. If they hold 1/p, that's "
        "inverted dropout; the vanilla form scales at test time.",
        {
            "rng.random(a1.shape) < p": "(rng.random(a1.shape) < p) / p",
            "rng.random(a2.shape) < p": "(rng.random(a2.shape) < p) / p",
        },
    )
    multiplied_by_p = mistake(
        "Is anything scaled in training? At p = 1, your scores are right; otherwise, they aren't. Multiply the output "
        "of each ReLU by its mask, and by nothing else: a factor of p belongs to test time.",
        {" * mask1": " * mask1 * p", " * mask2": " * mask2 * p"},
    )
    randn_above_p = mistake(
        "Are your random numbers uniform? When p is small, you keep too much, and when it's large, too little. Keep "
        "a unit if its number from rng.random is below p. `randn` draws normal numbers: `randn > 0.5` keeps 30.9% of "
        "them.",
        {
            "rng.random(a1.shape) <": "rng.standard_normal(a1.shape) >",
            "rng.random(a2.shape) <": "rng.standard_normal(a2.shape) >",
        },
    )
    randn_below_p = mistake(
        "Are your random numbers uniform? You keep more than a fraction p, except at p = 1, where you drop something. "
        "Keep a unit if its number from rng.random is below p. Numbers from a normal distribution don't work.",
        {"rng.random(a1": "rng.standard_normal(a1", "rng.random(a2": "rng.standard_normal(a2"},
    )
    always_half = mistake(
        "Does the fraction depend on `p`? You keep half of the units, whatever p is. Keep a unit if its random "
        "number is below p.",
        {"a1.shape) < p": "a1.shape) < 0.5", "a2.shape) < p": "a2.shape) < 0.5"},
    )
    keep_and_drop_exchanged = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you keep a fraction 1 - "
        "p. Keep a unit if its random number is below p.",
        {"a1.shape) <": "a1.shape) >", "a2.shape) <": "a2.shape) >"},
    )
    one_row_for_the_batch = mistake(
        "Does each example have its own masks? In your code, they all share the same ones. Draw masks with the full "
        "shape of the layer's output, one row per example.",
        {
            "rng.random(a1.shape)": "np.tile(rng.random(a1.shape[1]), (len(X), 1))",
            "rng.random(a2.shape)": "np.tile(rng.random(a2.shape[1]), (len(X), 1))",
        },
    )
    one_number_per_unit = mistake(
        "Does each example have its own masks? In your code, they all share the same ones: each mask has one number "
        "per unit, and no axis for the examples. Draw masks with the full shape of the layer's output.",
        {"rng.random(a1.shape)": "rng.random(a1.shape[1])", "rng.random(a2.shape)": "rng.random(a2.shape[1])"},
    )
    one_number_per_example = mistake(
        "What is the shape of your masks? They have one number per example, (N,), which doesn't broadcast with a "
        "layer. Draw masks with the full shape of the layer's output.",
        {"rng.random(a1.shape)": "rng.random(len(X))", "rng.random(a2.shape)": "rng.random(len(X))"},
    )
    whole_examples = mistake(
        "Does each unit have its own random number? In your code, a whole layer is kept or dropped at once, example by "
        "example. Draw masks with the full shape of the layer's output.",
        {
            "rng.random(a1.shape)": "np.tile(rng.random((len(X), 1)), (1, a1.shape[1]))",
            "rng.random(a2.shape)": "np.tile(rng.random((len(X), 1)), (1, a2.shape[1]))",
        },
    )
    from_somewhere_else = mistake(
        "Does all of the randomness come from `rng`? In your code, two generators in the same state give different "
        "masks, so no run can be repeated. Use rng.random, not np.random or a generator of your own.",
        {"a1 = ": "rng = np.random.default_rng()\na1 = "},
    )
    the_same_every_time = mistake(
        "Do the masks depend on `rng`? In your code, every generator gives the same ones. Draw from the one that is "
        "passed in, not from one with a fixed seed.",
        {"a1 = ": "rng = np.random.default_rng(0)\na1 = "},
    )
    no_second_rectifier = mistake(
        "Is the network right apart from dropout? Even at p = 1, the scores aren't what they should be. Does each "
        "hidden layer have its bias and its ReLU?",
        {"np.maximum(a2, 0)": "a2"},
    )
    one_mask_returned = mistake(
        "How many masks does the list hold? There should be exactly two, one for each hidden layer.",
        {"[mask1, mask2]": "[mask1]"},
    )
    scores_alone = mistake(
        "What should you return besides the scores? Return two values: the scores and the list of masks.",
        {", [mask1, mask2]": ""},
    )
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
