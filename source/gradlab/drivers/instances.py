"""A driver for several instances of one problem, each with its own data and its own functions to call."""

from inspect import Parameter, Signature
from typing import Any

import numpy as np

from ._outputs import Function, Outputs, numbered

# The parameter names of the input functions that accept arguments by name. In the judge's child process, each of these
# functions is a stub without parameter names.
PARAMETERS = {"loss": ("reg",), "train_and_predict": ("X", "y", "X_new")}


def for_each_instance(function: Function, instances: int, **inputs: object) -> Outputs:
    """Call ``function`` once for each of T instances.

    Every array is split along its first axis, one row per call; a row of a one-dimensional array is passed as a plain
    `int`, `float`, `bool`, or `str`. A function among the inputs is bound to the instance of the current call. All
    other inputs are the same in every call.

    Parameters
    ----------
    function : callable
        Called with keyword arguments that have the same names as `inputs`.
    instances : int
        The number of instances, T.
    **inputs
        Arrays (T, ...); functions ``f(which, ...)``, which your function calls as ``f(...)``; numbers, text, and None.
        Arguments of ``loss(reg)`` and ``train_and_predict(X, y, X_new)`` may be passed by name; those of other
        functions, only by position.

    Returns
    -------
    dict
        ``{"result 1": ..., "result 2": ..., ...}``: the numbers, arrays, words, or None that were returned.

    Examples
    --------
    >>> def above(loss, chance):
    ...     return loss(0.0) > chance
    >>> measured = [2.1, 2.5]
    >>> for_each_instance(above, 2, loss=lambda which, reg: measured[which] + reg, chance=np.array([2.3, 2.3]))
    {'result 1': False, 'result 2': True}
    """
    calls = ({name: _instance(name, value, which) for name, value in inputs.items()} for which in range(instances))
    return numbered("result", (function(**arguments) for arguments in calls))


def _instance(name: str, value: Any, which: int) -> Any:
    """Return the value of one input for one instance."""
    if isinstance(value, np.ndarray):
        return value[which].item() if value.ndim == 1 else value[which].copy()
    return _bound(name, value, which) if callable(value) else value


def _bound(name: str, function: Function, which: int) -> Function:
    """Return `function` with its first argument fixed to the index of the instance."""
    parameters = [Parameter(parameter, Parameter.POSITIONAL_OR_KEYWORD) for parameter in PARAMETERS.get(name, ())]

    def ask(*arguments: Any, **named: Any) -> Any:
        if parameters:
            return function(which, *Signature(parameters).bind(*arguments, **named).args)
        if named:
            raise TypeError(f"pass {', '.join(named)} by position: write the value without its name")
        return function(which, *arguments)

    return ask
