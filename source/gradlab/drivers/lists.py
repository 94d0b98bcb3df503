"""Drivers for calls in which several arguments change, or one argument is a list of words or numbers."""

from ..typing import Array
from ._outputs import Function, Outputs, numbered


def for_each_row(function: Function, **columns: Array) -> Outputs:
    """Call ``function`` once per row, with one number from each column.

    Parameters
    ----------
    function : callable
    **columns : ndarray (T,)
        The values of the argument with the column's name; integers are passed as `int`, real numbers as `float`.

    Returns
    -------
    dict
        ``{"result 1": ..., ..., "result T": ...}``, each result exactly as it was returned.
    """
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return numbered("result", [function(**dict(zip(columns, row, strict=True))) for row in rows])


def for_each_list(function: Function, over: str, lists: dict[str, Array], **fixed: object) -> Outputs:
    """Call ``function`` once for each of several lists, passed as the argument named `over`.

    Parameters
    ----------
    function : callable
    over : str
        The name of the argument that changes from call to call.
    lists : dict of str to ndarray (N,)
        The values of this argument; each array is passed as a list of `str`, `float`, or `int`.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``, one result per list, in the order of `lists`.
    """
    return numbered("result", (function(**fixed, **{over: values.tolist()}) for values in lists.values()))
