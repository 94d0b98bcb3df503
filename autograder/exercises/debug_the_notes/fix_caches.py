"""The caches of Adagrad and RMSprop, which are said to average the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixCaches(Exercise):
    """The numbers under the root when Adagrad and RMSprop scale a step."""

    name, points = "fix_caches", 1
    driver = drivers.call

    def reference(gradients, decay_rate):
        """What Adagrad and RMSprop remember of the gradients so far: the two caches, whose roots divide the steps.

        Both start at zeros. Adagrad's never forgets anything, RMSprop's forgets a share 1 - ρ of what it holds at each
        step. A root of either has the size of a gradient, whatever the signs of the gradients were.

        Parameters
        ----------
        gradients : ndarray (T, D)
            The gradients of D weights at T steps.
        decay_rate : float
            RMSprop's ρ.

        Returns
        -------
        adagrad, rmsprop : ndarray (D,)
            The caches after the last step, before any root is taken.

        References
        ----------
        Duchi, Hazan & Singer, "Adaptive subgradient methods" (2011); Hinton, lecture 6e of "Neural networks for machine
        learning" (2012).
        """
        adagrad = rmsprop = np.zeros(gradients.shape[1])
        for dw in gradients:
            adagrad = adagrad + dw**2
            rmsprop = decay_rate * rmsprop + (1 - decay_rate) * dw**2
        return adagrad, rmsprop

    def cases(rng):
        swings = signed(rng, 2, 4, 4) * np.where(np.arange(12) % 2, -1, 1)[:, None]
        yield Case("a single step", gradients=signed(rng, 2, 4, 1, 3), decay_rate=uniform(rng, 0.8, 0.95))
        yield Case("gradients that swing to and fro", gradients=swings, decay_rate=uniform(rng, 0.8, 0.95))
        yield Case("any gradients", gradients=signed(rng, 2, 9, 20, 3), decay_rate=uniform(rng, 0.6, 0.7))
        rare = signed(rng, 2, 4, 10, 3)
        rare[1:, 1] = 0.0
        yield Case("a weight with a single gradient", gradients=rare, decay_rate=uniform(rng, 0.8, 0.95))

    @mistake(
        "This averages gradients, as the printed code does: where they swing to and fro both caches go to zero, and "
        "where they are negative there is no root. What has the size of a gradient, whatever its sign?"
    )
    def as_printed(gradients, decay_rate):
        adagrad = rmsprop = np.zeros(gradients.shape[1])
        for t, dw in enumerate(gradients, start=1):
            adagrad = adagrad + (dw - adagrad) / t
            rmsprop = decay_rate * rmsprop + (1 - decay_rate) * dw
        return adagrad, rmsprop

    adagrad_averages = mistake(
        "Adagrad's cache is an average of squares here. It never forgets and never divides: it is a sum.",
        {"return adagrad": "return adagrad / len(gradients)"},
    )
    only_adagrad = mistake(
        "Adagrad is mended, and RMSprop still averages the gradients themselves.", {"* dw**2": "* dw"}
    )
    only_rmsprop = mistake(
        "RMSprop is mended, and Adagrad still averages the gradients themselves.",
        {"adagrad + dw**2": "adagrad + dw / len(gradients)"},
    )
    magnitudes = mistake(
        "Magnitudes are taken where squares are meant: the root of such a cache has not the size of a gradient.",
        {"adagrad + dw**2": "adagrad + np.abs(dw)", "* dw**2": "* np.abs(dw)"},
    )
    squared_too_late = mistake(
        "The averages are squared at the end. What swings has canceled by then: square each gradient first.",
        {
            "adagrad + dw**2": "adagrad + dw",
            "* dw**2": "* dw",
            "return adagrad, rmsprop": "return adagrad**2, rmsprop**2",
        },
    )
    roots = mistake(
        "The roots are taken already. What is asked is what stands under them.",
        {"return adagrad, rmsprop": "return np.sqrt(adagrad), np.sqrt(rmsprop)"},
    )
    both_sums = mistake(
        "RMSprop does not forget here: both caches are the sum of squares.",
        {"decay_rate * rmsprop + (1 - decay_rate) * ": "rmsprop + "},
    )
    weights_exchanged = mistake(
        "RMSprop's weights are exchanged: ρ belongs to what it remembers, 1 - ρ to the new square.",
        {"decay_rate * rmsprop + (1 - decay_rate)": "(1 - decay_rate) * rmsprop + decay_rate"},
    )

    @variant
    def by_weights(gradients, decay_rate):
        age = np.arange(len(gradients))[::-1]
        return np.sum(gradients**2, axis=0), ((1 - decay_rate) * decay_rate**age) @ gradients**2

    @variant
    def in_place(gradients, decay_rate):
        caches = np.zeros((2, gradients.shape[1]))
        gradients *= gradients
        for square in gradients:
            caches[0] += square
            caches[1] += (1 - decay_rate) * (square - caches[1])
        return tuple(caches)
