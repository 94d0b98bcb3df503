"""Momentum, said to average the gradients, so that its steps could never be longer than plain descent's."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class FixMomentumGain(Exercise):
    """Two sets of notes call the velocity a running mean of the gradients."""

    name, points = "fix_momentum_gain", 1
    done = "You have a number for what momentum gains under a steady gradient: steps up to 1 / (1 - μ) times as long."
    driver = drivers.sweep

    def reference(mu, steps):
        """How long a step of momentum is under a steady gradient, measured in steps of plain gradient descent.

        The gradient g is the same at every step. Momentum starts at rest and takes `steps` steps: v ← μ v - η g,
        w ← w + v. How many times as long as η g is the last one?

        Parameters
        ----------
        mu : float
            μ, above 0 and below 1.
        steps : int
            At least 1. The first step is as long as a step of plain descent.

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
        def steps(*ranges):
            return np.array([1, *(integer(rng, *each) for each in ranges)])

        early, long = ((2, 3), (4, 6), (7, 9)), ((10, 20), (60, 90), (2000, 3000))
        yield Case("the first steps at about 0.9", over="steps", values=steps(*early), mu=uniform(rng, 0.88, 0.92))
        yield Case("the gain in the long run", over="steps", values=steps(*long), mu=uniform(rng, 0.85, 0.95))
        yield Case("a momentum near 1", over="steps", values=steps(*long), mu=uniform(rng, 0.98, 0.995))
        yield Case("little momentum", over="steps", values=steps(*early), mu=uniform(rng, 0.2, 0.4))

    @mistake(
        "Do the steps ever get longer than those of plain descent? Not in a running mean, which you return, like the "
        "printed code. Compare the gradient's factor with the one in the usual rule."
    )
    def as_printed(mu, steps):
        v = 0.0
        for _ in range(steps):
            v = mu * v + (1 - mu) * 1.0
        return v

    @mistake(
        "How long is the very first step? It should be 1, but yours is as long as the last. These are the lengths in "
        "the long run; the steps have to grow into them."
    )
    def limit_at_once(mu, steps):
        return 1 / (1 - mu)

    gradient_damped = mistake(
        "What does μ multiply? It should multiply only the old velocity, but each of your steps is μ times as long as "
        "it should be, because the new gradient is multiplied, too.",
        {"+ 1": "+ mu"},
    )
    one_too_many = mistake(
        "How long is the first step from rest? It's 1, but you take one step too many.",
        {"range(steps)": "range(steps + 1)"},
    )
    one_too_few = mistake(
        "How long is the first step from rest? It's 1, not 0: you take one step too few.",
        {"range(steps)": "range(steps - 1)"},
    )
    distance = mistake(
        "Do you return the last step, or the sum of all steps? It's the sum. Return the last one.",
        {"v = 0.0": "v = total = 0.0", "v = mu * v + 1": "v = mu * v + 1\ntotal += v", "return v": "return total"},
    )
    no_friction = mistake(
        "How much of your velocity is lost at each step? None: it grows by 1 every time. Keep only the fraction μ.",
        {"mu * v": "v"},
    )
    mean_of_steps = mistake(
        "Do you return the last step, or the mean of all steps? It's the mean. Return the last one.",
        {
            "v = 0.0": "v = total = 0.0",
            "v = mu * v + 1": "v = mu * v + 1\ntotal += v",
            "return v": "return total / steps",
        },
    )
    shares_exchanged = mistake(
        "How much of the velocity do you keep at each step? The fraction 1 - μ. Keep the fraction μ.",
        {"mu * v": "(1 - mu) * v"},
    )
    sign_kept = mistake(
        "Can a length be negative? All of yours are. Count the steps of plain descent as positive.",
        {"return v": "return -v"},
    )

    @variant
    def closed_form(mu, steps):
        return (1 - mu**steps) / (1 - mu)

    @variant
    def sum_of_powers(mu, steps):
        return np.sum(mu ** np.arange(steps))
