"""Drivers for averages of weights during training and for predictions averaged over several checkpoints."""

import numpy as np

from ..typing import Array, Config, Floats, Params
from ._outputs import Function, Outputs, snapshot, stacked, value_and_config


def running_average(function: Function, weights: Array, config: Config | None = None) -> Outputs:
    """Call a running average with the weights after each step, and carry its state in ``config``.

    Parameters
    ----------
    function : callable
        ``function(w, config) -> (averaged, config)``.
    weights : ndarray (T, ...)
        The weights after every step.
    config : dict or None
        The settings, and any initial state, for the first call.

    Returns
    -------
    dict
        ``{"averaged": ndarray (T, ...)}``, the average returned after each step.
    """
    averages = []
    for w in weights:
        averaged, config = value_and_config(function(w, config), "averaged")
        averages.append(snapshot(averaged))
    return {"averaged": stacked(averages, f"an average of shape {weights[0].shape} from every step")}


def predict_from_checkpoints(function: Function, X: Floats, W: Floats, b: Floats, **settings: object) -> Outputs:
    """Call a function once with the checkpoints of a run and a function that predicts from a single checkpoint.

    Parameters
    ----------
    function : callable
        ``function(checkpoints, predict, X, **settings) -> probabilities``, where `checkpoints` is a list of dicts with
        the oldest first, and ``predict(params, X)`` returns the probabilities (N, C) that one checkpoint predicts.
    X : ndarray (N, D)
    W, b : ndarray (T, D, C), (T, C)
        The parameters of a linear classifier at each of T checkpoints.

    Returns
    -------
    dict
        ``{"probabilities": what the function returned}``
    """
    checkpoints = [{"W": weights.copy(), "b": biases.copy()} for weights, biases in zip(W, b, strict=True)]

    def predict(params: Params, X: Floats) -> Floats:
        logits = X @ params["W"] + params["b"]
        odds = np.exp(logits - logits.max(axis=1)[:, None])
        return odds / odds.sum(axis=1)[:, None]

    return {"probabilities": function(checkpoints, predict, X, **settings)}
