"""The part of the velocity that friction takes away in each step of momentum."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixFriction(Exercise):
    """One set of notes calls mu * v the drag."""

    name, points = "fix_friction", 1
    done = "You have worked out what slows momentum down: each step takes away 1 - μ of the velocity."
    driver = drivers.call

    def reference(v, mu, steps):
        """The velocity left after coasting: after `steps` steps of momentum with a gradient of zero.

        Each step of momentum turns the velocity v into μ v - η g. The drag is what a step takes away from v when g is
        zero.

        Parameters
        ----------
        v : ndarray (D,)
            The velocity at the start.
        mu : float
            μ, above 0 and below 1.
        steps : int
            At least 1.

        Returns
        -------
        ndarray (D,)

        Notes
        -----
        You may change `v` in place.
        """
        for _ in range(steps):
            drag = (1 - mu) * v
            v = v - drag
        return v

    def cases(rng):
        yield Case("a single step", v=signed(rng, 1, 3, 3), mu=uniform(rng, 0.85, 0.95), steps=1)
        yield Case("ten steps at about 0.9", v=signed(rng, 1, 3, 3), mu=uniform(rng, 0.85, 0.95), steps=10)
        yield Case("a hundred steps at about 0.99", v=signed(rng, 1, 3, 2), mu=uniform(rng, 0.985, 0.995), steps=100)
        yield Case("strong friction", v=signed(rng, 1, 3, 4), mu=uniform(rng, 0.2, 0.4), steps=3)

    @mistake(
        "At μ = 0.9, how much of the velocity is left after one step? The rule says nine tenths when the gradient is "
        "zero; in your code, as in the printed code, it's one tenth. How much does the rule take away?"
    )
    def as_printed(v, mu, steps):
        for _ in range(steps):
            drag = mu * v
            v = v - drag
        return v

    constant_drag = mistake(
        "Does the drag get smaller as the velocity does? Yours stays what it was in the first step, so the velocity "
        "falls in a straight line. Recompute it at every step.",
        {"for _ in range(steps):\n    drag = (1 - mu) * v": "drag = (1 - mu) * v\nfor _ in range(steps):"},
    )
    one_step_only = mistake(
        "How many steps do you take? Always one, whatever `steps` is.", {"range(steps)": "range(1)"}
    )
    drag_added = mistake(
        "Does friction slow you down? Your velocity grows. Subtract the drag.", {"v - drag": "v + drag"}
    )

    @mistake(
        "How many times do you multiply the velocity by μ? Once, and then by the number of steps. Multiply by μ once "
        "per step."
    )
    def times_steps(v, mu, steps):
        return v * mu * steps

    one_too_many = mistake(
        "How much is left after a single step? Too little: you take one step too many.",
        {"range(steps)": "range(steps + 1)"},
    )
    one_too_few = mistake(
        "How much is left after a single step? All of it: you take one step too few.",
        {"range(steps)": "range(steps - 1)"},
    )
    nothing_lost = mistake(
        "Does your velocity change at all? It comes back as it was. Subtract the drag at each step.",
        {"v - drag": "v"},
    )

    @mistake(
        "Do you return what is left of the velocity, or what is gone? You return what the drag has taken away. "
        "Return what is left."
    )
    def what_was_lost(v, mu, steps):
        return (1 - mu**steps) * v

    @variant
    def closed_form(v, mu, steps):
        return mu**steps * v

    in_place = variant({"drag = (1 - mu) * v\nv = v - drag": "v *= mu"})
