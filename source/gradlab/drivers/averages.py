"""Averages over time and over checkpoints: of weights as a run goes on, and of what its checkpoints predict."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import as_it_stands, stacked


def running_average(function, weights, config=None):
    """Show an average all weights of a run in turn, its state carried in ``config``.

    Parameters
    ----------
    function : callable
        ``function(w, config) -> (averaged, config)``.
    weights : ndarray (T, ...)
        The weights after every step.
    config : dict or None
        Settings, and any state to start from, for the first call.

    Returns
    -------
    dict
        ``{"averaged": ndarray (T, ...)}``, what was returned after every step.
    """
    averages = []
    for w in weights:
        returned = function(w, config)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise Unexpected("two things, (averaged, config)", returned)
        averaged, config = returned
        if not isinstance(config, dict):
            raise Unexpected("a dict as the second thing returned (the config, which carries the state)", config)
        averages.append(as_it_stands(averaged))
    return {"averaged": stacked(averages, f"an average of shape {weights[0].shape} from every step")}


def predict_from_checkpoints(function, X, W, b, **settings):
    """One call with the checkpoints of a run, and with the function that predicts with one of them.

    Parameters
    ----------
    function : callable
        ``function(checkpoints, predict, X, **settings) -> probabilities``, where `checkpoints` is a list of dicts, the
        oldest first, and ``predict(params, X)`` gives the probabilities (N, C) with one of them.
    X : ndarray (N, D)
    W, b : ndarray (T, D, C), (T, C)
        The parameters at each of T checkpoints, of a linear classifier.

    Returns
    -------
    dict
        ``{"probabilities": what was returned}``
    """
    checkpoints = [{"W": weights.copy(), "b": biases.copy()} for weights, biases in zip(W, b, strict=True)]

    def predict(params, X):
        logits = X @ params["W"] + params["b"]
        odds = np.exp(logits - logits.max(axis=1)[:, None])
        return odds / odds.sum(axis=1)[:, None]

    return {"probabilities": function(checkpoints, predict, X, **settings)}
