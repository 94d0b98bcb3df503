"""Batch normalization: over many batches, with the averages that it carries, and there and back."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import as_it_stands, out_and_cache, stacked

AVERAGES = ("running_mean", "running_var")


def batchnorm_sequence(forward, x, gamma, beta, bn_param, modes):
    """Send one batch after another through a forward pass, always with the same ``bn_param``.

    Parameters
    ----------
    forward : callable
        ``forward(x, gamma, beta, bn_param) -> (out, cache)``; the running averages are kept in ``bn_param``.
    x : ndarray (T, N, D)
        T batches.
    gamma, beta : ndarray (D,)
    bn_param : dict
        Settings, and any running averages to start from.
    modes : ndarray (T,) of text
        "train" or "test", batch by batch.

    Returns
    -------
    dict
        ``{"out": ndarray (T, N, D), "running_mean": ndarray (T, D), "running_var": ndarray (T, D)}``, the averages as
        they are after each batch.
    """
    outs, averages = [], {name: [] for name in AVERAGES}
    for batch, mode in zip(x, modes.tolist(), strict=True):
        bn_param["mode"] = mode
        out, _ = out_and_cache(forward(batch, gamma, beta, bn_param))
        outs.append(as_it_stands(out))
        for name, values in averages.items():
            if not isinstance(bn_param.get(name), np.ndarray):
                raise Unexpected(f'an array in bn_param["{name}"] after every batch', bn_param.get(name))
            values.append(bn_param[name].copy())
    return {
        "out": stacked(outs, f"an output of shape {x[0].shape} from every batch"),
        **{name: stacked(values, f"{name} of one shape after every batch") for name, values in averages.items()},
    }


def batchnorm_forward_backward(backward, forward, x, dout, gamma, beta, bn_param):
    """A forward pass in training, and the way back with what it kept.

    Parameters
    ----------
    backward : callable
        ``backward(dout, cache) -> (dx, dgamma, dbeta)``.
    forward : callable
        ``forward(x, gamma, beta, bn_param) -> (out, cache)``.
    x, dout : ndarray (N, D)
        The input, and the gradient of the loss in the output.
    gamma, beta : ndarray (D,)
    bn_param : dict
        Settings; the mode is added.

    Returns
    -------
    dict
        ``{"dx": ndarray (N, D), "dgamma": ndarray (D,), "dbeta": ndarray (D,)}``
    """
    _, cache = out_and_cache(forward(x, gamma, beta, {**bn_param, "mode": "train"}))
    returned = backward(dout, cache)
    if not isinstance(returned, tuple) or len(returned) != 3:
        raise Unexpected("three arrays, (dx, dgamma, dbeta)", returned)
    return dict(zip(("dx", "dgamma", "dbeta"), returned, strict=True))
