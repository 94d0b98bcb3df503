"""Vanilla dropout at test time: every unit is kept, and its output is multiplied by p."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform

from .vanilla_dropout_train import hidden, network, scores_of


def predicted(X, params, first, second):
    """The scores with the hidden layers scaled by these factors."""
    return scores_of(hidden(hidden(X, params, 1) * first, params, 2) * second, params)


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
        hidden1 = np.maximum(X @ params["W1"] + params["b1"], 0) * p
        hidden2 = np.maximum(hidden1 @ params["W2"] + params["b2"], 0) * p
        return hidden2 @ params["W3"] + params["b3"]

    def cases(rng):
        for label, sizes, p, biases in (
            ("p = 0.5, biases of zero", (4, 6, 5, 3), 0.5, False),
            ("p = 0.5, with biases", (4, 6, 5, 3), 0.5, True),
            ("another p", (3, 8, 7, 4), uniform(rng, 0.65, 0.9), True),
            ("p = 1: the network as it is", (3, 6, 5, 4), 1.0, True),
        ):
            yield Case(label, X=rng.uniform(1, 2, (6, sizes[0])), params=network(rng, *sizes, biases=biases), p=p)

    @mistake("Nothing is scaled. In training only a share p of the units sent something: multiply both layers by p.")
    def not_scaled(X, params, p):
        return predicted(X, params, 1, 1)

    @mistake("The layers are divided by p. That is what inverted dropout does in training; here multiply.")
    def divided_by_p(X, params, p):
        return predicted(X, params, 1 / p, 1 / p)

    @mistake("The layers are scaled by 1 - p. Of each unit's output arrived p on average, the probability of keeping.")
    def scaled_by_the_rest(X, params, p):
        return predicted(X, params, 1 - p, 1 - p)

    @mistake("Only the first hidden layer is scaled. Both had a mask in training.")
    def first_layer_only(X, params, p):
        return predicted(X, params, p, 1)

    @mistake("Only the second hidden layer is scaled. Both had a mask in training.")
    def second_layer_only(X, params, p):
        return predicted(X, params, 1, p)

    @mistake("The scores are scaled. Scale the outputs of the hidden layers: biases of the next layer are not dropped.")
    def scores_scaled(X, params, p):
        return predicted(X, params, 1, 1) * p**2

    @mistake("The scores are scaled once for both layers. Each hidden layer's output is to be multiplied by p.")
    def scores_scaled_once(X, params, p):
        return predicted(X, params, 1, 1) * p

    @mistake("The scores are scaled, too. They had no mask in training: scale the two hidden layers only.")
    def scores_too(X, params, p):
        return predicted(X, params, p, p) * p

    @mistake("The inputs are scaled, too. They had no mask in training: scale the two hidden layers only.")
    def inputs_too(X, params, p):
        return predicted(X * p, params, p, p)

    @mistake("Units are dropped at test time. There all of them speak; p only sets how loud.")
    def dropped_at_test(X, params, p):
        rng = np.random.default_rng(0)
        masks = [(rng.random(len(params[name])) < p) * 1.0 for name in ("b1", "b2")]
        return predicted(X, params, *masks)

    @mistake("The biases are left out. The network must be the same in training and at test time.")
    def without_biases(X, params, p):
        bare = {name: w if name.startswith("W") else np.zeros_like(w) for name, w in params.items()}
        return predicted(X, bare, p, p)

    @mistake("Each layer is scaled by the root of p. What arrives on average is p times the output, so multiply by p.")
    def root_of_p(X, params, p):
        return predicted(X, params, np.sqrt(p), np.sqrt(p))

    @mistake("The rectifiers are missing.")
    def no_rectifier(X, params, p):
        h1 = (X @ params["W1"] + params["b1"]) * p
        return scores_of((h1 @ params["W2"] + params["b2"]) * p, params)

    @variant
    def weights_scaled(X, params, p):
        """Scale the outgoing weights instead, as in the paper; the scores are the same."""
        h = np.maximum(X.dot(params["W1"]) + params["b1"], 0)
        h = np.maximum(h.dot(p * params["W2"]) + params["b2"], 0)
        return h.dot(p * params["W3"]) + params["b3"]

    @variant
    def in_place(X, params, p):
        h = X
        for i in (1, 2):
            h = h @ params[f"W{i}"]
            h += params[f"b{i}"]
            h[h < 0] = 0
            h *= p
        return h @ params["W3"] + params["b3"]
