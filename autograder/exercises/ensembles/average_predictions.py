"""An ensemble's prediction: the average of its members' probabilities."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant

from .scores import separated_scores


class AveragePredictions(Exercise):
    """An ensemble's prediction: the mean of its members' probabilities."""

    name, points = "average_predictions", 3
    done = "You have an ensemble's prediction, averaged where it should be: over probabilities, after the softmax."

    def reference(scores):
        """An ensemble's prediction: the average of its members' class probabilities.

            p̄[n, c] = (1/M) Σ_m softmax(scores[m, n])[c]

        Turn each member's scores into probabilities over the classes first; only then average over the members.

        Parameters
        ----------
        scores : ndarray (M, N, C)
            The scores of M members for N examples and C classes; M, N, and C are at least 1. Their magnitude
            can be 1000 or more, and members can differ in the scale of their scores.

        Returns
        -------
        probabilities : ndarray (N, C)
            Every row adds up to 1.

        Notes
        -----
        You may change `scores` in place.

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
        yield Case("a single member", scores=separated_scores(rng, 1, 4, 3), weight=0.5)
        yield Case("a single example", scores=separated_scores(rng, 5, 1, 4), weight=0.5)
        yield Case("scores near 1000", scores=separated_scores(rng, 3, 5, 4) + 1000)
        far = separated_scores(rng, 3, 4, 5) + 1000 * rng.permutation([-1.0, 0.0, 1.0])[:, None, None]
        yield Case("members at -1000, 0, and 1000", scores=far, weight=1.5)
        yield Case("float32", scores=separated_scores(rng, 3, 5, 4).astype(np.float32), weight=0.5)

    scores_averaged = mistake(
        "What do you average, the scores or the probabilities? The scores, so a member with large scores outvotes all "
        "the others. Turn each member's scores into probabilities first, then average those.",
        {"below = ": "scores = scores.mean(axis=0, keepdims=True)\nbelow = ", ".mean(axis=0)": "[0]"},
    )
    scores_as_they_are = mistake(
        "Do the rows of your result add up to 1? They are mean scores, not probabilities yet. Apply the softmax to "
        "each member's scores first, then average.",
        {"average = probabilities.mean(axis=0)\nreturn average": "return scores.mean(axis=0)"},
    )
    votes_averaged = mistake(
        "Does a member that is 51% sure count as much as one that is 99% sure? In your result it does: each member "
        "casts one full vote. Average the probabilities instead.",
        {"probabilities.mean": "(below == 0).mean"},
    )
    class_returned = mistake(
        "What does the ensemble say about the other classes? You return only the number of the winning class. Return "
        "the averaged probabilities, an array (N, C).",
        {"return average": "return average.argmax(axis=1)"},
    )
    class_of_the_highest_mean_score = mistake(
        "Which class wins, and what do you return? The one with the highest mean score wins, so a member with large "
        "scores outvotes all the others, and you return only its number. Turn each member's scores into probabilities, "
        "average those, and return them all: an array (N, C).",
        {"average = probabilities.mean(axis=0)\nreturn average": "return scores.mean(axis=0).argmax(axis=1)"},
    )
    winner_returned = mistake(
        "How sure is the ensemble of its answer? Your rows hold a 1 for the winner and 0 for every other class. Return "
        "the averaged probabilities themselves.",
        {"return average": "return 1.0 * (average == average.max(axis=1, keepdims=True))"},
    )
    log_returned = mistake(
        "Why is every number in your result negative? These are logarithms of the averaged probabilities. Return the "
        "probabilities.",
        {"return average": "return np.log(average)"},
    )
    logarithms_averaged = mistake(
        "What do you average? Logarithms of probabilities, so every number in your result is negative. Average the "
        "probabilities themselves.",
        {
            "exponentials / exponentials": "below - np.log(exponentials",
            "keepdims=True)\naverage": "keepdims=True))\naverage",
        },
    )
    softmax_once_more = mistake(
        "How many times do you apply the softmax? Your averaged probabilities go through it once more, which flattens "
        "them. Apply it to the scores only.",
        {"return average": "return np.exp(average) / np.exp(average).sum(axis=1, keepdims=True)"},
    )
    summed = mistake(
        "What does a row of your result add up to? To M, because the members' probabilities are summed. Divide by the "
        "number of members.",
        {".mean(": ".sum("},
    )
    divided_by_examples = mistake(
        "What number do you divide the sum by? The number of examples, or one that happens to equal it. Divide by the "
        "number of members, M.",
        {".mean(axis=0)": ".sum(axis=0) / scores.shape[1]"},
    )
    divided_by_classes = mistake(
        "Is C, the number of classes, the right number to divide by? Divide the sum by the number of members, M.",
        {".mean(axis=0)": ".sum(axis=0) / scores.shape[2]"},
    )
    always_divided_by_three = mistake(
        "How many members are there? You divide by 3, however many there are. Divide by M.",
        {".mean(axis=0)": ".sum(axis=0) / 3"},
    )
    over_examples = mistake(
        "Which axis holds the members? You average over the examples. The members are on the first axis, so average "
        "over axis 0.",
        {"axis=0": "axis=1"},
    )
    over_classes = mistake(
        "Which axis holds the members? You average over the classes. The members are on the first axis, so average "
        "over axis 0.",
        {"axis=0": "axis=2"},
    )
    softmax_over_members = mistake(
        "Which numbers add up to 1 after your softmax? The members' numbers for one class. Each example's class "
        "probabilities should: use the last axis.",
        {".max(axis=2": ".max(axis=0", ".sum(axis=2": ".sum(axis=0"},
    )
    softmax_over_examples = mistake(
        "Which numbers add up to 1 after your softmax? The examples' numbers for one class. Each example's class "
        "probabilities should: use the last axis.",
        {".max(axis=2": ".max(axis=1", ".sum(axis=2": ".sum(axis=1"},
    )
    divided_by_the_total = mistake(
        "Does each row of your result add up to 1? You divide by the sum over all members, examples, and classes. "
        "Divide by the sum over the classes, row by row.",
        {".sum(axis=2, keepdims=True)": ".sum()"},
    )
    not_shifted = mistake(
        "What is exp(1000)? It overflows. Subtract each row's largest score first; the softmax does not change.",
        {" - scores.max(axis=2, keepdims=True)": ""},
    )
    shifted_by_the_largest_of_all = mistake(
        "What if one member's scores are all far below another's? Then exp turns every one of them into 0, and you get "
        "0/0. Subtract the largest score of each row, not of the whole array.",
        {".max(axis=2, keepdims=True)": ".max()"},
    )
    scores_clipped = mistake(
        "Which is more likely, a class with a score of 998 or one with 1003? You give both the same probability. If "
        "you clip scores, don't: subtract each row's largest score instead.",
        {"scores - scores.max(axis=2, keepdims=True)": "np.clip(scores, -500, 500)"},
    )
    geometric = mistake(
        "Is your average arithmetic or geometric? It averages logarithms, and the rows no longer add up to 1. Take the "
        "plain mean of the probabilities.",
        {
            "average = probabilities.mean(axis=0)\nreturn average": "return np.exp("
            "np.log(probabilities + 1e-300).mean(axis=0))"
        },
    )
    log_odds_averaged = mistake(
        "Do the rows of your result add up to 1? They don't: you average log-odds, log(p / (1 - p)). Take the plain "
        "mean of the probabilities.",
        {
            "average = probabilities.mean(axis=0)": (
                "bounded = np.clip(probabilities, 1e-15, 1 - 1e-15)\n"
                "average = 1 / (1 + np.exp(-np.log(bounded / (1 - bounded)).mean(axis=0)))"
            )
        },
    )
    product = mistake(
        "Do you multiply probabilities, or add up scores before the softmax? Either gives this result, as if each "
        "member were independent evidence. Average the members' probabilities.",
        {
            "average = probabilities.mean(axis=0)\nreturn average": "joint = probabilities.prod(axis=0)\n"
            "return joint / joint.sum(axis=1, keepdims=True)"
        },
    )
    median = mistake(
        "What kind of average do you take? The median of the members, and the rows no longer add up to 1. Take the "
        "mean.",
        {"probabilities.mean(": "np.median(probabilities, "},
    )
    largest = mistake(
        "What happened to the less confident members? For each class, you keep only the largest probability that any "
        "member gives. Take the mean over the members.",
        {".mean(": ".max("},
    )
    first_member = mistake(
        "Do you use all the members? Your result is only the first one's prediction. Average over all of them.",
        {".mean(axis=0)": "[0]"},
    )
    last_member = mistake(
        "Do you use all the members? Your result is only the last one's prediction. Average over all of them.",
        {".mean(axis=0)": "[-1]"},
    )
    members_kept = mistake(
        "What is the shape of your result? It still has an axis of length 1 for the members. It should be (N, C).",
        {"axis=0": "axis=0, keepdims=True"},
    )
    not_averaged = mistake(
        "Where do the members come together? You return each member's own probabilities. Take their mean over axis 0.",
        {".mean(axis=0)": ""},
    )

    not_averaged_members_second = mistake(
        "Where do the members come together? You return each member's own probabilities, with the members on the "
        "second axis. Take their mean over that axis.",
        {".mean(axis=0)": ".transpose(1, 0, 2)"},
    )

    @mistake(
        "What does the ensemble say about the other classes? You return only the class with the most votes. Return the "
        "averaged probabilities, an array (N, C)."
    )
    def most_votes(scores):
        votes = scores.argmax(axis=2).T
        return np.array([np.bincount(row).argmax() for row in votes])

    scores_divided_by_their_sum = mistake(
        "Where is the exponential? You divide the scores by their sum, which isn't a softmax: negative scores give "
        "negative results. Take exp first.",
        {"exponentials = np.exp(below)": "exponentials = scores", "exponentials / exp": "scores / exp"},
    )
    sigmoids = mistake(
        "Do the rows of your result add up to 1? They don't: you apply the logistic function to each score by itself. "
        "Use the softmax over the classes.",
        {"average = probabilities.mean(axis=0)": "average = (1 / (1 + np.exp(-scores))).mean(axis=0)"},
    )
    weighted_by_confidence = mistake(
        "Do all members count equally? Yours count more if they are more confident. Take the plain mean.",
        {
            "average = probabilities.mean(axis=0)": "sure = probabilities.max(axis=2, keepdims=True)\n"
            "average = (sure * probabilities).sum(axis=0) / sure.sum(axis=0)"
        },
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

    by_logarithms = variant(
        {
            "exponentials / exponentials.sum(axis=2, keepdims=True)": "np.exp("
            "below - np.log(exponentials.sum(axis=2, keepdims=True)))"
        }
    )
    by_log_sum_exp = variant(
        {
            "scores.max(axis=2, keepdims=True)": "np.logaddexp.reduce(scores, axis=2, keepdims=True)",
            "exponentials / exponentials.sum(axis=2, keepdims=True)": "exponentials",
            "probabilities.mean(axis=0)": 'np.einsum("mnc->nc", probabilities) / scores.shape[0]',
        }
    )
