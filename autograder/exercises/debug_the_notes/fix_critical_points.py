"""Critical points, whose classification in one set of notes leaves out maxima."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import hadamard, integer, rotated, shuffled, signed
from gradlab import drivers


def hidden(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, which its diagonal does not show."""
    if len(eigenvalues) in (2, 4):
        return hadamard(*rng.permutation(eigenvalues))
    return rotated(rng, *eigenvalues)


def points(rng, size, **counts):
    """The gradients and Hessians at a given number of points of each kind; at a ``slope`` the gradient is not zero."""
    found = []
    for kind, count in counts.items():
        for i in range(count):
            curvatures = rng.uniform(1, 5, size)
            if kind == "maximum":
                curvatures = -curvatures
            elif kind == "saddle" or (kind == "slope" and i % 2):
                curvatures[: 1 + i % (size - 1)] *= -0.2
            if kind == "saddle" and i % 3 == 2:  # the curvatures of most other saddles have a positive sum
                curvatures = -curvatures
            gradient = signed(rng, 0.1, 1, size) if kind == "slope" else np.zeros(size)
            if kind == "slope" and i % 3 == 0:
                gradient = -np.abs(gradient)
            if kind == "slope" and i % 3 == 1:
                gradient[rng.integers(size)] = 0.0  # the loss is level along one axis, but the point isn't critical
            found.append((gradient, hidden(rng, *curvatures)))
    gradients, hessians = zip(*shuffled(rng, *found), strict=True)
    return {"gradients": np.stack(gradients), "hessians": np.stack(hessians)}


