"""Newton's method: solve for the step with the full Hessian."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite, rotated


class NewtonStep(Exercise):
    """Newton's method minimizes a quadratic by solving one linear system."""

    name, points = "newton_step", 2
    done = "You can jump to the bottom of a quadratic bowl in one step, with no learning rate to tune."

    def reference(w, gradient, hessian):
        """One step of Newton's method: to the point where the quadratic model of the loss has zero gradient.

            w ← w - H⁻¹ ∇f(w)

        There is no learning rate. On a quadratic, one step is enough; if H is indefinite, that step leads to the
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
        You may change `w` in place. Solve the linear system Hd = -∇f: computing an inverse costs more and is less
        accurate.

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
        "Which way does your step go? Away from the critical point. Subtract the step, as in gradient descent.",
        {"w - step": "w + step"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Solve for the step and subtract it.",
        {"w - step": "w"},
    )
    gradient_descent = mistake(
        "Where does the Hessian come in? Your step is the gradient itself. Solve H · step = gradient.",
        {"np.linalg.solve(hessian, gradient)": "gradient"},
    )
    multiplied_by_the_hessian = mistake(
        "Do you multiply by the Hessian or by its inverse? By the Hessian. Solve H · step = gradient instead.",
        {"np.linalg.solve(hessian, gradient)": "hessian @ gradient"},
    )
    diagonal_only = mistake(
        "Which entries of the Hessian do you use? The diagonal alone, as if the weights didn't interact. Solve the "
        "whole system.",
        {"np.linalg.solve(hessian, gradient)": "gradient / np.diag(hessian)"},
    )
    inverted_entry_by_entry = mistake(
        "Is 1 / H the inverse of H? It inverts the entries one by one, which is not the same. Solve H · step = "
        "gradient.",
        {"np.linalg.solve(hessian, gradient)": "(1 / hessian) @ gradient"},
    )
    returns_the_step = mistake(
        "What do you return: the new weights or the step? You return only the step. Add it to the old weights.",
        {"w - step": "-step"},
    )
    returns_the_solution = mistake(
        "What do you return: the new weights or the solution of the system? You return the solution, H⁻¹ ∇f. Subtract "
        "it from w.",
        {"w - step": "step"},
    )
    with_a_learning_rate = mistake(
        "How long is your step? A hundredth as long as Newton's, as with a learning rate of 1e-2. Take the step in "
        "full.",
        {"w - step": "w - 1e-2 * step"},
    )
    half_a_step = mistake(
        "How long is your step? Half as long as Newton's. Take the step in full.", {"w - step": "w - 0.5 * step"}
    )
    cholesky = mistake(
        "Does your solver need a positive definite Hessian? It stops with an error at a saddle, as a Cholesky "
        "factorization does. Use one that works for any invertible matrix.",
        {
            "step =": "root = np.linalg.cholesky(hessian)\nstep =",
            "np.linalg.solve(hessian, gradient)": "np.linalg.solve(root.T, np.linalg.solve(root, gradient))",
        },
    )
    absolute_curvature = mistake(
        "What happens to negative curvature? You turn it positive and step away from the saddle. That's often wise, "
        "but Newton's step leads onto the saddle: keep the signs.",
        {
            "step =": "eigenvalues, axes = np.linalg.eigh(hessian)\nstep =",
            "np.linalg.solve(hessian, gradient)": "axes @ (axes.T @ gradient / np.abs(eigenvalues))",
        },
    )
    damped = mistake(
        "Do you add anything to the Hessian? Your step is damped, as if by 1e-3 on the diagonal, and misses the "
        "critical point. Use the Hessian as it is.",
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
