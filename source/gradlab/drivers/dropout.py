"""Drivers for dropout: forward passes, a forward pass with its backward pass, and a network with its masks."""

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array, Config, Floats, Integers, Params
from ._outputs import Function, Outputs, numbered, out_and_cache, snapshot, snapshots
from ._rows import RNG_ENDINGS


def dropout_forward_only(
    forward: Function,
    x: Array,
    dropout_param: Config,
    times: int = 1,
    seeds: Integers | None = None,
    then_train: bool = False,
) -> Outputs:
    """Call a forward pass several times on the same input, and ignore the cache.

    Parameters
    ----------
    forward : callable
        ``forward(x, dropout_param) -> (out, cache)``.
    x : ndarray (N, ...)
    dropout_param : dict
        The settings, which are copied into a new dict for each call.
    times : int
        The number of calls if `seeds` is None.
    seeds : ndarray (T,) of int, optional
        The seed for each call, passed as ``dropout_param["seed"]``.
    then_train : bool
        Whether to add one call in training mode.

    Returns
    -------
    dict
        ``{"out 1": ndarray, "out 2": ndarray, ...}``, one output per call, and ``"out in training"`` if `then_train`.
    """
    if seeds is None:
        settings = [dict(dropout_param) for _ in range(times)]
    else:
        settings = [{**dropout_param, "seed": seed} for seed in seeds.tolist()]
    outputs = numbered("out", (snapshot(out_and_cache(forward(x, each))[0]) for each in settings))
    if then_train:
        outputs["out in training"] = out_and_cache(forward(x, {**dropout_param, "mode": "train"}))[0]
    return outputs


def dropout_forward_backward(
    backward: Function,
    forward: Function,
    x: Array,
    dout: Array,
    dropout_param: Config,
    between: int = 0,
    then_train: bool = False,
) -> Outputs:
    """Run a forward pass, then the backward pass with the cache that it returned.

    Parameters
    ----------
    backward : callable
        ``backward(dout, cache) -> dx``.
    forward : callable
        ``forward(x, dropout_param) -> (out, cache)``.
    x, dout : ndarray (N, ...)
        The input, and the gradient of the loss with respect to the output.
    dropout_param : dict
    between : int
        The number of forward passes of other layers between this forward pass and its backward pass.
    then_train : bool
        Whether to run both passes once more, in training mode.

    Returns
    -------
    dict
        ``{"out": ndarray, "dx": ndarray}``, and ``"dx in training"`` if `then_train`.
    """
    out, cache = out_and_cache(forward(x, dict(dropout_param)))
    out = snapshot(out)
    for _ in range(between):
        forward(np.ones_like(x), dict(dropout_param))
    outputs = {"out": out, "dx": snapshot(backward(dout, cache))}
    if then_train:
        _, cache = out_and_cache(forward(x, {**dropout_param, "mode": "train"}))
        outputs["dx in training"] = backward(dout, cache)
    return outputs


def scores_and_masks(function: Function, X: Floats, params: Params, p: float, seed: int) -> Outputs:
    """Run three training passes of a network with vanilla dropout: two with the same seed, one with a different seed.

    Parameters
    ----------
    function : callable
        ``function(X, params, p, rng) -> (scores, masks)``, where `masks` is a list with one mask per hidden layer.
    X : ndarray (N, D)
    params : dict of str to ndarray
    p : float
    seed : int
        The seed of the first two generators; the third generator has the seed ``seed + 1``.

    Returns
    -------
    dict
        ``{"scores": ndarray, "mask 1": ndarray, "mask 1 again": ndarray, "mask 1 of another rng": ndarray, ...}``,
        where the scores are those of the first pass.
    """
    outputs: Outputs = {}
    for ending, step in RNG_ENDINGS.items():
        returned = function(X, snapshots(params), p, np.random.default_rng(seed + step))
        if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], (list, tuple)):
            raise Unexpected("two values, (scores, masks), with a list as the second", returned)
        scores, masks = returned
        outputs.setdefault("scores", scores)
        outputs |= {f"{name}{ending}": mask for name, mask in numbered("mask", masks).items()}
    return outputs
