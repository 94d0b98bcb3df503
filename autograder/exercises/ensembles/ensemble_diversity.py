"""How much the members of an ensemble differ. If they always agree, a single member is enough."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer

from .scores import separated_scores, softmax


class EnsembleDiversity(Exercise):
    """The pairwise disagreement of an ensemble's members."""

    name, points = "ensemble_diversity", 3
    done = "You can measure how often an ensemble's members disagree, which limits what averaging can gain."

    def reference(probabilities):
        """How often any two members of an ensemble predict different classes.

            D[i, j] = fraction of the examples n with  argmax_c p[i, n, c] ≠ argmax_c p[j, n, c]

        Parameters
        ----------
        probabilities : ndarray (M, N, C)
            What each of M members predicts for each of N examples. A member's answer is its most probable class.

        Returns
        -------
        disagreement : ndarray (M, M)
            D as above, between 0 and 1: symmetric, with zeros on the diagonal.
        mean : float
            The mean of D over all pairs of two *different* members; 0 for a single member, which has no one
            to disagree with.

        References
        ----------
        Kuncheva & Whitaker, "Measures of diversity in classifier ensembles and their relationship with the ensemble
        accuracy" (2003), section 2.1.3; Krogh & Vedelsby, "Neural network ensembles, cross validation, and active
        learning" (1995).
        """
        labels = probabilities.argmax(axis=2)
        differ = labels[:, None, :] != labels[None, :, :]
        matrix = differ.mean(axis=2)
        m = len(matrix)
        mean = matrix.sum() / (m * (m - 1)) if m > 1 else 0.0
        return matrix, mean

    def cases(rng):
        def examples():
            return integer(rng, 6, 15)

        yield Case("four members, five classes", probabilities=members(rng, 4, examples(), 5))
        yield Case("three members, two classes", probabilities=members(rng, 3, examples(), 2))
        p = members(rng, 4, examples(), 4)
        p[3] = p[1]
        yield Case("two members that are the same", probabilities=rng.permutation(p))
        p = members(rng, 3, examples(), 4)
        p[1:] = np.sort(p[1:], axis=2)
        p[2] = softmax(0.5 * np.log(p[1][:, [1, 2, 0, 3]]))
        yield Case("different probabilities, but the same answers", probabilities=p)
        yield Case("a single member", probabilities=members(rng, 1, 5, 3), weight=0.1)
        yield Case("two members that never agree, and a third", probabilities=opposed(rng, examples()))
        yield Case("float32", probabilities=members(rng, 3, examples(), 3).astype(np.float32))

    agreement = mistake(
        "Do you count the examples on which two members agree, or those on which they differ? You count agreement. "
        "Compare with !=.",
        {"!=": "==", "matrix.sum()": "(matrix.sum() - m)"},
    )
    counts = mistake(
        "Is every entry between 0 and 1? Yours are counts. Divide by the number of examples.",
        {"differ.mean(axis=2)": "1.0 * differ.sum(axis=2)"},
    )
    divided_by_members = mistake(
        "What is each entry a fraction of? You divide by the number of members, or by a number that happens to equal "
        "it. Divide by the number of examples, N.",
        {"differ.mean(axis=2)": "differ.sum(axis=2) / len(labels)"},
    )
    divided_by_classes = mistake(
        "What is each entry a fraction of? You divide by the number of classes, or by a number that happens to equal "
        "it. Divide by the number of examples, N.",
        {"differ.mean(axis=2)": "differ.sum(axis=2) / probabilities.shape[2]"},
    )
    ever_different = mistake(
        "How often do two members differ? You only say whether they ever do: 1 if they differ on any example. Take the "
        "fraction of the examples.",
        {"differ.mean(axis=2)": "1.0 * differ.any(axis=2)"},
    )
    diagonal_counted = mistake(
        "Can a member disagree with itself? Your mean includes the zeros on the diagonal, so it is too small. There "
        "are M (M - 1) entries off the diagonal.",
        {"m * (m - 1)": "m * m"},
    )
    diagonal_counted_once = mistake(
        "How many pairs of different members are there? M (M - 1) / 2. Your mean counts each member with itself as "
        "well, M (M + 1) / 2 pairs.",
        {"m * (m - 1)": "m * (m + 1)"},
    )
    pairs_counted_twice = mistake(
        "Is your mean twice what it should be? The sum over the whole matrix counts each pair twice, so the number of "
        "pairs must count them twice as well: M (M - 1).",
        {"m * (m - 1)": "m * (m - 1) / 2"},
    )
    mean_is_a_sum = mistake(
        "Is your second value a mean? It is the sum over all pairs. Divide by the number of pairs.",
        {"(m * (m - 1))": "2"},
    )
    single_member_forgotten = mistake(
        "With a single member, how many pairs are there? None, so there is nothing to divide by. Return 0 for it.",
        {" if m > 1 else 0.0": ""},
    )
    distance_of_labels = mistake(
        "Are classes 1 and 9 more different than 1 and 2? You average the distance between class numbers. Compare them "
        "with !=.",
        {"labels[:, None, :] != labels[None, :, :]": "np.abs(labels[:, None, :] - labels[None, :, :])"},
    )
    two_classes_only = mistake(
        "Do two members disagree if they say 2 and 3? They do, but you count only those that say 0 and 1. Compare with "
        "!=, whatever the classes are.",
        {"labels[:, None, :] != labels[None, :, :]": "labels[:, None, :] + labels[None, :, :] == 1"},
    )
    probabilities_compared = mistake(
        "Do two members agree if one is 60% and the other 90% sure of the same class? They do, but you count them as "
        "different. Compare labels, not probabilities.",
        {"labels[:, None, :] != labels[None, :, :]": "(probabilities[:, None] != probabilities[None]).any(axis=3)"},
    )
    distance_of_probabilities = mistake(
        "Do two members agree if one is 60% and the other 90% sure of the same class? They do, but you measure a "
        "distance between their probabilities. Compare each member's most probable class.",
        {
            "labels[:, None, :] != labels[None, :, :]": "np.abs(probabilities[:, None] - probabilities[None])"
            ".sum(axis=3) / 2"
        },
    )
    upper_half = mistake(
        "Is your matrix symmetric? One half of it is zero. Fill in D[j, i] = D[i, j].",
        {"return matrix": "return np.triu(matrix)"},
    )
    ones_on_the_diagonal = mistake(
        "Does a member disagree with itself? Your diagonal says so. It should be 0.",
        {"return matrix": "return matrix + np.eye(m)"},
    )
    argmax_over_examples = mistake(
        "Which axis holds the classes? Your argmax runs over the examples. Take the last axis.",
        {"argmax(axis=2)": "argmax(axis=1)"},
    )
    between_examples = mistake(
        "What do you compare? Your matrix has a row and a column for each example. It should have them for each "
        "member: (M, M).",
        {"argmax(axis=2)": "argmax(axis=2).T"},
    )
    least_probable = mistake(
        "Which class does a member choose? Your members choose the least probable one. Use argmax, not argmin.",
        {"argmax": "argmin"},
    )
    with_the_ensemble = mistake(
        "What is each member compared with? In your code, with the average of all members. Compare every "
        "pair of members.",
        {
            "labels[:, None, :] != labels[None, :, :]": "labels != probabilities.mean(axis=0).argmax(axis=1)",
            "differ.mean(axis=2)": "differ.mean(axis=1)",
            "matrix.sum() / (m * (m - 1)) if m > 1 else 0.0": "matrix.mean()",
        },
    )
    mean_alone = mistake(
        "You return only the mean. Return two things: the matrix and its mean over pairs.",
        {"matrix, mean": "mean"},
    )
    matrix_alone = mistake(
        "You return only the matrix. Return two things: the matrix and its mean over pairs.",
        {"matrix, mean": "matrix"},
    )
    mean_first = mistake(
        "In which order do you return the two values? The matrix comes first, then the mean.",
        {"matrix, mean": "mean, matrix"},
    )

    whole_counts = mistake(
        "Is every entry a fraction between 0 and 1? Yours are whole numbers, the counts themselves. Divide by the "
        "number of examples.",
        {"differ.mean(axis=2)": "differ.sum(axis=2)"},
    )
    agreement_with_oneself = mistake(
        "Do you count the examples on which two members agree? You do, and your mean includes each member's agreement "
        "with itself. Compare with !=, and leave the diagonal out of the mean.",
        {"!=": "==", "m * (m - 1)": "m * m"},
    )

    mean_of_the_nonzero = mistake(
        "What if two members never disagree? Their zero belongs to the mean, but you average only the entries above "
        "zero. Leave out the diagonal, and nothing else.",
        {"matrix.sum() / (m * (m - 1)) if m > 1 else 0.0": "matrix[matrix > 0].mean() if m > 1 else 0.0"},
    )
    one_mean_for_each_member = mistake(
        "How many numbers is the mean? Yours has one for each member. Return a single one, over all pairs of "
        "different members.",
        {"matrix.sum() / (m * (m - 1)) if m > 1 else 0.0": "matrix.mean(axis=0)"},
    )

    @variant
    def pair_by_pair(probabilities):
        labels = np.argmax(probabilities, axis=-1)
        m, n = labels.shape
        matrix, shares = np.zeros((m, m)), []
        for i in range(m):
            for j in range(i):
                matrix[i, j] = matrix[j, i] = np.count_nonzero(labels[i] - labels[j]) / n
                shares.append(matrix[i, j])
        return matrix, float(np.mean(shares)) if shares else 0.0

    @variant
    def by_one_hot(probabilities):
        votes = (probabilities == probabilities.max(axis=2, keepdims=True)).astype(float)
        matrix = 1 - np.einsum("inc,jnc->ij", votes, votes) / votes.shape[1]
        above = matrix[np.triu_indices(len(matrix), 1)]
        return matrix, above.sum() / max(len(above), 1)

    label_by_label = variant(
        {
            "differ = labels[:, None, :] != labels[None, :, :]\nmatrix = differ.mean(axis=2)": "matrix = np.array("
            "[[np.mean(a != b) for b in labels] for a in labels])",
            "matrix.sum() / (m * (m - 1)) if m > 1 else 0.0": "np.float64(matrix.sum() / max(m * m - m, 1))",
        }
    )


def members(rng, *shape):
    """Probabilities with a clear winner in every row; some of the winners agree."""
    scores = separated_scores(rng, *shape)
    for row in range(shape[1]):
        # Make the first two members agree on every other example, so that their disagreement is never 1.
        if row % 2 and shape[0] > 1:
            scores[1, row] = scores[0, row] * rng.uniform(0.5, 0.9)
    return softmax(scores)


def opposed(rng, examples):
    """Two members that never agree on the most likely of four classes, but always on the least likely.

    A third one agrees with the first on some examples, and with the second on the rest. The three are in random order.
    """
    scores = np.sort(separated_scores(rng, examples, 4), axis=1)
    places = rng.permuted(np.tile(np.arange(4), (examples, 1)), axis=1)
    first, second = scores, rng.uniform(0.5, 0.9) * scores[:, [0, 3, 1, 2]]
    with_the_first = rng.permutation(examples) < rng.integers(1, examples)
    third = rng.uniform(0.5, 0.9) * np.where(with_the_first[:, None], first, second)
    three = rng.permutation(np.stack([first, second, third]))
    return softmax(np.take_along_axis(three, places[None], axis=2))
