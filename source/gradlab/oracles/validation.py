"""Simulated validation scores of training runs, as functions of the configuration or of the number of epochs."""

from typing import Any

import numpy as np

from ..typing import Floats
from ._arguments import as_number, check_keys


def hill(
    config: dict[str, float], best: dict[str, float], top: float, width: dict[str, float], limits: dict[str, float]
) -> float:
    """Return a configuration's score: `top` minus its squared distance from `best`, in widths; NaN beyond a limit.

    Parameters
    ----------
    config : dict of str to float
    best, width, limits : dict of str to float
        For each hyperparameter: its value at the top of the hill, the width of the hill, and the value above which
        training diverges.
    top : float
        The highest score.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `config` is not a dict with exactly the keys of `best`, or a value is not a single number.
    """
    check_keys("a configuration", config, best)
    config = {name: as_number(name, config[name]) for name in best}
    if any(config[name] > limits[name] for name in limits):
        return float("nan")
    return float(top - sum(((config[name] - best[name]) / width[name]) ** 2 for name in best))


def learning_curve(trial: Any, epochs: Any, final: Floats, slowness: Floats) -> float:
    """Return the score of a trial after `epochs` epochs in total.

        score = final - slowness / (slowness + epochs)

    The score rises toward `final`, slowly if `slowness` is large. If `slowness` is between -1 and 0, the score falls.

    Parameters
    ----------
    trial, epochs : number
        The trial's index, counting from 0, and the number of epochs. Both may be NumPy numbers, and a whole number
        may be passed as a float.
    final, slowness : ndarray (trials,)
        The parameters of each trial's curve; NaN for a trial that diverges.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If no trial has the index `trial`, or `epochs` is not a finite number of at least 1.
    """
    if np.shape(trial) != () or trial != int(trial) or not 0 <= trial < len(final):
        raise ValueError(f"trial must be a whole number in 0..{len(final) - 1}. Got {trial!r:.80}.")
    if np.shape(epochs) != () or not 1 <= epochs < np.inf:
        raise ValueError(f"epochs must be a finite number of at least 1. Got {epochs!r:.80}.")
    trial = int(trial)
    return float(final[trial] - slowness[trial] / (slowness[trial] + epochs))
