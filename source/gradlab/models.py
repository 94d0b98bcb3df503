"""Whole models: a dict of parameters, and a loss that gives scores, or the loss with all its gradients."""

import math
from itertools import pairwise

import numpy as np

from .layers import affine_backward, affine_forward, relu_backward, relu_forward
from .losses import softmax_loss


class FullyConnectedNet:
    """Affine layers with a rectifier between each two, and the softmax loss on top.

    L hidden layers make L + 1 affine ones:  (affine - relu) x L - affine - softmax.

    Parameters
    ----------
    hidden_dims : sequence of int
        The size of each hidden layer; none at all gives a linear classifier.
    input_dim : int
        The features of one example.
    num_classes : int
    reg : float
        Strength of L2 regularization: ½ · reg · Σ w² over all weights is added to the loss, biases exempt.
    weight_scale : float
        The standard deviation of the first weights; biases start at zero.
    dtype : numpy dtype
        Of all parameters, and of all that is computed. Use float64 to check gradients.
    seed : int, numpy.random.Generator or None
        Where the first weights are drawn from; None gives other weights every time.

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (input_dim, hidden_dims[0]), b1 (hidden_dims[0],), W2, b2, and so on.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        *,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        sizes = [input_dim, *hidden_dims, num_classes]
        if min(sizes) < 1:
            raise ValueError(f"Every layer must have at least one unit. Got sizes {sizes}.")
        self.reg = reg
        self.dtype = np.dtype(dtype)
        self.num_layers = len(sizes) - 1
        self.params = {}
        rng = np.random.default_rng(seed)
        for i, (rows, columns) in enumerate(pairwise(sizes), start=1):
            self.params[f"W{i}"] = (weight_scale * rng.standard_normal((rows, columns))).astype(self.dtype)
            self.params[f"b{i}"] = np.zeros(columns, dtype=self.dtype)

    def loss(self, X, y=None):
        """Scores of a batch, or, given its labels, the loss and its gradients.

        Parameters
        ----------
        X : ndarray (N, d_1, ..., d_k)
            N examples of d_1 · ... · d_k = input_dim features.
        y : ndarray (N,) of int, optional
            The right classes.

        Returns
        -------
        scores : ndarray (N, num_classes)
            Without `y`.
        loss, grads : float, dict of str to ndarray
            With `y`; `grads` has the keys and shapes of `params`.

        Raises
        ------
        ValueError
            If an example does not have input_dim features, or the labels do not fit.
        """
        self._check(X)
        scores, caches = self._forward(X.astype(self.dtype))
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = self._backward(dscores, caches)
        for i in self._layers():
            w = self.params[f"W{i}"]
            loss += 0.5 * self.reg * np.sum(w * w)
            grads[f"W{i}"] += self.reg * w
        return float(loss), grads

    def _forward(self, x):
        caches = {}
        for i in self._layers():
            x, caches["affine", i] = affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            if i < self.num_layers:
                x, caches["relu", i] = relu_forward(x)
        return x, caches

    def _backward(self, dout, caches):
        grads = {}
        for i in reversed(self._layers()):
            if i < self.num_layers:
                dout = relu_backward(dout, caches["relu", i])
            dout, grads[f"W{i}"], grads[f"b{i}"] = affine_backward(dout, caches["affine", i])
        return grads

    def _layers(self):
        return range(1, self.num_layers + 1)

    def _check(self, X):
        features, expected = math.prod(X.shape[1:]), len(self.params["W1"])
        if X.ndim < 2 or features != expected:
            raise ValueError(
                f"X must hold examples of {expected} features, as (N, {expected}). Got {X.shape}: "
                "build the model with the data's input_dim, or give a single example as X[None]."
            )
