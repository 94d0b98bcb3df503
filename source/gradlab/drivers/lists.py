"""Calls that differ in several arguments, or in a list of words."""


def for_each_row(function, **columns):
    """Call ``function`` once for each row of several columns, with one number of each.

    Parameters
    ----------
    function : callable
    **columns : ndarray (T,)
        The argument of that name; whole numbers arrive as `int`, real ones as `float`.

    Returns
    -------
    dict
        ``{"result 1": ..., ..., "result T": ...}``, as they came.
    """
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    results = [function(**dict(zip(columns, row, strict=True))) for row in rows]
    return {f"result {i}": result for i, result in enumerate(results, start=1)}


def for_each_list(function, over, lists, **fixed):
    """Call ``function`` once for each of several lists, given as the argument named `over`.

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
    results = [function(**fixed, **{over: values.tolist()}) for values in lists.values()]
    return {f"result {i}": result for i, result in enumerate(results, start=1)}
