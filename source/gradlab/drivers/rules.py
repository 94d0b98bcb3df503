"""Update rules, followed over many steps with the state that they carry."""

from ..checks.run import Unexpected
from ._outputs import as_it_stands, stacked


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
        x, v = map(as_it_stands, returned)
        places.append(x)
        velocities.append(v)
    places = stacked(places, "an array next_x from every step")
    velocities = stacked(velocities, "an array next_v from every step")
    if ahead:
        return {"x + momentum v": places + settings.get("momentum", 0.9) * velocities}
    return {"x": places, "v": velocities}


def lbfgs_histories(function, gradient, s, y, lengths):
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
        directions.append(as_it_stands(direction))
    return {"directions": stacked(directions, f"a direction of shape {gradient.shape} from every call")}


def _step(returned):
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected("two things, (next_w, config)", returned)
    next_w, config = returned
    if not isinstance(config, dict):
        raise Unexpected("a dict as the second thing returned (the config, which carries the state)", config)
    return as_it_stands(next_w), config
