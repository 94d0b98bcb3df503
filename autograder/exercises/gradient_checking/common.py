"""What the gradient checks' cases and mistakes share: losses to differentiate, and ways to differentiate them."""

import functools

import numpy as np

from autograder.exercise import Oracle
from gradlab import oracles


def oracle(kind, **given):
    """A public function of `gradlab.oracles` with its numbers; what lies behind it stays at the judge."""
    return Oracle(functools.partial(kind, **given), limit=2000)


def away_from_zero(rng, *shape):
    """Numbers of magnitude 0.5 to 1.5 and either sign."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 1.5, shape)


def examples(rng, count, features):
    """Examples of two classes for a logistic or a hinge loss."""
    return {"X": away_from_zero(rng, count, features), "y": rng.choice([-1.0, 1.0], count)}


def quadratic(rng, size):
    """A quadratic whose curvatures differ, with mixed second derivatives throughout."""
    A = away_from_zero(rng, size, size)
    return oracle(oracles.quadratic_loss, A=A + A.T, b=away_from_zero(rng, size))


def logistic(rng, size):
    """A smooth loss none of whose derivatives vanish."""
    return oracle(oracles.logistic_loss, **examples(rng, 4, size))


def exact_margins(rng, size):
    """A smooth loss with one example per weight, whose margins ±w/2 are exact.

    In float32, a numerical gradient with a small step is mostly rounding. Processors add up a matrix product in
    different orders, so for other losses that rounding, and with it a known mistake, would differ between them.
    """
    return oracle(oracles.logistic_loss, X=np.diag(rng.choice([-0.5, 0.5], size)), y=rng.choice([-1.0, 1.0], size))


def centered(f, x, h):
    """The numerical gradient of `f` at `x`, entry by entry."""
    x = np.array(x, dtype=np.float64)
    return each_entry(x, lambda shifted: (f(shifted(h)) - f(shifted(-h))) / (2 * h))


def in_place(f, x, h, slope, set_back=True):
    """Every entry of x moved up and down where it stands, in the type that x has."""
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        here, old = f(x), x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        grad[i] = slope(up, f(x), here)
        if set_back:
            x[i] = old
    return grad


def each_entry(x, difference):
    """An array like `x` of ``difference(shifted)``, where ``shifted(h)`` is `x` with one entry moved by h."""
    grad = np.zeros(x.shape)
    for i in range(x.size):

        def shifted(step, i=i):
            moved = x.copy()
            moved.flat[i] += step
            return moved

        grad.flat[i] = difference(shifted)
    return grad


def per_entry(numeric, analytic):
    """The relative error of each entry: relative to the sum of magnitudes, at least 1e-8."""
    return np.abs(numeric - analytic) / np.maximum(1e-8, np.abs(numeric) + np.abs(analytic))


def seeds(rng, equal, different):
    """Seeds for generators, the equal ones first. So many are needed that chance cannot look like order."""
    numbers = rng.choice(1 << 30, size=1 + different, replace=False)
    return np.concatenate([np.full(equal, numbers[0]), numbers[1:]])
