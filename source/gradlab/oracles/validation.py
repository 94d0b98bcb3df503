"""Validation scores, as trainings would give them: of configurations, and of trials after more and more epochs."""

import numpy as np


def hill(config, best, top, width, limits):
    """The score of a configuration: ``top`` at the best one, less by its squared distance, NaN beyond a limit.

    Parameters
    ----------
    config : dict of str to float
    best, width, limits : dict of str to float
        Where the hill has its top, and how broad it is, for each hyperparameter. Above its limit a training
        diverges.
    top : float

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `config` is not a dict with exactly the names in `best`.
    """
    if not isinstance(config, dict) or set(config) != set(best):
        raise ValueError(f"a configuration is a dict with the names {', '.join(best)}. Got {config!r:.80}.")
    if any(config[name] > limits[name] for name in limits):
        return float("nan")
    return float(top - sum(((config[name] - best[name]) / width[name]) ** 2 for name in best))


def learning_curve(trial, epochs, final, slowness):
    """The score of a trial after so many epochs in all: it rises to ``final``, slowly where `slowness` is large.

        score = final - slowness / (slowness + epochs)

    Parameters
    ----------
    trial, epochs : int
    final, slowness : ndarray (trials,)
        NaN for a training that diverges.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no such trial, or `epochs` is not at least 1.
    """
    if np.shape(trial) != () or trial != int(trial) or not 0 <= trial < len(final):
        raise ValueError(f"trial must be a number from 0 to {len(final) - 1}. Got {trial!r:.80}.")
    if np.shape(epochs) != () or not 1 <= epochs < np.inf:
        raise ValueError(f"epochs must be a number, 1 or more. Got {epochs!r:.80}.")
    trial = int(trial)
    return float(final[trial] - slowness[trial] / (slowness[trial] + epochs))
