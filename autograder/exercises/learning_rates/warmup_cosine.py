"""Warm-up and half a cosine: how most networks are trained today."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class WarmupCosine(Exercise):
    """Warm-up followed by half a cosine, the default schedule today."""

    name, points = "warmup_cosine", 4
    driver = drivers.sweep

    def reference(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        """The learning rate that rises on a straight line and then falls along half a cosine.

            η = η₀ (step + 1) / warmup_steps                 while step < warmup_steps,
            η = floor + (η₀ - floor) (1 + cos(π u)) / 2      from then on, where
            u = (step - warmup_steps) / (total_steps - warmup_steps)

        u goes from 0, where the cosine begins with η₀, to 1 at ``step = total_steps``. After that the rate
        stays at `floor`.

        Parameters
        ----------
        step : int
            Steps taken so far, from 0.
        total_steps : int
            Steps of the whole training, warm-up included; more than `warmup_steps`.
        learning_rate : float
            η₀, the highest rate.
        warmup_steps : int
            How many steps the warm-up takes; 0 means none.
        floor : float
            The rate at the end.

        Returns
        -------
        float
            The rate to use at `step`.

        References
        ----------
        Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), equation 5, without the
        restarts.
        """
        if step < warmup_steps:
            return learning_rate * (step + 1) / warmup_steps
        u = min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)
        share = (1 + np.cos(np.pi * u)) / 2
        return floor + (learning_rate - floor) * share

    def cases(rng):
        total = integer(rng, 30, 50)
        yield Case(
            "half a cosine, the defaults",
            over="step",
            values=np.arange(total + 1),
            total_steps=total,
            learning_rate=uniform(rng, 0.05, 0.3),
        )
        total = integer(rng, 40, 60)
        yield Case(
            "with a warm-up",
            over="step",
            values=np.arange(total + 1),
            total_steps=total,
            learning_rate=uniform(rng, 0.05, 0.3),
            warmup_steps=integer(rng, 8, 15),
        )
        total = integer(rng, 40, 60)
        yield Case(
            "down to a floor",
            over="step",
            values=np.arange(total + 1),
            total_steps=total,
            learning_rate=uniform(rng, 0.5, 2),
            floor=uniform(rng, 0.1, 0.3),
        )
        total = integer(rng, 40, 60)
        yield Case(
            "beyond the last step",
            over="step",
            values=np.arange(0, 3 * total, 3),
            total_steps=total,
            learning_rate=uniform(rng, 0.05, 0.3),
            floor=uniform(rng, 0.001, 0.003),
        )
        total = integer(rng, 400, 600)
        yield Case(
            "warm-up, floor and more steps",
            over="step",
            values=np.arange(0, 2 * total, 17),
            total_steps=total,
            learning_rate=uniform(rng, 2, 3),
            warmup_steps=integer(rng, 100, 200),
            floor=uniform(rng, 0.1, 0.3),
        )

    rises_again = mistake(
        "After total_steps the cosine turns, and the rate rises again. Hold it at the floor.",
        {"min(": "", ", 1.0)": ""},
    )
    no_warmup = mistake(
        "There is no warm-up: the cosine begins at step 0. For the first warmup_steps the rate should rise.",
        {"step < warmup_steps": "False", "(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps"},
    )
    cosine_counts_from_the_start = mistake(
        "After the warm-up the rate jumps down: the cosine counts from step 0. Count from the warm-up's end.",
        {"(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps"},
    )
    warmup_not_taken_off = mistake(
        "The floor is reached too late: the decay has only total_steps - warmup_steps steps. Divide by that.",
        {"(total_steps - warmup_steps)": "total_steps"},
    )
    warmup_starts_at_zero = mistake(
        "The first step has a rate of 0 and is wasted. In the warm-up divide step + 1, not step.",
        {"(step + 1)": "step"},
    )
    warmup_from_the_floor = mistake(
        "The warm-up starts from the floor. Here it starts from 0: its first rate is η₀ / warmup_steps.",
        {"learning_rate * (step + 1)": "floor + (learning_rate - floor) * (step + 1)"},
    )
    quarter_of_a_cosine = mistake(
        "This is a quarter of a cosine, cos(π u / 2), which ends steeply. Take half of one, from 1 to -1.",
        {"(1 + ": "", "u)) / 2": "u / 2)"},
    )
    one_not_added = mistake(
        "The bare cosine falls below zero. Add 1 and halve it, so that it goes from 1 to 0.",
        {"(1 + ": "", ") / 2": ""},
    )
    not_halved = mistake(
        "The rate begins at twice its highest value: 1 + cos goes from 2 to 0, so halve it.", {" / 2": ""}
    )
    halves_the_cosine_only = mistake(
        "Only the cosine is halved, and not the 1 that is added to it: parentheses are missing.", {"u)) / 2": "u) / 2)"}
    )
    whole_cosine = mistake(
        "A whole cosine goes down and up again, so the rate is highest at the end. Use π, not 2π.",
        {"np.pi": "2 * np.pi"},
    )
    pi_missing = mistake(
        "π is missing: NumPy's cosine takes radians, so the rate stops a quarter of the way down.", {"np.pi * ": ""}
    )
    degrees = mistake("The angle is in degrees. NumPy's cosine takes radians: half a turn is π.", {"np.pi": "180"})
    sine = mistake("This is a sine, which starts in the middle. Take the cosine.", {"np.cos": "np.sin"})
    straight_line = mistake(
        "The rate falls along a straight line. Let it fall along the cosine.", {"(1 + np.cos(np.pi * u)) / 2": "1 - u"}
    )
    floor_added = mistake(
        "The floor is added to the whole cosine, so the rate begins above η₀. Only η₀ - floor should shrink.",
        {"(learning_rate - floor)": "learning_rate"},
    )
    cut_off_at_the_floor = mistake(
        "The cosine goes to 0 and is cut off at the floor. It should be squeezed to end at the floor itself.",
        {"floor + (learning_rate - floor) * share": "max(learning_rate * share, floor)"},
    )
    floor_left_out = mistake(
        "The floor has no effect. The rate should end there, and not at 0.",
        {"floor + (learning_rate - floor)": "learning_rate"},
    )
    zero_after_the_end = mistake(
        "After total_steps the rate is 0. It should stay at the floor.",
        {"* share": "* share if step <= total_steps else 0.0"},
    )
    whole_number_division = mistake(
        "The rate does not change until the end: // cuts off the fraction. Divide with /.",
        {") / (total_steps": ") // (total_steps"},
    )
    ends_a_step_early = mistake(
        "The decay comes to its end a step early. u should be 1 at step = total_steps, not one before.",
        {"total_steps - warmup_steps": "total_steps - 1 - warmup_steps"},
    )
    by_squares = variant(
        {
            "learning_rate * (step + 1) / warmup_steps": "(step + 1) * (learning_rate / warmup_steps)",
            "(1 + np.cos(np.pi * u)) / 2": "np.cos(0.5 * np.pi * u) ** 2",
            "floor + (learning_rate - floor) * share": "share * learning_rate + (1 - share) * floor",
        }
    )

    @variant
    def clipped(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        warm = np.clip((step + 1) / max(1, warmup_steps), 0, 1)
        u = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
        cosine = floor + 0.5 * (learning_rate - floor) * (1 + np.cos(u * np.pi))
        return np.where(step < warmup_steps, warm * learning_rate, cosine)
