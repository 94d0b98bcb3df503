"""A direction that leads down from a saddle, where the gradient is zero."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import hadamard, rotated
from gradlab import drivers, properties


class EscapeSaddle(Exercise):
    """At a saddle the gradient says nothing, but the Hessian shows a way down."""

    name, points = "escape_saddle", 2
    driver = drivers.for_each_array
    judge = properties.has_negative_curvature

    def reference(hessian):
        """A direction that leads down from a saddle: one of negative curvature.

        Along a unit vector d from a critical point the loss changes by ½ s² dᵀHd to second order in the
        distance s, so a direction with dᵀHd < 0 leads down, and so does its opposite.

        Parameters
        ----------
        hessian : ndarray (D, D)
            Symmetric; no eigenvalue is zero.

        Returns
        -------
        direction : ndarray (D,) or None
            Of length 1. Any passes whose curvature dᵀHd is at most half of the most negative eigenvalue. None
            if no direction leads down.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), section 3.4; Dauphin et al., "Identifying and
        attacking the saddle point problem in high-dimensional non-convex optimization" (2014).
        """
        eigenvalues, eigenvectors = np.linalg.eigh(hessian)
        least = eigenvalues.argmin()
        return eigenvectors[:, least] if eigenvalues[least] < 0 else None

    def cases(rng):
        a, b, c = rng.uniform(1, 2, 3)
        yield Case(
            "saddles in two dimensions",
            over="hessian",
            values=np.stack([hadamard(a + 5, -b), hadamard(-b, c + 5), rotated(rng, a + 4, -c)]),
        )
        yield Case(
            "steep up, gently down",
            over="hessian",
            values=np.stack([hadamard(20 + a, -0.5 * b, 10 + c, 5 + a), hadamard(20 + b, 10 + a, 5 + c, -0.5 * c)]),
        )
        yield Case(
            "several ways down, one far steeper than the others",
            over="hessian",
            values=np.stack([hadamard(-0.1 * a, 3 + a, 4 + b, -6 - c), hadamard(-6 - a, 4 + b, -0.1 * c, 3 + c)]),
        )
        yield Case(
            "minima, which no direction leads down from, beside a saddle",
            over="hessian",
            values=np.stack([hadamard(a, b, c, a + b), hadamard(0.2 * a, 4 + a, -b, 5 + c)]),
        )
        yield Case(
            "maxima: every direction leads down, one far more than the others",
            over="hessian",
            values=np.stack(
                [hadamard(-0.1 * a, -6 - b, -0.1 * b, -0.2 * c), hadamard(-6 - c, -0.1, -0.1 * a, -0.2 * b)]
            ),
        )

    steepest_way_up = mistake(
        "Your direction belongs to the largest eigenvalue, along which the loss rises most. Take the smallest.",
        {"eigenvectors[:, least] if eigenvalues[least] < 0 else None": "eigenvectors[:, eigenvalues.argmax()]"},
    )
    direction_at_a_minimum = mistake(
        "At a minimum you return a direction all the same: return None where no eigenvalue is negative.",
        {" if eigenvalues[least] < 0 else None": ""},
    )
    never_a_direction = mistake(
        "You never find a way down. There is one wherever an eigenvalue is negative: its eigenvector.",
        {"eigenvectors[:, least] if eigenvalues[least] < 0 else None": "None"},
    )
    scaled_by_the_eigenvalue = mistake(
        "The direction is as long as its curvature. Give it length 1: an eigenvector as it comes has that.",
        {"eigenvectors[:, least]": "eigenvalues[least] * eigenvectors[:, least]"},
    )
    returns_the_eigenvalue = mistake(
        "You return the curvature, a number. What is asked is the direction that has it.",
        {"eigenvectors[:, least]": "eigenvalues[least]"},
    )
    returns_a_column = mistake(
        "The direction comes as a matrix of one column. Its shape should be (D,).", {"[:, least]": "[:, [least]]"}
    )
    diagonal_only = mistake(
        "You look along the given axes only, on the diagonal. The way down usually lies between them.",
        {"np.linalg.eigh(hessian)": "np.diag(hessian), np.eye(len(hessian))"},
    )
    least_negative = mistake(
        "You take a negative eigenvalue, but not the most negative: there the loss barely falls.",
        {"eigenvalues.argmin()": "np.sum(eigenvalues < 0) - 1"},
    )
    largest_magnitude = mistake(
        "You take the eigenvalue of largest magnitude, which may well be positive. Take the most negative.",
        {"eigenvectors[:, least]": "eigenvectors[:, np.abs(eigenvalues).argmax()]"},
    )
    smallest_magnitude = mistake(
        "You take the eigenvalue nearest to zero, along which the loss is flattest. Take the most negative.",
        {"eigenvectors[:, least]": "eigenvectors[:, np.abs(eigenvalues).argmin()]"},
    )
    row_for_column = mistake(
        "You take a row of the matrix of eigenvectors. They are its columns.", {"[:, least]": "[least]"}
    )
    other_way_down = variant(
        {
            "np.linalg.eigh": "np.linalg.eig",
            "eigenvalues.argmin()": "eigenvalues.real.argmin()",
            "eigenvectors[:, least]": "-eigenvectors[:, least].real",
        }
    )

    @variant
    def by_power_iteration(hessian):
        shift = np.abs(hessian).sum()
        direction = np.sqrt(np.arange(1.0, len(hessian) + 1))
        for _ in range(1000):
            direction = shift * direction - hessian @ direction
            direction /= np.linalg.norm(direction)
        if direction @ hessian @ direction < 0:
            return direction
        return None
