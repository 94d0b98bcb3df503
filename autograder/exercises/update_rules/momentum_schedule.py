"""A schedule for momentum: low at first, high later in training."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class MomentumSchedule(Exercise):
    """Little momentum while the gradients are wild, and more later on."""

    name, points = "momentum_schedule", 2
    done = "You can start with little momentum and raise it later; the next run shows what that is worth."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(t, total, start=0.5, end=0.99):
        """The momentum at step `t`: a straight line from `start` to `end`, then constant.

        Parameters
        ----------
        t : int
            The step, counted from 0, where the momentum is `start`.
        total : int
            How many steps the change takes, at least 1. At ``t = total`` and later, the momentum is `end`.
        start, end : float
            The momentum at the beginning and at the end. It may rise or fall.

        Returns
        -------
        float

        References
        ----------
        Hinton, "A practical guide to training restricted Boltzmann machines" (2012), section 9, begins with
        a momentum of 0.5 and raises it; a straight line is the simplest way to do so.
        """
        part = min(t / total, 1.0)
        return start + (end - start) * part

    def cases(rng):
        total = int(rng.integers(12, 30))
        yield Case("from 0.5 to 0.99, the defaults", over="t", values=np.arange(total + 1), total=total)
        total = int(rng.integers(12, 30))
        yield Case(
            "a different start and end",
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
        "What happens after step `total`? Your momentum keeps changing. Hold it at `end`.",
        {"min(t / total, 1.0)": "t / total"},
    )
    whole_number_division = mistake(
        "What is your momentum halfway? Still `start`, and at t = total it jumps to `end`. Divide with /, not with //.",
        {"t / total": "t // total"},
    )
    reaches_the_end_early = mistake(
        "When does your line reach `end`? One step early, at total - 1. Divide t by total.",
        {"t / total": "t / (total - 1)"},
    )
    reaches_the_end_late = mistake(
        "When does your line reach `end`? One step late, at total + 1. Divide t by total.",
        {"t / total": "t / (total + 1)"},
    )
    counts_from_one = mistake(
        "What is your momentum at t = 0? Already one step beyond `start`. Count steps from 0.",
        {"t / total": "(t + 1) / total"},
    )
    bounds_hard_coded = mistake(
        "Do the arguments `start` and `end` change anything? Your momentum is always between 0.5 and 0.99. Use the "
        "arguments.",
        {"start + (end - start)": "0.5 + 0.49"},
    )
    backwards = mistake(
        "What is your momentum at t = 0? It's `end`, and the line runs to `start`. Turn it around.",
        {"start + (end - start)": "end + (start - end)"},
    )
    capped_at_the_end = mistake(
        "What if the momentum should fall? Yours is never above `end`, which is right only if it rises. Limit "
        "t / total to 1 instead.",
        {"min(t / total, 1.0)": "t / total", "start + (end - start) * part": "min(start + (end - start) * part, end)"},
    )
    geometric = mistake(
        "Is your schedule a straight line? It changes by the same factor at each step. Change it by the same amount.",
        {"start + (end - start) * part": "start * (end / start) ** part"},
    )
    cosine = mistake(
        "Is your schedule a straight line? It's half a cosine wave, slow at both ends. Change the momentum by the same "
        "amount at each step.",
        {"* part": "* (1 - np.cos(np.pi * part)) / 2"},
    )
    begins_again = mistake(
        "What happens at t = total? Your momentum goes back to `start`. Keep it at `end`.",
        {"min(t / total, 1.0)": "t % total / total"},
    )
    end_added = mistake(
        "Where does your line end? At `start + end`. Change the momentum only by the difference, `end - start`.",
        {"(end - start)": "end"},
    )
    change_of_one_minus_start = mistake(
        "What is your momentum at t = 0? It's end - (1 - start), because your momentum changes by 1 - start in all. "
        "Let it change by end - start, from `start`.",
        {"start + (end - start)": "end - (1 - start) + (1 - start)"},
    )
    list_for_a_schedule = mistake(
        "Is your schedule a straight line? It jumps from 0.5 to 0.9, 0.95, and 0.99. That's a list from which to "
        "choose a constant momentum by validation; move along the line from `start` to `end`.",
        {"start + (end - start) * part": "(0.5, 0.9, 0.95, 0.99)[min(int(4 * part), 3)]"},
    )

    @variant
    def interpolated(t, total, start=0.5, end=0.99):
        return np.interp(t, [0, total], [start, end])

    weighted_mean = variant({"start + (end - start) * part": "(1 - part) * start + part * end"})
