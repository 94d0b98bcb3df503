"""The statistics that batch normalization uses at test time."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixBatchnormStatistics(Exercise):
    """One set of notes says to use the plain mean of all batches' statistics at test time."""

    name, points = "fix_batchnorm_statistics", 1
    done = "Your test-time statistics follow the weights as they change, instead of averaging over their whole past."
    driver = drivers.call

    def reference(batches, momentum):
        """The mean and variance that batch normalization uses at test time, after training on these batches.

        The weights change during training, so the statistics of early batches get stale. Each step keeps the fraction
        `momentum` of the old average and takes the rest from the new batch. Both averages start at zero.

        Parameters
        ----------
        batches : ndarray (T, N, D)
            The layer's inputs at T steps: N examples with D features each.
        momentum : float
            Between 0 and 1, usually 0.9.

        Returns
        -------
        mean, var : ndarray (D,)
            For a batch's variance, divide the sum of squared deviations by N.

        References
        ----------
        Ioffe & Szegedy, "Batch normalization" (2015), section 3.1; CS231n, assignment 2, for the
        convention. (PyTorch's momentum is the new batch's weight, and its variance starts at 1.)
        """
        mean = var = np.zeros(batches.shape[2])
        for x in batches:
            mean = momentum * mean + (1 - momentum) * x.mean(axis=0)
            var = momentum * var + (1 - momentum) * x.var(axis=0)
        return mean, var

    def cases(rng):
        def given(steps, size, features, drift):
            centers = rng.uniform(3, 6, features) + drift * np.arange(steps)[:, None]
            widths = rng.uniform(1, 2, features) * (1 + 0.05 * abs(drift) * np.arange(steps)[:, None])
            return {"batches": centers[:, None] + widths[:, None] * rng.normal(size=(steps, size, features))}

        yield Case("features that drift during training", **given(30, 6, 3, 0.5), momentum=0.9)
        yield Case("features that stay as they are", **given(12, 8, 3, 0.0), momentum=0.9)
        yield Case("a different momentum", **given(10, 5, 2, 0.3), momentum=uniform(rng, 0.6, 0.8))
        yield Case("a single batch", **given(1, 6, 3, 0.0), momentum=uniform(rng, 0.6, 0.8))

    @mistake(
        "Should the first batch, which saw untrained weights, count as much as the last one? It does in your code: as "
        "in the printed code, you take the plain mean over all batches."
    )
    def as_printed(batches, momentum):
        mean = batches.mean(axis=1).mean(axis=0)
        var = batches.var(axis=1).mean(axis=0)
        return mean, var

    momentum_exchanged = mistake(
        "What fraction of the old average do you keep? It should be `momentum`, but you give that fraction to the new "
        "batch.",
        {
            "momentum * mean + (1 - momentum)": "(1 - momentum) * mean + momentum",
            "momentum * var + (1 - momentum)": "(1 - momentum) * var + momentum",
        },
    )
    from_the_first_batch = mistake(
        "What are the averages before the first batch? They should be zero, but yours start at the first batch's "
        "statistics.",
        {"mean = var = np.zeros(batches.shape[2])": "mean, var = batches[0].mean(axis=0), batches[0].var(axis=0)"},
    )
    corrected = mistake(
        "Does batch normalization correct for starting at zero, as Adam does? No, but yours does. After a while, the "
        "start is forgotten anyway.",
        {"return mean, var": "full = 1 - momentum ** len(batches)\nreturn mean / full, var / full"},
    )
    deviations = mistake(
        "What do you average in place of the variance? You average the standard deviations. Average the variances "
        "themselves.",
        {"x.var": "x.std"},
    )
    unbiased = mistake(
        "What is a batch's sum of squared deviations divided by? You divide it by N - 1. Divide by N.",
        {"var(axis=0)": "var(axis=0, ddof=1)"},
    )
    last_batch = mistake(
        "Does anything remain of earlier batches? Not in your code: each new batch replaces what was there, weighted "
        "by 1 - momentum. Add the old averages, times momentum.",
        {"momentum * mean + (1 - momentum) * ": "", "momentum * var + (1 - momentum) * ": ""},
    )
    only_the_mean = mistake(
        "Have you fixed the variance, too? Your mean is right now, but the variance is still a plain mean over all "
        "batches.",
        {"momentum * var + (1 - momentum) * x.var(axis=0)": "var + x.var(axis=0) / len(batches)"},
    )
    parenthesis = mistake(
        "What do you subtract momentum from, and where does that parenthesis close? You subtract momentum times the "
        "new statistics from 1. Multiply the new statistics by (1 - momentum).",
        {
            "(1 - momentum) * x.mean(axis=0)": "(1 - momentum * x.mean(axis=0))",
            "(1 - momentum) * x.var(axis=0)": "(1 - momentum * x.var(axis=0))",
        },
    )
    one_for_all_features = mistake(
        "Does each feature have its own statistics? All of yours share one mean and one variance. Take them over the "
        "examples only, with axis=0.",
        {"x.mean(axis=0)": "x.mean()", "x.var(axis=0)": "x.var()"},
    )
    momentum_hard_coded = mistake(
        "What happens when the momentum isn't 0.9? Nothing changes: it's always taken to be 0.9. Use the argument.",
        {"mean = var = np": "momentum = 0.9\nmean = var = np"},
    )
    one_array_for_both = mistake(
        "Are the mean and the variance two separate arrays? Updating one of yours changes the other as well: `mean = "
        "var = ...` gives a single array two names.",
        {
            "mean = momentum * mean + ": "mean += ",
            "x.mean(axis=0)": "(x.mean(axis=0) - mean)",
            "var = momentum * var + ": "var += ",
            "x.var(axis=0)": "(x.var(axis=0) - var)",
        },
    )

    variance_from_ones = mistake(
        "What is the variance before the first batch? Yours starts at one, as PyTorch's does. In this exercise, both "
        "averages start at zero.",
        {
            "mean = var = np.zeros(batches.shape[2])": "mean, var = np.zeros(batches.shape[2]), "
            "np.ones(batches.shape[2])"
        },
    )

    @mistake(
        "Which batches count most? All of yours count the same, as if they were one large batch. The newest should "
        "count most, because the weights change."
    )
    def one_large_batch(batches, momentum):
        examples = batches.reshape(-1, batches.shape[2])
        return examples.mean(axis=0), examples.var(axis=0)

    root_at_the_end = mistake(
        "Do you return a variance or a standard deviation? The average is right, but you take its square root. Return "
        "the variance.",
        {"return mean, var": "return mean, np.sqrt(var)"},
    )

    @variant
    def by_weights(batches, momentum):
        weights = (1 - momentum) * momentum ** np.arange(len(batches))[::-1]
        return weights @ batches.mean(axis=1), weights @ batches.var(axis=1)

    toward_the_new = variant(
        {
            "momentum * mean + (1 - momentum) * x.mean(axis=0)": "mean + (1 - momentum) * (x.mean(axis=0) - mean)",
            "momentum * var + (1 - momentum) * x.var(axis=0)": "var + (1 - momentum) * (x.var(axis=0) - var)",
        }
    )
