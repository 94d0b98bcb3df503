"""Does Adagrad raise the learning rate of weights that are rarely updated?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, signed
from gradlab import drivers


def with_pauses(rng, *every):
    """Gradients over 24 steps: weight i's is nonzero once in `every[i]` steps, starting at a random step."""
    steps = np.arange(24)[:, None]
    every = np.array(every)
    first = np.where(every > 1, rng.integers(1, np.maximum(every, 2)), 0)
    return signed(rng, 1, 3, 24, len(every)) * ((steps >= first) & ((steps - first) % every == 0))


class FixAdagradRates(Exercise):
    """The lecture itself says that Adagrad raises the learning rate of weights with few updates."""

    name, points = "fix_adagrad_rates", 2
    done = "You have shown with a number that Adagrad never raises a learning rate, but lowers some less than others."
    driver = drivers.call

    def reference(gradients):
        """The factor by which Adagrad changes each weight's own learning rate, from its first gradient to the end.

        A weight's own learning rate is η / √c, where c is the sum of the squares of its gradients so far; leave out ε.
        The factor is the learning rate after the last step, divided by the one that the weight had right after its
        first nonzero gradient. A factor above 1 means that the learning rate was raised.

        Parameters
        ----------
        gradients : ndarray (T, D)
            The gradients of D weights at T steps. Each weight gets at least one nonzero gradient.

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
        yield Case("weights whose gradients stay the same", gradients=np.tile(steady, (integer(rng, 5, 20), 1)))
        yield Case("a weight with a single gradient", gradients=with_pauses(rng, 1, 3, 24))
        yield Case(
            "rare weights whose gradients are large", gradients=with_pauses(rng, 1, 2, 6, 8) * np.array([1, 1, 30, 50])
        )

    @mistake(
        "What do you compare each learning rate with? Like the printed code, yours compares it with the mean over all "
        "weights, and some are above the mean even if all of them have fallen. Compare each weight's learning "
        "rate with what it was at first."
    )
    def as_printed(gradients):
        rates = 1 / np.sqrt(np.sum(gradients**2, axis=0))
        return rates / rates.mean()

    beside_the_smallest = mistake(
        "What do you compare each learning rate with? You use the smallest one among all weights. Compare each "
        "weight's learning rate with what it was at first.",
        {"first / last": "last.max() / last"},
    )
    beside_the_largest = mistake(
        "What do you compare each learning rate with? You use the largest one among all weights. Compare each "
        "weight's learning rate with what it was at first.",
        {"first / last": "last.min() / last"},
    )
    no_root = mistake(
        "Is the learning rate η divided by c, or by √c? By √c, and your root is missing.",
        {"first / last": "(first / last) ** 2"},
    )
    upside_down = mistake(
        "Is your factor below 1 if the learning rate has fallen? Your fraction is upside down: divide the last "
        "learning rate by the first.",
        {"first / last": "last / first"},
    )
    first_step_for_all = mistake(
        "When does a rarely updated weight get its first gradient? You start every weight at the first step, when "
        "some have no gradient yet. Start each one at its own first gradient.",
        {"gradients[started, np.arange(len(started))]": "gradients[0]"},
    )
    from_the_largest = mistake(
        "Where does each weight start? You start it at its largest gradient, but its learning rate has been falling "
        "ever since its first one.",
        {"(gradients != 0)": "np.abs(gradients)"},
    )
    by_counting = mistake(
        "Do large gradients count for more than small ones? Not in your code: only the number of gradients counts. "
        "Add up their squares.",
        {"gradients**2": "gradients != 0", "first / last": "1 / last"},
    )
    signs_kept = mistake(
        "Can a learning rate be negative? Some of your factors have the sign of a gradient. Use its magnitude.",
        {"np.abs(": "("},
    )
    mean_of_squares = mistake(
        "Is c a sum or a mean? Adagrad adds up the squares. Dividing the sum by the number of steps makes your "
        "factors too large.",
        {"np.sum(gradients**2": "np.mean(gradients**2"},
    )
    magnitudes_summed = mistake(
        "What is under the root? You add up the magnitudes of the gradients. Add up their squares, then take the "
        "square root.",
        {"np.sqrt(np.sum(gradients**2, axis=0))": "np.sum(np.abs(gradients), axis=0)"},
    )

    not_compared = mistake(
        "What do you compare the last learning rate with? With nothing: you return 1 / √c itself. Divide it by what "
        "it was right after the weight's first gradient.",
        {"first / last": "1 / last"},
    )

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
