"""The prediction of an ensemble: the average of the members' probabilities."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant

from .scores import separated_scores


class AveragePredictions(Exercise):
    """The prediction of an ensemble: the mean of its members' probabilities."""

    name, points = "average_predictions", 3

    def reference(scores):
        """The prediction of an ensemble: the average of its members' class probabilities.

            p̄[n, c] = (1/M) Σ_m softmax(scores[m, n])[c]

        Each member's scores are first turned into probabilities over the classes; only then is the average over members
        taken.

        Parameters
        ----------
        scores : ndarray (M, N, C)
            The scores of M members for N examples and C classes; M, N and C are at least 1. They may be as large as
            1000 and more, either way; members may differ in the scale of their scores.

        Returns
        -------
        probabilities : ndarray (N, C)
            Every row adds up to 1.

        Notes
        -----
        `scores` may be changed in place, but need not be.

        References
        ----------
        Hansen & Salamon, "Neural network ensembles" (1990); Lakshminarayanan, Pritzel & Blundell, "Simple and scalable
        predictive uncertainty estimation using deep ensembles" (2017), section 2.4.
        """
        below = scores - scores.max(axis=2, keepdims=True)
        exponentials = np.exp(below)
        probabilities = exponentials / exponentials.sum(axis=2, keepdims=True)
        average = probabilities.mean(axis=0)
        return average

    def cases(rng):
        yield Case("three members, four examples, five classes", scores=separated_scores(rng, 3, 4, 5))
        scores = separated_scores(rng, 4, 3, 3)
        scores[0] *= 8
        yield Case("one member is far more confident than the others", scores=scores)
        yield Case("a single member", scores=separated_scores(rng, 1, 4, 3))
        yield Case("a single example", scores=separated_scores(rng, 5, 1, 4))
        yield Case("scores near 1000", scores=separated_scores(rng, 3, 4, 3) + 1000)
        far = separated_scores(rng, 3, 4, 3) + 1000 * rng.permutation([-1.0, 0.0, 1.0])[:, None, None]
        yield Case("members at -1000, 0 and 1000", scores=far)
        yield Case("float32", scores=separated_scores(rng, 3, 5, 4).astype(np.float32))

    scores_averaged = mistake(
        "The scores are averaged, and the softmax comes after it. A member with large scores then outvotes all others: "
        "turn each member's scores into probabilities first, then average these.",
        {"below = ": "scores = scores.mean(axis=0, keepdims=True)\nbelow = "},
    )
    scores_as_they_are = mistake(
        "You average scores and never make them probabilities. Apply the softmax to each member's scores first.",
        {"probabilities.mean": "scores.mean"},
    )
    votes_averaged = mistake(
        "Each member casts a vote for its best class, and the votes are averaged. How sure a member is gets lost: "
        "average probabilities.",
        {"probabilities.mean": "(below == 0).mean"},
    )
    class_returned = mistake(
        "You return the number of the winning class. Return the averaged probabilities, an array (N, C).",
        {"return average": "return average.argmax(axis=1)"},
    )
    winner_returned = mistake(
        "You return a vote for the winning class. Return the averaged probabilities themselves.",
        {"return average": "return 1.0 * (average == average.max(axis=1, keepdims=True))"},
    )
    summed = mistake(
        "The probabilities are added, not averaged: divide by the number of members.",
        {".mean(": ".sum("},
    )
    divided_by_examples = mistake(
        "You divide by the number of examples or by a fixed number. Divide by the number of members, M.",
        {".mean(axis=0)": ".sum(axis=0) / scores.shape[1]"},
    )
    over_examples = mistake(
        "You average over the examples. The members stand along the first axis: average over axis 0.",
        {"axis=0": "axis=1"},
    )
    over_classes = mistake(
        "You average over the classes. The members stand along the first axis: average over axis 0.",
        {"axis=0": "axis=2"},
    )
    softmax_over_members = mistake(
        "The softmax runs over the members, not over the classes. Take the last axis, of length C.",
        {".max(axis=2": ".max(axis=0", ".sum(axis=2": ".sum(axis=0"},
    )
    softmax_over_examples = mistake(
        "The softmax runs over the examples, not over the classes. Take the last axis, of length C.",
        {".max(axis=2": ".max(axis=1", ".sum(axis=2": ".sum(axis=1"},
    )
    not_shifted = mistake(
        "exp overflows at scores near 1000. Subtract each row's largest score first: the softmax does not change.",
        {" - scores.max(axis=2, keepdims=True)": ""},
    )
    shifted_by_the_largest_of_all = mistake(
        "You subtract the largest score of all members. Where another member's scores are far below it, exp gives only "
        "zeros: subtract the largest of each row.",
        {".max(axis=2, keepdims=True)": ".max()"},
    )
    geometric = mistake(
        "Your average is geometric: a mean of logarithms. Take the plain mean of the probabilities.",
        {"probabilities.mean(axis=0)": "np.exp(np.log(probabilities + 1e-300).mean(axis=0))"},
    )
    product = mistake(
        "Probabilities are multiplied, as if the members were independent witnesses. Average them.",
        {
            "average = probabilities.mean(axis=0)": "joint = probabilities.prod(axis=0)\n"
            "average = joint / joint.sum(axis=1, keepdims=True)"
        },
    )
    median = mistake(
        "You take the median of the members, and rows no longer add up to 1. Take the mean.",
        {"probabilities.mean(": "np.median(probabilities, "},
    )
    largest = mistake(
        "You keep the most confident member's probability for each class. Take the mean over members.",
        {".mean(": ".max("},
    )
    first_member = mistake("Only the first member is asked. Average over all of them.", {".mean(axis=0)": "[0]"})
    members_kept = mistake(
        "The axis of the members is still there: the result should have shape (N, C).",
        {"axis=0": "axis=0, keepdims=True"},
    )
    not_averaged = mistake(
        "These are the members' own probabilities, not averaged yet. Take the mean over axis 0.",
        {".mean(axis=0)": ""},
    )

    @variant
    def one_member_at_a_time(scores):
        total = np.zeros(scores.shape[1:], scores.dtype)
        for member in scores:
            p = np.exp(member - member.max(axis=1)[:, None])
            total += p / p.sum(axis=1)[:, None]
        return total / len(scores)

    @variant
    def in_place(scores):
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        scores /= len(scores)
        return scores.sum(axis=0)

    by_log_sum_exp = variant(
        {
            "scores.max(axis=2, keepdims=True)": "np.logaddexp.reduce(scores, axis=2, keepdims=True)",
            "exponentials / exponentials.sum(axis=2, keepdims=True)": "exponentials",
            "probabilities.mean(axis=0)": 'np.einsum("mnc->nc", probabilities) / scores.shape[0]',
        }
    )
