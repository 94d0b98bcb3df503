"""Nesterov's formula, with one sign wrong."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .quadratics import quadratic_gradient


class FixNesterovFormula(Exercise):
    """One set of notes prints v = rho v + alpha grad f(x + rho v)."""

    name, points = "fix_nesterov_formula", 1
    driver = drivers.lookahead

    def reference(x, v, gradient, rho, alpha):
        """One step of Nesterov momentum in its look-ahead form, toward a smaller loss.

        Parameters
        ----------
        x : ndarray (D,)
            The weights.
        v : ndarray (D,)
            The velocity: the step taken before, by which the next one is begun.
        gradient : callable
            ``gradient(point) -> ndarray (D,)``, the gradient of the loss at any point.
        rho : float
            ρ, the share of the velocity that is kept.
        alpha : float
            α, the learning rate.

        Returns
        -------
        next_x : ndarray (D,)
        next_v : ndarray (D,)
            The step taken: next_x is x plus next_v.

        Notes
        -----
        `x` and `v` may be changed in place, but need not be.

        References
        ----------
        Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning"
        (2013), section 2, equations 3 and 4; after Nesterov (1983).
        """
        ahead = x + rho * v
        v = rho * v - alpha * gradient(ahead)
        return x + v, v

    def cases(rng):
        def given(size, steps, **settings):
            return {
                "x": signed(rng, 2, 4, size),
                "v": signed(rng, 0.5, 1, size),
                "gradient": quadratic_gradient(rng, size),
                "steps": steps,
                "rho": uniform(rng, 0.6, 0.9),
                "alpha": uniform(rng, 0.03, 0.1),
                **settings,
            }

        yield Case("one step", **given(3, 1))
        yield Case("ten steps into a bowl", **given(3, 10))
        yield Case("without momentum: plain descent", **given(2, 5, rho=0.0))
        yield Case("much momentum", **given(4, 15, rho=uniform(rng, 0.95, 0.99)))

    @mistake(
        "This climbs as the printed formula does. Set ρ to 0: what is left should be plain gradient descent. Is it?"
    )
    def as_printed(x, v, gradient, rho, alpha):
        v = rho * v + alpha * gradient(x + rho * v)
        return x + v, v

    velocity_uphill = mistake(
        "You turned the sign where x moves, so the velocity has the opposite sign of the step, and the look-ahead goes "
        "backwards. Turn it where the gradient enters.",
        {"- alpha": "+ alpha", "x + v": "x - v"},
    )
    both_signs = mistake(
        "The velocity's own sign is turned, too: it swings to and fro. Only the gradient's sign was wrong.",
        {"v = rho": "v = -rho"},
    )
    behind = mistake("You look back instead of ahead: the gradient is taken at x - ρ v.", {"x + rho": "x - rho"})
    gradient_here = mistake(
        "This is ordinary momentum: its gradient is taken at x. Only the sign was wrong, not the point.",
        {"gradient(ahead)": "gradient(x)"},
    )
    old_velocity_returned = mistake(
        "The old velocity is returned. What is handed on is the new one.",
        {"v = rho": "new_v = rho", "x + v": "x + new_v"},
    )

    in_two_moves = variant({"v = rho * v": "arrived = ahead", "x + v, v": "arrived, arrived - x"})
