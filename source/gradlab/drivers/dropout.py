"""Forward and backward passes of dropout: one way, several times, or there and back."""

import numpy as np

from ._outputs import as_it_stands, out_and_cache


def dropout_forward_only(forward, x, dropout_param, times=1, seeds=None):
    """Call a forward pass several times on the same input; what it keeps for the way back is left out.

    Parameters
    ----------
    forward : callable
        ``forward(x, dropout_param) -> (out, cache)``.
    x : ndarray (N, ...)
    dropout_param : dict
        Every call gets a dict of its own with these entries.
    times : int
        How many calls, where no seeds are given.
    seeds : ndarray (T,) of int, optional
        One call for each, with ``dropout_param["seed"]`` set to it.

    Returns
    -------
    dict
        ``{"out 1": ndarray, "out 2": ndarray, ...}``, one for each call.
    """
    if seeds is None:
        settings = [dict(dropout_param) for _ in range(times)]
    else:
        settings = [{**dropout_param, "seed": seed} for seed in seeds.tolist()]
    outs = [as_it_stands(out_and_cache(forward(x, each))[0]) for each in settings]
    return {f"out {i}": out for i, out in enumerate(outs, start=1)}


def dropout_forward_backward(backward, forward, x, dout, dropout_param, between=0):
    """A forward pass, and the way back with what that pass kept.

    Parameters
    ----------
    backward : callable
        ``backward(dout, cache) -> dx``.
    forward : callable
        ``forward(x, dropout_param) -> (out, cache)``.
    x, dout : ndarray (N, ...)
        The input, and the gradient of the loss in the output.
    dropout_param : dict
    between : int
        How many forward passes of other layers come between this one and its way back.

    Returns
    -------
    dict
        ``{"out": ndarray, "dx": ndarray}``
    """
    out, cache = out_and_cache(forward(x, dict(dropout_param)))
    out = as_it_stands(out)
    for _ in range(between):
        forward(np.ones_like(x), dict(dropout_param))
    return {"out": out, "dx": backward(dout, cache)}
