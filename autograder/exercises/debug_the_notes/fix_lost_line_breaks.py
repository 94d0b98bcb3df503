"""Three update rules whose line breaks were lost, so that updates ended up in comments."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixLostLineBreaks(Exercise):
    """Six line breaks are missing from a copy of the lecture: every word is right, and nothing works."""

    name, points = "fix_lost_line_breaks", 2
    done = "You have restored three update rules from a listing that had lost its line breaks."
    driver = drivers.call

    def reference(rule, w, gradients, rate):
        """Apply one of three update rules to a sequence of gradients.

        Parameters
        ----------
        rule : str
            "vanilla" is plain gradient descent. "momentum" has a velocity that starts at 0: v ← 0.9 v - η g, and
            each step is v. "adagrad" divides -η g by √c + 1e-8, where c is the sum of the squares of the weight's
            gradients so far, including this one.
        w : ndarray (...)
            The weights at the start.
        gradients : ndarray (T, ...)
            The gradient at each step.
        rate : float
            η.

        Returns
        -------
        w : ndarray (...)
            The weights after all steps.
        taken : int
            The number of steps taken.

        Notes
        -----
        You may change `w` in place.
        """
        taken, v, cache = 0, np.zeros_like(w), np.zeros_like(w)
        for dw in gradients:
            if rule == "momentum":
                v = 0.9 * v - rate * dw
                step = v
            elif rule == "adagrad":
                cache = cache + dw**2
                step = -rate * dw / (np.sqrt(cache) + 1e-8)
            else:
                step = -rate * dw
            w = w + step
            taken += 1
        return w, taken

    def cases(rng):
        def given(steps, *shape):
            return {
                "w": signed(rng, 2, 4, *shape),
                "gradients": signed(rng, 1, 3, steps, *shape),
                "rate": uniform(rng, 0.02, 0.1),
            }

        yield Case("vanilla", rule="vanilla", **given(10, 3), weight=0.5)
        yield Case("momentum", rule="momentum", **given(10, 3))
        yield Case("adagrad", rule="adagrad", **given(10, 3), weight=2)
        yield Case("momentum, weights in a matrix", rule="momentum", **given(4, 2, 3))

    @mistake(
        "How far does a comment reach? To the end of its line. As in the printed code, nothing moves, because the "
        "updates are behind a #. Give each of them its own line."
    )
    def as_printed(rule, w, gradients, rate):
        taken, v, cache = 0, np.zeros_like(w), np.zeros_like(w)
        for dw in gradients:
            if rule == "momentum":
                # the gradient changes the velocity: v = 0.9 * v - rate * dw
                step = v
            elif rule == "adagrad":
                # remember how large the gradients were: cache = cache + dw**2
                step = -rate * dw / (np.sqrt(cache) + 1e-8)
            else:
                step = -rate * dw  # noqa: F841
            taken += 1  # and take the step: w = w + step
        return w, taken

    one_line_fixed = mistake(
        "Do all three rules work now? Steps are taken, but momentum's velocity stays 0, and Adagrad divides "
        "by epsilon alone. Are two more updates still behind a #?",
        {"v = 0.9": "# v = 0.9", "cache = cache": "# cache = cache"},
    )
    cache_still_zero = mistake(
        "What does Adagrad divide by? The other two rules work, but Adagrad's cache stays 0, so only epsilon "
        "is left. Is its update still behind a #?",
        {"cache = cache": "# cache = cache"},
    )
    velocity_still_zero = mistake(
        "Does momentum move? The other two rules work, but momentum's velocity stays 0. Is its update still behind a "
        "#?",
        {"v = 0.9": "# v = 0.9"},
    )
    velocity_forgets = mistake(
        "Does the velocity remember earlier steps? Your momentum takes the steps of plain descent. Keep 0.9 of the "
        "old velocity.",
        {"0.9 * v - rate": "-rate"},
    )
    cache_replaced = mistake(
        "Does Adagrad remember earlier gradients? You divide each step by the size of the current gradient only. Add "
        "the new square to the cache.",
        {"cache + dw**2": "dw**2"},
    )
    steps_subtracted = mistake(
        "Which way do the weights go? Yours go uphill. The steps already have their minus sign, so add them.",
        {"w + step": "w - step"},
    )
    count_still_zero = mistake(
        "How many steps does your function say were taken? Always 0, although the weights have moved. Is the count "
        "behind a #?",
        {"taken += 1": "# taken += 1"},
    )
    nothing_lost = mistake(
        "How much of its velocity does your momentum keep at each step? All of it. Keep 0.9 of it.",
        {"0.9 * v": "v"},
    )
    rate_twice = mistake(
        "How many times does your momentum use the learning rate? Twice: once in the velocity, and again in the step. "
        "The step is v itself.",
        {"step = v": "step = rate * v"},
    )
    root_lost = mistake(
        "Does your Adagrad divide by the sum of squares, or by its square root? The square root is missing.",
        {"np.sqrt(cache)": "cache"},
    )

    one_move_at_the_end = mistake(
        "How many times do your weights move? Only once, after the loop, although every step is counted. Move them "
        "inside the loop.",
        {"w = w + step\n": "", "return w, taken": "w = w + step\nreturn w, taken"},
    )

    @variant
    def in_place(rule, w, gradients, rate):
        v, total = np.zeros_like(w), np.zeros_like(w)
        for dw in gradients:
            v *= 0.9
            v -= rate * dw
            total += dw * dw
            if rule == "vanilla":
                w -= rate * dw
            elif rule == "momentum":
                w += v
            else:
                w -= rate * dw / (np.sqrt(total) + 1e-8)
        return w, len(gradients)

    @variant
    def by_sums(rule, w, gradients, rate):
        if rule == "momentum":
            ages = np.arange(len(gradients), 0, -1)
            return w - rate * np.tensordot((1 - 0.9**ages) / 0.1, gradients, 1), len(gradients)
        size = np.sqrt(np.cumsum(gradients**2, axis=0)) + 1e-8 if rule == "adagrad" else 1.0
        return w - rate * (gradients / size).sum(axis=0), len(gradients)
