"""A driver for functions that return a penalty on parameters and its gradient with respect to each parameter."""

from ..checks.run import Unexpected
from ..typing import Params
from ._outputs import Function, Outputs, snapshots


def penalty_and_gradients(function: Function, params: Params, **settings: object) -> Outputs:
    """Call a penalty once on all parameters of a network.

    Parameters
    ----------
    function : callable
        ``function(params, **settings) -> (penalty, grads)``, where `grads` is a dict of arrays.
    params : dict of str to ndarray

    Returns
    -------
    dict
        ``{"penalty": float, "gradient of W1": ndarray, ...}``
    """
    returned = function(snapshots(params), **settings)
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], dict):
        raise Unexpected("two values, (penalty, grads), the second a dict", returned)
    penalty, grads = returned
    return {"penalty": penalty} | {f"gradient of {name}": value for name, value in grads.items()}
