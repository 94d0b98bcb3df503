"""`Trial`, the outcome of an objective for one configuration, and `columns`, a table of many trials as arrays."""

import copy
import numbers
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import Array, Config
from .interrupts import interruptible

Objective = Callable[[Config], Any]
TrialOutcome = tuple[Any, str | None, float]  # result, error, seconds


@dataclass(frozen=True)
class Trial:
    """One row of the table that a search returns.

    Attributes
    ----------
    config : dict
        The configuration.
    result : float, dict or None
        The objective's return value as plain numbers, strings, lists, and dicts, or None if the trial failed.
    error : str or None
        A description of the error, or None if the trial succeeded.
    seconds : float
        How long the trial ran, in seconds.
    """

    config: Config
    result: Any
    error: str | None
    seconds: float


def run_trial(objective: Objective, config: Config) -> TrialOutcome:
    """Call the objective and time it; if it raises an exception, return a description of the exception.

    Parameters
    ----------
    objective : callable
    config : dict
        The configuration, of which the objective gets a copy.

    Returns
    -------
    result, error, seconds
        The fields of a `Trial`.
    """
    begin = time.perf_counter()
    result = error = None
    try:
        with interruptible():
            result = _checked(objective(copy.deepcopy(config)))
    except (Exception, SystemExit) as problem:
        error = describe_error(problem)
    return result, error, time.perf_counter() - begin


def describe_error(error: BaseException) -> str:
    """Describe an exception by its type and its message."""
    return f"{type(error).__name__}: {error}"


def plain(value: Any) -> Any:
    """Convert `value`, which may contain NumPy types, to plain numbers, strings, None, lists, and dicts.

    Raises
    ------
    TypeError
        If `value` contains anything else.
    """
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    raise TypeError(f"Only numbers, strings, None, lists, and dicts of these can be stored. Got {value!r}.")


def columns(trials: Sequence[Trial]) -> dict[str, Array]:
    """Return the table of trials as arrays, one per column, for plots or a data frame.

    Parameters
    ----------
    trials : sequence of Trial

    Returns
    -------
    dict of str to ndarray (number of trials,)
        The columns are the keys of the configurations; the keys of the results, or "result" if a result is a number;
        "seconds"; and "error". In a column of numbers, a missing value, as in a failed trial, is NaN. Other columns
        have dtype object, and their missing values are None.

    Raises
    ------
    ValueError
        If two columns would have the same name.

    Examples
    --------
    >>> table = columns([Trial({"rate": 0.1}, 0.5, None, 2.0), Trial({"rate": 1}, None, "ValueError: no", 0.25)])
    >>> table["rate"], table["result"], table["error"]
    (array([0.1, 1. ]), array([0.5, nan]), array([None, 'ValueError: no'], dtype=object))
    """
    sources: tuple[list[dict[str, Any]], ...] = (
        [trial.config for trial in trials],
        [_by_name(trial.result) for trial in trials],
        [{"seconds": trial.seconds, "error": trial.error} for trial in trials],
    )
    table: dict[str, Array] = {}
    for rows in sources:
        for name in dict.fromkeys(name for row in rows for name in row):
            if name in table:
                raise ValueError(
                    "Keys of configurations, keys of results, 'seconds', and 'error' must all have different names. "
                    f"Got {name!r} twice: rename one of them."
                )
            table[name] = _column([row.get(name) for row in rows])
    return table


def _by_name(result: Any) -> dict[str, Any]:
    if isinstance(result, dict):
        return result
    return {} if result is None else {"result": result}


def _column(values: list[Any]) -> Array:
    numeric = all(value is None or isinstance(value, numbers.Real) for value in values)
    if numeric and any(value is not None for value in values):
        return np.array([np.nan if value is None else value for value in values])
    return np.fromiter(values, dtype=object, count=len(values))


def _checked(result: Any) -> Any:
    result = plain(result)
    if not isinstance(result, (bool, int, float, dict)):
        raise TypeError(f"The objective must return a number, or a dict of results keyed by name. Got {result!r}.")
    return result
