"""Warm-up and half a cosine: how most networks are trained today."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


def cosine_fall(progress, learning_rate, floor):
    """The learning rate at a given fraction of the decay."""
    return floor + (learning_rate - floor) * (1 + np.cos(np.pi * progress)) / 2


def rate_at(step, total_steps, learning_rate, warmup_steps=0, floor=0.0, *, falling=cosine_fall, rising=None):
    """The learning rate with one part of the schedule replaced, for most of the known mistakes."""
    if step < warmup_steps:
        return learning_rate * (step + 1) / warmup_steps if rising is None else rising()
    return falling(min((step - warmup_steps) / (total_steps - warmup_steps), 1.0), learning_rate, floor)


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
        progress = min((step - warmup_steps) / (total_steps - warmup_steps), 1.0)
        return floor + (learning_rate - floor) * (1 + np.cos(np.pi * progress)) / 2

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

    @mistake("After total_steps the cosine turns, and the rate rises again. Hold it at the floor.")
    def rises_again(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        if step < warmup_steps:
            return learning_rate * (step + 1) / warmup_steps
        return cosine_fall((step - warmup_steps) / (total_steps - warmup_steps), learning_rate, floor)

    @mistake("There is no warm-up: the cosine begins at step 0. For the first warmup_steps the rate should rise.")
    def no_warmup(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        return cosine_fall(min(step / total_steps, 1.0), learning_rate, floor)

    @mistake("After the warm-up the rate jumps down: the cosine counts from step 0. Count from the warm-up's end.")
    def cosine_counts_from_the_start(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        if step < warmup_steps:
            return learning_rate * (step + 1) / warmup_steps
        return cosine_fall(min(step / total_steps, 1.0), learning_rate, floor)

    @mistake("The floor is reached too late: the decay has only total_steps - warmup_steps steps. Divide by that.")
    def warmup_not_taken_off(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        if step < warmup_steps:
            return learning_rate * (step + 1) / warmup_steps
        return cosine_fall(min((step - warmup_steps) / total_steps, 1.0), learning_rate, floor)

    @mistake("The first step has a rate of 0 and is wasted. In the warm-up divide step + 1, not step.")
    def warmup_starts_at_zero(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def rising():
            return learning_rate * step / warmup_steps

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, rising=rising)

    @mistake("The warm-up starts from the floor. Here it starts from 0: its first rate is η₀ / warmup_steps.")
    def warmup_from_the_floor(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def rising():
            return floor + (learning_rate - floor) * (step + 1) / warmup_steps

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, rising=rising)

    @mistake("This is a quarter of a cosine, cos(π u / 2), which ends steeply. Take half of one, from 1 to -1.")
    def quarter_of_a_cosine(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * np.cos(np.pi * progress / 2)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The bare cosine falls below zero. Add 1 and halve it, so that it goes from 1 to 0.")
    def one_not_added(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * np.cos(np.pi * progress)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The rate begins at twice its highest value: 1 + cos goes from 2 to 0, so halve it.")
    def not_halved(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * (1 + np.cos(np.pi * progress))

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("Only the cosine is halved, and not the 1 that is added to it: parentheses are missing.")
    def halves_the_cosine_only(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * (1 + np.cos(np.pi * progress) / 2)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("A whole cosine goes down and up again, so the rate is highest at the end. Use π, not 2π.")
    def whole_cosine(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return cosine_fall(2 * progress, learning_rate, floor)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("π is missing: NumPy's cosine takes radians, so the rate stops a quarter of the way down.")
    def pi_missing(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return cosine_fall(progress / np.pi, learning_rate, floor)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The angle is in degrees. NumPy's cosine takes radians: half a turn is π.")
    def degrees(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return cosine_fall(180 * progress / np.pi, learning_rate, floor)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("This is a sine, which starts in the middle. Take the cosine.")
    def sine(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * (1 + np.sin(np.pi * progress)) / 2

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The rate falls along a straight line. Let it fall along the cosine.")
    def straight_line(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + (learning_rate - floor) * (1 - progress)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The floor is added to the whole cosine, so the rate begins above η₀. Only η₀ - floor should shrink.")
    def floor_added(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return floor + cosine_fall(progress, learning_rate, 0.0)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The cosine goes to 0 and is cut off at the floor. It should be squeezed to end at the floor itself.")
    def cut_off_at_the_floor(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return max(cosine_fall(progress, learning_rate, 0.0), floor)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The floor has no effect. The rate should end there, and not at 0.")
    def floor_left_out(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        return rate_at(step, total_steps, learning_rate, warmup_steps)

    @mistake("After total_steps the rate is 0. It should stay at the floor.")
    def zero_after_the_end(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        return rate_at(step, total_steps, learning_rate, warmup_steps, floor) if step <= total_steps else 0.0

    @mistake("The rate does not change until the end: // cuts off the fraction. Divide with /.")
    def whole_number_division(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        def falling(progress, learning_rate, floor):
            return cosine_fall(progress // 1, learning_rate, floor)

        return rate_at(step, total_steps, learning_rate, warmup_steps, floor, falling=falling)

    @mistake("The decay comes to its end a step early. u should be 1 at step = total_steps, not one before.")
    def ends_a_step_early(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        return rate_at(step, total_steps - 1, learning_rate, warmup_steps, floor)

    @variant
    def by_squares(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        if step < warmup_steps:
            return (step + 1) * (learning_rate / warmup_steps)
        if step >= total_steps:
            return floor
        share = np.cos(0.5 * np.pi * (step - warmup_steps) / (total_steps - warmup_steps)) ** 2
        return share * learning_rate + (1 - share) * floor

    @variant
    def clipped(step, total_steps, learning_rate, warmup_steps=0, floor=0.0):
        warm = np.clip((step + 1) / max(1, warmup_steps), 0, 1)
        u = np.clip((step - warmup_steps) / (total_steps - warmup_steps), 0, 1)
        cosine = floor + 0.5 * (learning_rate - floor) * (1 + np.cos(u * np.pi))
        return np.where(step < warmup_steps, warm * learning_rate, cosine)
