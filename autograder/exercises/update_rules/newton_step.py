"""Newton's method: solve for the step with the full Hessian."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite, rotated


class NewtonStep(Exercise):
    """Newton's method minimizes a quadratic by solving one linear system."""

    name, points = "newton_step", 2

    def reference(w, gradient, hessian):
        """One step of Newton's method: to where the quadratic model of the loss has gradient zero.

            w ← w - H⁻¹ ∇f(w)

        There is no learning rate. On a quadratic one step suffices; if H is indefinite, it leads to its
        saddle.

        Parameters
        ----------
        w : ndarray (D,)
            The weights.
        gradient : ndarray (D,)
            ∇f at `w`.
        hessian : ndarray (D, D)
            H at `w`: symmetric and invertible, not always positive definite.

        Returns
        -------
        next_w : ndarray (D,)

        Notes
        -----
        `w` may be changed in place, but need not be.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), section 2.2, equations 2.14 and 2.15.
        """
        step = np.linalg.solve(hessian, gradient)
        return w - step

    def cases(rng):
        def on_a_quadratic(label, hessian):
            """From any point, one step leads to the only critical point."""
            size = len(hessian)
            w, center = rng.normal(size=size), 2 * rng.normal(size=size)
            return Case(label, w=w, gradient=hessian @ (w - center), hessian=hessian)

        yield on_a_quadratic("a bowl: one step to its minimum", positive_definite(rng, 3))
        yield on_a_quadratic("a ravine with a condition number of 10000", rotated(rng, 0.01, 1, 5, 100))
        yield on_a_quadratic("a saddle: one step onto it", rotated(rng, -rng.uniform(1, 3), rng.uniform(2, 4), 5))
        yield on_a_quadratic("a single weight", rng.uniform(2, 4, (1, 1)))
        w, gradient, hessian = as_float32(rng.normal(size=3), rng.normal(size=3), positive_definite(rng, 3))
        yield Case("float32", w=w, gradient=gradient, hessian=hessian)

    wrong_sign = mistake(
        "The step goes the wrong way: subtract it, as gradient descent subtracts the gradient.",
        {"w - step": "w + step"},
    )
    gradient_descent = mistake(
        "This is plain gradient descent: the Hessian is not used.", {"np.linalg.solve(hessian, gradient)": "gradient"}
    )
    multiplied_by_the_hessian = mistake(
        "The gradient is multiplied by the Hessian. It is its inverse that undoes the curvature.",
        {"np.linalg.solve(hessian, gradient)": "hessian @ gradient"},
    )
    diagonal_only = mistake(
        "Only the diagonal of the Hessian is used, as if no two weights acted together. Solve the system.",
        {"np.linalg.solve(hessian, gradient)": "gradient / np.diag(hessian)"},
    )
    inverted_entry_by_entry = mistake(
        "The Hessian's entries are inverted one by one. The inverse of a matrix is another thing.",
        {"np.linalg.solve(hessian, gradient)": "(1 / hessian) @ gradient"},
    )
    returns_the_step = mistake(
        "You return the step alone. The next weights are the old ones plus that step.", {"w - step": "-step"}
    )
    returns_the_solution = mistake(
        "You return the solution of the system itself. The next weights are w minus that.", {"w - step": "step"}
    )
    with_a_learning_rate = mistake(
        "The step is scaled by a learning rate. Newton's step has the right length already.",
        {"w - step": "w - 1e-2 * step"},
    )
    cholesky = mistake(
        "The system is solved by Cholesky's method, which fails at a saddle: use a solver for any Hessian.",
        {
            "step =": "root = np.linalg.cholesky(hessian)\nstep =",
            "np.linalg.solve(hessian, gradient)": "np.linalg.solve(root.T, np.linalg.solve(root, gradient))",
        },
    )
    absolute_curvature = mistake(
        "Negative curvature is turned into positive. That is a good idea at saddles, but it is not Newton's.",
        {
            "step =": "eigenvalues, axes = np.linalg.eigh(hessian)\nstep =",
            "np.linalg.solve(hessian, gradient)": "axes @ (axes.T @ gradient / np.abs(eigenvalues))",
        },
    )
    damped = mistake(
        "Something is added to the Hessian's diagonal. It damps the step, and the minimum is missed.",
        {"solve(hessian": "solve(hessian + 1e-3 * np.eye(len(w))"},
    )
    by_the_inverse = variant(
        {
            "np.linalg.solve(hessian, gradient)": "np.linalg.inv(hessian) @ gradient",
            "return w - step": "w -= step\nreturn w",
        }
    )

    @variant
    def along_the_axes(w, gradient, hessian):
        eigenvalues, axes = np.linalg.eigh(hessian.astype(np.float64))
        next_w = w.astype(np.float64)
        for curvature, axis in zip(eigenvalues, axes.T, strict=True):
            next_w -= (axis @ gradient) / curvature * axis
        return next_w

    as_a_column = variant(
        {
            "np.linalg.solve(hessian, gradient)": "np.linalg.lstsq(hessian, gradient[:, None], rcond=None)[0]",
            "w - step": "np.squeeze(w[:, None] - step, axis=1)",
        }
    )
