"""A driver for learning-rate schedules that react to the validation error."""

from ..typing import Config, Floats
from ._outputs import Function, Outputs, stacked, value_and_config


def epoch_by_epoch(schedule: Function, learning_rate: float, errors: Floats, config: Config | None = None) -> Outputs:
    """Follow a schedule over a sequence of validation errors, with its state in ``config``.

    Parameters
    ----------
    schedule : callable
        ``schedule(learning_rate, error, config) -> (learning_rate, config)``, called after every epoch.
    learning_rate : float
        The learning rate in the first epoch.
    errors : ndarray (T,)
        The validation error after each epoch, which does not depend on the learning rate.
    config : dict or None
        The settings, and any initial state, for the first call.

    Returns
    -------
    dict
        ``{"learning_rate": ndarray (T,)}``, the learning rate returned after each epoch.
    """
    rates = []
    for error in errors.tolist():
        learning_rate, config = value_and_config(schedule(learning_rate, error, config), "learning_rate")
        rates.append(learning_rate)
    return {"learning_rate": stacked(rates, "a number as the learning rate from every call")}
