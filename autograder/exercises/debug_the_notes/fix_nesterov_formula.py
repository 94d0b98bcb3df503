"""Nesterov's formula, with one sign wrong."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .quadratics import quadratic_gradient


class FixNesterovFormula(Exercise):
    """One set of notes prints v = rho v + alpha grad f(x + rho v)."""

    name, points = "fix_nesterov_formula", 1
    done = "Your Nesterov step subtracts the gradient, and takes it where the velocity leads."
    driver = drivers.lookahead
    picture = Picture("curve")

    def reference(x, v, gradient, rho, alpha):
        """One step of Nesterov momentum in its look-ahead form, to minimize the loss.

        Parameters
        ----------
        x : ndarray (D,)
            The weights.
        v : ndarray (D,)
            The velocity: the previous step, which the next one continues.
        gradient : callable
            ``gradient(point) -> ndarray (D,)``, the gradient of the loss at any point.
        rho : float
            ρ, the fraction of the velocity that each step keeps.
        alpha : float
            α, the learning rate.

        Returns
        -------
        next_x : ndarray (D,)
        next_v : ndarray (D,)
            The step: next_x is x plus next_v.

        Notes
        -----
        You may change `x` and `v` in place.

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
        yield Case("a lot of momentum", **given(4, 15, rho=uniform(rng, 0.95, 0.99)))

    @mistake(
        "If ρ is 0, does your rule become plain gradient descent? It doesn't: as in the printed formula, the gradient "
        "is added, and x climbs."
    )
    def as_printed(x, v, gradient, rho, alpha):
        v = rho * v + alpha * gradient(x + rho * v)
        return x + v, v

    velocity_uphill = mistake(
        "Is next_x equal to x plus next_v? Your velocity has the opposite sign from the step, so the look-ahead goes "
        "backward. Subtract the gradient in the velocity, and return x + v.",
        {"- alpha": "+ alpha", "x + v": "x - v"},
    )
    velocity_reversed = mistake(
        "Is next_x equal to x plus next_v? Your velocity has the opposite sign from the step, so the next step starts "
        "by going back. Swap both signs: subtract the gradient in the velocity, and return x + v.",
        {"v = rho * v - alpha": "v = -rho * v + alpha", "x + v": "x - v"},
    )
    both_signs = mistake(
        "Does the velocity keep its direction? Yours changes sign at each step. Only the gradient's sign needed "
        "fixing.",
        {"v = rho": "v = -rho"},
    )
    behind = mistake(
        "Do you look ahead or back? You take the gradient at x - ρv. Take it at x + ρv.", {"x + rho": "x - rho"}
    )
    gradient_here = mistake(
        "Where do you take the gradient? At x, which is ordinary momentum. The point was right as printed; only the "
        "sign was wrong.",
        {"gradient(ahead)": "gradient(x)"},
    )
    old_velocity_returned = mistake(
        "Which velocity do you return? It's the old one. Return the new one.",
        {"v = rho": "new_v = rho", "x + v": "x + new_v"},
    )
    from_the_lookahead = mistake(
        "Where does the step start? Your x goes to the look-ahead point first, and then moves by v as well. It should "
        "move only by v.",
        {"x + v, v": "ahead + v, v"},
    )
    whole_velocity_ahead = mistake(
        "How far do you look ahead? You add the whole velocity. Only the fraction ρ of it is kept, so look ahead by "
        "ρv.",
        {"x + rho * v": "x + v"},
    )
    no_friction = mistake(
        "How much of the velocity do you keep? All of it. Keep the fraction ρ, as in the look-ahead.",
        {"v = rho * v": "v = v"},
    )
    weights_not_moved = mistake(
        "Does your x move? It comes back as it was. Add the new velocity.",
        {"x + v, v": "x, v"},
    )

    in_two_moves = variant(
        {"ahead = x + rho * v\nv = rho * v": "ahead = x + rho * v\narrived = ahead", "x + v, v": "arrived, arrived - x"}
    )
