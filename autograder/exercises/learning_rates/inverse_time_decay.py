"""1/t decay: fast at first, then slower and slower."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class InverseTimeDecay(Exercise):
    """1/t decay, which counts steps instead of epochs."""

    name, points = "inverse_time_decay", 3
    driver = drivers.sweep

    def reference(step, learning_rate, k, steps_per_epoch=1):
        """The learning rate that falls like one over the time.

            η(t) = η₀ / (1 + k t),  with t = step / steps_per_epoch

        Parameters
        ----------
        step : int
            Steps taken so far, from 0.
        learning_rate : float
            η₀, the rate at the start.
        k : float
            How fast it falls, per epoch: at t = 1/k half of η₀ is left.
        steps_per_epoch : int
            Minibatches in an epoch, so that t counts epochs, with fractions. Left at 1, t counts steps and k is
            per step.

        Returns
        -------
        float
            The rate to use at `step`.

        References
        ----------
        Robbins & Monro, "A stochastic approximation method" (1951): rates like 1/t fall fast enough to silence the
        noise and slowly enough to arrive.
        """
        t = step / steps_per_epoch
        return learning_rate / (1 + k * t)

    def cases(rng):
        yield Case(
            "k per step",
            over="step",
            values=np.arange(0, 200, 7),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=uniform(rng, 0.02, 0.1),
        )
        yield Case(
            "k per epoch",
            over="step",
            values=integer(rng, 20, 30) * np.arange(12),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=uniform(rng, 0.3, 0.9),
            steps_per_epoch=integer(rng, 20, 30),
        )
        yield Case(
            "in the middle of epochs",
            over="step",
            values=np.arange(30),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 1, 3),
            steps_per_epoch=integer(rng, 8, 12),
        )
        yield Case(
            "k = 0 keeps the rate",
            weight=0.5,
            over="step",
            values=np.arange(5),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=0.0,
            steps_per_epoch=integer(rng, 2, 4),
        )
        yield Case(
            "a long training",
            over="step",
            values=np.arange(0, 20_001, 2000),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 0.05, 0.2),
            steps_per_epoch=integer(rng, 90, 200),
        )

    steps_for_epochs = mistake(
        "Steps are taken for epochs: k is per epoch, so divide the step by steps_per_epoch first.",
        {" / steps_per_epoch": ""},
    )
    multiplied_by_steps_per_epoch = mistake(
        "The step is multiplied by steps_per_epoch. Divide: many steps make an epoch.",
        {"/ steps_per_epoch": "* steps_per_epoch"},
    )
    whole_number_division = mistake(
        "The rate is constant within an epoch: // cuts off the fraction. Divide with /.",
        {"/ steps_per_epoch": "// steps_per_epoch"},
    )
    one_missing = mistake("Without the 1 in the denominator, the first step divides by zero.", {"1 + ": ""})
    parentheses_missing = mistake(
        "Parentheses are missing: the rate is divided by 1 only, and k t is added. It grows.",
        {"(1 + k * t)": "1 + k * t"},
    )
    multiplied = mistake("The rate grows: divide by 1 + k t.", {"/ (1": "* (1"})
    root = mistake(
        "There is a root around 1 + k t, so the rate falls too slowly. 1/t decay has none.",
        {"(1 +": "np.sqrt(1 +"},
    )
    squared = mistake("1 + k t is squared, so the rate falls too fast.", {"(1 + k * t)": "(1 + k * t) ** 2"})
    exponential_instead = mistake("This is exponential decay. 1/t decay divides by 1 + k t.", {"/ (1 + ": "* np.exp(-"})
    power = mistake("1 + k is raised to the power of t. It is 1 + k t, a product.", {"(1 + k * t)": "(1 + k) ** t"})
    k_added = mistake("k is added to t. Multiply them: k says how fast the time works.", {"k * t": "k + t"})
    k_left_out = mistake("k has no effect. Multiply the time by it.", {"k * t": "t"})
    counts_from_one = mistake(
        "The steps count from 1 here: at step 0 the rate should be learning_rate itself.", {"step /": "(step + 1) /"}
    )
    rate_left_out = mistake(
        "You return what the rate is multiplied by. Multiply learning_rate by it.", {"learning_rate /": "1 /"}
    )
    straight_line = mistake(
        "The rate falls along a straight line and ends below zero. Divide by 1 + k t instead.",
        {"/ (1 +": "* (1 -"},
    )
    rate_divided_by_steps_per_epoch = mistake(
        "The whole rate is divided by steps_per_epoch. Only the step is.",
        {" / steps_per_epoch": "", "learning_rate /": "learning_rate / steps_per_epoch /"},
    )
    sum_divided_by_steps_per_epoch = mistake(
        "The sum of 1 and k t is divided by steps_per_epoch. Only the step is.",
        {" / steps_per_epoch": "", "(1 + k * t)": "((1 + k * t) / steps_per_epoch)"},
    )
    one_fraction = variant(
        {"t = step / steps_per_epoch\n": "", "/ (1 + k * t)": "* steps_per_epoch / (steps_per_epoch + k * step)"}
    )
    by_epochs = variant(
        {"step /": "np.float64(step) /", "learning_rate / (1 + k * t)": "np.reciprocal(1.0 + k * t) * learning_rate"}
    )