class FixCriticalPoints(Exercise):
    """One set of notes has only minima and saddles; another says that derivatives are negative at a minimum."""

    name, points = "fix_critical_points", 1
    done = "You can count minima, maxima, and saddles, without mistaking a slope for any of them."
    driver = drivers.call_for_dict

    def reference(gradients, hessians):
        """How many of the points are minima, maxima, and saddles.

        A point where the gradient isn't zero is none of the three, and doesn't count.

        Parameters
        ----------
        gradients : ndarray (N, D)
            The gradient at each point: exactly zero, or far from it.
        hessians : ndarray (N, D, D)
            The Hessian at each point, which is symmetric. No eigenvalue is near zero.

        Returns
        -------
        dict of str to int
            The keys are "minimum", "maximum", and "saddle"; the values are the numbers of such points.

        References
        ----------
        Goodfellow, Bengio & Courville, "Deep learning" (2016), section 4.3.1.
        """
        counts = {"minimum": 0, "maximum": 0, "saddle": 0}
        for gradient, hessian in zip(gradients, hessians, strict=True):
            if np.any(gradient != 0):
                continue
            curvatures = np.linalg.eigvalsh(hessian)
            if np.all(curvatures > 0):
                counts["minimum"] += 1
            elif np.all(curvatures < 0):
                counts["maximum"] += 1
            else:
                counts["saddle"] += 1
        return counts

    def cases(rng):
        def counts(**least):
            return {kind: integer(rng, low, low + 5) for kind, low in least.items()}

        yield Case("in two dimensions", **points(rng, 2, **counts(minimum=3, maximum=2, saddle=3)))
        kinds = counts(minimum=2, maximum=2, saddle=1)
        yield Case("next to points that aren't critical", **points(rng, 2, **kinds, slope=7))
        yield Case("in four dimensions", **points(rng, 4, **counts(minimum=1, maximum=2, saddle=6), slope=2))
        yield Case("maxima only", **points(rng, 3, maximum=integer(rng, 4, 16)))

    @mistake(
        "What does the loss do around a point whose curvatures are all negative? It falls in every direction, so "
        "that's a maximum. Like the printed code, yours counts every maximum as a saddle."
    )
    def as_printed(gradients, hessians):
        counts = {"minimum": 0, "maximum": 0, "saddle": 0}
        for gradient, hessian in zip(gradients, hessians, strict=True):
            if np.any(gradient != 0):
                continue
            curvatures = np.linalg.eigvalsh(hessian)
            if np.all(curvatures > 0):
                counts["minimum"] += 1
            else:
                counts["saddle"] += 1
        return counts

    kinds_exchanged = mistake(
        "If all curvatures are positive, does the loss rise or fall around the point? It rises, so that's a minimum. "
        "You have minima and maxima swapped.",
        {"curvatures > 0": "curvatures < 0", "curvatures < 0": "curvatures > 0"},
    )
    slopes_counted = mistake(
        "Is the gradient zero at every point you count? You count all points, even those on a slope. Skip points "
        "whose gradient isn't zero.",
        {"if np.any(gradient != 0):\n    continue": ""},
    )
    level_along_some_axis = mistake(
        "Is it enough if the gradient is zero along one axis? You count such points, too. It must be zero along all "
        "axes.",
        {"np.any(gradient": "np.all(gradient"},
    )
    derivatives_below_zero = mistake(
        "Which derivatives are zero at a minimum, and which are positive? You count as minima the points whose first "
        "derivatives are all negative. They must all be zero, and the curvatures positive.",
        {"return counts": 'return counts | {"minimum": int((gradients < 0).all(axis=1).sum())}'},
    )
    any_for_all = mistake(
        "How many negative curvatures make a maximum? In your code, one is enough, so saddles are counted as "
        "maxima. All curvatures must be negative.",
        {"np.all(curvatures < 0)": "np.any(curvatures < 0)"},
    )
    by_the_determinant = mistake(
        "Do you go by the determinant? That works in two dimensions. But in four, two negative curvatures have a "
        "positive product, although the point is a saddle, and in three, a maximum has a negative one.",
        {
            "np.all(curvatures > 0)": "np.prod(curvatures) > 0 and np.sum(curvatures) > 0",
            "np.all(curvatures < 0)": "np.prod(curvatures) > 0",
        },
    )
    diagonal_only = mistake(
        "Does the diagonal of a Hessian show its curvatures? Only if its other entries are zero. Take the "
        "eigenvalues of the whole matrix.",
        {"np.linalg.eigvalsh(hessian)": "np.diag(hessian)"},
    )
    saddles_as_minima = mistake(
        "What about a point where the loss rises one way and falls another? That's a saddle, but you count saddles as "
        "minima. All curvatures at a minimum must be positive.",
        {"np.all(curvatures > 0)": "np.any(curvatures > 0)"},
    )
    slopes_as_saddles = mistake(
        "Is every point that isn't a minimum or maximum a saddle? You count points whose gradient isn't zero as "
        "saddles. Leave them out.",
        {"continue": 'counts["saddle"] += 1\ncontinue'},
    )
    fractions = mistake(
        "Are these counts? You divide each number by the number of points. Return the counts themselves.",
        {"return counts": "return {kind: count / len(gradients) for kind, count in counts.items()}"},
    )

    @variant
    def all_at_once(gradients, hessians):
        critical = np.abs(gradients).max(axis=1) < 1e-8
        eigenvalues = np.linalg.eigvalsh(hessians[critical])
        lowest, highest = eigenvalues[:, 0], eigenvalues[:, -1]
        kinds = {"minimum": lowest > 0, "saddle": lowest * highest < 0, "maximum": highest < 0}
        return {kind: np.sum(found) for kind, found in kinds.items()}

    @variant
    def by_cholesky(gradients, hessians):
        def definite(matrix):
            try:
                np.linalg.cholesky(matrix)
            except np.linalg.LinAlgError:
                return False
            return True

        at = [hessian for gradient, hessian in zip(gradients, hessians, strict=True) if not gradient.any()]
        minima, maxima = sum(map(definite, at)), sum(definite(-hessian) for hessian in at)
        return {"minimum": minima, "maximum": maxima, "saddle": len(at) - minima - maxima}
