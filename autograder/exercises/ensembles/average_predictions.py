"""The prediction of an ensemble: the average of the members' probabilities."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant

from .scores import separated_scores, softmax


def one_hot(scores):
    """An array with 1 for the class with the highest score in each row, and 0 for the others."""
    return (scores == scores.max(axis=-1, keepdims=True)).astype(scores.dtype)


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
        exponentials = np.exp(scores - scores.max(axis=2, keepdims=True))
        return (exponentials / exponentials.sum(axis=2, keepdims=True)).mean(axis=0)

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

    @mistake(
        "The scores are averaged, and the softmax comes after it. A member with large scores then outvotes all others: "
        "turn each member's scores into probabilities first, then average these."
    )
    def scores_averaged(scores):
        return softmax(scores.mean(axis=0))

    @mistake("You average scores and never make them probabilities. Apply the softmax to each member's scores first.")
    def scores_as_they_are(scores):
        return scores.mean(axis=0)

    @mistake(
        "Each member casts a vote for its best class, and the votes are averaged. How sure a member is gets lost: "
        "average probabilities."
    )
    def votes_averaged(scores):
        return one_hot(scores).mean(axis=0)

    @mistake("You return the number of the winning class. Return the averaged probabilities, an array (N, C).")
    def class_returned(scores):
        return softmax(scores).mean(axis=0).argmax(axis=1)

    @mistake("You return a vote for the winning class. Return the averaged probabilities themselves.")
    def winner_returned(scores):
        return one_hot(softmax(scores).mean(axis=0))

    @mistake("The probabilities are added, not averaged: divide by the number of members.")
    def summed(scores):
        return softmax(scores).sum(axis=0)

    @mistake("You divide by the number of examples or by a fixed number. Divide by the number of members, M.")
    def divided_by_examples(scores):
        return softmax(scores).sum(axis=0) / scores.shape[1]

    @mistake("You average over the examples. The members stand along the first axis: average over axis 0.")
    def over_examples(scores):
        return softmax(scores).mean(axis=1)

    @mistake("You average over the classes. The members stand along the first axis: average over axis 0.")
    def over_classes(scores):
        return softmax(scores).mean(axis=2)

    @mistake("The softmax runs over the members, not over the classes. Take the last axis, of length C.")
    def softmax_over_members(scores):
        return softmax(scores, axis=0).mean(axis=0)

    @mistake("The softmax runs over the examples, not over the classes. Take the last axis, of length C.")
    def softmax_over_examples(scores):
        return softmax(scores, axis=1).mean(axis=0)

    @mistake("exp overflows at scores near 1000. Subtract each row's largest score first: the softmax does not change.")
    def not_shifted(scores):
        p = np.exp(scores)
        return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)

    @mistake(
        "You subtract the largest score of all members. Where another member's scores are far below it, exp gives only "
        "zeros: subtract the largest of each row."
    )
    def shifted_by_the_largest_of_all(scores):
        p = np.exp(scores - scores.max())
        return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)

    @mistake("Your average is geometric: a mean of logarithms. Take the plain mean of the probabilities.")
    def geometric(scores):
        return np.exp(np.log(softmax(scores) + 1e-300).mean(axis=0))

    @mistake("Probabilities are multiplied, as if the members were independent witnesses. Average them.")
    def product(scores):
        joint = softmax(scores).prod(axis=0)
        return joint / joint.sum(axis=1, keepdims=True)

    @mistake("You take the median of the members, and rows no longer add up to 1. Take the mean.")
    def median(scores):
        return np.median(softmax(scores), axis=0)

    @mistake("You keep the most confident member's probability for each class. Take the mean over members.")
    def largest(scores):
        return softmax(scores).max(axis=0)

    @mistake("Only the first member is asked. Average over all of them.")
    def first_member(scores):
        return softmax(scores)[0]

    @mistake("The axis of the members is still there: the result should have shape (N, C).")
    def members_kept(scores):
        return softmax(scores).mean(axis=0, keepdims=True)

    @mistake("These are the members' own probabilities, not averaged yet. Take the mean over axis 0.")
    def not_averaged(scores):
        return softmax(scores)

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

    @variant
    def by_log_sum_exp(scores):
        log_total = np.logaddexp.reduce(scores, axis=2, keepdims=True)
        return np.einsum("mnc->nc", np.exp(scores - log_total)) / scores.shape[0]
