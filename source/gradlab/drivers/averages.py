"""Drivers for averages of weights and of predictions over a training run."""

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array, Config, Floats, Params
from ._outputs import Function, Outputs, snapshot, snapshots, stacked, value_and_config


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


def average_after_every_epoch(function: Function, epochs: Params, **settings: object) -> Outputs:
    """Call a function after every epoch of a run, with all checkpoints so far.

    Later calls get the same dicts of arrays as earlier ones, so a function that averages into a checkpoint spoils what
    it returns later.

    Parameters
    ----------
    function : callable
        ``function(checkpoints, **settings) -> averaged``, where `checkpoints` is a list of dicts with the oldest first,
        and `averaged` is a dict with the same names.
    epochs : dict of str to ndarray (T, ...)
        Each parameter at the end of each of T epochs.

    Returns
    -------
    dict
        ``{"W1": ndarray (T, ...), ...}``, the average returned after each epoch.
    """
    count = len(next(iter(epochs.values())))
    run = [{name: values[t].copy() for name, values in epochs.items()} for t in range(count)]
    averages = []
    for t in range(count):
        averaged = function(run[: t + 1], **settings)
        if not isinstance(averaged, dict):
            raise Unexpected("a dict of arrays", averaged)
        averages.append(snapshots(averaged))
    if any(averaged.keys() != averages[0].keys() for averaged in averages):
        raise Unexpected("the same names after every epoch", averages[-1])
    return {
        str(name): stacked([averaged[name] for averaged in averages], f"an array {name} of the same shape every time")
        for name in averages[0]
    }
