"""The kind of a critical point, by the eigenvalues of its Hessian."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import hadamard, rotated, shuffled, uniform
from gradlab import drivers


def stacked(rng, *matrices):
    """The matrices in one array, in random order."""
    return np.stack(shuffled(rng, *matrices))


class ClassifyCriticalPoint(Exercise):
    """The signs of the Hessian's eigenvalues tell minima, maxima and saddles apart."""

    name, points = "classify_critical_point", 3
    driver = drivers.for_each_array

    def reference(hessian, tolerance=1e-8):
        """What kind of critical point this is, by the eigenvalues of its Hessian.

        An eigenvalue counts as positive above `tolerance`, as negative below minus `tolerance`, and as zero
        between.

        Parameters
        ----------
        hessian : ndarray (D, D)
            Symmetric: the second derivatives at a point where the gradient is zero.
        tolerance : float

        Returns
        -------
        str
            "minimum" if all eigenvalues are positive, "maximum" if all are negative, "saddle" if some are
            positive and some negative (whatever the others are), and "undecided" otherwise: some are zero and
            the rest have one sign, so that higher derivatives decide.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), theorems 2.3 and 2.4; Dauphin et al., "Identifying
        and attacking the saddle point problem in high-dimensional non-convex optimization" (2014).
        """
        eigenvalues = np.linalg.eigvalsh(hessian)
        up, down = (eigenvalues > tolerance).any(), (eigenvalues < -tolerance).any()
        flat = (np.abs(eigenvalues) <= tolerance).any()
        if up and down:
            return "saddle"
        if flat:
            return "undecided"
        return "minimum" if up else "maximum"

    def cases(rng):
        a, b, c = rng.uniform(1, 3, 3)
        yield Case(
            "minima, maxima and saddles along the axes",
            over="hessian",
            values=stacked(rng, *map(np.diag, ([a, b], [-b, -c], [a, -c], [c, b], [-a, b]))),
        )
        yield Case(
            "axes turned, so that the diagonal does not show them",
            over="hessian",
            values=stacked(rng, hadamard(a + 5, -b), hadamard(-a - 5, b), hadamard(a, b), hadamard(-c, -b)),
        )
        yield Case(
            "more dimensions",
            over="hessian",
            values=stacked(
                rng,
                hadamard(a, b + 5, c, b),
                hadamard(-a, -b, -c - 5, -a),
                hadamard(-a, -b, c + 3, a + 3),
                hadamard(a, b, -c, a + 2),
                hadamard(-a, -b, c, -a - 2),
            ),
        )
        yield Case(
            "flat directions",
            over="hessian",
            values=stacked(
                rng,
                rotated(rng, a, b, 1e-10),
                rotated(rng, -a, -b, 1e-10),
                rotated(rng, a, -b, 1e-10),
                rotated(rng, a, -b, -1e-10),
                rotated(rng, a, b, 1e-4),
                rotated(rng, -a, -b, -1e-4),
                rotated(rng, 1e-10, 2e-10, -1e-10),
            ),
        )
        yield Case(
            "another tolerance",
            over="hessian",
            values=stacked(
                rng,
                rotated(rng, a, b, 1e-3),
                rotated(rng, a, b, -1e-3),
                rotated(rng, -a, -b, -1e-3),
                rotated(rng, a, b, c),
                rotated(rng, a, -b, 1e-3),
            ),
            tolerance=uniform(rng, 2e-3, 1e-2),
        )

    minimum_and_maximum_exchanged = mistake(
        "Minimum and maximum have changed places: where all curvatures are positive, the loss rises every way.",
        {'"minimum" if up else "maximum"': '"maximum" if up else "minimum"'},
    )
    diagonal_only = mistake(
        "You look at the diagonal, which shows curvatures along the given axes only. Take the eigenvalues.",
        {"np.linalg.eigvalsh(hessian)": "np.diag(hessian)"},
    )
    singular_values = mistake(
        "Singular values are never negative, so everything looks like a minimum. Take the eigenvalues.",
        {"np.linalg.eigvalsh(hessian)": "np.linalg.svd(hessian, compute_uv=False)"},
    )

    @mistake("The determinant's sign decides in two dimensions only: with four, two negative eigenvalues hide in it.")
    def by_determinant(hessian, tolerance=1e-8):
        determinant = np.linalg.det(hessian)
        if abs(determinant) <= tolerance:
            return "undecided"
        if determinant < 0:
            return "saddle"
        return "minimum" if np.trace(hessian) > 0 else "maximum"

    by_trace = mistake(
        "The trace is the sum of the eigenvalues: a saddle has one, too. Look at each eigenvalue's sign.",
        {"np.linalg.eigvalsh(hessian)": "np.array([np.trace(hessian)])"},
    )

    @mistake("There is no maximum among your answers: where all eigenvalues are negative, the loss falls every way.")
    def no_maxima(hessian, tolerance=1e-8):
        return "minimum" if np.linalg.eigvalsh(hessian).min() > tolerance else "saddle"

    maximum_is_a_saddle = mistake(
        "A maximum is a saddle for you: one negative eigenvalue is enough. If all are negative, it is a maximum.",
        {"up and down": "down"},
    )
    flat_before_saddle = mistake(
        "A critical point with a flat direction is called undecided too early: with both signs it is a saddle.",
        {"up and down": "up and down and not flat"},
    )
    flat_counts_as_a_sign = mistake(
        "Nothing is undecided for you: an eigenvalue within tolerance of zero has no sign.",
        {"eigenvalues =": "tolerance = 0.0\neigenvalues ="},
    )
    tolerance_hard_coded = mistake(
        "The tolerance is always 1e-8: use the argument.", {"eigenvalues =": "tolerance = 1e-8\neigenvalues ="}
    )
    any_for_all = mistake(
        "One positive eigenvalue is not enough for a minimum: all of them must be.",
        {'up and down:\n    return "saddle"': 'up:\n    return "minimum"', "if flat": "if not down"},
    )
    flat_ignored = mistake(
        "Flat directions are passed over, and the other eigenvalues decide. With a zero among them they cannot.",
        {"if flat": "if not up and not down"},
    )

    @variant
    def by_the_extremes(hessian, tolerance=1e-8):
        least, *_, most = sorted(np.linalg.eigvals(hessian).real)
        if least < -tolerance and most > tolerance:
            return "saddle"
        if least > tolerance:
            return "minimum"
        return "maximum" if most < -tolerance else "undecided"

    @variant
    def by_counting_signs(hessian, tolerance=1e-8):
        values = np.linalg.eigh(hessian).eigenvalues
        positive, negative = int(np.sum(values > tolerance)), int(np.sum(values < -tolerance))
        if positive and negative:
            return np.str_("saddle")
        words = np.array(["undecided", "minimum", "maximum"])
        return words[int(positive == len(values)) + 2 * int(negative == len(values))]
