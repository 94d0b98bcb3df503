"""The condition number, which one set of notes says is a ratio of gradients."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import rotated, signed, uniform
from gradlab import drivers


class FixConditionNumber(Exercise):
    """One set of notes says that the condition number is the ratio of the largest to the smallest gradient."""

    name, points = "fix_condition_number", 1
    driver = drivers.call

    def reference(gradient, hessian):
        """The condition number of a loss at some weights, which tells how narrow a ravine is.

        It belongs to the surface and not to the place: in a quadratic bowl it is the same everywhere, at the bottom,
        too. The larger it is, the more steps plain descent needs.

        Parameters
        ----------
        gradient : ndarray (D,)
            At these weights.
        hessian : ndarray (D, D)
            The symmetric matrix of second derivatives there.

        Returns
        -------
        float
            The ratio of the largest to the smallest singular value, at least 1.

        References
        ----------
        Goodfellow, Bengio & Courville, "Deep learning" (2016), sections 4.2 and 4.3.1.
        """
        curvatures = np.linalg.svd(hessian, compute_uv=False)
        return curvatures.max() / curvatures.min()

    def cases(rng):
        yield Case(
            "a ravine along an axis",
            gradient=signed(rng, 1, 3, 2),
            hessian=np.diag([uniform(rng, 0.02, 0.05), uniform(rng, 1, 2)]),
        )
        yield Case(
            "a ravine across the axes", gradient=signed(rng, 1, 3, 2), hessian=rotated(rng, 0.1, uniform(rng, 4, 8))
        )
        yield Case("four weights", gradient=signed(rng, 1, 3, 4), hessian=rotated(rng, 0.5, 1, 2, uniform(rng, 20, 40)))
        yield Case(
            "a saddle: a curvature below zero",
            gradient=signed(rng, 1, 3, 3),
            hessian=rotated(rng, -uniform(rng, 6, 9), 0.5, 2),
        )

    @mistake(
        "This compares slopes, as the printed code does. Take it along in the same bowl to another place: it changes, "
        "and at the bottom it is 0/0. What is the same everywhere in a bowl?"
    )
    def as_printed(gradient, hessian):
        slopes = np.abs(gradient)
        return slopes.max() / slopes.min()

    diagonal_only = mistake(
        "You read the curvatures off the diagonal, where they stand only if the ravine lies along an axis.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.diag(hessian))"},
    )
    signs_kept = mistake(
        "A negative eigenvalue is taken for the smallest, though it is the steepest: go by magnitudes.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.linalg.eigvalsh(hessian)"},
    )
    upside_down = mistake(
        "The fraction is upside down: the largest curvature is divided by the smallest.",
        {"curvatures.max() / curvatures.min()": "curvatures.min() / curvatures.max()"},
    )
    squared = mistake(
        "The curvatures are squared. The singular values of the Hessian itself are meant.",
        {"(hessian,": "(hessian @ hessian,"},
    )
    largest_entry = mistake(
        "This is the ratio of the largest to the smallest entry of the matrix. Entries are no curvatures.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(hessian)"},
    )
    slopes_along_the_axes = mistake(
        "Slopes are divided by curvatures. The condition number takes no slopes at all.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.linalg.solve(hessian, gradient))"},
    )

    by_eigenvalues = variant({"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.linalg.eigvalsh(hessian))"})

    @variant
    def by_norms(gradient, hessian):
        return np.linalg.norm(hessian, 2) * np.linalg.norm(np.linalg.inv(hessian), 2)

    @variant
    def ready_made(gradient, hessian):
        return np.linalg.cond(hessian)
