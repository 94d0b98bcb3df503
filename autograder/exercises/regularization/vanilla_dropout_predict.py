"""Vanilla dropout at test time: every unit is kept, and its output is multiplied by p."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform

from .vanilla_dropout_train import network


class VanillaDropoutPredict(Exercise):
    """The same network at test time, when every unit sends what it sent on average in training."""

    name, points = "vanilla_dropout_predict", 2

    def reference(X, params, p):
        """The scores of a network at test time that was trained with vanilla dropout.

            H1 = relu(X W1 + b1) · p       H2 = relu(H1 W2 + b2) · p       scores = H2 W3 + b3

        Parameters
        ----------
        X : ndarray (N, D)
            N examples.
        params : dict of str to ndarray
            W1 (D, H1), b1 (H1,), W2 (H1, H2), b2 (H2,), W3 (H2, C), b3 (C,).
        p : float
            The probability of KEEPING a unit, with which the network was trained.

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
            ("another p", (3, 8, 7, 4), uniform(rng, 0.65, 0.9), True),
            ("p = 1: the network as it is", (3, 6, 5, 4), 1.0, True),
        ):
            yield Case(label, X=rng.uniform(1, 2, (6, sizes[0])), params=network(rng, *sizes, biases=biases), p=p)

    not_scaled = mistake(
        "Nothing is scaled. In training only a share p of the units sent something: multiply both layers by p.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = "},
    )
    divided_by_p = mistake(
        "The layers are divided by p. That is what inverted dropout does in training; here multiply.",
        {"H1 = p": "H1 = 1 / p", "H2 = p": "H2 = 1 / p"},
    )
    scaled_by_the_rest = mistake(
        "The layers are scaled by 1 - p. Of each unit's output arrived p on average, the probability of keeping.",
        {"H1 = p": "H1 = (1 - p)", "H2 = p": "H2 = (1 - p)"},
    )
    first_layer_only = mistake(
        "Only the first hidden layer is scaled. Both had a mask in training.", {"H2 = p * ": "H2 = "}
    )
    second_layer_only = mistake(
        "Only the second hidden layer is scaled. Both had a mask in training.", {"H1 = p * ": "H1 = "}
    )
    scores_scaled = mistake(
        "The scores are scaled. Scale the outputs of the hidden layers: biases of the next layer are not dropped.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = ", "return scores": "return p**2 * scores"},
    )
    scores_scaled_once = mistake(
        "The scores are scaled once for both layers. Each hidden layer's output is to be multiplied by p.",
        {"H1 = p * ": "H1 = ", "H2 = p * ": "H2 = ", "return scores": "return p * scores"},
    )
    scores_too = mistake(
        "The scores are scaled, too. They had no mask in training: scale the two hidden layers only.",
        {"return scores": "return p * scores"},
    )
    inputs_too = mistake(
        "The inputs are scaled, too. They had no mask in training: scale the two hidden layers only.",
        {"X @": "p * X @"},
    )
    dropped_at_test = mistake(
        "Units are dropped at test time. There all of them speak; p only sets how loud.",
        {
            "a1 = ": "rng = np.random.default_rng(0)\na1 = ",
            "H1 = p": 'H1 = (rng.random(len(params["b1"])) < p)',
            "H2 = p": 'H2 = (rng.random(len(params["b2"])) < p)',
        },
    )
    without_biases = mistake(
        "The biases are left out. The network must be the same in training and at test time.",
        {' + params["b1"]': "", ' + params["b2"]': "", ' + params["b3"]': ""},
    )
    root_of_p = mistake(
        "Each layer is scaled by the root of p. What arrives on average is p times the output, so multiply by p.",
        {"H1 = p": "H1 = np.sqrt(p)", "H2 = p": "H2 = np.sqrt(p)"},
    )
    no_rectifier = mistake("The rectifiers are missing.", {"np.maximum(a1, 0)": "a1", "np.maximum(a2, 0)": "a2"})
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
