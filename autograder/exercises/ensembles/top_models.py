"""The best few models from a search, which make an ensemble at no extra training cost."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import sample_until


class TopModels(Exercise):
    """A search leaves many trained models behind: which ones should you keep?"""

    name, points = "top_models", 3
    done = "You can pick the best models that a search leaves behind; the next cell builds ensembles from them."

    def reference(scores, k, higher_is_better=True):
        """The best `k` models from a search, by their validation scores.

        Parameters
        ----------
        scores : ndarray (T,)
            One score per model. NaN means that the run diverged: never choose such a model.
        k : int
            How many models to take, at least 1.
        higher_is_better : bool
            True for accuracies, where the largest scores win; False for losses and error rates, where the smallest do.

        Returns
        -------
        indices : ndarray (min(k, usable),) of int
            The positions in `scores` of the best models, best first; of equal scores, the one that comes first in
            `scores` is first. If fewer than `k` models have a score, return those that do. If none do, the shape is
            (0,).

        Notes
        -----
        You may change `scores` in place.

        References
        ----------
        Caruana, Niculescu-Mizil, Crew & Ksikes, "Ensemble selection from libraries of models" (2004).
        """
        places = np.flatnonzero(~np.isnan(scores))
        usable = scores[places]
        keys = -usable if higher_is_better else usable
        order = np.argsort(keys, kind="stable")
        best = places[order][:k]
        return best

    def cases(rng):
        yield Case("accuracies: the highest three of eight", scores=accuracies(rng, 8), k=3)
        yield Case("losses: the lowest three of eight", scores=losses(rng, 8), k=3, higher_is_better=False)
        scores = accuracies(rng, 9)
        # The first run diverged, so places among the usable scores always differ from places among all.
        scores[[0, rng.integers(1, 9)]] = np.nan
        yield Case("two runs diverged, accuracies", scores=scores, k=4, higher_is_better=True, weight=1.5)
        scores = losses(rng, 9)
        scores[rng.permutation(9)[:2]] = np.nan
        yield Case("two runs diverged, losses", scores=scores, k=2, higher_is_better=False, weight=1.5)
        yield Case("equal scores: the earlier first", scores=with_ties(rng, 0.90, 0.95, 0.80), k=4)
        ties = with_ties(rng, 0.4, 0.3, 0.9)
        yield Case("equal losses: the earlier first", scores=ties, k=4, higher_is_better=False)
        scores = losses(rng, 6)
        scores[rng.permutation(6)[:3]] = np.nan
        yield Case(
            "k is larger than the number of usable scores", scores=scores, k=5, higher_is_better=False, weight=1.5
        )
        yield Case("just the best", scores=losses(rng, 9), k=1, higher_is_better=False, weight=0.5)
        yield Case("every run diverged", scores=np.full(4, np.nan), k=2, weight=0)
        signed = rng.permutation([-40.0, -3.0, 5.0, 8.0, 60.0]) * rng.uniform(0.9, 1.1)
        yield Case("log-likelihoods, some below zero", scores=signed, k=4, weight=2)

    worst = mistake(
        "Which end of your order holds the best model? You return the worst ones. For accuracies the largest scores "
        "win, for losses the smallest.",
        {"if higher_is_better": "if not higher_is_better"},
    )
    always_highest = mistake(
        "What does your function do when higher_is_better is False? It still takes the highest scores. For losses, the "
        "lowest ones are best.",
        {" if higher_is_better else usable": ""},
    )
    always_lowest = mistake(
        "What does your function do when higher_is_better is True, as it is by default? It takes the lowest scores. "
        "For accuracies, the highest ones are best.",
        {"-usable if higher_is_better else ": ""},
    )
    nan_wins = mistake(
        "What beats an accuracy of 0.97 in your ranking? NaN does, and equal scores come in the wrong order. "
        "np.argsort puts NaN last, so a reversed order has it first. Drop the NaNs, then sort by -scores.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            "-usable if higher_is_better else ": "",
            "[order]": "[order[::-1] if higher_is_better else order]",
        },
    )
    nan_wins_either_way = mistake(
        "What beats the best score in your ranking? NaN does, and equal scores come in the wrong order. "
        "np.argsort puts NaN last, so a reversed order has it first. Drop the NaNs, and sort by -scores, or by scores "
        "if lower is better, without reversing the order.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            "keys = -usable if higher_is_better else usable": "keys = usable if higher_is_better else -usable",
            'np.argsort(keys, kind="stable")': 'np.argsort(keys, kind="stable")[::-1]',
        },
    )
    nan_dropped_too_late = mistake(
        "Do you still return k models when a run has diverged? NaN takes a place among the first k and is dropped only "
        "afterward, and equal scores come in the wrong order. Drop the NaNs, sort by -scores, then take k.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            "-usable if higher_is_better else ": "",
            "best = places[order][:k]": "best = places[order[::-1] if higher_is_better else order][:k]\n"
            "best = best[~np.isnan(scores[best])]",
        },
    )
    nan_last = mistake(
        "What if k is larger than the number of models that have a score? Then you return some whose score is NaN. "
        "Leave those out, even if fewer than k remain.",
        {"np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))"},
    )
    nan_is_zero = mistake(
        "How good is a run that diverged? Your ranking treats NaN as 0 or less, so among losses it comes first. "
        "Leave such models out.",
        {"places = ": "scores = np.nan_to_num(scores)\nplaces = "},
    )
    places_among_the_usable = mistake(
        "Where in the original array do your numbers point? They count only the models that are left after the NaNs "
        "are gone. Return indices into `scores`.",
        {"places[order]": "order"},
    )
    ties_reversed = mistake(
        "Which of two equal scores comes first? In your result it is the later one, which happens when a sorted order "
        'is reversed. Sort by -scores with kind="stable" instead.',
        {'argsort(keys, kind="stable")': 'argsort(-keys, kind="stable")[::-1]'},
    )
    ties_dropped = mistake(
        "How many models may have the same score? You keep only the first of them. Each model counts, even if another "
        "one did exactly as well.",
        {'argsort(keys, kind="stable")': "unique(keys, return_index=True)[1]"},
    )
    in_order_of_place = mistake(
        "You found the right models. Which one is first in your result? The one that comes first in `scores`; it "
        "should be the best one.",
        {"return best": "return np.sort(best)"},
    )
    best_last = mistake(
        "You found the right models. Which one is first in your result? The worst of them; it should be the best one.",
        {"return best": "return best[::-1]"},
    )
    scores_returned = mistake(
        "Do you return indices or scores? These are the scores of the best models. Return their indices.",
        {"return best": "return scores[best]"},
    )
    real_numbers = mistake(
        "Can NumPy use your numbers as indices? They are right, but they are floats, and NumPy won't index with "
        "floats. Convert them to an array of ints.",
        {"return best": "return best.astype(float)"},
    )
    one_too_few = mistake(
        "How many models do you return? One too few. A slice [:k] has k entries.", {"[:k]": "[: k - 1]"}
    )
    one_too_many = mistake(
        "How many models do you return? There is one too many. A slice [:k] has k entries.", {"[:k]": "[: k + 1]"}
    )
    all_of_them = mistake(
        "How many models were asked for? You return every model that has a score. Keep only the first k.",
        {"[:k]": ""},
    )
    always_three = mistake("What if k is not 3? You return up to three models, whatever k is. Use k.", {"[:k]": "[:3]"})
    from_one = mistake(
        "What is the index of the very first model? It is 0; your indices count from 1.",
        {"return best": "return best + 1"},
    )
    only_the_best = mistake(
        "What if k is larger than 1? You return only the best model. Return the indices of the k best.",
        {"[:k]": "[:1]"},
    )
    by_magnitude = mistake(
        "Is a log-likelihood of -40 better than one of -3? You rank scores by their size without the sign. Keep the "
        "sign.",
        {"scores[places]": "np.abs(scores[places])"},
    )
    a_mask = mistake(
        "Which of the models that you chose is the best? A mask of True and False cannot say that. Return indices, "
        "the best first.",
        {"return best": "return np.isin(np.arange(len(scores)), best)"},
    )
    ranks = mistake(
        "What does the first number in your result mean? It is the rank of the first model. It should be the index of "
        "the best one: one argsort is enough.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            'np.argsort(keys, kind="stable")': 'np.argsort(np.argsort(keys, kind="stable"))',
        },
    )
    a_list = mistake(
        "You return a list. Convert it to an array of ints: np.array(indices, dtype=int).",
        {"return best": "return best.tolist()"},
    )

    ties_reversed_among_accuracies = mistake(
        "Which of two equal accuracies comes first? In your result it is the later one, because you reverse a sorted "
        'order. Sort by -scores with kind="stable" instead.',
        {
            "keys = -usable if higher_is_better else usable": "keys = usable",
            'argsort(keys, kind="stable")': 'argsort(keys, kind="stable")[:: -1 if higher_is_better else 1]',
        },
    )
    last_k_taken = mistake(
        "Which accuracy comes first in your result? The lowest of those that you keep. The best one comes first: "
        "reverse the order before you take the first k.",
        {
            "keys = -usable if higher_is_better else usable": "keys = usable",
            "[order][:k]": "[order][-k if higher_is_better else 0 :][:k]",
        },
    )

    @variant
    def by_sorting_pairs(scores, k, higher_is_better=True):
        sign = -1 if higher_is_better else 1
        pairs = sorted((sign * score, i) for i, score in enumerate(scores.tolist()) if score == score)
        return np.array([i for _, i in pairs[:k]], dtype=np.int64)

    @variant
    def by_filling_with_infinity(scores, k, higher_is_better=True):
        if higher_is_better:
            scores *= -1
        usable = np.isfinite(scores).sum()
        scores[np.isnan(scores)] = np.inf
        return np.argsort(scores, kind="mergesort")[: min(k, usable)].astype(np.int32)

    by_lexsort = variant({'np.argsort(keys, kind="stable")': "np.lexsort((places, keys))"})
    nan_cut_off_at_the_end = variant(
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            "[order][:k]": "[order][: min(k, np.count_nonzero(~np.isnan(scores)))]",
        }
    )

    @variant
    def an_array_of_a_list(scores, k, higher_is_better=True):
        """NumPy turns an empty list into an array of floats, which must pass because it has no wrong entry."""
        places = [i for i in range(len(scores)) if not np.isnan(scores[i])]
        return np.array(sorted(places, key=lambda i: -scores[i] if higher_is_better else scores[i])[:k])

    @variant
    def one_at_a_time(scores, k, higher_is_better=True):
        chosen, left = [], scores.copy() if higher_is_better else -scores
        while len(chosen) < k and not np.isnan(left).all():
            chosen.append(int(np.nanargmax(left)))
            left[chosen[-1]] = np.nan
        return np.array(chosen, dtype=int)


def accuracies(rng, count):
    """Distinct accuracies, in which neither the best three nor the worst three are in order."""
    return scattered(rng, np.linspace(0.6, 0.97, count) + rng.uniform(0, 0.01, count))


def losses(rng, count):
    """Distinct losses, in which neither the best three nor the worst three are in order."""
    return scattered(rng, np.linspace(0.2, 2.0, count) + rng.uniform(0, 0.1, count))


def scattered(rng, values):
    """Shuffle the sorted `values`, with the second-lowest before the lowest and the second-highest before the highest.

    None of these four comes first.
    """

    def mixed(places):
        lowest, low, *_, high, highest = places
        return 0 not in (lowest, low, high, highest) and low < lowest and high < highest

    places = sample_until(lambda: rng.permutation(len(values)), mixed)
    return values[np.argsort(places)]


def with_ties(rng, equal, better, worse):
    """Three equal scores, one that is better, and two that are worse, in random order."""
    offset = rng.uniform(0, 0.01)
    return rng.permutation([worse, equal, better, equal, worse + 0.01, equal]) + offset
