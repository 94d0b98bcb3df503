"""A driver for functions that clip a network's gradients and return their norm before clipping."""

from ..checks.run import Unexpected
from ..typing import Params
from ._outputs import Function, Outputs, snapshots


def clipped_gradients(function: Function, grads: Params, max_norm: float) -> Outputs:
    """Call a function once on the gradients of all parameters.

    Parameters
    ----------
    function : callable
        ``function(grads, max_norm) -> (clipped, norm)``, where `clipped` is a dict of arrays.
    grads : dict of str to ndarray
    max_norm : float

    Returns
    -------
    dict
        ``{"norm": float, "clipped W1": ndarray, ...}``
    """
    returned = function(snapshots(grads), max_norm)
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[0], dict):
        raise Unexpected("two values, (clipped, norm), the first a dict", returned)
    clipped, norm = returned
    return {"norm": norm} | {f"clipped {name}": value for name, value in clipped.items()}
