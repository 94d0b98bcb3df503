"""Classify a critical point by its Hessian's eigenvalues."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import hadamard, rotated, shuffled, uniform
from gradlab import drivers


def stacked(rng, *matrices):
    """The matrices in one array, in random order."""
    return np.stack(shuffled(rng, *matrices))


class ClassifyCriticalPoint(Exercise):
    """The signs of the Hessian's eigenvalues tell minima, maxima, and saddles apart."""

    name, points = "classify_critical_point", 3
    done = "You can tell a minimum from a saddle by the curvature; the next cell shows how rare minima become."
    driver = drivers.for_each_array

    def reference(hessian, tolerance=1e-8):
        """Tell minima, maxima, and saddles apart by the eigenvalues of the Hessian.

        An eigenvalue counts as positive above `tolerance`, as negative below minus `tolerance`, and as zero in
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
            positive and some negative (whatever the rest are), and "undecided" otherwise: some are zero and the
            rest share a sign, so it takes higher derivatives to decide.

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
            "minima, maxima, and saddles along the axes",
            over="hessian",
            values=stacked(rng, *map(np.diag, ([a, b], [-b, -c], [a, -c], [c, b], [-a, b]))),
        )
        yield Case(
            "axes turned, so that the diagonal hides the signs",
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
            "a different tolerance",
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
        "Where does the loss rise in every direction? Minimum and maximum are swapped in your answers: all eigenvalues "
        "positive means a minimum.",
        {'"minimum" if up else "maximum"': '"maximum" if up else "minimum"'},
    )
    diagonal_only = mistake(
        "Does your answer change when the axes turn? It depends on the diagonal alone, which shows the curvature along "
        "the axes. Take the eigenvalues.",
        {"np.linalg.eigvalsh(hessian)": "np.diag(hessian)"},
    )
    singular_values = mistake(
        "Can the numbers you look at be negative? You never find a maximum or a saddle, as with singular values, which "
        "are never negative. Take the eigenvalues.",
        {"np.linalg.eigvalsh(hessian)": "np.linalg.svd(hessian, compute_uv=False)"},
    )

    @mistake(
        "What if two of four eigenvalues are negative? Your answers follow the sign of the determinant, which hides an "
        "even number of negative ones. Look at every eigenvalue."
    )
    def by_determinant(hessian, tolerance=1e-8):
        determinant = np.linalg.det(hessian)
        if abs(determinant) <= tolerance:
            return "undecided"
        if determinant < 0:
            return "saddle"
        return "minimum" if np.trace(hessian) > 0 else "maximum"

    by_trace = mistake(
        "Do you ever find a saddle? Your answers follow the sign of the trace, the sum of all eigenvalues. Look "
        "at each one's sign.",
        {"np.linalg.eigvalsh(hessian)": "np.array([np.trace(hessian)])"},
    )

    @mistake(
        "What do you answer when all eigenvalues are negative? You have only minima and saddles. Such a point is a "
        "maximum, and with a zero among the eigenvalues it can be undecided."
    )
    def no_maxima(hessian, tolerance=1e-8):
        return "minimum" if np.linalg.eigvalsh(hessian).min() > tolerance else "saddle"

    maximum_is_a_saddle = mistake(
        "What do you answer when all eigenvalues are negative? You call it a saddle. It's a maximum: a saddle needs a "
        "positive one, too.",
        {"up and down": "down"},
    )
    flat_before_saddle = mistake(
        "What if eigenvalues of both signs come with a zero? You call that undecided. It's a saddle, whatever the rest "
        "are.",
        {"up and down": "up and down and not flat"},
    )
    flat_counts_as_a_sign = mistake(
        "When does an eigenvalue count as zero? In your code, hardly ever: you take its sign, however small it is. "
        "Within the tolerance, it counts as zero.",
        {"eigenvalues =": "tolerance = 0.0\neigenvalues ="},
    )
    upper_left_corner = mistake(
        "How many rows does the Hessian have? You look only at its first two rows and columns. Take the eigenvalues of "
        "the whole matrix.",
        {"eigvalsh(hessian)": "eigvalsh(hessian[:2, :2])"},
    )
    all_of_one_sign_without_tolerance = mistake(
        "When are all eigenvalues positive, or all negative? In your code, a tiny one counts, too, because you compare "
        "with 0. Compare with the tolerance: within it, an eigenvalue counts as zero.",
        {
            "if flat:": "if flat and (eigenvalues > 0).any() and (eigenvalues < 0).any():",
            '"minimum" if up': '"minimum" if (eigenvalues > 0).all()',
        },
    )
    negative_without_tolerance = mistake(
        "When is an eigenvalue negative? In your code, as soon as it is below zero. It must be below minus the "
        "tolerance.",
        {"(eigenvalues < -tolerance)": "(eigenvalues < 0)"},
    )
    flat_counts_as_positive = mistake(
        "What if the smallest eigenvalue is zero? You call that a minimum. At a minimum, every eigenvalue is above the "
        "tolerance; if some are zero and the rest positive, the point is undecided.",
        {"if flat:": "if flat and down:", '"minimum" if up else "maximum"': '"maximum" if down else "minimum"'},
    )
    flat_counts_as_negative = mistake(
        "What if the largest eigenvalue is zero? You call that a maximum. At a maximum, every eigenvalue is below "
        "minus the tolerance; if some are zero and the rest negative, the point is undecided.",
        {"if flat:": "if flat and up:"},
    )
    flat_counts_either_way = mistake(
        "What if some eigenvalues are zero and the rest share a sign? You let the rest decide, and if all are zero, "
        "you call it a minimum. Zeros leave the point undecided.",
        {
            'if flat:\n    return "undecided"\n': "",
            '"minimum" if up else "maximum"': '"maximum" if down else "minimum"',
        },
    )
    flat_counts_either_way_maxima_first = mistake(
        "What if some eigenvalues are zero and the rest share a sign? You let the rest decide, and if all are zero, "
        "you call it a maximum. Zeros leave the point undecided.",
        {'if flat:\n    return "undecided"\n': ""},
    )
    flat_is_a_saddle = mistake(
        "What do you answer when some eigenvalues are zero and the rest share a sign? You call it a saddle. It's "
        "undecided.",
        {'"undecided"': '"saddle"'},
    )
    tolerance_hard_coded = mistake(
        "Does the argument `tolerance` change anything? In your code, the limit is fixed. Use the argument.",
        {"eigenvalues =": "tolerance = 1e-8\neigenvalues ="},
    )
    any_for_all = mistake(
        "How many positive eigenvalues make a minimum? In your code, one is enough. All of them must be positive.",
        {'up and down:\n    return "saddle"': 'up:\n    return "minimum"', "if flat": "if not down"},
    )
    flat_ignored = mistake(
        "What if some eigenvalues are zero and the rest share a sign? You let the rest decide. They can't: answer "
        '"undecided".',
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
