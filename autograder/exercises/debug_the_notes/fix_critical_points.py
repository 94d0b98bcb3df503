"""Critical points, whose classification in one set of notes leaves out maxima."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import hadamard, rotated, shuffled, signed
from gradlab import drivers


def hidden(rng, *eigenvalues):
    """A symmetric matrix with these eigenvalues, which its diagonal does not show."""
    if len(eigenvalues) in (2, 4):
        return hadamard(*rng.permutation(eigenvalues))
    return rotated(rng, *eigenvalues)


def points(rng, size, **counts):
    """The gradients and Hessians of a given number of points of each kind; at a ``slope`` the gradient is not zero."""
    found = []
    for kind, count in counts.items():
        for i in range(count):
            curvatures = rng.uniform(1, 5, size)
            if kind == "maximum":
                curvatures = -curvatures
            elif kind == "saddle" or (kind == "slope" and i % 2):
                curvatures[: 1 + i % (size - 1)] *= -0.2
            gradient = signed(rng, 0.1, 1, size) if kind == "slope" else np.zeros(size)
            if kind == "slope" and i % 3 == 0:
                gradient = -np.abs(gradient)
            if kind == "slope" and i % 3 == 1:
                gradient[rng.integers(size)] = 0.0  # the loss is level along one axis, but not at a critical point
            found.append((gradient, hidden(rng, *curvatures)))
    gradients, hessians = zip(*shuffled(rng, *found), strict=True)
    return {"gradients": np.stack(gradients), "hessians": np.stack(hessians)}


class FixCriticalPoints(Exercise):
    """One set of notes knows only minima and saddles; another says that derivatives are negative at a minimum."""

    name, points = "fix_critical_points", 1
    driver = drivers.call_for_dict

    def reference(gradients, hessians):
        """How many of the points are minima, maxima and saddles of the loss.

        Points where the gradient is not zero are none of them and count nowhere.

        Parameters
        ----------
        gradients : ndarray (N, D)
            The gradient at each point: exactly zero, or far from it.
        hessians : ndarray (N, D, D)
            The Hessian at each point, symmetric; no eigenvalue is near zero.

        Returns
        -------
        dict of str to int
            "minimum", "maximum" and "saddle", each with the number of such points.

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
        yield Case("in two dimensions", **points(rng, 2, minimum=4, maximum=2, saddle=3))
        yield Case("beside points that are not critical", **points(rng, 2, minimum=2, maximum=3, saddle=1, slope=7))
        yield Case("in four dimensions", **points(rng, 4, minimum=1, maximum=2, saddle=6, slope=2))
        yield Case("maxima only", **points(rng, 3, maximum=4))

    @mistake(
        "This knows two kinds of critical points, as the printed code does. What does the loss do around a point "
        "whose curvatures are all negative?"
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
        "Minima and maxima have changed places: where all curvatures are positive, the loss rises all around.",
        {"curvatures > 0": "curvatures < 0", "curvatures < 0": "curvatures > 0"},
    )
    slopes_counted = mistake(
        "Points count whose gradient is not zero. They are on a slope, whatever their curvature.",
        {"if np.any(gradient != 0):\n    continue": ""},
    )
    level_along_some_axis = mistake(
        "A point counts as soon as its gradient is zero along some axis. It must be zero along all of them.",
        {"np.any(gradient": "np.all(gradient"},
    )
    derivatives_below_zero = mistake(
        "You look for derivatives below zero. At a minimum the first derivatives are zero, and the second derivatives "
        "are above zero.",
        {"return counts": 'return counts | {"minimum": int((gradients < 0).all(axis=1).sum())}'},
    )
    any_for_all = mistake(
        "A single negative curvature makes a maximum here. At a maximum all of them are negative.",
        {"np.all(curvatures < 0)": "np.any(curvatures < 0)"},
    )
    by_the_determinant = mistake(
        "The determinant decides in two dimensions. In four, two negative curvatures make it positive again.",
        {
            "np.all(curvatures > 0)": "np.prod(curvatures) > 0 and np.sum(curvatures) > 0",
            "np.all(curvatures < 0)": "np.prod(curvatures) > 0",
        },
    )
    diagonal_only = mistake(
        "You read the curvatures off the diagonal. Between the axes they may have another sign.",
        {"np.linalg.eigvalsh(hessian)": "np.diag(hessian)"},
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
