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
        return start + (end - start) * min(t / total, 1.0)

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

    @mistake("After total steps the momentum goes on changing, and soon exceeds 1. Hold it at end.")
    def not_held(t, total, start=0.5, end=0.99):
        return start + (end - start) * t / total

    @mistake("The momentum jumps from start to end: t // total is 0 until the last step. Divide with /.")
    def whole_number_division(t, total, start=0.5, end=0.99):
        return start + (end - start) * min(t // total, 1)

    @mistake("The line is one step too steep, as if it ended at total - 1. At t = total it should reach end.")
    def reaches_the_end_early(t, total, start=0.5, end=0.99):
        return start + (end - start) * min(t / (total - 1), 1.0)

    @mistake("The steps count from 1 here: at t = 0 the momentum should be exactly start.")
    def counts_from_one(t, total, start=0.5, end=0.99):
        return start + (end - start) * min((t + 1) / total, 1.0)

    @mistake("The momentum is always between 0.5 and 0.99: use the arguments start and end.")
    def bounds_hard_coded(t, total, start=0.5, end=0.99):
        return 0.5 + 0.49 * min(t / total, 1.0)

    @mistake("The line runs from end to start. At t = 0 the momentum should be start.")
    def backwards(t, total, start=0.5, end=0.99):
        return end + (start - end) * min(t / total, 1.0)

    @mistake("The momentum is kept below end, which works only while it rises. Hold t / total at 1 instead.")
    def capped_at_the_end(t, total, start=0.5, end=0.99):
        return min(start + (end - start) * t / total, end)

    @mistake("The momentum changes by the same factor each step. It should change by the same amount: a line.")
    def geometric(t, total, start=0.5, end=0.99):
        return start * (end / start) ** min(t / total, 1.0)

    @mistake("After total steps the momentum begins again at start. It should stay at end.")
    def begins_again(t, total, start=0.5, end=0.99):
        return start + (end - start) * (t % total) / total

    @mistake("The whole of end is added to start. What is added is a part of the difference between the two.")
    def end_added(t, total, start=0.5, end=0.99):
        return start + end * min(t / total, 1.0)

    @mistake(
        "You go through 0.5, 0.9, 0.95 and 0.99 in four jumps. That is a list to choose a constant momentum from, by "
        "cross-validation. A schedule moves along the line from start to end."
    )
    def list_for_a_schedule(t, total, start=0.5, end=0.99):
        return (0.5, 0.9, 0.95, 0.99)[min(4 * t // total, 3)]

    @variant
    def interpolated(t, total, start=0.5, end=0.99):
        return np.interp(t, [0, total], [start, end])

    @variant
    def weighted_mean(t, total, start=0.5, end=0.99):
        if t >= total:
            return end
        return (1 - t / total) * start + t / total * end
