"""How much the members of an ensemble differ. If they always agree, a single member is enough."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant

from .scores import separated_scores, softmax


def disagreement(labels):
    """The fraction of examples on which two members give different labels, (M, M), from labels (M, N)."""
    return (labels[:, None] != labels[None]).mean(axis=2)


def mean_of_pairs(matrix):
    """The mean over pairs of different members, or 0 if there is only one member."""
    m = len(matrix)
    return matrix.sum() / (m * (m - 1)) if m > 1 else 0.0


def diversity(labels):
    """The correct answer, from labels (M, N)."""
    matrix = disagreement(labels)
    return matrix, mean_of_pairs(matrix)


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
        matrix = (labels[:, None, :] != labels[None, :, :]).mean(axis=2)
        m = len(labels)
        return matrix, matrix.sum() / (m * (m - 1)) if m > 1 else 0.0

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

    @mistake("You measure how often members agree. Asked is how often they differ.")
    def agreement(probabilities):
        matrix = 1 - disagreement(probabilities.argmax(axis=2))
        return matrix, mean_of_pairs(matrix - np.eye(len(matrix)))

    @mistake("These are counts. Divide by the number of examples to get shares.")
    def counts(probabilities):
        matrix = disagreement(probabilities.argmax(axis=2)) * probabilities.shape[1]
        return matrix, mean_of_pairs(matrix)

    @mistake("You divide by the number of members, or of classes. It is a share of examples: divide by N.")
    def divided_by_members(probabilities):
        m, n, _ = probabilities.shape
        matrix = disagreement(probabilities.argmax(axis=2)) * n / m
        return matrix, mean_of_pairs(matrix)

    @mistake("The mean also counts each member with itself, who always agrees: leave the diagonal out.")
    def diagonal_counted(probabilities):
        matrix = disagreement(probabilities.argmax(axis=2))
        return matrix, matrix.mean()

    @mistake("Your mean is the sum over ordered pairs, divided by the number of unordered ones: it is twice too large.")
    def pairs_counted_twice(probabilities):
        matrix, mean = diversity(probabilities.argmax(axis=2))
        return matrix, 2 * mean

    @mistake("Your mean is a sum over pairs. Divide by the number of pairs.")
    def mean_is_a_sum(probabilities):
        matrix = disagreement(probabilities.argmax(axis=2))
        return matrix, np.triu(matrix).sum()

    @mistake("A single member makes your mean 0/0. There it is 0.")
    def single_member_forgotten(probabilities):
        matrix = disagreement(probabilities.argmax(axis=2))
        return matrix, np.float64(matrix.sum()) / (len(matrix) * (len(matrix) - 1))

    @mistake("You compare class numbers by their distance. Classes 1 and 9 are no more different than 1 and 2: use !=.")
    def distance_of_labels(probabilities):
        labels = probabilities.argmax(axis=2)
        matrix = np.abs(labels[:, None] - labels[None]).mean(axis=2)
        return matrix, mean_of_pairs(matrix)

    @mistake("You compare probabilities, not labels. Members with different numbers and the same label agree.")
    def probabilities_compared(probabilities):
        matrix = (probabilities[:, None] != probabilities[None]).any(axis=3).mean(axis=2)
        return matrix, mean_of_pairs(matrix)

    @mistake("You average distances between probabilities. Compare labels: each member's most probable class.")
    def distance_of_probabilities(probabilities):
        matrix = np.abs(probabilities[:, None] - probabilities[None]).sum(axis=3).mean(axis=2) / 2
        return matrix, mean_of_pairs(matrix)

    @mistake("Only one half of the matrix is filled. It is symmetric: D[i, j] = D[j, i].")
    def upper_half(probabilities):
        matrix, mean = diversity(probabilities.argmax(axis=2))
        return np.triu(matrix), mean

    @mistake("The diagonal should be 0: nobody disagrees with oneself.")
    def ones_on_the_diagonal(probabilities):
        matrix, mean = diversity(probabilities.argmax(axis=2))
        return matrix + np.eye(len(matrix)), mean

    @mistake("argmax runs over the examples. Take the most probable class: the last axis.")
    def argmax_over_examples(probabilities):
        return diversity(probabilities.argmax(axis=1))

    @mistake("You compare examples, not members: the matrix should be (M, M), a row a member.")
    def between_examples(probabilities):
        return diversity(probabilities.argmax(axis=2).T)

    @mistake("Each member takes its least probable class: argmin for argmax.")
    def least_probable(probabilities):
        return diversity(probabilities.argmin(axis=2))

    @mistake("You compare each member with the ensemble. Compare each two members.")
    def with_the_ensemble(probabilities):
        labels = probabilities.argmax(axis=2)
        share = (labels != probabilities.mean(axis=0).argmax(axis=1)).mean(axis=1)
        return share, share.mean()

    @mistake("The mean alone is returned. Return two things: the matrix and its mean over pairs.")
    def mean_alone(probabilities):
        return diversity(probabilities.argmax(axis=2))[1]

    @mistake("The matrix alone is returned. Return two things: the matrix and its mean over pairs.")
    def matrix_alone(probabilities):
        return diversity(probabilities.argmax(axis=2))[0]

    @mistake("The two things returned have changed places: first the matrix, then the mean.")
    def mean_first(probabilities):
        return diversity(probabilities.argmax(axis=2))[::-1]

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

    @variant
    def label_by_label(probabilities):
        labels = probabilities.argmax(2)
        matrix = np.array([[np.mean(a != b) for b in labels] for a in labels])
        m = len(matrix)
        return matrix, np.float64(matrix.sum() / max(m * m - m, 1))


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
