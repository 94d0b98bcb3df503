"""Drivers that apply update rules for many steps, carrying the rules' state from step to step."""

from ..typing import Array, Config, Floats, Integers
from ._outputs import Function, Outputs, pair, snapshot, stacked, value_and_config


def trajectory(rule: Function, w: Array, gradients: Array, config: Config | None = None) -> Outputs:
    """Apply an update rule to a sequence of gradients, carrying its state in ``config``.

    Parameters
    ----------
    rule : callable
        ``rule(w, dw, config) -> (next_w, config)``.
    w : ndarray (...)
        The starting point.
    gradients : ndarray (T, ...)
        The gradient at each step, which does not depend on the current value of ``w``.
    config : dict or None
        The hyperparameters, and any initial state, for the first call.

    Returns
    -------
    dict
        ``{"w": ndarray (T, ...)}``, the weights after every step.
    """
    steps = []
    for dw in gradients:
        next_w, config = value_and_config(rule(w, dw, config), "next_w")
        w = snapshot(next_w)
        steps.append(w)
    return {"w": stacked(steps, f"weights of shape {gradients[0].shape} from every step")}


def lookahead(
    rule: Function, x: Floats, v: Floats, gradient: Function, steps: int, ahead: bool = False, **settings: float
) -> Outputs:
    """Take `steps` steps of a rule that evaluates the gradient itself, at points of its choice.

    Parameters
    ----------
    rule : callable
        ``rule(x, v, gradient, **settings) -> (next_x, next_v)``.
    x, v : ndarray (...)
        The starting point and the velocity there.
    gradient : callable
        ``gradient(x)``, the gradient at a point.
    ahead : bool
        Whether to return the look-ahead points x + momentum * v instead of x and v.

    Returns
    -------
    dict
        ``{"x": ndarray (T, ...), "v": ndarray (T, ...)}``, the values after each of T steps; if `ahead`,
        ``{"x + momentum v": ndarray (T, ...)}``.
    """
    points, velocities = [], []
    for _ in range(steps):
        x, v = map(snapshot, pair(rule(x, v, gradient, **settings), "(next_x, next_v)"))
        points.append(x)
        velocities.append(v)
    xs = stacked(points, "an array next_x from every step")
    vs = stacked(velocities, "an array next_v from every step")
    if ahead:
        return {"x + momentum v": xs + settings.get("momentum", 0.9) * vs}
    return {"x": xs, "v": vs}


def lbfgs_histories(function: Function, gradient: Floats, s: Floats, y: Floats, lengths: Integers) -> Outputs:
    """Ask for one direction per history length. A history holds the newest pairs of a step and a gradient change.

    Parameters
    ----------
    function : callable
        ``function(gradient, s_list, y_list) -> direction``, where both lists end with the newest pair.
    gradient : ndarray (D,)
    s, y : ndarray (M, D)
        The steps taken and the resulting changes in the gradient, oldest first.
    lengths : ndarray (T,) of int
        The number of pairs passed in each call.

    Returns
    -------
    dict
        ``{"directions": ndarray (T, D)}``
    """
    directions = []
    for length in lengths.tolist():
        known = range(len(s) - length, len(s))
        direction = function(gradient, [s[i].copy() for i in known], [y[i].copy() for i in known])
        directions.append(snapshot(direction))
    return {"directions": stacked(directions, f"a direction of shape {gradient.shape} from every call")}
