"""A direction that leads down from a saddle or a maximum, where the gradient is zero."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, level, rotated, sample_until
from gradlab import drivers, properties


class EscapeSaddle(Exercise):
    """At a saddle the gradient tells you nothing, but the Hessian shows a way down."""

    name, points = "escape_saddle", 2
    done = "You can find a way down where the gradient is zero; the next cell uses it to leave a saddle."
    driver = drivers.for_each_array
    judge = properties.has_negative_curvature

    def reference(hessian):
        """A direction that leads down from a critical point, if there is one: a direction of negative curvature.

        To second order, a step of length s along a unit vector d changes the loss by ½ s² dᵀHd. So a direction with
        dᵀHd < 0 leads down, and so does its opposite.

        Parameters
        ----------
        hessian : ndarray (D, D)
            Symmetric; no eigenvalue is zero.

        Returns
        -------
        direction : ndarray (D,) or None
            A vector of length 1, or None if no direction leads down. Any direction passes if its curvature dᵀHd is
            negative and at least half as large in magnitude as the most negative eigenvalue.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), section 3.4; Dauphin et al., "Identifying and
        attacking the saddle point problem in high-dimensional non-convex optimization" (2014).
        """
        eigenvalues, eigenvectors = np.linalg.eigh(hessian)
        least = eigenvalues.argmin()
        return eigenvectors[:, least] if eigenvalues[least] < 0 else None

    def cases(rng):
        def between(low, high, count=1):
            return rng.uniform(low, high, count)

        def steep():
            """A saddle with walls so steep that the way down is narrow; the diagonal does not show it."""
            return sample_until(
                lambda: rotated(rng, *between(50, 100), *-between(1, 2)), lambda hessian: hessian.diagonal().min() > 0
            )

        def size():
            return integer(rng, 4, 6)

        # With its axes exchanged, a saddle's eigenvalues come out of np.linalg.eig in the other order.
        one, another = steep(), steep()
        yield Case("saddles in two dimensions", over="hessian", values=np.stack([one, one[::-1, ::-1], another]))
        others = size() - 1
        yield Case(
            "steep up, gently down",
            over="hessian",
            values=np.stack([level(rng, *-between(0.5, 1), *between(5, 20, others)) for _ in range(2)]),
        )
        others = size() - 2
        yield Case(
            "several ways down, one far steeper than the others",
            over="hessian",
            values=np.stack(
                [level(rng, *-between(0.1, 0.2), *-between(7, 8), *between(4.5, 6, others)) for _ in range(2)]
            ),
        )
        others = size() - 2
        minimum = level(rng, *between(1, 2), *between(1, 2), *between(1, 4, others))
        saddle = level(rng, *between(0.2, 0.4), *-between(1, 2), *between(5, 7, others))
        yield Case(
            "a minimum, from which no direction leads down, and a saddle",
            over="hessian",
            values=np.stack([minimum, saddle]),
        )
        others = size() - 1
        maxima = [level(rng, *-between(7, 8), *-between(0.1, 0.4, others)) for _ in range(2)]
        saddle = level(rng, *-between(7, 8), *between(0.1, 0.4, others))
        yield Case(
            "maxima (every direction leads down, one far more steeply than the others) and a saddle",
            over="hessian",
            values=np.stack([*maxima, saddle]),
        )

    steepest_way_up = mistake(
        "Does the loss fall along your direction? Not at the saddles, and at a minimum you return a direction, too. Do "
        "you take the largest eigenvalue? Take the smallest, and return None unless it is negative.",
        {"eigenvectors[:, least] if eigenvalues[least] < 0 else None": "eigenvectors[:, eigenvalues.argmax()]"},
    )
    direction_at_a_minimum = mistake(
        "What do you return at a minimum? Nothing leads down from there, so return None if no eigenvalue is negative.",
        {" if eigenvalues[least] < 0 else None": ""},
    )
    never_a_direction = mistake(
        "Do you ever find a way down? You return None even at saddles. If an eigenvalue is negative, return its "
        "eigenvector.",
        {"eigenvectors[:, least] if eigenvalues[least] < 0 else None": "None"},
    )
    none_at_a_maximum = mistake(
        "What leads down from a maximum? Every direction, but there you return None. Return None only if no eigenvalue "
        "is negative.",
        {"eigenvalues[least] < 0": "eigenvalues[0] < 0 < eigenvalues[-1]"},
    )
    first_if_negative = mistake(
        "Is the first eigenvalue the lowest? It is if np.linalg.eigh returns it, but np.linalg.eig doesn't sort. Look "
        "for the lowest one, and return None only if that isn't negative.",
        {"np.linalg.eigh(hessian)": "[part.real for part in np.linalg.eig(hessian)]", "eigenvalues.argmin()": "0"},
    )
    first_column = mistake(
        "Whose eigenvector do you return? Not always that of the lowest eigenvalue. np.linalg.eigh puts that one in "
        "the first column, but np.linalg.eig doesn't sort: look for the lowest eigenvalue.",
        {"np.linalg.eigh(hessian)": "[part.real for part in np.linalg.eig(hessian)]", "[:, least]": "[:, 0]"},
    )
    scaled_by_the_eigenvalue = mistake(
        "How long is your direction? It should have length 1. The columns that eigh returns already do: don't scale "
        "them.",
        {"eigenvectors[:, least]": "eigenvalues[least] * eigenvectors[:, least]"},
    )
    returns_the_eigenvalue = mistake(
        "Do you return an array? Return the direction itself, an eigenvector; its eigenvalue is only a number.",
        {"eigenvectors[:, least]": "eigenvalues[least]"},
    )
    returns_a_column = mistake(
        "What shape does your direction have? It should be (D,). A single column is eigenvectors[:, i], with a number "
        "for i; a list or a slice there keeps the second axis.",
        {"[:, least]": "[:, [least]]"},
    )
    diagonal_only = mistake(
        "Where do you look for a way down? You find none at the saddles, as if you looked at the diagonal alone. The "
        "way down usually lies between the axes: take the eigenvectors.",
        {"np.linalg.eigh(hessian)": "np.diag(hessian), np.eye(len(hessian))"},
    )
    least_negative = mistake(
        "What if there are several ways down? The loss falls less than half as steeply along yours as it could. Take "
        "the most negative eigenvalue.",
        {"eigenvalues.argmin()": "np.sum(eigenvalues < 0) - 1"},
    )
    largest_magnitude = mistake(
        "Does the loss fall along your direction? Not where it rises more steeply in another direction. Do you take "
        "the eigenvalue of largest magnitude? It may be positive: take the most negative.",
        {"eigenvectors[:, least]": "eigenvectors[:, np.abs(eigenvalues).argmax()]"},
    )
    largest_magnitude_everywhere = mistake(
        "Does the loss fall along your direction? Not where it rises more steeply in another direction, and at a "
        "minimum you return a direction, too. Take the most negative eigenvalue, and return None if there is none.",
        {
            "eigenvectors[:, least] if eigenvalues[least] < 0 else None": (
                "eigenvectors[:, np.abs(eigenvalues).argmax()]"
            ),
        },
    )
    smallest_magnitude = mistake(
        "How steeply does the loss fall along your direction? Less steeply than it could, or not at all, as along the "
        "flattest direction. Take the most negative eigenvalue, not the one nearest to zero.",
        {"eigenvectors[:, least]": "eigenvectors[:, np.abs(eigenvalues).argmin()]"},
    )
    row_for_column = mistake(
        "Do you take a row or a column of the matrix of eigenvectors? Your direction rarely leads down. The "
        "eigenvectors are the columns.",
        {"[:, least]": "[least]"},
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
