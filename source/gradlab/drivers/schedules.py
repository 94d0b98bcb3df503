"""Schedules that watch how training goes."""

from ..checks.run import Unexpected
from ._outputs import stacked


def epoch_by_epoch(schedule, learning_rate, errors, config=None):
    """Follow a schedule over a sequence of validation errors, its memory carried in ``config``.

    Parameters
    ----------
    schedule : callable
        ``schedule(learning_rate, error, config) -> (learning_rate, config)``, called after every epoch.
    learning_rate : float
        Of the first epoch.
    errors : ndarray (T,)
        The validation error after each epoch, whatever the rate has become.
    config : dict or None
        Settings, and any memory to start from, for the first call.

    Returns
    -------
    dict
        ``{"learning_rate": ndarray (T,)}``, the rate after every epoch.
    """
    rates = []
    for error in errors.tolist():
        returned = schedule(learning_rate, error, config)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise Unexpected("two things, (learning_rate, config)", returned)
        learning_rate, config = returned
        if not isinstance(config, dict):
            raise Unexpected("a dict as the second thing returned (the config, which is the memory)", config)
        rates.append(learning_rate)
    return {"learning_rate": stacked(rates, "a number as the learning rate from every call")}
