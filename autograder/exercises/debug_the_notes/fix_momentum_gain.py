"""Momentum, said to average the gradients, in which case its steps would be no longer than those of plain descent."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixMomentumGain(Exercise):
    """Two sets of notes call the velocity a running mean of the gradients."""

    name, points = "fix_momentum_gain", 1
    driver = drivers.sweep

    def reference(mu, steps):
        """How long one step of momentum is under a steady gradient, in steps of plain gradient descent.

        The gradient is the same at every step. From rest, momentum with the coefficient μ takes `steps` steps by its
        usual rule, v ← μ v - η g and w ← w + v. How many times as long as η g is the last of them?

        Parameters
        ----------
        mu : float
            μ, above 0 and below 1.
        steps : int
            At least 1; the first step is as long as that of plain descent.

        Returns
        -------
        float

        References
        ----------
        Goh, "Why momentum really works" (2017).
        """
        v = 0.0
        for _ in range(steps):
            v = mu * v + 1
        return v

    def cases(rng):
        early, long = np.array([1, 2, 3, 5]), np.array([10, 60, 400, 3000])
        yield Case("the first steps at 0.9", over="steps", values=early, mu=0.9)
        yield Case("the gain in the long run at 0.9", over="steps", values=long, mu=0.9)
        yield Case("a momentum near 1", over="steps", values=np.array([1, 10, 100, 3000]), mu=uniform(rng, 0.98, 0.995))
        yield Case("little momentum", over="steps", values=early, mu=uniform(rng, 0.2, 0.4))

    @mistake(
        "This is the running mean of the printed code: its steps never get longer than those of plain descent. Put "
        "the usual rule beside it, and compare what multiplies the gradient."
    )
    def as_printed(mu, steps):
        v = 0.0
        for _ in range(steps):
            v = mu * v + (1 - mu) * 1.0
        return v

    @mistake("This is what the steps come to in the long run. The first ones are shorter: they grow from 1.")
    def limit_at_once(mu, steps):
        return 1 / (1 - mu)

    gradient_damped = mistake(
        "The new gradient is multiplied by μ, too. Only what is left of the old velocity is.", {"+ 1": "+ mu"}
    )
    one_too_many = mistake(
        "That is one step too many: after the first step, from rest, the velocity is 1.",
        {"range(steps)": "range(steps + 1)"},
    )
    one_too_few = mistake(
        "That is one step too few: after the first step, from rest, the velocity is 1 and not 0.",
        {"range(steps)": "range(steps - 1)"},
    )
    distance = mistake(
        "This adds up all steps taken so far. What is asked is how long the last of them is.",
        {"v = 0.0": "v = total = 0.0", "v = mu * v + 1": "v = mu * v + 1\ntotal += v", "return v": "return total"},
    )
    no_friction = mistake(
        "Nothing of the velocity is lost here: it grows by 1 at each step, for ever.", {"mu * v": "v"}
    )

    @variant
    def closed_form(mu, steps):
        return (1 - mu**steps) / (1 - mu)

    @variant
    def sum_of_powers(mu, steps):
        return np.sum(mu ** np.arange(steps))
