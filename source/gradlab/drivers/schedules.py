"""Drivers for functions that react to the validation error after every epoch: schedules and early stopping."""

from typing import Any

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array, Config, Floats
from ._outputs import Function, Outputs, snapshots, stacked, value_and_config


def epoch_by_epoch(schedule: Function, learning_rate: float, errors: Floats, config: Config | None = None) -> Outputs:
    """Apply a schedule to a sequence of validation errors, carrying its state in ``config``.

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


def stop_early(
    function: Function,
    params: dict[str, Array],
    errors: Floats,
    config: Config | None = None,
    best_params: dict[str, Array] | None = None,
) -> Outputs:
    """Train until a function says to stop. The same arrays hold every epoch's parameters, as in many training loops.

    Parameters
    ----------
    function : callable
        ``function(params, error, config) -> (params, stop, config)``, called after every epoch.
    params : dict of str to ndarray (T, ...)
        The parameters after each epoch, which do not depend on what the function returns.
    errors : ndarray (T,)
        The validation error after each epoch.
    config : dict or None
        The settings, and any initial state, for the first call.
    best_params : dict of str to ndarray or None
        An initial ``config["best_params"]``.

    Returns
    -------
    dict
        ``{"epochs": int, "W1": ndarray (T, ...), ..., "best W1": ndarray, ...}``: the number of calls, the parameters
        returned after each epoch (the last ones are repeated if training stops early), and ``config["best_params"]``,
        read after the training loop has overwritten its arrays.
    """
    if best_params is not None:
        config = {**(config or {}), "best_params": best_params}
    training = {name: np.array(values[0]) for name, values in params.items()}
    returned: list[dict[str, Array]] = []
    for epoch, error in enumerate(errors.tolist()):
        for name, values in params.items():
            training[name][...] = values[epoch]
        after, stop, config = _params_stop_config(function(training, error, config), training)
        returned.append(snapshots(after))
        if stop:
            break
    for w in training.values():
        w.fill(0)
    best = config.get("best_params") if config else None
    if not isinstance(best, dict) or set(best) != set(params):
        raise Unexpected(f'a dict with {", ".join(params)} in config["best_params"]', best)
    rows = returned + returned[-1:] * (len(errors) - len(returned))
    return {
        "epochs": len(returned),
        **{
            name: stacked([row[name] for row in rows], f"{name} of the same shape after every epoch") for name in params
        },
        **{f"best {name}": best[name] for name in params},
    }


def _params_stop_config(returned: Any, params: dict[str, Array]) -> tuple[dict[str, Array], bool, Config]:
    """Return the three values that an early-stopping function returned; raise `Unexpected` for any other result."""
    if not isinstance(returned, tuple) or len(returned) != 3:
        raise Unexpected("three values, (params, stop, config)", returned)
    after, stop, config = returned
    if not isinstance(after, dict) or set(after) != set(params):
        raise Unexpected(f"a dict with {', '.join(params)} as the first value returned (params)", after)
    if not isinstance(stop, (bool, np.bool_)):
        raise Unexpected("True or False as the second value returned (stop)", stop)
    if not isinstance(config, dict):
        raise Unexpected("a dict as the third value returned (the config, which carries the state)", config)
    return after, bool(stop), config
