"""Warm-up: small steps first, until the optimizer's averages are reliable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class LinearWarmup(Exercise):
    """A straight line up to the full learning rate."""

    name, points = "linear_warmup", 3
    driver = drivers.sweep

    def reference(step, learning_rate, warmup_steps):
        """The learning rate that rises on a straight line over the first steps and is constant from then on.

            η = η₀ (step + 1) / warmup_steps   while step < warmup_steps,
            η = η₀                             from then on

        So the first step has a rate already, η₀ / warmup_steps, and the last step of the warm-up has η₀.

        Parameters
        ----------
        step : int
            Steps taken so far, from 0.
        learning_rate : float
            η₀, the full rate.
        warmup_steps : int
            How many steps the warm-up takes. 0 means none: the rate is η₀ from the start.

        Returns
        -------
        float
            The rate to use at `step`.

        References
        ----------
        Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour" (2017), section 2.2.
        """
        share = (step + 1) / warmup_steps if step < warmup_steps else 1.0
        return learning_rate * share

    def cases(rng):
        # Code without any warm-up passes the last two cases, so they have a lower weight.
        for label, warmup_steps, rate, weight in (
            ("all the way up, and then constant", integer(rng, 8, 15), uniform(rng, 0.05, 0.3), 1.0),
            ("a long warm-up and a rate above 1", integer(rng, 25, 40), uniform(rng, 2, 3), 1.0),
            ("no warm-up at all: warmup_steps is 0", 0, uniform(rng, 0.05, 0.3), 0.5),
            ("a warm-up of one step", 1, uniform(rng, 0.05, 0.3), 0.25),
        ):
            yield Case(
                label,
                weight=weight,
                over="step",
                values=np.arange(2 * warmup_steps + 4),
                learning_rate=rate,
                warmup_steps=warmup_steps,
            )
        yield Case(
            "long after",
            over="step",
            values=np.arange(0, 9000, 97),
            learning_rate=uniform(rng, 0.001, 0.003),
            warmup_steps=integer(rng, 400, 900),
        )

    starts_at_zero = mistake(
        "The first step has a rate of 0 and is wasted. Divide step + 1, not step, by warmup_steps.",
        {"(step + 1)": "step"},
    )
    divides_by_zero = mistake(
        "With warmup_steps = 0 you divide by zero. Then the rate is learning_rate from the start.",
        {"(step + 1) / warmup_steps if step < warmup_steps else 1.0": "min(1.0, (step + 1) / warmup_steps)"},
    )
    starts_at_zero_and_divides_by_zero = mistake(
        "The first step has a rate of 0, and with warmup_steps = 0 you divide by zero. Treat the two cases apart.",
        {"(step + 1) / warmup_steps if step < warmup_steps else 1.0": "min(1.0, step / warmup_steps)"},
    )
    not_held = mistake(
        "The rate goes on rising after the warm-up. From there on it should be learning_rate.",
        {"/ warmup_steps if step < warmup_steps else 1.0": "/ max(warmup_steps, 1)"},
    )
    whole_number_division = mistake(
        "The rate is 0 until the last step of the warm-up: // cuts off the fraction. Divide with /.",
        {"/ warmup_steps": "// warmup_steps"},
    )
    waits = mistake(
        "There is no rate at all during the warm-up, so nothing is learned. It should rise.",
        {"(step + 1) / warmup_steps": "0.0"},
    )
    arrives_late = mistake(
        "The full rate comes a step late. The last step of the warm-up, warmup_steps - 1, should have it.",
        {"/ warmup_steps": "/ (warmup_steps + 1)"},
    )
    begins_again = mistake(
        "The warm-up begins again when it is over. From there on the rate should be learning_rate.",
        {"(step + 1)": "(step % warmup_steps + 1)", "step < warmup_steps": "warmup_steps > 0"},
    )
    falls = mistake(
        "The rate falls during the warm-up. It should rise to learning_rate.",
        {"(step + 1) / warmup_steps": "1 - step / warmup_steps"},
    )
    rate_held_at_one = mistake(
        "The rate itself is held at 1. What is at most 1 is the share of the full rate.",
        {"learning_rate * share": "min(1.0, learning_rate * share)"},
    )
    rate_left_out = mistake(
        "You return the share of the full rate. Multiply learning_rate by it.", {"learning_rate * ": ""}
    )
    nothing_after = mistake(
        "After the warm-up there is no rate any more. It should stay at learning_rate.", {"1.0": "0.0"}
    )
    falls_after = mistake(
        "The rate falls again after the warm-up. Here it stays; what comes after is another schedule's job.",
        {"1.0": "np.sqrt(max(warmup_steps, 1) / (step + 1))"},
    )
    parabola = mistake(
        "The rate rises along a curve: the share is squared. It should rise along a straight line.",
        {"(step + 1) / warmup_steps": "((step + 1) / warmup_steps) ** 2"},
    )
    exponential = mistake(
        "The rate approaches its full value along an exponential. It should rise on a straight line and arrive.",
        {
            "(step + 1) / warmup_steps": "1 - np.exp(-(step + 1) / max(warmup_steps, 1e-9))",
            " if step < warmup_steps else 1.0": "",
        },
    )
    no_warmup = mistake("There is no warm-up: the rate is learning_rate from the first step.", {" * share": ""})
    by_a_minimum = variant({"(step + 1)": "min(step + 1, warmup_steps)", "step < warmup_steps": "warmup_steps > 0"})
    interpolated = variant(
        {
            "(step + 1) / warmup_steps": "np.interp(step + 1, [0, max(warmup_steps, 1)], [0.0, 1.0])",
            " if step < warmup_steps else 1.0": "",
        }
    )

    @variant
    def step_by_step(step, learning_rate, warmup_steps):
        rate = learning_rate if warmup_steps == 0 else 0.0
        for _ in range(min(step + 1, warmup_steps)):
            rate += learning_rate / warmup_steps
        return np.float64(rate)
