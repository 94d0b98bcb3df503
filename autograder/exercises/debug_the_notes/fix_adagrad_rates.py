"""Does Adagrad raise the learning rate of weights that are rarely updated?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers


def with_pauses(rng, *every):
    """Gradients over 24 steps: each weight gets one every `every` steps, starting at a random step."""
    steps = np.arange(24)[:, None]
    every = np.array(every)
    first = np.where(every > 1, rng.integers(1, np.maximum(every, 2)), 0)
    return signed(rng, 1, 3, 24, len(every)) * ((steps >= first) & ((steps - first) % every == 0))


class FixAdagradRates(Exercise):
    """The lecture itself says that Adagrad raises the learning rate of weights with few updates."""

    name, points = "fix_adagrad_rates", 2
    driver = drivers.call

    def reference(gradients):
        """By which factor each weight's own learning rate changes under Adagrad, from its first gradient to the end.

        A weight's own learning rate is η / √c, where c is the sum of the squares of its gradients so far; ε is left
        out. The factor is the rate after the last step divided by the rate that the weight had as soon as it got its
        first gradient that is not zero. It is above 1 for a weight whose rate was raised.

        Parameters
        ----------
        gradients : ndarray (T, D)
            The gradients of D weights at T steps; each weight gets at least one that is not zero.

        Returns
        -------
        ndarray (D,)

        References
        ----------
        Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (2011).
        """
        started = (gradients != 0).argmax(axis=0)
        first = np.abs(gradients[started, np.arange(len(started))])
        last = np.sqrt(np.sum(gradients**2, axis=0))
        return first / last

    def cases(rng):
        yield Case("one weight often, one rarely", gradients=with_pauses(rng, 1, 10))
        steady = rng.uniform(1, 3, 4) * np.array([-1, 1, -1, 1])
        yield Case("weights whose gradients stay the same", gradients=np.tile(steady, (9, 1)))
        yield Case("a weight with a single gradient", gradients=with_pauses(rng, 1, 3, 24))
        yield Case(
            "rare weights whose gradients are large", gradients=with_pauses(rng, 1, 2, 6, 8) * np.array([1, 1, 30, 50])
        )

    @mistake(
        "This compares each rate with the others' rates, as the printed code does: of several numbers some are above "
        "their mean, even if all have fallen. Compare each weight with itself."
    )
    def as_printed(gradients):
        rates = 1 / np.sqrt(np.sum(gradients**2, axis=0))
        return rates / rates.mean()

    beside_the_smallest = mistake(
        "This compares each rate with the smallest one. Compare each weight with itself, as it was at first.",
        {"first / last": "last.max() / last"},
    )
    no_root = mistake(
        "The root is missing: the rate goes with the root of the sum of squares.",
        {"first / last": "(first / last) ** 2"},
    )
    upside_down = mistake(
        "The fraction is upside down: the last rate is divided by the first.", {"first / last": "last / first"}
    )
    first_step_for_all = mistake(
        "You start from the first step, at which a rare weight has no gradient yet. Start where each weight gets its "
        "own first one.",
        {"gradients[started, np.arange(len(started))]": "gradients[0]"},
    )
    from_the_largest = mistake(
        "You start from the largest gradient of each weight. Its rate has fallen before, from its first one on.",
        {"(gradients != 0)": "np.abs(gradients)"},
    )
    by_counting = mistake(
        "You count gradients instead of adding their squares. That is right only if all are of one size.",
        {"gradients**2": "gradients != 0", "first / last": "1 / last"},
    )
    signs_kept = mistake("The sign of the first gradient is kept. A rate has no sign.", {"np.abs(": "("})

    @variant
    def step_by_step(gradients):
        factors = []
        for column in gradients.T:
            own = column[np.flatnonzero(column)]
            sums = np.cumsum(own**2)
            factors.append(np.sqrt(sums[0] / sums[-1]))
        return np.array(factors)

    @variant
    def by_running_sums(gradients):
        sums = np.cumsum(gradients**2, axis=0)
        sums[sums == 0] = np.inf
        return np.sqrt(sums.min(axis=0)) / np.sqrt(sums[-1])
