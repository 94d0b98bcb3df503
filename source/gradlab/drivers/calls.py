"""One call, or one call for each of many values."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import stacked


def call(function, **inputs):
    """One call with keyword arguments; what it returns is the output named ``result``.

    Returns
    -------
    dict
        ``{"result": value}``; a tuple becomes ``{"result 1": ..., "result 2": ...}``.
    """
    value = function(**inputs)
    if isinstance(value, tuple):
        return {f"result {i}": item for i, item in enumerate(value, start=1)}
    return {"result": value}


def call_for_dict(function, **inputs):
    """One call that returns a dict: its entries are the outputs.

    Returns
    -------
    dict
        As it was returned, with its keys as text.
    """
    value = function(**inputs)
    if not isinstance(value, dict):
        raise Unexpected("a dict", value)
    return {str(name): item for name, item in value.items()}


def sweep(function, over, values, **fixed):
    """Call ``function`` once for each of `values`, given as the argument named `over`.

    Parameters
    ----------
    function : callable
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T,)
        Its values; whole numbers arrive as `int`, real ones as `float`.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"values": ndarray (T,)}``, one real number a call: what comes as an `int` is one, too.
    """
    results = [function(**fixed, **{over: value}) for value in values.tolist()]
    numbers = stacked(results, "a number from every call")
    return {"values": numbers.astype(np.float64) if numbers.dtype.kind in "iu" else numbers}


def for_each_array(function, over, values, **fixed):
    """Call ``function`` on each of several arrays, given as the argument named `over`.

    Parameters
    ----------
    function : callable
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T, ...)
        Its values, one array a call.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``: numbers, arrays, words or None, as they came.
    """
    results = [function(**fixed, **{over: value}) for value in values]
    return {f"result {i}": _word(result) for i, result in enumerate(results, start=1)}


def _word(value):
    """NumPy's text as plain text: a word taken from an array of words is a word."""
    return str(value) if isinstance(value, np.str_) else value
