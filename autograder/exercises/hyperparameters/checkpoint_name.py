"""The name of the file that a worker writes after each epoch."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def scores(rng, count, low=0.0, high=1.0):
    """Scores whose fifth decimal is 3 or 7, so that rounding to four is never in doubt; about half round up."""
    whole = rng.integers(round(1e4 * low), round(1e4 * high), count)
    beyond = rng.permutation(np.resize([0.3, -0.3], count))
    return ((whole + beyond) / 1e4).round(5)


class CheckpointName(Exercise):
    """A file name with everything the master needs: the epoch and the validation score."""

    name, points = "checkpoint_name", 2
    driver = drivers.for_each_row

    def reference(epoch, score):
        """The file name of a checkpoint: ``epoch_0007_score_0.9312.npz``.

        Parameters
        ----------
        epoch : int
            From 0; written with at least four digits, zeros in front, so that a folder's listing is in the
            order of time. Longer numbers are written out.
        score : float
            The validation score, written with exactly four decimals, rounded. It may be negative, or NaN,
            which is written ``nan``.

        Returns
        -------
        str
        """
        return f"epoch_{epoch:04d}_score_{score:.4f}.npz"

    def cases(rng):
        yield Case("the first epochs", epoch=np.arange(4), score=scores(rng, 4, 0.1, 0.99))
        yield Case(
            "epochs of one to five digits",
            epoch=np.array([7, rng.integers(11, 99), rng.integers(101, 999), rng.integers(1001, 9999), 12345]),
            score=scores(rng, 5, 0.3, 0.99),
        )
        yield Case(
            "scores with few decimals",
            epoch=rng.integers(1, 99, 4),
            score=rng.permutation(np.array([0.5, 0.9, 1.0, 0.25])),
        )
        yield Case("negative scores", epoch=rng.integers(1, 99, 3), score=-scores(rng, 3, 0.1, 3.0))
        yield Case(
            "tiny and large scores",
            epoch=rng.integers(1, 99, 3),
            score=np.array([rng.uniform(1e-6, 9e-6), rng.uniform(6e-5, 9e-5), *scores(rng, 1, 20, 90)]),
        )
        yield Case("a training that diverged", epoch=rng.integers(1, 99, 2), score=np.array([0.5, np.nan]))

    not_padded = mistake(
        "The epoch has no zeros in front, so epoch 10 stands before epoch 9 in a listing. Write four digits.",
        {":04d": ""},
    )
    as_they_come = mistake(
        "Both numbers are written as they come. Write the epoch with four digits, the score with four decimals.",
        {":04d": "", ":.4f": ""},
    )
    padded_with_spaces = mistake("The epoch is filled up with spaces. Fill it up with zeros.", {"04d": "4d"})
    three_digits = mistake("The epoch has three digits. Write at least four.", {"04d": "03d"})
    cut_to_four_digits = mistake(
        "Long epochs are cut off, so two checkpoints may get one name. Four digits are the least, not the most.",
        {"{epoch": "{epoch % 10000"},
    )
    score_as_it_comes = mistake(
        "The score is written as it comes, with any number of decimals. Write exactly four.", {":.4f": ""}
    )
    zeros_lost = mistake(
        "The score is rounded, but zeros at its end are lost: 0.9 must be written 0.9000.",
        {"{score:.4f}": "{round(score, 4)}"},
    )
    two_decimals = mistake(
        "The score has two decimals. In late epochs scores differ by less: write four.", {".4f": ".2f"}
    )
    significant_digits = mistake(
        "Four significant digits are written, not four decimals: the format is .4f, not .4g.", {".4f": ".4g"}
    )
    cut_off = mistake("The score is cut off after four decimals. Round it.", {"{score": "{np.trunc(score * 1e4) / 1e4"})
    in_per_cent = mistake("The score is written in per cent. Write it as it is.", {"{score": "{100 * score"})
    minus_lost = mistake(
        "The minus of a negative score is lost, and the worst looks like the best.", {"{score": "{abs(score)"}
    )
    nan_as_zero = mistake(
        "A score of NaN is written as 0, so nobody sees that the training diverged. Write nan.",
        {"{score": "{np.nan_to_num(score)"},
    )
    no_ending = mistake("The ending is missing: the file is an .npz.", {".npz": ""})
    exchanged = mistake(
        "Epoch and score have changed places: the epoch comes first.",
        {"epoch_{epoch:04d}_score_{score:.4f}": "score_{score:.4f}_epoch_{epoch:04d}"},
    )
    counts_from_one = mistake(
        "The epoch counts from 1 in your names. Write it as it is given.", {"{epoch": "{epoch + 1"}
    )
    with_percent_signs = variant(
        {'f"epoch_{epoch:04d}_score_{score:.4f}.npz"': '"epoch_%04d_score_%.4f.npz" % (epoch, score)'}
    )

    @variant
    def in_parts(epoch, score):
        parts = ["epoch", str(epoch).zfill(4), "score", format(np.float64(score), ".4f")]
        return np.str_("_".join(parts) + ".npz")
