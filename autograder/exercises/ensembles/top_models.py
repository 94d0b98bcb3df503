"""The best few models of a search, which make an ensemble at no extra cost."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant


class TopModels(Exercise):
    """A search leaves many trained models behind: which ones should you keep?"""

    name, points = "top_models", 3

    def reference(scores, k, higher_is_better=True):
        """The best `k` models of a search, by their validation scores.

        Parameters
        ----------
        scores : ndarray (T,)
            One score a model. NaN means that the run diverged: such a model is never chosen.
        k : int
            How many models to take, at least 1.
        higher_is_better : bool
            True for accuracies, where the largest scores win; False for losses and error rates, where the smallest do.

        Returns
        -------
        indices : ndarray (min(k, usable),) of int
            The places in `scores` of the best models, the best one first; among equal scores the one that comes first
            in `scores` is first. Where fewer than `k` have a score, those that have. Possibly none: then its shape is
            (0,).

        Notes
        -----
        `scores` may be changed in place, but need not be.

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
        scores[rng.permutation(9)[:2]] = np.nan
        yield Case("two runs diverged, accuracies", scores=scores, k=4, higher_is_better=True)
        scores = losses(rng, 9)
        scores[rng.permutation(9)[:2]] = np.nan
        yield Case("two runs diverged, losses", scores=scores, k=2, higher_is_better=False)
        yield Case("equal scores: the earlier first", scores=with_ties(rng, 0.90, 0.95, 0.80), k=4)
        ties = with_ties(rng, 0.4, 0.3, 0.9)
        yield Case("equal losses: the earlier first", scores=ties, k=4, higher_is_better=False)
        scores = accuracies(rng, 6)
        scores[rng.permutation(6)[:3]] = np.nan
        yield Case("more asked than are usable", scores=scores, k=5, higher_is_better=bool(rng.integers(2)))
        yield Case("just the best", scores=accuracies(rng, 5), k=1)
        yield Case("every run diverged", scores=np.full(4, np.nan), k=2, weight=0.5)
        signed = rng.permutation([-40.0, -3.0, 5.0, 8.0, 60.0]) * rng.uniform(0.9, 1.1)
        yield Case("log-likelihoods, some below zero", scores=signed, k=3)

    worst = mistake(
        "You return the worst models: the order is the wrong way round.",
        {"if higher_is_better": "if not higher_is_better"},
    )
    always_highest = mistake(
        "higher_is_better is not looked at: for losses, the smallest are best.",
        {" if higher_is_better else usable": ""},
    )
    always_lowest = mistake(
        "You always take the lowest scores: where higher_is_better is true, as it is by default, take the highest.",
        {"-usable if higher_is_better else ": ""},
    )
    nan_wins = mistake(
        "NaN gets in: argsort puts it last, and so first when the order is reversed. Leave out scores that are NaN. "
        "Reversing also puts the later of equal scores first: sort by -scores instead.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            "-usable if higher_is_better else ": "",
            "[order]": "[order[::-1] if higher_is_better else order]",
        },
    )
    nan_last = mistake(
        "NaN comes last in your order and still gets in where k is large. Leave out scores that are NaN.",
        {"np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))"},
    )
    nan_is_zero = mistake(
        "A score of NaN counts as 0, which is a good loss and a possible accuracy. Leave these models out.",
        {"places = ": "scores = np.nan_to_num(scores)\nplaces = "},
    )
    places_among_the_usable = mistake(
        "After NaNs are dropped, places count the remaining models only. Return places in the original array.",
        {"places[order]": "order"},
    )
    ties_reversed = mistake(
        "Among equal scores the later model comes first, because a sorted order was reversed. Sort by -scores.",
        {'argsort(keys, kind="stable")': 'argsort(-keys, kind="stable")[::-1]'},
    )
    in_order_of_place = mistake(
        "The right models, but in the order of their places. The best should be first.",
        {"return best": "return np.sort(best)"},
    )
    best_last = mistake("The right models, but the best stands last.", {"return best": "return best[::-1]"})
    scores_returned = mistake(
        "You return the scores of the best models. Return their places.", {"return best": "return scores[best]"}
    )
    one_too_few = mistake("One model too few: the slice should end at k, not at k - 1.", {"[:k]": "[: k - 1]"})
    one_too_many = mistake("One model too many: there should be k of them.", {"[:k]": "[: k + 1]"})
    all_of_them = mistake("You return all models, ordered. Only the best k are asked for.", {"[:k]": ""})
    always_three = mistake("You always take three. k says how many.", {"[:k]": "[:3]"})
    from_one = mistake("Places count from 0 in NumPy; yours count from 1.", {"return best": "return best + 1"})
    only_the_best = mistake(
        "You look for the best only, and k is not used: return the places of k models.", {"[:k]": "[:1]"}
    )
    by_magnitude = mistake(
        "You rank by magnitude. A log-likelihood of -40 is worse than one of -3.",
        {"scores[places]": "np.abs(scores[places])"},
    )
    a_mask = mistake(
        "You return a mask of true and false. Return the places, best first.",
        {"return best": "return np.isin(np.arange(len(scores)), best)"},
    )
    ranks = mistake(
        "You return each model's rank. Asked are the places of the best models: argsort once, not twice.",
        {
            "np.flatnonzero(~np.isnan(scores))": "np.arange(len(scores))",
            'np.argsort(keys, kind="stable")': 'np.argsort(np.argsort(keys, kind="stable"))',
        },
    )
    a_list = mistake(
        "You return a list. Make it an array of whole numbers: np.array(places, dtype=int).",
        {"return best": "return best.tolist()"},
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
    """The sorted `values` in an order in which the first is not an extreme, and the extremes are not sorted."""
    middle = rng.permutation(values[2:-2]) if len(values) > 5 else values[2:3]
    best, worst = values[-2:], values[:2]
    order = [middle[0], best[0], worst[1], best[1], worst[0]]
    return np.concatenate([order, middle[1:]])


def with_ties(rng, equal, better, worse):
    """Scores of three models that are equal, one that is better, and two that are worse."""
    offset = rng.uniform(0, 0.01)
    return np.array([worse, equal, better, equal, worse + 0.01, equal]) + offset
