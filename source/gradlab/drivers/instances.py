"""Several instances of one problem in a row, each with its own numbers and its own functions to ask."""

import numpy as np


def for_each_instance(function, instances, **inputs):
    """Call ``function`` once for each of T instances.

    Every array is dealt out along its first axis, a row a call; of a plain row of numbers each call gets one, as an
    `int`, a `float` or a `bool`. A function among the inputs is asked for the instance at hand. Everything else is
    the same in every call.

    Parameters
    ----------
    function : callable
        Is given the same names as `inputs`.
    instances : int
        T.
    **inputs
        Arrays (T, ...); functions ``f(which, ...)``, which your function gets as ``f(...)``; numbers, text and None.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``: numbers, arrays, words or None, as they came.

    Examples
    --------
    >>> def above(loss, chance):
    ...     return loss(0.0) > chance
    >>> measured = [2.1, 2.5]
    >>> for_each_instance(above, 2, loss=lambda which, reg: measured[which] + reg, chance=np.array([2.3, 2.3]))
    {'result 1': False, 'result 2': True}
    """

    return {
        f"result {which + 1}": function(**{name: _dealt(value, which) for name, value in inputs.items()})
        for which in range(instances)
    }


def _dealt(value, which):
    if isinstance(value, np.ndarray):
        return value[which].item() if value.ndim == 1 else value[which].copy()
    return _asked(value, which) if callable(value) else value


def _asked(function, which):
    """`function` with the number of the instance in its first place."""

    def ask(*arguments, **named):
        if named:
            raise TypeError(f"give {', '.join(named)} by position: write the value without its name")
        return function(which, *arguments)

    return ask
