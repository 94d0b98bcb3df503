"""A schedule for momentum: low at first, high later in training."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class MomentumSchedule(Exercise):
    """Little momentum while the gradients are wild, and more later on."""

    name, points = "momentum_schedule", 2
    driver = drivers.sweep

    def reference(t, total, start=0.5, end=0.99):
        """The momentum at step `t`: on a straight line from `start` to `end`, and then constant.

        Parameters
        ----------
        t : int
            The step, from 0: there the momentum is `start`.
        total : int
            How many steps the change takes: from ``t = total`` on, the momentum is `end`.
        start, end : float
            Momentum at first and at last; it may rise or fall.

        Returns
        -------
        float

        References
        ----------
        Hinton, "A practical guide to training restricted Boltzmann machines" (2012), section 9, begins with
        a momentum of 0.5 and raises it; the straight line is the simplest way between.
        """
        part = min(t / total, 1.0)
        return start + (end - start) * part

    def cases(rng):
        total = int(rng.integers(12, 30))
        yield Case("from 0.5 to 0.99, the defaults", over="t", values=np.arange(total + 1), total=total)
        total = int(rng.integers(12, 30))
        yield Case(
            "another start and end",
            over="t",
            values=np.arange(total + 1),
            total=total,
            start=uniform(rng, 0.1, 0.4),
            end=uniform(rng, 0.9, 0.95),
        )
        total = int(rng.integers(12, 30))
        yield Case(
            "constant once total steps are done",
            over="t",
            values=np.arange(total - 3, 3 * total, 5),
            total=total,
        )
        total = int(rng.integers(12, 30))
        yield Case(
            "momentum that falls",
            over="t",
            values=np.arange(0, 2 * total, 3),
            total=total,
            start=uniform(rng, 0.9, 0.95),
            end=uniform(rng, 0.4, 0.6),
        )

    not_held = mistake(
        "After total steps the momentum goes on changing, and soon exceeds 1. Hold it at end.",
        {"min(t / total, 1.0)": "t / total"},
    )
    whole_number_division = mistake(
        "The momentum jumps from start to end: t // total is 0 until the last step. Divide with /.",
        {"t / total": "t // total"},
    )
    reaches_the_end_early = mistake(
        "The line is one step too steep, as if it ended at total - 1. At t = total it should reach end.",
        {"t / total": "t / (total - 1)"},
    )
    counts_from_one = mistake(
        "The steps count from 1 here: at t = 0 the momentum should be exactly start.", {"t / total": "(t + 1) / total"}
    )
    bounds_hard_coded = mistake(
        "The momentum is always between 0.5 and 0.99: use the arguments start and end.",
        {"start + (end - start)": "0.5 + 0.49"},
    )
    backwards = mistake(
        "The line runs from end to start. At t = 0 the momentum should be start.",
        {"start + (end - start)": "end + (start - end)"},
    )
    capped_at_the_end = mistake(
        "The momentum is kept below end, which works only while it rises. Hold t / total at 1 instead.",
        {"min(t / total, 1.0)": "t / total", "start + (end - start) * part": "min(start + (end - start) * part, end)"},
    )
    geometric = mistake(
        "The momentum changes by the same factor each step. It should change by the same amount: a line.",
        {"start + (end - start) * part": "start * (end / start) ** part"},
    )
    begins_again = mistake(
        "After total steps the momentum begins again at start. It should stay at end.",
        {"min(t / total, 1.0)": "t % total / total"},
    )
    end_added = mistake(
        "The whole of end is added to start. What is added is a part of the difference between the two.",
        {"(end - start)": "end"},
    )
    list_for_a_schedule = mistake(
        "You go through 0.5, 0.9, 0.95 and 0.99 in four jumps. That is a list to choose a constant momentum from, by "
        "cross-validation. A schedule moves along the line from start to end.",
        {"start + (end - start) * part": "(0.5, 0.9, 0.95, 0.99)[min(int(4 * part), 3)]"},
    )

    @variant
    def interpolated(t, total, start=0.5, end=0.99):
        return np.interp(t, [0, total], [start, end])

    weighted_mean = variant({"start + (end - start) * part": "(1 - part) * start + part * end"})
