"""Small two-layer networks with gradients that may be deliberately wrong. Each function serves several networks.

A network has the parameters W1 (D, H), b1 (H,), W2 (H, 2), and b2 (2,), tanh or ReLU in the hidden layer, a softmax
loss, and L2 regularization of the weights. Losses and gradients are computed in the precision of the parameters.
"""

import numpy as np

from ..typing import Array, Floats, Params
from ._arguments import as_array, as_number, check_keys

HIDDEN = 1000  # upper limit, so that one call takes milliseconds
NAMES = ("W1", "b1", "W2", "b2")


def network_loss(
    which: int, params: Params, reg: float, X: Floats, y: Floats, smooth: Array, scale: Floats, keep: Floats
) -> float:
    """Return the loss of network number `which`: scale · (mean cross-entropy) + ½ · reg · Σ (W1² + W2²).

    Parameters
    ----------
    which : int
        Index of the network, counting from 0.
    params : dict of str to ndarray
        The parameters W1, b1, W2, and b2.
    reg : float
        The regularization strength.
    X : ndarray (N, D)
    y : ndarray (N,)
        The class of each example: 1 is the class of the second score, and -1 is the class of the first.
    smooth : ndarray (T,) of bool
        For each of the T networks, True for tanh and False for ReLU.
    scale : ndarray (T,)
        The factor by which each network multiplies its data loss.
    keep : ndarray (T,)
        The fraction of hidden units that dropout keeps in each network, with a new mask in every call; 1 means no
        dropout.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `params` is not a dict with exactly the keys W1, b1, W2, and b2, the parameters' shapes do not fit together,
        or `reg` is not a single number.
    """
    W1, b1, W2, b2 = _parameters(params, X.shape[1])
    reg = as_number("reg", reg)
    *_, margins = _forward((W1, b1, W2, b2), X, y, smooth[which], float(keep[which]))
    weights = np.concatenate([W1.ravel(), W2.ravel()])
    return float(float(scale[which]) / len(y) * np.logaddexp(0, -margins).sum() + 0.5 * reg * (weights @ weights))


def network_gradient(
    which: int,
    params: Params,
    reg: float,
    X: Floats,
    y: Floats,
    smooth: Array,
    scale: Floats,
    keep: Floats,
    data_factors: Floats,
    reg_factors: Floats,
) -> Params:
    """Return the gradients that the backward pass of network number `which` computes, right or wrong.

    Parameters
    ----------
    which, params, reg, X, y, smooth, scale, keep
        As in `network_loss`.
    data_factors : ndarray (T, 4)
        Factors applied to the gradients of the data loss with respect to W1, b1, W2, and b2; 1 is correct.
    reg_factors : ndarray (T, 4)
        Factors applied to reg · parameter, the gradient of the regularization: 1 is correct for W1 and W2, and 0 for b1
        and b2.

    Returns
    -------
    dict of str to ndarray
        The gradients with respect to W1, b1, W2, and b2, shaped like `params`.

    Raises
    ------
    ValueError
        If `params` is not a dict with exactly the keys W1, b1, W2, and b2, the parameters' shapes do not fit together,
        or `reg` is not a single number.
    """
    values = _parameters(params, X.shape[1])
    reg = as_number("reg", reg)
    X, y, slope, hidden, margins = _forward(values, X, y, smooth[which], float(keep[which]))
    dmargins = -float(scale[which]) / len(y) / (1 + np.exp(margins))
    dscores = np.stack([-y * dmargins, y * dmargins], axis=1)
    dout = dscores @ values[2].T * slope
    gradients = (X.T @ dout, dout.sum(axis=0), hidden.T @ dscores, dscores.sum(axis=0))
    return {
        name: float(data_factors[which, i]) * gradients[i] + float(reg_factors[which, i]) * reg * values[i]
        for i, name in enumerate(NAMES)
    }


def _forward(
    params: tuple[Floats, ...], X: Floats, y: Floats, smooth: bool, keep: float
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return X and y in the parameters' precision, the hidden units' slopes and outputs, and the margins."""
    W1, b1, W2, b2 = params
    X, y = X.astype(W1.dtype, copy=False), y.astype(W1.dtype, copy=False)
    before = X @ W1 + b1
    hidden = np.tanh(before) if smooth else np.maximum(before, 0)
    slope = 1 - hidden * hidden if smooth else (before > 0).astype(W1.dtype)
    if keep < 1:
        mask = (np.random.default_rng().random(before.shape) < keep).astype(W1.dtype) / keep
        hidden, slope = hidden * mask, slope * mask
    scores = hidden @ W2 + b2
    return X, y, slope, hidden, y * (scores[:, 1] - scores[:, 0])


def _parameters(params: Params, features: int) -> tuple[Floats, ...]:
    """Return the four parameters of a network with `features` inputs as arrays of floats, in the order of `NAMES`."""
    check_keys("params", params, NAMES)
    hidden = np.size(params["b1"])
    if hidden > HIDDEN:
        raise ValueError(f"b1 must have at most {HIDDEN} entries. Got {hidden}.")
    shapes: tuple[tuple[int, ...], ...] = ((features, hidden), (hidden,), (hidden, 2), (2,))
    values = [as_array(name, params[name], shape) for name, shape in zip(NAMES, shapes, strict=True)]
    return tuple(value if value.dtype.kind == "f" else value.astype(np.float64) for value in values)
