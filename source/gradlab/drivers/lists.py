"""Calls with several arguments that change, or with a list of words or numbers."""

from ..typing import Array
from ._outputs import Function, Outputs, numbered


def for_each_row(function: Function, **columns: Array) -> Outputs:
    """Call ``function`` once per row of several columns, with one number from each.

    Parameters
    ----------
    function : callable
    **columns : ndarray (T,)
        The argument of that name; integers arrive as `int`, real numbers as `float`.

    Returns
    -------
    dict
        ``{"result 1": ..., ..., "result T": ...}``, exactly as returned.
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
        Its values; each arrives as a list of `str`, `float` or `int`.
    **fixed
        Arguments that stay the same.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``, in the order of `lists`.
    """
    return numbered("result", (function(**fixed, **{over: values.tolist()}) for values in lists.values()))
