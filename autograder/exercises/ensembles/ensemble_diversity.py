"""How much the members of an ensemble differ. If they always agree, a single member is enough."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant

from .scores import separated_scores, softmax


class EnsembleDiversity(Exercise):
    """The pairwise disagreement of an ensemble's members."""

    name, points = "ensemble_diversity", 3

    def reference(probabilities):
        """How often each two members of an ensemble predict different classes.

            D[i, j] = share of the examples n with  argmax_c p[i, n, c] ≠ argmax_c p[j, n, c]

        Parameters
        ----------
        probabilities : ndarray (M, N, C)
            What each of M members predicts for each of N examples. Its label for an example is the most probable class.

        Returns
        -------
        disagreement : ndarray (M, M)
            D as above, between 0 and 1: symmetric, with zeros on the diagonal.
        mean : float
            The mean of D over all pairs of two *different* members; 0 for a single member, who has nobody to disagree
            with.

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
        yield Case("four members, eight examples, five classes", probabilities=members(rng, 4, 8, 5))
        yield Case("three members, two classes", probabilities=members(rng, 3, 10, 2))
        p = members(rng, 4, 7, 4)
        p[3] = p[1]
        yield Case("two members that are the same", probabilities=p)
        p = members(rng, 3, 6, 4)
        p[1:] = np.sort(p[1:], axis=2)
        p[2] = softmax(0.5 * np.log(p[1]))
        yield Case("other probabilities, but the same labels", probabilities=p)
        yield Case("a single member", probabilities=members(rng, 1, 5, 3))
        yield Case("two members who never agree", probabilities=opposed(rng, 6))
        yield Case("float32", probabilities=members(rng, 3, 9, 3).astype(np.float32))

    agreement = mistake(
        "You measure how often members agree. Asked is how often they differ.",
        {"!=": "==", "matrix.sum()": "(matrix.sum() - m)"},
    )
    counts = mistake(
        "These are counts. Divide by the number of examples to get shares.",
        {"differ.mean(axis=2)": "1.0 * differ.sum(axis=2)"},
    )
    divided_by_members = mistake(
        "You divide by the number of members, or of classes. It is a share of examples: divide by N.",
        {"differ.mean(axis=2)": "differ.sum(axis=2) / len(labels)"},
    )
    diagonal_counted = mistake(
        "The mean also counts each member with itself, who always agrees: leave the diagonal out.",
        {"m * (m - 1)": "m * m"},
    )
    pairs_counted_twice = mistake(
        "Your mean is the sum over ordered pairs, divided by the number of unordered ones: it is twice too large.",
        {"m * (m - 1)": "m * (m - 1) / 2"},
    )
    mean_is_a_sum = mistake("Your mean is a sum over pairs. Divide by the number of pairs.", {"(m * (m - 1))": "2"})
    single_member_forgotten = mistake("A single member makes your mean 0/0. There it is 0.", {" if m > 1 else 0.0": ""})
    distance_of_labels = mistake(
        "You compare class numbers by their distance. Classes 1 and 9 are no more different than 1 and 2: use !=.",
        {"labels[:, None, :] != labels[None, :, :]": "np.abs(labels[:, None, :] - labels[None, :, :])"},
    )
    probabilities_compared = mistake(
        "You compare probabilities, not labels. Members with different numbers and the same label agree.",
        {"labels[:, None, :] != labels[None, :, :]": "(probabilities[:, None] != probabilities[None]).any(axis=3)"},
    )
    distance_of_probabilities = mistake(
        "You average distances between probabilities. Compare labels: each member's most probable class.",
        {
            "labels[:, None, :] != labels[None, :, :]": "np.abs(probabilities[:, None] - probabilities[None])"
            ".sum(axis=3) / 2"
        },
    )
    upper_half = mistake(
        "Only one half of the matrix is filled. It is symmetric: D[i, j] = D[j, i].",
        {"return matrix": "return np.triu(matrix)"},
    )
    ones_on_the_diagonal = mistake(
        "The diagonal should be 0: nobody disagrees with oneself.", {"return matrix": "return matrix + np.eye(m)"}
    )
    argmax_over_examples = mistake(
        "argmax runs over the examples. Take the most probable class: the last axis.",
        {"argmax(axis=2)": "argmax(axis=1)"},
    )
    between_examples = mistake(
        "You compare examples, not members: the matrix should be (M, M), a row a member.",
        {"argmax(axis=2)": "argmax(axis=2).T"},
    )
    least_probable = mistake("Each member takes its least probable class: argmin for argmax.", {"argmax": "argmin"})
    with_the_ensemble = mistake(
        "You compare each member with the ensemble. Compare each two members.",
        {
            "labels[:, None, :] != labels[None, :, :]": "labels != probabilities.mean(axis=0).argmax(axis=1)",
            "differ.mean(axis=2)": "differ.mean(axis=1)",
            "matrix.sum() / (m * (m - 1)) if m > 1 else 0.0": "matrix.mean()",
        },
    )
    mean_alone = mistake(
        "The mean alone is returned. Return two things: the matrix and its mean over pairs.",
        {"matrix, mean": "mean"},
    )
    matrix_alone = mistake(
        "The matrix alone is returned. Return two things: the matrix and its mean over pairs.",
        {"matrix, mean": "matrix"},
    )
    mean_first = mistake(
        "The two things returned have changed places: first the matrix, then the mean.",
        {"matrix, mean": "mean, matrix"},
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
        # The first two members agree on every other example, so that fractions are neither 0 nor 1.
        if row % 2 and shape[0] > 1:
            scores[1, row] = scores[0, row] * rng.uniform(0.5, 0.9)
    return softmax(scores)


def opposed(rng, examples):
    """Two opposed members: the most likely of three classes for one is the least likely for the other."""
    scores = separated_scores(rng, examples, 3)
    return softmax(np.stack([scores, -rng.uniform(0.5, 0.9) * scores]))
