"""Warm-up, then half a cosine: the usual schedule for runs of a fixed length."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class WarmupCosine(Exercise):
    """Warm-up followed by half a cosine."""

    name, points = "warmup_cosine", 4
    done = "You have the usual schedule for runs of a fixed length: up along a line, down along a cosine."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        """A learning rate that rises along a straight line and then falls along half a cosine.

            η = η₀ (step + 1) / warmup_steps                 while step < warmup_steps,
            η = floor + (η₀ - floor) (1 + cos(π u)) / 2      from then on, where
            u = (step - warmup_steps) / (total_steps - warmup_steps)

        u goes from 0, where the cosine begins at η₀, to 1 at ``step = total_steps``. After that, the learning rate
        stays at `floor`.

        Parameters
        ----------
        step : int
            The number of steps taken so far, from 0.
        total_steps : int
            The number of steps in the whole run, including the warm-up; more than `warmup_steps`.
        learning_rate : float
            η₀, the highest learning rate.
        warmup_steps : int
            How many steps the warm-up takes; 0 means none.
        floor : float
            The learning rate at the end.

        Returns
        -------
        float
            The learning rate to use at `step`.

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
            "warm-up, floor, and more steps",
            weight=2,
            over="step",
            values=np.arange(0, 2 * total, 17),
            total_steps=total,
            learning_rate=uniform(rng, 2, 3),
            warmup_steps=integer(rng, 100, 200),
            floor=uniform(rng, 0.1, 0.3),
        )

    rises_again = mistake(
        "What happens after total_steps? Your cosine turns around, and the learning rate rises again. Keep it at the "
        "floor.",
        {"min(": "", ", 1.0)": ""},
    )
    no_warmup = mistake(
        "Where is the warm-up? Your cosine starts at step 0. Let the learning rate rise over the first warmup_steps "
        "steps, and start the cosine after that.",
        {"step < warmup_steps": "False", "(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps"},
    )
    cosine_counts_from_the_start = mistake(
        "What happens right after the warm-up? Your learning rate jumps down, because the cosine counts from step 0. "
        "Count from the end of the warm-up.",
        {"(step - warmup_steps) / (total_steps - warmup_steps)": "step / total_steps"},
    )
    warmup_not_taken_off = mistake(
        "How many steps does the cosine take? Yours takes total_steps, so it reaches the floor too late. The warm-up "
        "has used up some of them: divide by total_steps - warmup_steps.",
        {"(total_steps - warmup_steps)": "total_steps"},
    )
    cosine_a_step_ahead = mistake(
        "Where does your cosine begin? One step ahead, so it never starts at the full learning rate. At "
        "step = warmup_steps, u should be 0.",
        {"(step - warmup_steps)": "(step + 1 - warmup_steps)"},
    )
    warmup_starts_at_zero = mistake(
        "What does step 0 of the warm-up get? Nothing of the rise yet, so that step is wasted. Use step + 1, not step.",
        {"(step + 1)": "step"},
    )
    warmup_starts_at_the_floor = mistake(
        "What learning rate does step 0 of the warm-up get? The floor, because your warm-up climbs from there, and "
        "counts steps from 0. It should climb from 0, and step 0 should already get learning_rate / warmup_steps: use "
        "step + 1.",
        {"learning_rate * (step + 1)": "floor + (learning_rate - floor) * step"},
    )
    warmup_arrives_late = mistake(
        "What learning rate does the last step of the warm-up get? Step warmup_steps - 1 should already get the full "
        "learning_rate. Divide step + 1 by warmup_steps itself.",
        {"/ warmup_steps": "/ (warmup_steps + 1)"},
    )
    warmup_a_step_too_long = mistake(
        "Which formula covers step = warmup_steps? You still use the one for the warm-up there. It is over as soon as "
        "step equals warmup_steps, so compare with <, not <=.",
        {"step < warmup_steps": "step <= warmup_steps"},
    )
    warmup_from_the_floor = mistake(
        "Where does your warm-up start? It climbs from the floor. It should climb from 0: its first learning rate is "
        "learning_rate / warmup_steps.",
        {"learning_rate * (step + 1)": "floor + (learning_rate - floor) * (step + 1)"},
    )
    quarter_of_a_cosine = mistake(
        "How steep is the end of your curve? This is a quarter of a cosine, cos(π u / 2), which ends steeply. Use half "
        "of one, from 1 to -1.",
        {"(1 + ": "", "u)) / 2": "u / 2)"},
    )
    one_not_added = mistake(
        "How low does your cosine go? A bare cosine ends at -1. Add 1 and halve the sum, so that it goes from 1 to 0.",
        {"(1 + ": "", ") / 2": ""},
    )
    not_halved = mistake(
        "How high does your decay start? Too high by the whole range: 1 + cos goes from 2 to 0, so halve it.",
        {" / 2": ""},
    )
    halves_the_cosine_only = mistake(
        "What do you divide by 2? Only the cosine, and not the 1 that you add to it. Put parentheses around the sum.",
        {"u)) / 2": "u) / 2)"},
    )
    whole_cosine = mistake(
        "Where does your curve end? Back at the top: a whole cosine goes down and up again. Use π, not 2π.",
        {"np.pi": "2 * np.pi"},
    )
    pi_missing = mistake(
        "How far down does your curve get? Less than a quarter of the way: the angle ends at 1 radian. Multiply u by "
        "π.",
        {"np.pi * ": ""},
    )
    degrees = mistake(
        "What unit does np.cos expect? Radians, and your angle is in degrees. Half a turn is π.", {"np.pi": "180"}
    )
    sine = mistake("Where does your curve start? Halfway down: this is a sine. Use the cosine.", {"np.cos": "np.sin"})
    straight_line = mistake(
        "What shape does your decay have? It falls along a straight line. Use half a cosine instead.",
        {"(1 + np.cos(np.pi * u)) / 2": "1 - u"},
    )
    floor_added = mistake(
        "How high does your decay start? Above learning_rate, because the floor comes on top. Only "
        "learning_rate - floor should shrink.",
        {"(learning_rate - floor)": "learning_rate"},
    )
    cut_off_at_the_floor = mistake(
        "What does your curve do just before the end? It heads for 0 and is cut off at the floor. Squeeze it instead, "
        "so that the cosine itself ends at the floor.",
        {"floor + (learning_rate - floor) * share": "max(learning_rate * share, floor)"},
    )
    floor_left_out = mistake(
        "Where does your learning rate end? At 0: the floor has no effect. It should end at the floor.",
        {"floor + (learning_rate - floor)": "learning_rate"},
    )
    floor_as_a_share = mistake(
        "Is the floor a learning rate or a fraction of one? It's a learning rate. You multiply it by learning_rate, so "
        "the decay ends at the wrong height.",
        {"floor + (learning_rate - floor)": "learning_rate * floor + (learning_rate - learning_rate * floor)"},
    )
    zero_after_the_end = mistake(
        "What is the learning rate after total_steps? Yours is 0. It should stay at the floor.",
        {"* share": "* share if step <= total_steps else 0.0"},
    )
    whole_number_division = mistake(
        "Does your learning rate change before the end? It stays high until total_steps and drops all at once. Keep "
        "the fraction: divide with /, not //.",
        {") / (total_steps": ") // (total_steps"},
    )
    ends_a_step_early = mistake(
        "When does your decay end? A step too early: u should reach 1 at step = total_steps, not one step before.",
        {"total_steps - warmup_steps": "total_steps - 1 - warmup_steps"},
    )
    starts_at_zero_and_rises_again = mistake(
        "What learning rates do the first step and the steps after total_steps get? Step 0 of the warm-up gets nothing "
        "of the rise yet: use step + 1. And after total_steps your cosine turns around: keep the learning rate at the "
        "floor.",
        {"(step + 1)": "step", "min(": "", ", 1.0)": ""},
    )
    no_warmup_and_rises_again = mistake(
        "Where is the warm-up, and what happens after total_steps? Your cosine starts at step 0 and turns around at "
        "the end. Let the learning rate rise over the first warmup_steps steps, and keep it at the floor afterward.",
        {
            "step < warmup_steps": "False",
            "min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)": "step / total_steps",
        },
    )
    from_the_start_and_rises_again = mistake(
        "What happens after the warm-up, and after total_steps? Your cosine counts from step 0, so the learning rate "
        "jumps after the warm-up, and it rises again after total_steps. Count from the end of the warm-up, and stop "
        "at u = 1.",
        {"min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)": "step / total_steps"},
    )
    factor_alone = mistake(
        "What does your schedule multiply? You return only a factor between 0 and 1. Scale it up to learning_rate, "
        "and let the cosine end at the floor.",
        {"learning_rate * (step + 1)": "(step + 1)", "floor + (learning_rate - floor) * share": "share"},
    )
    starts_over = mistake(
        "What happens at total_steps? Your learning rate jumps back up and falls again, as with warm restarts. Keep it "
        "at the floor.",
        {"min(": "", ", 1.0)": " % 1"},
    )

    no_warmup_not_met = mistake(
        "What if warmup_steps is 0? You divide by it even then, and your function stops with an error. Compute the "
        "warm-up only while step < warmup_steps; np.where, for one, computes both of its choices.",
        {"if step": "first = learning_rate / warmup_steps\nif step"},
    )
    no_warmup_not_met_starts_at_zero = mistake(
        "What if warmup_steps is 0, and what learning rate does step 0 of a warm-up get? You divide by 0, and your "
        "function stops with an error: use the warm-up's formula only while step < warmup_steps. And step 0 gets "
        "nothing of the rise yet: use step + 1.",
        {"if step": "first = learning_rate / warmup_steps\nif step", "(step + 1)": "step"},
    )
    no_warmup_not_met_starts_at_zero_and_rises_again = mistake(
        "What if warmup_steps is 0, and what learning rates do the first step and the steps after total_steps get? You "
        "divide by 0, and your function stops with an error: use the warm-up's formula only while "
        "step < warmup_steps. Step 0 gets nothing of the rise yet: use step + 1. And after total_steps your cosine "
        "turns around: keep the learning rate at the floor.",
        {
            "if step": "first = learning_rate / warmup_steps\nif step",
            "(step + 1)": "step",
            "min(": "",
            ", 1.0)": "",
        },
    )
    no_warmup_gives_nan_starts_at_zero = mistake(
        "What if warmup_steps is 0, and what does step 0 of a warm-up get? You divide 0 by 0 and get NaN: use the "
        "warm-up's formula only while step < warmup_steps. And step 0 gets nothing of the rise yet: use step + 1.",
        {
            "if step": "full = np.clip(step, 0, warmup_steps) / warmup_steps\nif step",
            "share = ": "share = full * ",
            "(step + 1)": "step",
        },
    )
    holds_after_the_warmup = mistake(
        "What happens right after the warm-up? Your learning rate stays constant for as many steps again. Start the "
        "cosine at step = warmup_steps.",
        {
            "(step - warmup_steps) / (total_steps - warmup_steps)": (
                "max(step - 2 * warmup_steps, 0) / max(total_steps - 2 * warmup_steps, 1)"
            )
        },
    )
    linear_schedule_from_zero_to_zero = mistake(
        "Which schedule is yours? The linear one: up from zero, and down to zero along a straight line. Use step + 1 "
        "in the warm-up, and then half a cosine that ends at the floor.",
        {
            "(step + 1)": "step",
            "(1 + np.cos(np.pi * u)) / 2": "1 - u",
            "floor + (learning_rate - floor)": "learning_rate",
        },
    )
    floor_is_a_tenth = mistake(
        "Where does your learning rate end? Always at a tenth of learning_rate, because your floor is fixed. Use the "
        "argument `floor`.",
        {"floor + (learning_rate - floor)": "0.1 * learning_rate + 0.9 * learning_rate"},
    )

    returns_the_floor = variant({"* share": "* share if step < total_steps else floor"})
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
