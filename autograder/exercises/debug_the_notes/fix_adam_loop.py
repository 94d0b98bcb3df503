"""Adam, in a loop that takes one step too few."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .quadratics import quadratic_gradient


class FixAdamLoop(Exercise):
    """for t in range(1, num_iterations), in one set of notes."""

    name, points = "fix_adam_loop", 1
    driver = drivers.call

    def reference(w, gradient, num_iterations, rate):
        """Take `num_iterations` steps of Adam, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.

        Parameters
        ----------
        w : ndarray (D,)
            The weights before.
        gradient : callable
            ``gradient(w) -> ndarray (D,)``, the gradient of the loss at any weights.
        num_iterations : int
            How many steps to take.
        rate : float
            η.

        Returns
        -------
        ndarray (D,)
            The weights after the last step.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
        """
        m = v = np.zeros_like(w)
        for t in range(1, num_iterations + 1):
            dw = gradient(w)
            m = 0.9 * m + 0.1 * dw
            v = 0.999 * v + 0.001 * dw**2
            w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return w

    def cases(rng):
        for label, size, steps in (("a single step", 3, 1), ("two steps", 2, 2), ("twenty steps", 3, 20)):
            yield Case(
                label,
                w=signed(rng, 30, 40, size),
                gradient=quadratic_gradient(rng, size, scale=100.0),
                num_iterations=steps,
                rate=uniform(rng, 0.1, 0.3),
            )

    @mistake(
        "This takes as many steps as the printed code. Put a counter into the gradient, ask for 10 steps, and see how "
        "often it is called."
    )
    def as_printed(w, gradient, num_iterations, rate):
        m = v = np.zeros_like(w)
        for t in range(1, num_iterations):
            dw = gradient(w)
            m = 0.9 * m + 0.1 * dw
            v = 0.999 * v + 0.001 * dw**2
            w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return w

    counts_from_zero = mistake(
        "The number of steps is right, but t is 0 at the first one, and the corrections divide by 1 - 1 = 0.",
        {"1, num_iterations + 1": "num_iterations"},
    )
    one_too_many = mistake("Now there is one step too many.", {"num_iterations + 1": "num_iterations + 2"})
    counts_from_two = mistake(
        "The number of steps is right, but t starts at 2, so the first steps are corrected too little.",
        {"1, num_iterations + 1": "2, num_iterations + 2"},
    )
    one_twice = mistake(
        "The division by zero at t = 0 is dodged by using t = 1 twice. Count the steps from 1.",
        {"range(1, num_iterations + 1):": "range(num_iterations):\n    t = max(t, 1)"},
    )

    @variant
    def while_loop(w, gradient, num_iterations, rate):
        m, v, t = np.zeros_like(w), np.zeros_like(w), 0
        while t < num_iterations:
            t += 1
            slope = gradient(w)
            m += (slope - m) * (1 - 0.9)
            v += (slope**2 - v) * (1 - 0.999)
            w = w - rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8)
        return w
