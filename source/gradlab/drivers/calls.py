"""Drivers that make one call, or one call for each of several values."""

from typing import Any

import numpy as np

from ..checks.run import Unexpected
from ..typing import Array
from ._outputs import Function, Outputs, numbered, stacked


def call(function: Function, **inputs: object) -> Outputs:
    """Make one call with keyword arguments, and name the returned value ``result``.

    Returns
    -------
    dict
        ``{"result": value}``; a tuple becomes ``{"result 1": ..., "result 2": ...}``.
    """
    value = function(**inputs)
    return numbered("result", value) if isinstance(value, tuple) else {"result": value}


def call_for_dict(function: Function, **inputs: object) -> Outputs:
    """Make one call that returns a dict, and use its entries as the outputs.

    Returns
    -------
    dict
        The returned dict, with its keys converted to text.
    """
    value = function(**inputs)
    if not isinstance(value, dict):
        raise Unexpected("a dict", value)
    return {str(name): item for name, item in value.items()}


def sweep(function: Function, over: str, values: Array, **fixed: object) -> Outputs:
    """Call ``function`` once for each of `values`, passed as the argument named `over`.

    Parameters
    ----------
    function : callable
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T,)
        The values of this argument; integers are passed as `int`, real numbers as `float`.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"values": ndarray (T,)}``, one real number per call; a returned `int` is converted.
    """
    results = [function(**fixed, **{over: value}) for value in values.tolist()]
    numbers = stacked(results, "a number from every call")
    return {"values": numbers.astype(np.float64) if numbers.dtype.kind in "iu" else numbers}


def for_each_array(function: Function, over: str, values: Array, **fixed: object) -> Outputs:
    """Call ``function`` on each of several arrays, passed as the argument named `over`.

    Parameters
    ----------
    function : callable
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T, ...)
        The values of this argument, one array per call.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``: the numbers, arrays, words, or None that were returned.
    """
    return numbered("result", (_as_str(function(**fixed, **{over: value})) for value in values))


def _as_str(value: Any) -> Any:
    """Convert NumPy's text type to `str`, because a word taken from an array of words is a NumPy object."""
    return str(value) if isinstance(value, np.str_) else value
