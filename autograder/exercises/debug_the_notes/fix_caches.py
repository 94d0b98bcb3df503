"""The caches of Adagrad and RMSprop, which are said to average the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


def leaky(values, decay_rate):
    """The leaky average of the rows of `values`, starting from zeros."""
    average = np.zeros(values.shape[1])
    for value in values:
        average = decay_rate * average + (1 - decay_rate) * value
    return average


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

    @mistake("Adagrad's cache is an average of squares here. It never forgets and never divides: it is a sum.")
    def adagrad_averages(gradients, decay_rate):
        return (gradients**2).mean(axis=0), leaky(gradients**2, decay_rate)

    @mistake("Adagrad is mended, and RMSprop still averages the gradients themselves.")
    def only_adagrad(gradients, decay_rate):
        return (gradients**2).sum(axis=0), leaky(gradients, decay_rate)

    @mistake("RMSprop is mended, and Adagrad still averages the gradients themselves.")
    def only_rmsprop(gradients, decay_rate):
        return gradients.mean(axis=0), leaky(gradients**2, decay_rate)

    @mistake("Magnitudes are taken where squares are meant: the root of such a cache has not the size of a gradient.")
    def magnitudes(gradients, decay_rate):
        return np.abs(gradients).sum(axis=0), leaky(np.abs(gradients), decay_rate)

    @mistake("The averages are squared at the end. What swings has canceled by then: square each gradient first.")
    def squared_too_late(gradients, decay_rate):
        return gradients.sum(axis=0) ** 2, leaky(gradients, decay_rate) ** 2

    @mistake("The roots are taken already. What is asked is what stands under them.")
    def roots(gradients, decay_rate):
        return np.sqrt((gradients**2).sum(axis=0)), np.sqrt(leaky(gradients**2, decay_rate))

    @mistake("RMSprop does not forget here: both caches are the sum of squares.")
    def both_sums(gradients, decay_rate):
        total = (gradients**2).sum(axis=0)
        return total, total.copy()

    @mistake("RMSprop's weights are exchanged: ρ belongs to what it remembers, 1 - ρ to the new square.")
    def weights_exchanged(gradients, decay_rate):
        return (gradients**2).sum(axis=0), leaky(gradients**2, 1 - decay_rate)

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
