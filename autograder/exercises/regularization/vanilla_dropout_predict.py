"""Vanilla dropout at test time: every unit is kept, and its output is multiplied by p."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import sample_until, uniform

from .vanilla_dropout_train import network


def both_relus_matter(X, params, p):
    """Return whether each hidden layer has a unit whose input is clearly negative for some example."""
    a1 = X @ params["W1"] + params["b1"]
    a2 = p * np.maximum(a1, 0) @ params["W2"] + params["b2"]
    return max(a1.min(), a2.min()) < -0.1


class VanillaDropoutPredict(Exercise):
    """The same network at test time, when every unit's output is what it was on average in training."""

    name, points = "vanilla_dropout_predict", 2
    done = "You can predict with a network that was trained with dropout, in one pass instead of hundreds."

    def reference(X, params, p):
        """The test-time pass of a network that was trained with vanilla dropout.

            H1 = relu(X W1 + b1) · p       H2 = relu(H1 W2 + b2) · p       scores = H2 W3 + b3

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, M1), b1 (M1,), W2 (M1, M2), b2 (M2,), W3 (M2, C), b3 (C,).
        p : float
            The probability of KEEPING a unit, as in training.

        Returns
        -------
        scores : ndarray (N, C)

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 4.
        """
        a1 = X @ params["W1"] + params["b1"]
        H1 = p * np.maximum(a1, 0)
        a2 = H1 @ params["W2"] + params["b2"]
        H2 = p * np.maximum(a2, 0)
        scores = H2 @ params["W3"] + params["b3"]
        return scores

    def cases(rng):
        for label, sizes, p, biases in (
            ("p = 0.5, biases of zero", (4, 6, 5, 3), 0.5, False),
            ("p = 0.5, with biases", (4, 6, 5, 3), 0.5, True),
            ("a different p", (3, 8, 7, 4), uniform(rng, 0.65, 0.9), True),
            ("p = 1: the network as it is", (3, 6, 5, 4), 1.0, True),
        ):

            def inputs(sizes=sizes, biases=biases):
                return {"X": rng.uniform(1, 2, (6, sizes[0])), "params": network(rng, *sizes, biases=biases)}

            yield Case(label, **sample_until(inputs, lambda given, p=p: both_relus_matter(**given, p=p)), p=p)

    not_scaled = mistake(
        "On average, what did each unit pass on during training? Only p times its output. You scale nothing: multiply "
        "the outputs of both hidden layers by p.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = "},
    )
    divided_by_p = mistake(
        "Do you multiply or divide by p? You divide, which is what inverted dropout does in training. Multiply here.",
        {"H1 = p": "H1 = 1 / p", "H2 = p": "H2 = 1 / p"},
    )
    scaled_by_the_rest = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you scale the layers by "
        "1 - p.",
        {"H1 = p": "H1 = (1 - p)", "H2 = p": "H2 = (1 - p)"},
    )
    p_hard_coded = mistake(
        "Does `p` make a difference? You always scale the layers by 0.5. Use the p that is given.",
        {"H1 = p": "H1 = 0.5", "H2 = p": "H2 = 0.5"},
    )
    first_layer_only = mistake(
        "Which layers had a mask in training? Both hidden layers, but you scale only the first one.",
        {"H2 = p * ": "H2 = "},
    )
    second_layer_only = mistake(
        "Which layers had a mask in training? Both hidden layers, but you scale only the second one.",
        {"H1 = p * ": "H1 = "},
    )
    biases_not_scaled = mistake(
        "When do you multiply by p? Before adding the bias, so the biases are not scaled. Scale the output of each "
        "hidden layer, after its ReLU.",
        {
            "a1 = X @": "a1 = p * X @",
            "H1 = p * ": "H1 = ",
            "a2 = H1 @": "a2 = p * H1 @",
            "H2 = p * ": "H2 = ",
        },
    )
    scores_scaled = mistake(
        "What do you scale? The scores as a whole, by p². But b3 was never dropped, and b2 only once, so scale the "
        "outputs of the hidden layers instead.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = ", "return scores": "return p**2 * scores"},
    )
    scores_scaled_once = mistake(
        "What do you scale? Only the scores, and once. Multiply the output of each hidden layer by p instead.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = ", "return scores": "return p * scores"},
    )
    scores_too = mistake(
        "Which layers had a mask in training? Only the two hidden ones, but you scale the scores, too.",
        {"return scores": "return p * scores"},
    )
    inputs_too = mistake(
        "Which layers had a mask in training? Only the two hidden ones, but you scale the inputs, too.",
        {"X @": "p * X @"},
    )
    dropped_at_test = mistake(
        "Is anything dropped at test time? Nothing should be: keep every unit, and multiply its output by p. You drop "
        "some units and don't scale the others.",
        {
            "a1 = ": "rng = np.random.default_rng(0)\na1 = ",
            "H1 = p": 'H1 = (rng.random(len(params["b1"])) < p)',
            "H2 = p": 'H2 = (rng.random(len(params["b2"])) < p)',
        },
    )
    without_biases = mistake(
        "Is this the network that was trained? The biases are missing. Add all three.",
        {' + params["b1"]': "", ' + params["b2"]': "", ' + params["b3"]': ""},
    )
    first_bias_missing = mistake(
        "Is this the network that was trained? b1 is missing. Add it before the ReLU.", {' + params["b1"]': ""}
    )
    last_bias_missing = mistake(
        "Is this the network that was trained? b3 is missing. Add it to the scores.", {' + params["b3"]': ""}
    )
    root_of_p = mistake(
        "What do you scale each layer by? The square root of p. In training, each unit passed on p times its output on "
        "average, so multiply by p.",
        {"H1 = p": "H1 = np.sqrt(p)", "H2 = p": "H2 = np.sqrt(p)"},
    )
    no_rectifier = mistake(
        "Is this the network that was trained? The ReLUs are missing.",
        {"np.maximum(a1, 0)": "a1", "np.maximum(a2, 0)": "a2"},
    )
    no_second_rectifier = mistake(
        "Is this the network that was trained? The ReLU of the second hidden layer is missing.",
        {"np.maximum(a2, 0)": "a2"},
    )
    # As in the paper: scale the outgoing weights instead.
    weights_scaled = variant(
        {
            "H1 = p * ": "H1 = ",
            "H2 = p * ": "H2 = ",
            'params["W2"]': '(p * params["W2"])',
            'params["W3"]': '(p * params["W3"])',
        }
    )

    @variant
    def in_place(X, params, p):
        h = X
        for i in (1, 2):
            h = h @ params[f"W{i}"]
            h += params[f"b{i}"]
            h[h < 0] = 0
            h *= p
        return h @ params["W3"] + params["b3"]
