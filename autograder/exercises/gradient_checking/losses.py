"""Losses to differentiate, as oracles: the student's process calls them, and the judge evaluates them."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercise import Oracle
from autograder.exercises.drawing import away_from_zero
from gradlab import oracles
from gradlab.typing import Params


def oracle(function: Callable[..., Any], **arguments: Any) -> Oracle:
    """A function from `gradlab.oracles` with some arguments fixed; those stay with the judge."""
    return Oracle(functools.partial(function, **arguments), limit=2000)


def examples(rng: np.random.Generator, count: int, features: int) -> Params:
    """Examples of two classes for a logistic or a hinge loss: X (count, features), and y of -1 and 1."""
    return {"X": away_from_zero(rng, count, features), "y": rng.choice([-1.0, 1.0], count)}


def quadratic(rng: np.random.Generator, size: int) -> Oracle:
    """A quadratic loss of `size` weights whose curvatures differ and whose mixed second derivatives are not zero."""
    A = away_from_zero(rng, size, size)
    return oracle(oracles.quadratic_loss, A=A + A.T, b=away_from_zero(rng, size))


def logistic(rng: np.random.Generator, size: int) -> Oracle:
    """A smooth loss of `size` weights, with no derivative equal to zero."""
    return oracle(oracles.logistic_loss, **examples(rng, 4, size))


def exact_margins(rng: np.random.Generator, size: int) -> Oracle:
    """A smooth loss with one example per weight, whose margins ±w/2 are exact.

    In float32, a numerical gradient with a small step is mostly rounding. CPUs sum the terms of a matrix product in
    different orders, so with other losses, the rounding would depend on the CPU, and so would a known mistake's result.
    """
    return oracle(oracles.logistic_loss, X=np.diag(rng.choice([-0.5, 0.5], size)), y=rng.choice([-1.0, 1.0], size))
