"""One trial: what an objective gave for one configuration; and many of them as arrays."""

import copy
import numbers
import time
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Trial:
    """A row of the table that a search returns.

    Attributes
    ----------
    config : dict
        The configuration.
    result : float, dict or None
        What the objective returned, in plain numbers, strings, lists and dicts; None if it failed.
    error : str or None
        Why it failed, or None if it did not.
    seconds : float
        How long it ran.
    """

    config: dict
    result: object
    error: str | None
    seconds: float


def run_trial(objective, config):
    """Call the objective, and time it; whatever it raises is told, not raised.

    Parameters
    ----------
    objective : callable
    config : dict
        The objective gets a copy of it.

    Returns
    -------
    result, error, seconds
        As in `Trial`.
    """
    begin = time.perf_counter()
    result = error = None
    try:
        result = _checked(objective(copy.deepcopy(config)))
    except (Exception, SystemExit) as problem:
        error = told(problem)
    return result, error, time.perf_counter() - begin


def told(problem):
    """An exception in one line, its kind and what it says."""
    return f"{type(problem).__name__}: {problem}"


def plain(value):
    """`value` as numbers, strings, None, lists and dicts, with NumPy's kinds turned into them.

    Raises
    ------
    TypeError
        If there is anything else in it.
    """
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    raise TypeError(f"Only numbers, strings, None, lists and dicts of these can be kept. Got {value!r}.")


def columns(trials):
    """The table as arrays, one a column, to plot them or to make a data frame of them.

    Parameters
    ----------
    trials : sequence of Trial

    Returns
    -------
    dict of str to ndarray (number of trials,)
        The keys of the configurations; those of the results, or "result" where a result is a number; "seconds";
        "error". Where all values are numbers a missing one, as in a failed trial, is NaN; other columns hold
        objects, and None where one is missing.

    Raises
    ------
    ValueError
        If a name stands for two columns.

    Examples
    --------
    >>> table = columns([Trial({"rate": 0.1}, 0.5, None, 2.0), Trial({"rate": 1}, None, "ValueError: no", 0.25)])
    >>> table["rate"], table["result"], table["error"]
    (array([0.1, 1. ]), array([0.5, nan]), array([None, 'ValueError: no'], dtype=object))
    """
    parts = (
        [trial.config for trial in trials],
        [_by_name(trial.result) for trial in trials],
        [{"seconds": trial.seconds, "error": trial.error} for trial in trials],
    )
    table = {}
    for rows in parts:
        for name in dict.fromkeys(name for row in rows for name in row):
            if name in table:
                raise ValueError(
                    "What is in configurations and in results, 'seconds' and 'error' must have names of their own. "
                    f"Got {name!r} twice: name one of them otherwise."
                )
            table[name] = _column([row.get(name) for row in rows])
    return table


def _by_name(result):
    if isinstance(result, dict):
        return result
    return {} if result is None else {"result": result}


def _column(values):
    numeric = all(value is None or isinstance(value, numbers.Real) for value in values)
    if numeric and any(value is not None for value in values):
        return np.array([np.nan if value is None else value for value in values])
    return np.fromiter(values, dtype=object, count=len(values))


def _checked(result):
    result = plain(result)
    if not isinstance(result, (bool, int, float, dict)):
        raise TypeError(f"The objective must return a number, or a dict of results by name. Got {result!r}.")
    return result
