"""1/t decay: fast at first, then slower and slower."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class InverseTimeDecay(Exercise):
    """1/t decay, which counts steps instead of epochs."""

    name, points = "inverse_time_decay", 3
    done = "You have the schedule that falls fast at first and slowly later; the plot below compares three schedules."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(step, learning_rate, k, steps_per_epoch=1):
        """A learning rate that falls like 1/t.

            η(t) = η₀ / (1 + k t),  with t = step / steps_per_epoch

        Parameters
        ----------
        step : int
            The number of steps taken so far, from 0.
        learning_rate : float
            η₀, the learning rate at the start.
        k : float
            How fast the learning rate falls, per epoch: half of η₀ is left at t = 1/k.
        steps_per_epoch : int
            The number of steps in an epoch, so that t counts epochs, with fractions. With 1, t counts steps, and k is
            per step.

        Returns
        -------
        float
            The learning rate to use at `step`.

        References
        ----------
        Robbins & Monro, "A stochastic approximation method" (1951): learning rates like 1/t fall fast enough to average
        out the noise and slowly enough to arrive.
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
        # Neither here nor in the long run do the steps fall on whole epochs only, in any draw.
        steps_per_epoch = integer(rng, 20, 30)
        yield Case(
            "k per epoch",
            over="step",
            values=(steps_per_epoch + integer(rng, 2, 8)) * np.arange(12),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=uniform(rng, 0.3, 0.9),
            steps_per_epoch=steps_per_epoch,
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
            "k = 0 keeps the learning rate constant",
            weight=0,  # a constant learning rate passes
            over="step",
            values=np.arange(5),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=0.0,
            steps_per_epoch=integer(rng, 2, 4),
        )
        yield Case(
            "a long run",
            over="step",
            values=np.arange(0, 20_001, 2000),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 0.05, 0.2),
            steps_per_epoch=3 * integer(rng, 30, 66),
        )

    steps_for_epochs = mistake(
        "Is k per step or per epoch? You multiply it by steps, as if steps_per_epoch were 1. Divide the step by "
        "steps_per_epoch first.",
        {" / steps_per_epoch": ""},
    )
    multiplied_by_steps_per_epoch = mistake(
        "How many epochs is one step? A small fraction of one: divide by steps_per_epoch instead of multiplying.",
        {"/ steps_per_epoch": "* steps_per_epoch"},
    )
    whole_number_division = mistake(
        "What happens within an epoch? Your learning rate stays constant there. Keep the fraction: divide with /, "
        "without // or np.floor.",
        {"/ steps_per_epoch": "// steps_per_epoch"},
    )
    epochs_rounded_up = mistake(
        "What happens within an epoch? Your learning rate stays constant, as if every epoch were already over. Keep "
        "the fraction, and don't round up.",
        {"step / steps_per_epoch": "np.ceil(step / steps_per_epoch)"},
    )
    one_missing = mistake(
        "What is your denominator at step 0? It's zero: the 1 is missing. Divide by 1 + k t.", {"1 + ": ""}
    )
    ten_for_one = mistake(
        "What is your learning rate at step 0? A tenth of learning_rate, because you divide by 10 + k t. Divide by "
        "1 + k t.",
        {"(1 + ": "(10 + "},
    )
    parentheses_missing = mistake(
        "What exactly do you divide by? Only by 1, and then you add k t, so the learning rate grows. Put parentheses "
        "around 1 + k t.",
        {"(1 + k * t)": "1 + k * t"},
    )
    multiplied = mistake(
        "Does your learning rate fall? It grows: divide by 1 + k t instead of multiplying by it.", {"/ (1": "* (1"}
    )
    root = mistake(
        "Does your learning rate fall fast enough? You divide only by the square root of 1 + k t. Leave out the root.",
        {"(1 +": "np.sqrt(1 +"},
    )
    root_of_time = mistake(
        "How does the time enter your formula? Under a square root, so the learning rate falls too slowly later on. "
        "Multiply k by t itself.",
        {"k * t": "k * np.sqrt(t)"},
    )
    squared = mistake(
        "Does your learning rate fall too fast? You divide by (1 + k t) squared. Divide by 1 + k t once.",
        {"(1 + k * t)": "(1 + k * t) ** 2"},
    )
    exponential_instead = mistake(
        "Which schedule is yours? It's exponential decay. For 1/t decay, divide by 1 + k t.", {"/ (1 + ": "* np.exp(-"}
    )
    power = mistake(
        "Do you raise 1 + k to the power of t? Divide by 1 + k t instead, with a product of k and t.",
        {"(1 + k * t)": "(1 + k) ** t"},
    )
    k_added = mistake(
        "How do k and t go together? You add them. Multiply them: k says how fast the learning rate falls.",
        {"k * t": "k + t"},
    )
    k_left_out = mistake("What does k do in your formula? It has no effect. Multiply the time by it.", {"k * t": "t"})
    divided_by_k = mistake(
        "Should a larger k make the decay faster or slower? Faster: k is a speed, so multiply the time by it.",
        {"k * t": "t / k"},
    )
    counts_from_one = mistake(
        "What is your learning rate at step 0? It should be learning_rate itself, but yours is a step ahead.",
        {"step /": "(step + 1) /"},
    )
    epochs_count_from_one = mistake(
        "What is your learning rate at step 0? It should be learning_rate itself, but yours is a whole epoch ahead.",
        {"step / steps_per_epoch": "step / steps_per_epoch + 1"},
    )
    rate_left_out = mistake(
        "What does the schedule start from? You return the factor 1 / (1 + k t) alone. Multiply learning_rate by it.",
        {"learning_rate /": "1 /"},
    )
    straight_line = mistake(
        "What does your learning rate look like late in training? It falls along a straight line and ends up below "
        "zero. Divide by 1 + k t instead.",
        {"/ (1 +": "* (1 -"},
    )
    rate_divided_by_steps_per_epoch = mistake(
        "Where does steps_per_epoch belong? It divides your whole learning rate. Only the step should be divided by "
        "it.",
        {" / steps_per_epoch": "", "learning_rate /": "learning_rate / steps_per_epoch /"},
    )
    sum_divided_by_steps_per_epoch = mistake(
        "Where does steps_per_epoch belong? It divides your whole sum of 1 and k t. Only the step should be divided "
        "by it.",
        {" / steps_per_epoch": "", "(1 + k * t)": "((1 + k * t) / steps_per_epoch)"},
    )
    compounded = mistake(
        "Which learning rate do you divide by 1 + k t? The previous one, which has already been divided, so the "
        "divisions compound. Divide the initial one, once.",
        {"(1 + k * t)": "np.prod([1 + k * i / steps_per_epoch for i in range(1, step + 1)])"},
    )
    compounded_from_zero = mistake(
        "Which learning rate do you divide by 1 + k t? The previous one, which has already been divided, and your t "
        "is a step behind. Divide the initial one, once.",
        {"(1 + k * t)": "np.prod([1 + k * i / steps_per_epoch for i in range(step)])"},
    )
    epochs_rounded = mistake(
        "What happens within an epoch? Your learning rate changes only in the middle of it, because you round to whole "
        "epochs. Keep the fraction.",
        {"step / steps_per_epoch": "np.round(step / steps_per_epoch)"},
    )
    straight_line_to_zero = mistake(
        "What does your learning rate look like? It falls along a straight line, and then it's 0. Divide by 1 + k t "
        "instead.",
        {"/ (1 + k * t)": "* max(0.0, 1 - k * t)"},
    )

    one_fraction = variant(
        {"t = step / steps_per_epoch\n": "", "/ (1 + k * t)": "* steps_per_epoch / (steps_per_epoch + k * step)"}
    )
    by_epochs = variant(
        {"step /": "np.float64(step) /", "learning_rate / (1 + k * t)": "np.reciprocal(1.0 + k * t) * learning_rate"}
    )
