"""A first exercise, for getting to know the check: the mean of a few numbers."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def spread_losses(rng, count):
    """Losses of different sizes. The largest is neither first nor last, so no shortcut is close to the mean."""
    losses = rng.uniform(0.1, 2.5, count)
    losses[rng.integers(1, count - 1)] = rng.uniform(6, 9)
    return losses


class MeanLoss(Exercise):
    """One line, and a chance to make a mistake on purpose."""

    name, points = "mean_loss", 1
    done = "That's how every exercise works: write, run, check. And now you know what a mistake looks like."
    driver = drivers.call

    def reference(losses):
        """The mean loss of a batch of examples.

            (l₁ + l₂ + ... + l_N) / N

        Parameters
        ----------
        losses : ndarray (N,)
            The loss of each example. N is at least 1.

        Returns
        -------
        float
        """
        total, count = np.sum(losses), len(losses)
        return total / count

    def cases(rng):
        yield Case("five examples", losses=spread_losses(rng, 5))
        yield Case("a batch of 32", losses=spread_losses(rng, 32))
        yield Case("a single example", losses=rng.uniform(0.5, 2.5, 1))
        yield Case("eight examples with tiny losses", losses=spread_losses(rng, 8) * 1e-3)

    summed = mistake(
        "Do you divide by the number of examples? You return the sum, which grows with the batch. Divide it by N.",
        {"total / count": "total"},
    )
    one_too_few = mistake(
        "How many examples are there? You divide by one fewer, N - 1. Divide by N, which is `len(losses)`.",
        {"total / count": "total / max(count - 1, 1)"},
    )
    one_too_many = mistake(
        "How many examples are there? You divide by one more, N + 1. Divide by N, which is `len(losses)`.",
        {"total / count": "total / (count + 1)"},
    )
    median = mistake(
        "Is this the mean or the median? You return the median, which ignores how large the worst loss is. Divide the "
        "sum by N.",
        {"total / count": "np.median(losses)"},
    )
    largest = mistake(
        "Do all examples count? You return the largest loss. Divide the sum of all losses by N.",
        {"total / count": "np.max(losses)"},
    )
    smallest = mistake(
        "Do all examples count? You return the smallest loss. Divide the sum of all losses by N.",
        {"total / count": "np.min(losses)"},
    )
    first_only = mistake(
        "Do all examples count? You return the loss of the first one, as happens with a `return` inside a loop. Divide "
        "the sum of all losses by N.",
        {"total / count": "losses[0]"},
    )
    last_left_out = mistake(
        "Do all examples count? The last loss is missing from your sum. In Python, `range(n)` and `[:n]` end at n - 1.",
        {"np.sum(losses)": "np.sum(losses[:-1])"},
    )
    first_left_out = mistake(
        "Do all examples count? The first loss is missing from your sum. In Python, we count from 0.",
        {"np.sum(losses)": "np.sum(losses[1:])"},
    )
    not_summed = mistake(
        "How many numbers should you return? You return one for each example, its loss divided by N. Add them up.",
        {"total / count": "losses / count"},
    )
    root_mean_square = mistake(
        "Is this a plain mean? You take the root mean square, in which large losses weigh more. Divide the sum of the "
        "losses by N.",
        {"total / count": "np.sqrt(np.mean(losses**2))"},
    )
    squared = mistake(
        "Do you square anything? You average the squares of the losses. Take the losses as they are.",
        {"np.sum(losses)": "np.sum(losses**2)"},
    )
    size_hard_coded = mistake(
        "How many examples are there? You always divide by 5. Divide by `len(losses)`.",
        {"len(losses)": "5"},
    )
    whole_numbers = mistake(
        "What does `//` do in Python? It drops everything after the decimal point. Divide with `/`.",
        {"total / count": "total // count"},
    )
    halved = mistake(
        "Where does your factor of ½ come from? You divide by 2 N. Some losses contain a ½, but a mean doesn't.",
        {"total / count": "total / (2 * count)"},
    )
    printed = mistake(
        "Does your function return anything? It returns None. Write `return` instead of `print`.",
        {"return total / count": "print(total / count)"},
    )

    @variant
    def built_in(losses):
        return np.mean(losses)

    @variant
    def a_loop(losses):
        total = 0.0
        for loss in losses:
            total += loss / len(losses)
        return total
