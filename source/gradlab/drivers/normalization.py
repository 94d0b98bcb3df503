"""Drivers for batch and layer normalization: a sequence of batches, and a forward pass with its backward pass."""

from typing import Any

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array, Config, Floats
from ._outputs import Function, Outputs, out_and_cache, snapshot, stacked

AVERAGES = ("running_mean", "running_var")


def batchnorm_sequence(
    forward: Function, x: Floats, gamma: Floats, beta: Floats, bn_param: Config, modes: Array
) -> Outputs:
    """Send one batch after another through a forward pass, always with the same ``bn_param``.

    Parameters
    ----------
    forward : callable
        ``forward(x, gamma, beta, bn_param) -> (out, cache)``; the running averages are kept in ``bn_param``.
    x : ndarray (T, N, D)
        T batches of N examples.
    gamma, beta : ndarray (D,)
    bn_param : dict
        The settings, and any initial running averages.
    modes : ndarray (T,) of str
        The mode for each batch, "train" or "test".

    Returns
    -------
    dict
        ``{"out": ndarray (T, N, D), "running_mean": ndarray (T, D), "running_var": ndarray (T, D)}``, with the
        running averages after each batch.
    """
    outs: list[Array] = []
    averages: dict[str, list[Array]] = {name: [] for name in AVERAGES}
    for batch, mode in zip(x, modes.tolist(), strict=True):
        bn_param["mode"] = mode
        out, _ = out_and_cache(forward(batch, gamma, beta, bn_param))
        outs.append(snapshot(out))
        for name, values in averages.items():
            if not isinstance(bn_param.get(name), np.ndarray):
                raise Unexpected(f'an array in bn_param["{name}"] after every batch', bn_param.get(name))
            values.append(bn_param[name].copy())
    return {
        "out": stacked(outs, f"an output of shape {x[0].shape} from every batch"),
        **{name: stacked(values, f"{name} of the same shape after every batch") for name, values in averages.items()},
    }


def batchnorm_forward_backward(
    backward: Function, forward: Function, x: Floats, dout: Floats, gamma: Floats, beta: Floats, bn_param: Config
) -> Outputs:
    """Run a forward pass in training mode, then the backward pass with the cache that it returned.

    Parameters
    ----------
    backward : callable
        ``backward(dout, cache) -> (dx, dgamma, dbeta)``.
    forward : callable
        ``forward(x, gamma, beta, bn_param) -> (out, cache)``.
    x, dout : ndarray (N, D)
        The input, and the gradient of the loss with respect to the output.
    gamma, beta : ndarray (D,)
    bn_param : dict
        The settings, to which the driver adds the training mode.

    Returns
    -------
    dict
        ``{"dx": ndarray (N, D), "dgamma": ndarray (D,), "dbeta": ndarray (D,)}``
    """
    _, cache = out_and_cache(forward(x, gamma, beta, {**bn_param, "mode": "train"}))
    return _gradients(backward(dout, cache))


def layernorm_sequence(
    forward: Function, x: Floats, gamma: Floats, beta: Floats, ln_param: Config, modes: Array | None = None
) -> Outputs:
    """Send one batch after another through a forward pass of layer normalization.

    Parameters
    ----------
    forward : callable
        ``forward(x, gamma, beta, ln_param) -> (out, cache)``.
    x : ndarray (T, ..., D)
        T batches.
    gamma, beta : ndarray (D,)
    ln_param : dict
        The settings, always the same dict.
    modes : ndarray (T,) of str, optional
        ``ln_param["mode"]`` for each batch, "train" or "test". By default, no mode is set.

    Returns
    -------
    dict
        ``{"out": ndarray (T, ..., D)}``
    """
    outs: list[Array] = []
    for number, batch in enumerate(x):
        if modes is not None:
            ln_param["mode"] = str(modes[number])
        out, _ = out_and_cache(forward(batch.copy(), gamma, beta, ln_param))
        outs.append(snapshot(out))
    return {"out": stacked(outs, f"an output of shape {x[0].shape} from every batch")}


def layernorm_forward_backward(
    backward: Function, forward: Function, x: Floats, dout: Floats, gamma: Floats, beta: Floats, ln_param: Config
) -> Outputs:
    """Run a forward pass of layer normalization, then the backward pass with the cache that it returned.

    Parameters
    ----------
    backward : callable
        ``backward(dout, cache) -> (dx, dgamma, dbeta)``.
    forward : callable
        ``forward(x, gamma, beta, ln_param) -> (out, cache)``.
    x, dout : ndarray (..., D)
        The input, and the gradient of the loss with respect to the output.
    gamma, beta : ndarray (D,)
    ln_param : dict

    Returns
    -------
    dict
        ``{"dx": ndarray (..., D), "dgamma": ndarray (D,), "dbeta": ndarray (D,)}``
    """
    _, cache = out_and_cache(forward(x, gamma, beta, ln_param))
    return _gradients(backward(dout, cache))


def _gradients(returned: Any) -> Outputs:
    if not isinstance(returned, tuple) or len(returned) != 3:
        raise Unexpected("three arrays, (dx, dgamma, dbeta)", returned)
    return dict(zip(("dx", "dgamma", "dbeta"), returned, strict=True))
