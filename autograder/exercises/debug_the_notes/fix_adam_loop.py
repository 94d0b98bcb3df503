"""Adam, in a loop that takes one step too few."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .quadratics import quadratic_gradient


class FixAdamLoop(Exercise):
    """One set of notes loops over range(1, num_iterations), which is one step too few."""

    name, points = "fix_adam_loop", 1
    done = "Your Adam counts from 1 and takes every step it was asked for."
    driver = drivers.call

    def reference(w, gradient, num_iterations, rate):
        """Take `num_iterations` steps of Adam, with β₁ = 0.9, β₂ = 0.999, and ε = 1e-8.

        Parameters
        ----------
        w : ndarray (D,)
            The weights at the start.
        gradient : callable
            ``gradient(w) -> ndarray (D,)``, the gradient of the loss at any weights.
        num_iterations : int
            The number of steps to take.
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
                # The steps are about as long as the weights, so even a small error in a step's length shows.
                w=signed(rng, 1, 1.5, size),
                gradient=quadratic_gradient(rng, size, scale=10_000.0),
                num_iterations=steps,
                rate=uniform(rng, 0.3, 0.6),
            )

    @mistake(
        "If you ask for 10 steps, how many times is the gradient called? Count the calls: like the printed code, "
        "yours takes one step too few."
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
        "What is 1 - 0.9**t at your first step? t is 0 there, so the correction divides by 0. Count from 1.",
        {"1, num_iterations + 1": "num_iterations"},
    )
    one_too_many = mistake(
        "How many times is the gradient called if you ask for one step? Twice: now you take one step too many.",
        {"num_iterations + 1": "num_iterations + 2"},
    )
    counts_from_two = mistake(
        "What is t at the first step? Your number of steps is right, but the corrections use a t that is too large by "
        "1 at every step. Start at 1.",
        {"1, num_iterations + 1": "2, num_iterations + 2"},
    )
    one_twice = mistake(
        "What is t at the second step? The first step is right, but every later step is corrected with "
        "the previous step's t.",
        {"range(1, num_iterations + 1):": "range(num_iterations):\n    t = max(t, 1)"},
    )
    one_step_only = mistake(
        "How far do you get if you ask for two steps? However many you ask for, only one is taken. Does the "
        "function return from inside the loop?",
        {"range(1, num_iterations + 1)": "range(1, 2)"},
    )
    gradient_taken_once = mistake(
        "Where is each gradient taken? Yours is always the gradient at the starting point. Call `gradient` again at "
        "every step, with the current w.",
        {"m = v = np.zeros_like(w)": "m = v = np.zeros_like(w)\nslope = gradient(w)", "dw = gradient(w)": "dw = slope"},
    )
    one_array_for_both = mistake(
        "Are m and v two separate arrays? Updating one of yours changes the other as well: `m = v = ...` gives a "
        "single array two names.",
        {"m = 0.9 * m + 0.1 * dw": "m += 0.1 * (dw - m)", "v = 0.999 * v + 0.001 * dw**2": "v += 0.001 * (dw**2 - v)"},
    )
    not_corrected = mistake(
        "Is the first step η long? Yours isn't, because you use m and v without their corrections for starting at "
        "zero.",
        {"(m / (1 - 0.9**t))": "m", "v / (1 - 0.999**t)": "v"},
    )

    epsilon_in_the_correction = mistake(
        "What is ε for? It keeps the step from being divided by 0. You add it to 1 - β₂ᵗ: add it to the root instead.",
        {"np.sqrt(v / (1 - 0.999**t)) + 1e-8": "np.sqrt(v / (1 - 0.999**t + 1e-8))"},
    )
    second_rate_of_0_99 = mistake(
        "What is β₂? It's 0.999, but your steps are those for 0.99.",
        {"0.999 * v + 0.001": "0.99 * v + 0.01", "0.999**t": "0.99**t"},
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
