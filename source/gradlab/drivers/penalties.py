"""Penalties on parameters: a number, and a gradient for each of them."""

from ..checks.run import Unexpected
from ._outputs import as_it_stands


def penalty_and_gradients(function, params, **settings):
    """One call of a penalty on all parameters of a network.

    Parameters
    ----------
    function : callable
        ``function(params, **settings) -> (penalty, grads)``, `grads` a dict of arrays.
    params : dict of str to ndarray

    Returns
    -------
    dict
        ``{"penalty": float, "gradient of W1": ndarray, ...}``
    """
    returned = function({name: as_it_stands(value) for name, value in params.items()}, **settings)
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], dict):
        raise Unexpected("two things, (penalty, grads), the second a dict", returned)
    penalty, grads = returned
    return {"penalty": penalty} | {f"gradient of {name}": value for name, value in grads.items()}
