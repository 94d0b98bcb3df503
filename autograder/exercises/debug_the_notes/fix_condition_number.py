"""The condition number, which one set of notes says is a ratio of gradients."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import rotated, signed, uniform
from gradlab import drivers


class FixConditionNumber(Exercise):
    """One set of notes says that the condition number is the ratio of the largest to the smallest gradient."""

    name, points = "fix_condition_number", 1
    done = (
        "You have a condition number that depends on the curvatures, so in a quadratic bowl it is the same everywhere."
    )
    driver = drivers.call

    def reference(gradient, hessian):
        """The condition number of a loss at some weights, which says how narrow the ravine is.

        It depends on the curvatures, not on the slope: in a quadratic bowl, it is the same everywhere, even at the
        bottom. The larger it is, the more steps plain descent needs.

        Parameters
        ----------
        gradient : ndarray (D,)
            The gradient at these weights.
        hessian : ndarray (D, D)
            The matrix of second derivatives there, which is symmetric.

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
        # All curvatures are so large that a tiny number added to avoid division by zero makes no difference.
        yield Case(
            "a ravine along an axis",
            gradient=signed(rng, 1, 3, 2),
            hessian=np.diag([uniform(rng, 0.2, 0.5), uniform(rng, 10, 20)]),
        )
        yield Case(
            "a ravine across the axes", gradient=signed(rng, 1, 3, 2), hessian=rotated(rng, 0.1, uniform(rng, 4, 8))
        )
        yield Case(
            "four weights", gradient=signed(rng, 1, 3, 4), hessian=rotated(rng, -0.5, 1, 2, uniform(rng, 20, 40))
        )
        yield Case(
            "a saddle: a negative curvature",
            gradient=signed(rng, 1, 3, 3),
            hessian=rotated(rng, -uniform(rng, 6, 9), 0.5, 2),
        )

    @mistake(
        "What stays the same everywhere in a quadratic bowl? Not the ratio of slopes, which you return, like the "
        "printed code: it changes from place to place, and at the bottom it's 0/0. Compare curvatures."
    )
    def as_printed(gradient, hessian):
        slopes = np.abs(gradient)
        return slopes.max() / slopes.min()

    diagonal_only = mistake(
        "When does the diagonal show the curvatures? Only if the ravine lies along an axis. Take the singular "
        "values of the whole matrix.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.diag(hessian))"},
    )
    signs_kept = mistake(
        "Which curvature is the smallest one if some are negative? You count a negative one as the smallest, however "
        "large its magnitude. Compare magnitudes.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.linalg.eigvalsh(hessian)"},
    )
    upside_down = mistake(
        "Can a condition number be below 1? Your fraction is upside down: divide the largest by the smallest.",
        {"curvatures.max() / curvatures.min()": "curvatures.min() / curvatures.max()"},
    )
    squared = mistake(
        "Whose singular values do you compare? Those of H²: you return the ratio squared. Take the Hessian itself.",
        {"(hessian,": "(hessian @ hessian,"},
    )
    largest_entry = mistake(
        "What do the entries of a matrix say about its curvatures? You return the ratio of the largest to the "
        "smallest entry. Take the singular values.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(hessian)"},
    )
    slopes_along_the_axes = mistake(
        "What part does the gradient play in a condition number? None, but you divide it by the curvatures. Use only "
        "the Hessian.",
        {"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.linalg.solve(hessian, gradient))"},
    )
    root_taken = mistake(
        "Is there a square root in your ratio? You return the root of the condition number.",
        {"return curvatures.max() / curvatures.min()": "return np.sqrt(curvatures.max() / curvatures.min())"},
    )
    largest_only = mistake(
        "Is your result a ratio? It's only the largest singular value. Divide it by the smallest.",
        {" / curvatures.min()": ""},
    )
    difference = mistake(
        "Do you divide or subtract? You return the difference between the largest and the smallest singular value. "
        "Take their ratio.",
        {"/ curvatures": "- curvatures"},
    )
    frobenius = mistake(
        "Which norm do you use? You multiply two Frobenius norms, which depend on all singular values. "
        "Only the largest and the smallest count: take norms of order 2.",
        {"curvatures.max() / curvatures.min()": "np.linalg.norm(hessian) * np.linalg.norm(np.linalg.inv(hessian))"},
    )

    guarded = variant({"/ curvatures.min()": "/ (curvatures.min() + 1e-8)"})
    by_eigenvalues = variant({"np.linalg.svd(hessian, compute_uv=False)": "np.abs(np.linalg.eigvalsh(hessian))"})

    @variant
    def by_norms(gradient, hessian):
        return np.linalg.norm(hessian, 2) * np.linalg.norm(np.linalg.inv(hessian), 2)

    @variant
    def ready_made(gradient, hessian):
        return np.linalg.cond(hessian)
