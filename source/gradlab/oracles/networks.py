"""Small networks with two layers whose gradients may be wrong on purpose, several of them in one function.

A network has W1 (D, H), b1 (H,), W2 (H, 2) and b2 (2,), between them tanh or ReLU, a softmax loss on top, and L2
regularization of the weights. All is computed in the precision of the parameters.
"""

import numpy as np

NAMES = ("W1", "b1", "W2", "b2")


def network_loss(which, params, reg, X, y, smooth, scale, keep):
    """The loss of network number `which`, scale · (mean cross-entropy) + ½ · reg · Σ (W1² + W2²).

    Parameters
    ----------
    which : int
        Counts from 0.
    params : dict of str to ndarray
        W1, b1, W2 and b2.
    reg : float
        Strength of regularization.
    X : ndarray (N, D)
    y : ndarray (N,)
        Classes, -1 or 1, whose scores are the first and the second.
    smooth : ndarray (T,) of bool
        Whether each of the T networks has tanh or ReLU.
    scale : ndarray (T,)
        The weight of its data loss.
    keep : ndarray (T,)
        The share of hidden units that dropout keeps, with another mask at every call. 1 is no dropout.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `params` are not those of such a network.
    """
    given = [_parameter(params, name) for name in NAMES]
    *_, margins = _forward(given, X, y, smooth[which], float(keep[which]))
    weights = np.concatenate([given[0].ravel(), given[2].ravel()])
    return float(float(scale[which]) / len(y) * np.logaddexp(0, -margins).sum() + 0.5 * reg * (weights @ weights))


def network_gradient(which, params, reg, X, y, smooth, scale, keep, data_factors, reg_factors):
    """What a backward pass for network number `which` returns, whether right or wrong.

    Parameters
    ----------
    which, params, reg, X, y, smooth, scale, keep
        As in `network_loss`.
    data_factors : ndarray (T, 4)
        What the data loss's gradient in W1, b1, W2 and b2 is multiplied by; 1 is right.
    reg_factors : ndarray (T, 4)
        What each parameter is multiplied by, beside `reg`, to give the gradient of regularization: 1 is right for
        W1 and W2, 0 for b1 and b2.

    Returns
    -------
    dict of str to ndarray
        W1, b1, W2 and b2, in the shapes of `params`.

    Raises
    ------
    ValueError
        If `params` are not those of such a network.
    """
    given = [_parameter(params, name) for name in NAMES]
    X, y, slope, hidden, margins = _forward(given, X, y, smooth[which], float(keep[which]))
    dmargins = -float(scale[which]) / len(y) / (1 + np.exp(margins))
    dscores = np.stack([-y * dmargins, y * dmargins], axis=1)
    dout = dscores @ given[2].T * slope
    gradients = (X.T @ dout, dout.sum(axis=0), hidden.T @ dscores, dscores.sum(axis=0))
    return {
        name: float(data_factors[which, i]) * gradients[i] + float(reg_factors[which, i]) * reg * given[i]
        for i, name in enumerate(NAMES)
    }


def _forward(params, X, y, smooth, keep):
    """Inputs and classes in the parameters' precision, the slope at each hidden unit, its output, and the margins."""
    W1, b1, W2, b2 = params
    X, y = X.astype(W1.dtype), y.astype(W1.dtype)
    before = X @ W1 + b1
    hidden = np.tanh(before) if smooth else np.maximum(before, 0)
    slope = 1 - hidden * hidden if smooth else (before > 0).astype(W1.dtype)
    if keep < 1:
        mask = (np.random.default_rng().random(before.shape) < keep).astype(W1.dtype) / keep
        hidden, slope = hidden * mask, slope * mask
    scores = hidden @ W2 + b2
    return X, y, slope, hidden, y * (scores[:, 1] - scores[:, 0])


def _parameter(params, name):
    if not isinstance(params, dict) or set(params) != set(NAMES):
        raise ValueError("params must be a dict with W1, b1, W2 and b2")
    value = np.asarray(params[name])
    return value if value.dtype.kind == "f" else value.astype(np.float64)
