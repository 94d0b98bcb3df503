"""Warm-up: small steps first, until the optimizer's averages are reliable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class LinearWarmup(Exercise):
    """A straight line up to the full learning rate."""

    name, points = "linear_warmup", 3
    done = "You have a warm-up that starts with a small step instead of none, and ends at the full learning rate."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(step, learning_rate, warmup_steps):
        """A learning rate that rises along a straight line over the first steps, and is constant from then on.

            η = η₀ (step + 1) / warmup_steps   while step < warmup_steps,
            η = η₀                             from then on

        So even the first step moves the weights, by η₀ / warmup_steps, and the last step of the warm-up gets all of η₀.

        Parameters
        ----------
        step : int
            The number of steps taken so far, from 0.
        learning_rate : float
            η₀, the full learning rate.
        warmup_steps : int
            How many steps the warm-up takes. 0 means none: the learning rate is η₀ from the start.

        Returns
        -------
        float
            The learning rate to use at `step`.

        References
        ----------
        Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour" (2017), section 2.2.
        """
        share = (step + 1) / warmup_steps if step < warmup_steps else 1.0
        return learning_rate * share

    def cases(rng):
        # Code without any warm-up passes the one-step case, so that case earns nothing.
        for label, warmup_steps, rate, weight in (
            ("all the way up, and then constant", integer(rng, 8, 15), uniform(rng, 0.05, 0.3), 1.0),
            ("a long warm-up, and a learning rate above 1", integer(rng, 25, 40), uniform(rng, 2, 3), 1.0),
            ("a warm-up of one step", 1, uniform(rng, 0.05, 0.3), 0.0),
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
            "no warm-up at all if warmup_steps is 0, then longer and longer ones",
            over="warmup_steps",
            values=np.arange(0, 60, 3),
            learning_rate=uniform(rng, 2, 3),
            step=integer(rng, 15, 25),
        )
        yield Case(
            "step 0, without a warm-up and with longer and longer ones",
            over="warmup_steps",
            values=np.arange(0, 40, 2),
            learning_rate=uniform(rng, 0.05, 0.3),
            step=0,
        )
        yield Case(
            "long after the warm-up",
            over="step",
            values=np.arange(0, 9000, 97),
            learning_rate=uniform(rng, 0.001, 0.003),
            warmup_steps=integer(rng, 400, 900),
        )

    starts_at_zero = mistake(
        "What learning rate does step 0 get? Zero, so that step is wasted. Divide step + 1, not step, by warmup_steps.",
        {"(step + 1)": "step"},
    )
    divides_by_zero = mistake(
        "What happens if warmup_steps is 0? You divide by it. Without a warm-up, the learning rate is learning_rate "
        "from the start.",
        {"share = ": "share = min(1.0, ", " if step < warmup_steps else 1.0": ")"},
    )
    starts_at_zero_and_divides_by_zero = mistake(
        "What learning rate does step 0 get, and what if warmup_steps is 0? Divide step + 1, not step, by "
        "warmup_steps, and only while step < warmup_steps. After that, return learning_rate.",
        {"share = ": "share = min(1.0, ", "(step + 1)": "step", " if step < warmup_steps else 1.0": ")"},
    )
    not_held = mistake(
        "When does your learning rate stop rising? Never. After the warm-up, it should stay at learning_rate.",
        {"/ warmup_steps if step < warmup_steps else 1.0": "/ max(warmup_steps, 1)"},
    )
    never_checks = mistake(
        "What happens after the warm-up, or if there is none? The learning rate keeps rising, and with "
        "warmup_steps = 0 you divide by zero. Use the fraction only while step < warmup_steps.",
        {" if step < warmup_steps else 1.0": ""},
    )
    whole_number_division = mistake(
        "What is the learning rate halfway through the warm-up? Yours is 0 until the last step. Keep the fraction: "
        "divide with /, not //.",
        {"/ warmup_steps": "// warmup_steps"},
    )
    waits = mistake(
        "What is the learning rate during the warm-up? Yours is 0, so nothing is learned. Let it rise.",
        {"(step + 1) / warmup_steps if step < warmup_steps": "0.0 if step < warmup_steps"},
    )
    arrives_late = mistake(
        "What learning rate does the last step of the warm-up get? Step warmup_steps - 1 should already get the full "
        "learning_rate. Divide step + 1 by warmup_steps itself.",
        {"/ warmup_steps": "/ (warmup_steps + 1)"},
    )
    ends_a_step_late = mistake(
        "When does your learning rate reach learning_rate? At step warmup_steps, one step too late, so it is too low "
        "on the way. The last step of the warm-up, warmup_steps - 1, should already get all of it.",
        {"(step + 1) / warmup_steps": "np.interp(step / warmup_steps, [0, 1], [1 / warmup_steps, 1])"},
    )
    arrives_early = mistake(
        "When does your learning rate reach learning_rate? One step too early: your count is one step ahead. At step "
        "0, it should be learning_rate / warmup_steps.",
        {"(step + 1) / warmup_steps if step <": "min(step + 2, warmup_steps) / warmup_steps if step <"},
    )
    one_step_too_long = mistake(
        "What is the learning rate at step = warmup_steps? Yours goes above learning_rate there, because the warm-up "
        "lasts one step too long. It is over as soon as step equals warmup_steps.",
        {"step < warmup_steps": "step <= warmup_steps"},
    )
    begins_again = mistake(
        "What happens after the warm-up? Yours starts over, again and again. The learning rate should stay at "
        "learning_rate.",
        {"(step + 1)": "(step % warmup_steps + 1)", "step < warmup_steps": "warmup_steps > 0"},
    )
    falls = mistake(
        "Which way does the learning rate go during the warm-up? Yours falls. It should rise to learning_rate.",
        {"(step + 1) / warmup_steps if step": "1 - step / warmup_steps if step"},
    )
    rate_held_at_one = mistake(
        "What is the largest learning rate you can return? Yours never exceeds 1. Limit the fraction of learning_rate "
        "to 1, not the learning rate.",
        {"learning_rate * share": "min(1.0, learning_rate * share)"},
    )
    rate_left_out = mistake(
        "What does the warm-up lead up to? You return the fraction alone, which ends at 1. Multiply learning_rate by "
        "it.",
        {"learning_rate * ": ""},
    )
    nothing_after = mistake(
        "What is the learning rate after the warm-up? Yours is 0 there. It should stay at learning_rate.",
        {"1.0": "0.0"},
    )
    falls_after = mistake(
        "What is the learning rate after the warm-up? Yours falls again. Keep it at learning_rate: whatever comes next "
        "is another schedule's job.",
        {"1.0": "np.sqrt(max(warmup_steps, 1) / (step + 1))"},
    )
    parabola = mistake(
        "Is your warm-up a straight line? It's a parabola, because the fraction is squared. Don't square it.",
        {"(step + 1) / warmup_steps": "((step + 1) / warmup_steps) ** 2"},
    )
    exponential = mistake(
        "Does your learning rate ever reach learning_rate? It only approaches it, along an exponential. Let it rise "
        "along a straight line and arrive.",
        {
            "(step + 1) / warmup_steps": "1 - np.exp(-(step + 1) / max(warmup_steps, 1e-9))",
            " if step < warmup_steps else 1.0": "",
        },
    )
    no_warmup = mistake(
        "Where is the warm-up? Your learning rate is learning_rate from the start. Let it rise over the first "
        "warmup_steps steps.",
        {
            "share = (step + 1) / warmup_steps if step < warmup_steps else 1.0\n": "",
            "learning_rate * share": "learning_rate",
        },
    )
    always_zero = mistake(
        "Does your learning rate ever leave 0? It is 0 at every step, so nothing is learned.",
        {
            "share = (step + 1) / warmup_steps if step < warmup_steps else 1.0\n": "",
            "learning_rate * share": "0.0 * learning_rate",
        },
    )
    two_steps_behind = mistake(
        "What learning rate do the first two steps get? Zero: you divide step - 1 by warmup_steps. Divide step + 1.",
        {"(step + 1)": "max(step - 1, 0)", "step < warmup_steps": "0 < warmup_steps and step < warmup_steps + 2"},
    )
    from_zero_to_all = mistake(
        "What learning rate does step 0 get? Zero, so that step is wasted. The last step of your warm-up gets the full "
        "learning_rate, which is right. To keep that, divide step + 1 by warmup_steps.",
        {"(step + 1) / warmup_steps": "step / (warmup_steps - 1)"},
    )
    as_for_the_transformer = mistake(
        "Where does learning_rate come in? Your schedule is the transformer's, which falls again after the warm-up. "
        "Let the learning rate rise to learning_rate and stay there.",
        {"learning_rate * share": "learning_rate * min((step + 1) ** -0.5, (step + 1) * warmup_steps**-1.5)"},
    )

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
