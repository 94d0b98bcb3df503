"""Kinks, where a function's slope jumps, but the function itself doesn't."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


def around(rng, size, h, smooth=0):
    """Values of piecewise linear functions at a kink and next to it; the last `smooth` functions have no kink.

    The first jump is downward, the second one upward.
    """
    left, jump = signed(rng, 0.5, 2, size), signed(rng, 1, 2, size)
    jump[:2] = np.abs(jump[:2]) * [-1, 1]
    jump[size - smooth :] = 0.0
    at = signed(rng, 1, 2, size)
    return {"below": at - h * left, "at": at, "above": at + h * (left + jump), "h": h}


class FixKinkJump(Exercise):
    """One set of notes says that the left and right limits of the function differ at a kink."""

    name, points = "fix_kink_jump", 1
    done = "You have measured what really jumps at a kink: the slope, not the function."
    driver = drivers.call

    def reference(below, at, above, h):
        """How far a function's slope jumps at x: the slope to the right of x minus the slope to the left.

        Where the function is smooth, the jump is zero, up to terms that vanish with h.

        Parameters
        ----------
        below, at, above : ndarray (N,)
            The values of N functions at x - h, at x, and at x + h.
        h : float
            A small positive number.

        Returns
        -------
        ndarray (N,)
        """
        left, right = at - below, above - at
        return (right - left) / h

    def cases(rng):
        h, leak = uniform(rng, 0.002, 0.009), uniform(rng, 0.01, 0.2)
        factors = rng.uniform(0.5, 2, 4)
        yield Case(
            "multiples of ReLU, |x|, a leaky ReLU, and a hinge, at their kinks",
            below=factors * np.array([0, h, -leak * h, h]),
            at=np.zeros(4),
            above=factors * np.array([h, h, h, 0]),
            h=h,
        )
        yield Case("other functions with a kink", **around(rng, 5, uniform(rng, 0.002, 0.009)))
        yield Case("some of them smooth", **around(rng, 6, uniform(rng, 0.01, 0.02), smooth=3))

    @mistake(
        "If you halve h, what stays the same? Like the printed code, yours compares the values on both sides, and "
        "they approach each other even at a kink. Compare the slopes."
    )
    def as_printed(below, at, above, h):
        from_the_left, from_the_right = below, above
        return from_the_right - from_the_left

    mean_slope = mistake(
        "Do you return how far apart the two slopes are, or their mean? It's the mean, the centered difference. "
        "Subtract the left slope from the right one.",
        {"(right - left)": "(right + left) / 2"},
    )
    right_slope = mistake("What about the slope on the left? You return only the slope on the right.", {" - left": ""})
    not_divided = mistake("Do you compare slopes or rises? Rises: divide by h.", {" / h": ""})
    other_way_round = mistake(
        "Which slope is subtracted from which? It's the right one minus the left one; all your signs are reversed.",
        {"right - left": "left - right"},
    )
    slopes_added = mistake(
        "Do you subtract the left slope or add it? You add it, so one of the two differences has the wrong sign.",
        {"right - left": "right + left"},
    )
    second_derivative = mistake(
        "What happens as h gets smaller? Your jump grows without bound, because it's divided by h twice. Once "
        "is enough.",
        {"/ h": "/ h**2"},
    )
    divided_by_two_h = mistake(
        "How wide is each side? It's h, but your jump is only half of what it should be.", {"/ h": "/ (2 * h)"}
    )
    left_slope = mistake(
        "What about the slope on the right? You return only the slope on the left, with a minus sign.",
        {"(right - left)": "-left"},
    )
    sign_lost = mistake(
        "Can a slope jump downward? It can, but all your jumps are positive. Keep the sign.",
        {"(right - left)": "np.abs(right - left)"},
    )
    ratio = mistake(
        "Do you divide the slopes or subtract them? You return the ratio of the right one to the left one.",
        {"(right - left) / h": "right / left"},
    )

    @variant
    def slope_by_slope(below, at, above, h):
        jumps = []
        for low, middle, high in zip(below, at, above, strict=True):
            jumps.append((high - middle) / h - (middle - low) / h)
        return np.array(jumps)

    @variant
    def by_diff(below, at, above, h):
        return np.diff([below, at, above], n=2, axis=0)[0] / h
