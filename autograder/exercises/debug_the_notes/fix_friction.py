"""The part of the velocity that friction takes away in each step of momentum."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixFriction(Exercise):
    """One set of notes calls mu * v the drag."""

    name, points = "fix_friction", 1
    driver = drivers.call

    def reference(v, mu, steps):
        """The velocity that is left after coasting: `steps` steps of momentum in which the gradient is zero.

        Each step of momentum makes μ v - η g of the velocity v. What a step takes away from v when g is zero is the
        drag.

        Parameters
        ----------
        v : ndarray (D,)
            The velocity before.
        mu : float
            μ, above 0 and below 1.
        steps : int
            At least 1.

        Returns
        -------
        ndarray (D,)

        Notes
        -----
        `v` may be changed in place, but need not be.
        """
        for _ in range(steps):
            drag = (1 - mu) * v
            v = v - drag
        return v

    def cases(rng):
        yield Case("a single step", v=signed(rng, 1, 3, 3), mu=uniform(rng, 0.85, 0.95), steps=1)
        yield Case("ten steps at about 0.9", v=signed(rng, 1, 3, 3), mu=uniform(rng, 0.85, 0.95), steps=10)
        yield Case("a hundred steps at about 0.99", v=signed(rng, 1, 3, 2), mu=uniform(rng, 0.985, 0.995), steps=100)
        yield Case("much friction", v=signed(rng, 1, 3, 4), mu=uniform(rng, 0.2, 0.4), steps=3)

    @mistake(
        "This brakes as the printed code does: at μ = 0.9 a single step leaves a tenth of the velocity. Take the "
        "rule with a gradient of zero, and see by how much v gets smaller."
    )
    def as_printed(v, mu, steps):
        for _ in range(steps):
            drag = mu * v
            v = v - drag
        return v

    constant_drag = mistake(
        "The drag stays that of the first step, so the velocity falls in a straight line. It is a share of v.",
        {"for _ in range(steps):\n    drag = (1 - mu) * v": "drag = (1 - mu) * v\nfor _ in range(steps):"},
    )
    one_step_only = mistake(
        "Only one step is taken. Each of the steps takes its share of what is left.", {"range(steps)": "range(1)"}
    )
    drag_added = mistake("The drag is added, so the velocity grows. It takes away.", {"v - drag": "v + drag"})

    @mistake("Momentum multiplies by the number of steps here. A share that is lost at each step makes a power.")
    def times_steps(v, mu, steps):
        return v * mu * steps

    one_too_many = mistake("That is one step too many.", {"range(steps)": "range(steps + 1)"})

    @variant
    def closed_form(v, mu, steps):
        return mu**steps * v

    in_place = variant({"drag = (1 - mu) * v\nv = v - drag": "v *= mu"})
