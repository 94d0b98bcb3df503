"""The best checkpoint in a folder, which the master finds by the scores in the file names."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers


def written(epochs, scores, padded=True):
    """The names of checkpoints; if `padded`, with four digits for the epoch and four decimals for the score."""
    if padded:
        return [f"epoch_{epoch:04d}_score_{score:.4f}.npz" for epoch, score in zip(epochs, scores, strict=True)]
    return [f"epoch_{epoch}_score_{score}.npz" for epoch, score in zip(epochs, scores, strict=True)]


def folders(rng, *lists):
    """Directory listings, each in random order."""
    return {str(i): np.array(rng.permutation(names), dtype=np.str_) for i, names in enumerate(lists, start=1)}


def rising(rng, count, low=0.3, high=0.99):
    """Distinct scores with four decimals, the highest neither first nor last."""
    scores = np.sort(rng.choice(np.arange(round(1e4 * low), round(1e4 * high)), count, replace=False)) / 1e4
    middle = int(rng.integers(1, count - 1))
    return [*scores[:middle].tolist(), float(scores[-1]), *scores[middle:-1].tolist()]


class BestCheckpoint(Exercise):
    """Read the score out of every name, as a number."""

    name, points = "best_checkpoint", 3
    done = "You can find the best checkpoint from its file name alone, whichever program wrote it."
    driver = drivers.for_each_list

    def reference(names):
        """The file name with the best score, found from the names alone: **higher is better**.

        A checkpoint is named ``epoch_<epoch>_score_<score>.npz``. The names may come from several programs:
        the epoch has any number of digits, with or without leading zeros, and the score is anything that
        ``float`` can parse, such as ``0.9312``, ``0.9``, ``-1.25``, ``12.5``, ``1e-05``, or ``nan``.

        Parameters
        ----------
        names : list of str
            The names in a folder, in any order. There may be other files: skip whatever does not begin with
            ``epoch_`` or does not end in ``.npz``, such as a half-written
            ``epoch_0003_score_0.9750.npz.part``.

        Returns
        -------
        str or None
            The name with the highest score; if scores are equal, the one from the earliest epoch. NaN is never the
            best. None if no name has a score that is a number.
        """
        found = []
        for name in names:
            if name.startswith("epoch_") and name.endswith(".npz"):
                epoch, score = name.removeprefix("epoch_").removesuffix(".npz").split("_score_")
                found.append((float(score), -int(epoch), name))
        finite = [entry for entry in found if not np.isnan(entry[0])]
        # Among equal scores the earliest epoch is the largest entry.
        return max(finite)[2] if finite else None

    def cases(rng):
        yield Case(
            "names as the workers below write them",
            over="names",
            lists=folders(rng, *(written(range(1, count + 1), rising(rng, count)) for count in (5, 8, 12))),
        )
        some = rng.integers(11, 90, 4) / 10
        above_ten, below_one = 10 + integer(rng, 11, 99) / 100, integer(rng, 92, 98) / 100
        yield Case(
            "numbers of any length: 9 is less than 10, and 9.5 less than 10.25",
            weight=2,
            over="names",
            lists=folders(
                rng,
                written([8, 9, 10, 11], [9.5, float(some[0]), above_ten, float(some[1])], padded=False),
                written([98, 99, 100], [0.9, below_one, round(below_one - 0.001, 3)], padded=False),
                written([1, 20, 300], [float(some[2]), 100.0 + integer(rng, 0, 20), 99.75], padded=False),
            ),
        )
        yield Case(
            "negative and tiny scores",
            over="names",
            lists=folders(
                rng,
                written([1, 2, 3], ["0.000001", 1.5e-05, 3e-07], padded=False),
                written([1, 2, 3], [-2000.5, -1000.5 - integer(rng, 11, 90), -10000.25]),
                written([4, 5, 6], [-2.5, -3e-07, -0.125], padded=False),
            ),
        )
        yield Case(
            "scores far below zero, such as log likelihoods",
            over="names",
            lists=folders(
                rng,
                written([7, 8, 9], [-10000.25, -2000.5, -1000.5 - integer(rng, 11, 90)], padded=False),
                written([1, 2, 3, 4], [-9.5e6, *(-1e6 * rng.permutation([2.5, 3.5, 10.5])).tolist()]),
            ),
        )
        first, *others = rising(rng, 5, high=0.9)
        diverged = written([1, 2, 3, 4, 5], [first, *others[:2], np.nan, np.nan])
        in_front = np.array([*written([0], [np.nan]), *written([3, 1, 2], rising(rng, 3))], dtype=np.str_)
        at_the_end = np.array([*written([3, 1, 2], rising(rng, 3)), *written([4], [np.nan])], dtype=np.str_)
        yield Case(
            "runs that diverged: nan is never the best",
            over="names",
            lists=folders(rng, diverged) | {"2": in_front, "3": at_the_end},
        )
        best, *lower = sorted(rising(rng, 4, high=0.9), reverse=True)
        rest = written([2, 3, 4], lower)
        yield Case(
            "other files in the folder",
            over="names",
            lists=folders(
                rng,
                [*written([1], [best]), *rest, "epoch_0005_score_0.9750.npz.part"],
                [*written([1], [best]), *rest, "notes.txt", ".listing", "scores_0.9990.png", "last.npz"],
            ),
        )
        score = rising(rng, 3)[0]
        # One score is written with an extra zero: as a number, it is still the same.
        # Sorted as text, 100 comes first and 30 last; sorted as numbers, 20 comes first and 110 last.
        first, second, third, last = written([20, 30, 100, 110], [score, score, f"{score}0", score], padded=False)
        yield Case(
            "equal scores: the earliest epoch",
            over="names",
            lists={
                "1": np.array([second, last, first, third]),
                "2": np.array([*written([2], [0.1]), third, first, *written([8], [0.2]), last]),
            },
        )
        yield Case(
            "nothing to choose from: None",
            over="names",
            lists={
                "1": np.array([], dtype=np.str_),
                "2": np.array(["notes.txt"], dtype=np.str_),
                "3": np.array(written([1, 2], [np.nan, np.nan]), dtype=np.str_),
                "4": np.array(written([1, 2], rising(rng, 3)[:2]), dtype=np.str_),
            },
        )

    @mistake(
        "What does your max compare? You take the name that is largest as text. Read the score out of each name, and "
        "compare the scores as numbers."
    )
    def largest_text(names):
        return max(names)

    @mistake(
        "What else can be in a folder? You read clean listings correctly. Other files, an empty list, NaN, and equal "
        "scores need care, too."
    )
    def without_care(names):
        return max(names, key=lambda name: float(name.split("_score_")[1][: -len(".npz")]))

    @mistake(
        "Is 9.5 more than 10.25? As text it is, and you compare scores as text. Convert them with float. Other files, "
        "an empty list, NaN, and equal scores need care, too."
    )
    def text_without_care(names):
        return max(names, key=lambda name: name.split("_score_")[1])

    @mistake(
        "Is 9.5 more than 10.25? As text it is, and you compare scores as text. Convert them with float. NaN and equal "
        "scores need care, too."
    )
    def text_with_some_care(names):
        checkpoints = [name for name in names if name.startswith("epoch_") and name.endswith(".npz")]
        return max(checkpoints, key=lambda name: name.split("_score_")[1], default=None)

    @mistake(
        "Is 9.5 more than 10.25? As text it is, and you compare scores as text. Convert them with float. An empty "
        "list, NaN, and equal scores need care, too."
    )
    def text_with_little_care(names):
        checkpoints = [name for name in names if name.startswith("epoch_") and name.endswith(".npz")]
        return max(checkpoints, key=lambda name: name.split("_score_")[1])

    by_name = mistake(
        "What do you compare, names or scores? You take the checkpoint whose name is largest as text, which says "
        "nothing about its score. Compare the scores, as numbers.",
        {"max(finite)[2] if finite": "max(entry[2] for entry in found) if found"},
    )
    score_as_text = mistake(
        "Is 9.5 more than 10.25? As text it is, and you compare scores as text. Convert them with float.",
        {"float(score)": "score", "np.isnan(entry[0])": "np.isnan(float(entry[0]))"},
    )
    lowest = mistake(
        "Which end do you take? The lowest score. Here higher is better.", {"float(score)": "-float(score)"}
    )
    latest = mistake(
        "Is the last checkpoint always the best? You take the latest epoch. Take the one with the best score.",
        {"max(finite)[2] if finite": "min(found, key=lambda entry: entry[1])[2] if found"},
    )
    nan_stays = mistake(
        "What can beat a NaN? If it comes first, nothing: no number is > NaN, so it stays the best. Leave NaN out.",
        {"max(finite)": "max(found)"},
    )
    first_of_the_highest = mistake(
        "What can beat a NaN, and which of two equal scores wins? In your max, no number is > NaN, so one that comes "
        "first stays, and the first one listed wins. Leave NaN out, and let the earliest epoch win.",
        {"max(finite)[2] if finite": "max(found, key=lambda entry: entry[0])[2] if found"},
    )
    last_of_the_sorted = mistake(
        "Where does NaN end up when you sort? Anywhere, because every comparison with it is false, and of equal scores "
        "the last one listed wins. Leave NaN out, and let the earliest epoch win.",
        {"max(finite)[2] if finite": "sorted(found, key=lambda entry: entry[0])[-1][2] if found"},
    )
    first_of_the_sorted_names = mistake(
        "Where does NaN end up when you sort? Anywhere, because every comparison with it is false. And of equal "
        "scores, the name that is first as text wins, so epoch 100 comes before epoch 20. Leave NaN out, and compare "
        "epochs as numbers.",
        {
            "max(finite)[2] if finite": (
                "sorted(sorted(found, key=lambda entry: entry[2]), key=lambda entry: -entry[0])[0][2] if found"
            )
        },
    )
    argmax_with_nan = mistake(
        "Where does NaN rank? A checkpoint whose score is NaN wins, wherever it is in the list; np.argmax, for one, "
        "treats NaN as the largest number. Leave NaN out.",
        {
            "finite = [": "found.sort(key=lambda entry: -entry[1])\nfinite = [",
            "max(finite)": "found[np.argmax([score for score, *_ in found])]",
        },
    )
    nan_where_there_is_nothing_else = mistake(
        "What if all scores are NaN? You still return one of them. NaN is never the best: return None.",
        {"max(finite)[2] if finite": "max(finite or found)[2] if found"},
    )
    fails_on_nothing = mistake(
        "What if there is nothing to choose from? Your function stops with an error there. Return None.",
        {" if finite else None": ""},
    )
    fails_on_other_files = mistake(
        "What else can be in the folder? Another file stops your function with an error. "
        "Skip whatever isn't a checkpoint.",
        {'name.startswith("epoch_") and name.endswith(".npz")': "True"},
    )
    part_counts = mistake(
        "Is a .part file a checkpoint? It is only half written, but you count it. Take only names that end in .npz.",
        {'name.endswith(".npz")': '".npz" in name', 'removesuffix(".npz")': 'split(".npz")[0]'},
    )
    minus_lost = mistake(
        "Which is better, -1.5 or -0.2? You lose the minus sign, and then the worst looks like the best. Read "
        "everything up to .npz.",
        {"float(score)": "abs(float(score))"},
    )
    exponent_lost = mistake(
        "How much is 1e-05? You read it as 1, because you take only digits and the decimal point. Pass everything "
        "up to .npz to float.",
        {"float(score)": 'float(score.split("e")[0])'},
    )
    minus_and_exponent_lost = mistake(
        "Which part of a score do you read? Only the digits and the point, so -1.25 loses its minus sign, and 1e-05 "
        "its exponent. Pass everything up to .npz to float.",
        {"float(score)": 'abs(float(score.split("e")[0]))'},
    )
    exponents_skipped = mistake(
        "Which scores does your pattern miss? Those with an exponent, such as 1e-05. Pass everything between _score_ "
        "and .npz to float.",
        {'name.endswith(".npz")': 'name.endswith(".npz") and "e" not in name.split("_score_")[-1]'},
    )
    latest_of_equals = mistake(
        "Which one wins if two scores are equal? You take the latest epoch. Take the earliest.",
        {"-int(epoch)": "int(epoch)"},
    )
    first_listed_of_equals = mistake(
        "Which one wins if two scores are equal? You take the one that is listed first, but a listing can be in any "
        "order. Compare the epochs.",
        {"max(finite)": "max(finite, key=lambda entry: entry[0])"},
    )
    epochs_as_text = mistake(
        "Which comes first, epoch 20 or epoch 100? You compare the epochs of equal scores as text, and then "
        "100 comes first. Convert them with int.",
        {
            "max(finite)[2]": "min((str(-entry[1]), entry[2]) for entry in finite if entry[0] == max(finite)[0])[1]",
        },
    )
    last_listed_of_equals = mistake(
        "Which one wins if two scores are equal? You take the one that is listed last, but a listing can be in any "
        "order. Compare the epochs.",
        {"max(finite)": "max(reversed(finite), key=lambda entry: entry[0])"},
    )
    starts_at_zero = mistake(
        "Can a negative score win? If all scores are negative, you return None. If you start from a best score of 0, "
        "start from -np.inf instead; if you match a pattern, let it include a minus sign.",
        {"not np.isnan(entry[0])": "entry[0] > 0"},
    )
    starts_below_zero = mistake(
        "Which best score do you start from? Lower ones never win, and if all are lower, you return None. Start from "
        "-np.inf.",
        {"not np.isnan(entry[0])": "entry[0] > -1"},
    )
    score_at_fixed_places = mistake(
        "How long is a score? You read six characters, which fits 0.9312. If the score is shorter, float gets part "
        "of .npz, too, and stops with an error. Take everything between _score_ and .npz.",
        {'.removesuffix(".npz").split("_score_")': '.split("_score_")', "float(score)": "float(score[:6])"},
    )
    digits_and_a_point = mistake(
        "Which scores does your pattern miss? Those with a minus sign or an exponent, such as -1.25 and 1e-05. Pass "
        "everything between _score_ and .npz to float.",
        {'name.endswith(".npz")': 'name[:-4].split("_score_")[-1].replace(".", "").isdigit()'},
    )

    returns_the_score = mistake(
        "What does the master need? You return the score. Return the file's name, so that it can be loaded.",
        {"[2]": "[0]"},
    )
    returns_the_epoch = mistake(
        "What does the master need? You return the epoch. Return the file's name, so that it can be loaded.",
        {"[2]": "[1] * -1"},
    )
    by_minimum = variant(
        {"(float(score), -int(epoch), name)": "(-float(score), int(epoch), name)", "max(finite)": "min(finite)"}
    )

    @variant
    def by_regular_expression(names):
        import re

        found = []
        for name in names:
            match = re.fullmatch(r"epoch_(\d+)_score_(.+)\.npz", name)
            if match and float(match[2]) == float(match[2]):
                found.append((-float(match[2]), int(match[1]), name))
        return min(found)[2] if found else None

    @variant
    def by_sorting(names):
        entries = []
        for name in names:
            try:
                epoch, score = name.replace("epoch_", "", 1).split("_score_")
                entries.append((float(score[:-4]), -int(epoch), name))
            except ValueError:
                continue
        entries = sorted(entry for entry in entries if np.isfinite(entry[0]) and entry[2][-4:] == ".npz")
        return np.str_(entries[-1][2]) if entries else None
