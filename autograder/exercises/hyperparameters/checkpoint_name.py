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
    done = "Your file names hold what a search needs to know about a run: the epoch and the score."
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
        "In a sorted listing, which comes first, epoch_9 or epoch_10? Your epochs have no zeros in front. "
        "Write at least four digits: :04d.",
        {":04d": ""},
    )
    as_they_come = mistake(
        "How many digits do your two numbers have? Both are written as they come. "
        "Write the epoch with :04d and the score with :.4f.",
        {":04d": "", ":.4f": ""},
    )
    padded_with_spaces = mistake(
        "What do you put in front of a short epoch? Yours gets spaces. Fill it up with zeros: :04d, not :4d.",
        {"04d": "4d"},
    )
    three_digits = mistake(
        "How many digits does your epoch have? You write at least three. Write at least four.", {"04d": "03d"}
    )
    five_digits = mistake(
        "How many digits does your epoch have? You write at least five. Four are enough; only longer numbers get more.",
        {"04d": "05d"},
    )
    cut_to_four_digits = mistake(
        "What happens to epoch 12345? You drop its first digit, so two checkpoints may get the same name. "
        "Write at least four digits, not exactly four.",
        {"{epoch": "{epoch % 10000"},
    )
    score_as_it_comes = mistake(
        "How many decimals does your score have? You write it as it comes. Write exactly four: :.4f.", {":.4f": ""}
    )
    zeros_lost = mistake(
        "How do you write 0.9 with four decimals? You round the score, but lose the zeros at its end. "
        "Write 0.9000: format it with :.4f.",
        {"{score:.4f}": "{round(score, 4)}"},
    )
    two_decimals = mistake(
        "How many decimals does your score have? It has two, but late in training scores differ by less. Write four.",
        {".4f": ".2f"},
    )
    three_decimals = mistake("How many decimals does your score have? You write three. Write four.", {".4f": ".3f"})
    significant_digits = mistake(
        "What does the 4 in .4g count? You get four significant digits. Use .4f for four decimals.", {".4f": ".4g"}
    )
    with_an_exponent = mistake(
        "What does the e in .4e do? Your score is written with a power of ten. Use .4f for four plain decimals.",
        {".4f": ".4e"},
    )
    cut_off = mistake(
        "What happens to the fifth decimal? You cut it off. Round the score: :.4f does that by itself.",
        {"{score": "{np.trunc(score * 1e4) / 1e4"},
    )
    in_per_cent = mistake(
        "Is your score a percentage? You multiply it by 100. Write it as it is.", {"{score": "{100 * score"}
    )
    minus_lost = mistake(
        "Can you tell -1.5 from 1.5 in your names? You lose the minus, and then the worst score looks like the best. "
        "Keep the sign.",
        {"{score": "{abs(score)"},
    )
    nan_as_zero = mistake(
        "What does the master see when a training diverges? You write NaN as 0, which looks like any score. "
        "Write nan, as an f-string does by itself.",
        {"{score": "{np.nan_to_num(score)"},
    )
    no_ending = mistake("What kind of file is it? Your names don't end in .npz. Add that.", {".npz": ""})
    another_ending = mistake(
        "What kind of file is it? Your names end in .npy, which holds a single array. Write .npz.", {".npz": ".npy"}
    )
    exchanged = mistake(
        "Which comes first? You write the score before the epoch. Put the epoch first, so that a listing is in the "
        "order of time.",
        {"epoch_{epoch:04d}_score_{score:.4f}": "score_{score:.4f}_epoch_{epoch:04d}"},
    )
    counts_from_one = mistake(
        "What is the first epoch called? Your names count from 1. Write the epoch as it is given, from 0.",
        {"{epoch": "{epoch + 1"},
    )
    folder_in_front = mistake(
        "Where should the file be put? Your names begin with a folder. Return only the name of the file.",
        {'f"epoch_': 'f"checkpoints/epoch_'},
    )
    another_beginning = mistake(
        'How does the name begin? With "epoch_"; yours begins with another word.', {"epoch_{": "checkpoint_{"}
    )
    dashes = mistake(
        "What is between the parts? An underscore each time; you use dashes.",
        {"epoch_{": "epoch-{", "_score_{": "-score-{"},
    )
    equals_signs = mistake(
        "What is between a word and its number? An underscore; you use equals signs.",
        {"epoch_{": "epoch={", "score_{": "score={"},
    )
    score_padded = mistake(
        "Does the score have zeros in front? Yours has. Only the epoch is padded: write the score with :.4f.",
        {"score:.4f": "score:07.4f"},
    )

    filled_with_zeros = variant({"{epoch:04d}": "{str(epoch).zfill(4)}"})
    with_percent_signs = variant(
        {'f"epoch_{epoch:04d}_score_{score:.4f}.npz"': '"epoch_%04d_score_%.4f.npz" % (epoch, score)'}
    )

    @variant
    def in_parts(epoch, score):
        parts = ["epoch", str(epoch).zfill(4), "score", format(np.float64(score), ".4f")]
        return np.str_("_".join(parts) + ".npz")
