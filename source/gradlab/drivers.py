"""How a check calls your function: each driver makes the calls of one case and names what came back.

`check("adam", adam)` runs ``trajectory(adam, ...)`` on every case and compares the outputs with the expected
ones. Call a driver yourself to see exactly what the check sees.
"""

import numpy as np

from .checks.run import Unexpected, plain


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


def sweep(function, over, values, **fixed):
    """Call ``function`` once for each of `values`, given as the argument named `over`.

    Parameters
    ----------
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T,)
        Its values; whole numbers arrive as `int`, real ones as `float`.

    Returns
    -------
    dict
        ``{"values": ndarray (T,)}``, one number a call.
    """
    results = [function(**fixed, **{over: value}) for value in values.tolist()]
    return {"values": stacked(results, "a number from every call")}


def one_by_one(function, over, values, **fixed):
    """Call ``function`` on each of several arrays, given as the argument named `over`.

    Parameters
    ----------
    over : str
        The name of the argument that changes from call to call.
    values : ndarray (T, ...)
        Its values, one array a call.

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


def trajectory(rule, w, gradients, config=None):
    """Follow an update rule over a sequence of gradients, its state carried in ``config``.

    Parameters
    ----------
    rule : callable
        ``rule(w, dw, config) -> (next_w, config)``.
    w : ndarray (...)
        Where it starts.
    gradients : ndarray (T, ...)
        The gradient at each step, whatever ``w`` has become.
    config : dict or None
        Hyperparameters, and any state to start from, for the first call.

    Returns
    -------
    dict
        ``{"w": ndarray (T, ...)}``, the weights after every step.
    """
    steps = []
    for dw in gradients:
        w, config = _step(rule(w, dw, config))
        steps.append(w)
    return {"w": stacked(steps, f"weights of shape {gradients[0].shape} from every step")}


def lookahead(rule, x, v, gradient, steps, ahead=False, **settings):
    """Follow a rule that asks for the gradients it wants, for `steps` steps.

    Parameters
    ----------
    rule : callable
        ``rule(x, v, gradient, **settings) -> (next_x, next_v)``.
    x, v : ndarray (...)
        Where it starts, and with which velocity.
    gradient : callable
        The gradient at any point.
    ahead : bool
        Give back the look-ahead points x + momentum * v instead of x and v.

    Returns
    -------
    dict
        ``{"x": ndarray (T, ...), "v": ndarray (T, ...)}``, after every step, or
        ``{"x + momentum v": ndarray (T, ...)}``.
    """
    places, velocities = [], []
    for _ in range(steps):
        returned = rule(x, v, gradient, **settings)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise Unexpected("two arrays, (next_x, next_v)", returned)
        x, v = map(_as_it_stands, returned)
        places.append(x)
        velocities.append(v)
    places = stacked(places, "an array next_x from every step")
    velocities = stacked(velocities, "an array next_v from every step")
    if ahead:
        return {"x + momentum v": places + settings.get("momentum", 0.9) * velocities}
    return {"x": places, "v": velocities}


def histories(function, gradient, s, y, lengths):
    """Ask for a direction with histories of several lengths: the newest pairs of steps and gradient changes.

    Parameters
    ----------
    function : callable
        ``function(gradient, s_list, y_list) -> direction``, both lists with the newest pair last.
    gradient : ndarray (D,)
    s, y : ndarray (M, D)
        Steps taken and what they changed in the gradient, in time order.
    lengths : ndarray (T,) of int
        How many pairs are known at each call.

    Returns
    -------
    dict
        ``{"directions": ndarray (T, D)}``
    """
    directions = []
    for length in lengths.tolist():
        known = range(len(s) - length, len(s))
        direction = function(gradient, [s[i].copy() for i in known], [y[i].copy() for i in known])
        directions.append(_as_it_stands(direction))
    return {"directions": stacked(directions, f"a direction of shape {gradient.shape} from every call")}


def _step(returned):
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected("two things, (next_w, config)", returned)
    next_w, config = returned
    if not isinstance(config, dict):
        raise Unexpected("a dict as the second thing returned (the config, which carries the state)", config)
    return _as_it_stands(next_w), config


def _as_it_stands(value):
    """A copy of an array: a rule that works in place must not rewrite what came before."""
    return value.copy() if isinstance(value, np.ndarray) else value


def stacked(results, expected):
    """The results of several calls as one array, or `Unexpected` where one of them does not fit."""
    results = [plain(result) for result in results]
    for result in results:
        if not isinstance(result, (np.ndarray, int, float)) or np.shape(result) != np.shape(results[0]):
            raise Unexpected(expected, result)
    return np.stack([np.asarray(result) for result in results])
