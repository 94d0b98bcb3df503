"""The statistics that batch normalization uses at test time."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixBatchnormStatistics(Exercise):
    """One set of notes says that test time uses the plain mean of the statistics of all batches."""

    name, points = "fix_batchnorm_statistics", 1
    driver = drivers.call

    def reference(batches, momentum):
        """The mean and the variance that batch normalization uses at test time, after training on some batches.

        Weights change while they are trained, and statistics of early batches grow old: each step takes the share
        `momentum` of what was there before, and the rest of the new batch's. Both start at zeros.

        Parameters
        ----------
        batches : ndarray (T, N, D)
            The inputs of the layer at T steps, N examples with D features each.
        momentum : float
            In 0..1; 0.9 is usual.

        Returns
        -------
        mean, var : ndarray (D,)
            A batch's variance is that of its N examples themselves: squared deviations are divided by N.

        References
        ----------
        Ioffe & Szegedy, "Batch normalization" (2015), section 3.1; CS231n, assignment 2, for the convention.
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

        yield Case("features that drift in training", **given(30, 6, 3, 0.5), momentum=0.9)
        yield Case("features that stay as they are", **given(12, 8, 3, 0.0), momentum=0.9)
        yield Case("another momentum", **given(10, 5, 2, 0.3), momentum=uniform(rng, 0.6, 0.8))
        yield Case("a single batch", **given(1, 6, 3, 0.0), momentum=uniform(rng, 0.6, 0.8))

    @mistake(
        "This is the plain mean over all batches, as in the printed code: the first batch, which saw untrained "
        "weights, counts as much as the last."
    )
    def as_printed(batches, momentum):
        mean = batches.mean(axis=1).mean(axis=0)
        var = batches.var(axis=1).mean(axis=0)
        return mean, var

    momentum_exchanged = mistake(
        "The momentum is exchanged: it is the share of what was there before, and the rest is the new batch's.",
        {
            "momentum * mean + (1 - momentum)": "(1 - momentum) * mean + momentum",
            "momentum * var + (1 - momentum)": "(1 - momentum) * var + momentum",
        },
    )
    from_the_first_batch = mistake(
        "The averages start at the first batch. Here they start at zeros.",
        {"mean = var = np.zeros(batches.shape[2])": "mean, var = batches[0].mean(axis=0), batches[0].var(axis=0)"},
    )
    corrected = mistake(
        "The start at zeros is corrected, as in Adam. Batch normalization leaves it: after a while it is forgotten.",
        {"return mean, var": "full = 1 - momentum ** len(batches)\nreturn mean / full, var / full"},
    )
    deviations = mistake("What is averaged is the standard deviation. Average the variance.", {"x.var": "x.std"})
    unbiased = mistake(
        "The variance of a batch is divided by N - 1. Here it is divided by N.", {"var(axis=0)": "var(axis=0, ddof=1)"}
    )
    last_batch = mistake(
        "The statistics of the last batch are returned: what was there before is forgotten.",
        {"momentum * mean + (1 - momentum) * ": "", "momentum * var + (1 - momentum) * ": ""},
    )
    only_the_mean = mistake(
        "The mean is mended, and the variance is still a plain mean over all batches.",
        {"momentum * var + (1 - momentum) * x.var(axis=0)": "var + x.var(axis=0) / len(batches)"},
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
