"""Nesterov momentum in its original form: take the gradient where the velocity is about to lead."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite, rotated, uniform
from gradlab import drivers, oracles


class NesterovLookahead(Exercise):
    """Nesterov momentum in the form that shows the idea: the gradient is taken where the velocity is about to lead."""

    name, points = "nesterov_lookahead", 3
    driver = drivers.lookahead

    def reference(x, v, gradient, learning_rate=1e-2, momentum=0.9):
        """One step of Nesterov momentum, with the gradient taken where the velocity leads.

            v ← μ v - η ∇f(x + μ v)
            x ← x + v

        Parameters
        ----------
        x : ndarray (D,)
            Where you stand.
        v : ndarray (D,)
            The velocity.
        gradient : callable
            ``gradient(point)`` returns ∇f at an array of shape (D,), as an array of that shape.
        learning_rate, momentum : float
            η and μ.

        Returns
        -------
        next_x, next_v : ndarray (D,)

        Notes
        -----
        `x` and `v` may be changed in place, but need not be.

        References
        ----------
        Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in deep learning"
        (2013), section 2, equations 3 and 4; after Nesterov (1983).
        """
        ahead = x + momentum * v
        next_v = momentum * v - learning_rate * gradient(ahead)
        return x + next_v, next_v

    def cases(rng):
        def downhill(A):
            return Oracle(partial(oracles.quadratic_gradient, A=A, b=rng.normal(size=len(A)).astype(A.dtype)))

        yield Case(
            "eight steps down a bowl, default settings",
            x=rng.normal(size=3),
            v=rng.normal(size=3),
            gradient=downhill(positive_definite(rng, 3)),
            steps=8,
        )
        yield Case(
            "another learning rate and momentum",
            x=rng.normal(size=4),
            v=rng.normal(size=4),
            gradient=downhill(positive_definite(rng, 4)),
            steps=8,
            learning_rate=uniform(rng, 0.05, 0.15),
            momentum=uniform(rng, 0.4, 0.7),
        )
        yield Case(
            "seen at the look-ahead point: the path of nesterov_momentum",
            x=rng.normal(size=2),
            v=rng.normal(size=2),
            gradient=downhill(positive_definite(rng, 2)),
            steps=8,
            ahead=True,
            learning_rate=uniform(rng, 0.05, 0.15),
            momentum=uniform(rng, 0.4, 0.7),
        )
        yield Case(
            "from rest, beside a saddle",
            x=rng.normal(size=2),
            v=np.zeros(2),
            gradient=downhill(rotated(rng, rng.uniform(2, 4), -rng.uniform(0.5, 1))),
            steps=10,
            learning_rate=uniform(rng, 0.05, 0.15),
        )
        x, v, A = as_float32(rng.normal(size=3), rng.normal(size=3), positive_definite(rng, 3))
        yield Case("float32", x=x, v=v, gradient=downhill(A), steps=8, momentum=uniform(rng, 0.4, 0.7))

    gradient_where_you_stand = mistake(
        "The gradient is taken at x, which is plain momentum. Nesterov takes it at the point ahead, x + μ v.",
        {"gradient(ahead)": "gradient(x)"},
    )
    wrong_sign = mistake(
        "The velocity grows along the gradient, so the loss rises: the gradient enters it with a minus.",
        {"- learning_rate": "+ learning_rate"},
    )
    looks_behind = mistake(
        "The gradient is taken behind you, at x - μ v. The velocity leads to x + μ v.",
        {"x + momentum * v": "x - momentum * v"},
    )
    looks_too_far = mistake(
        "The gradient is taken at x + v, too far ahead: only μ v of the velocity survives the step.",
        {"x + momentum * v": "x + v"},
    )
    looks_from_the_origin = mistake(
        "The gradient is taken at μ v, as seen from the origin. The point ahead is x + μ v.",
        {"x + momentum * v": "momentum * v"},
    )
    steps_from_ahead = mistake(
        "You step from the point ahead. It is only where the gradient is taken: the step starts at x.",
        {"x + next_v": "ahead + next_v"},
    )
    moves_before_updating = mistake(
        "You step by the old velocity: update it first, and then move by it.", {"x + next_v": "x + v"}
    )
    returned_in_the_wrong_order = mistake(
        "x and v come back in the wrong order: return next_x first.", {"x + next_v, next_v": "next_v, x + next_v"}
    )
    both_forms_at_once = mistake(
        "This is the transformed step, -μ v_prev + (1 + μ) v, on top of the look-ahead gradient. It is "
        "either the one or the other: here x moves by the new velocity.",
        {"x + next_v": "x - momentum * v + (1 + momentum) * next_v"},
    )
    transformed_form = mistake(
        "This is the transformed form, with the gradient at x. Here look ahead first, and move by v.",
        {"gradient(ahead)": "gradient(x)", "x + next_v": "x - momentum * v + (1 + momentum) * next_v"},
    )
    no_friction = mistake(
        "The old velocity does not decay: multiply it by momentum in the update, too.",
        {"next_v = momentum * v": "next_v = v"},
    )
    settings_hard_coded = mistake(
        "The settings are always 1e-2 and 0.9: use the arguments learning_rate and momentum.",
        {"ahead =": "learning_rate, momentum = 1e-2, 0.9\nahead ="},
    )

    @variant
    def in_place(x, v, gradient, learning_rate=1e-2, momentum=0.9):
        v *= momentum
        v -= learning_rate * np.array(gradient(x + v))
        x += v
        return x, v

    step_ahead_then_correct = variant(
        {"next_v = momentum * v": "next_x = ahead.astype(np.float64)", "x + next_v, next_v": "next_x, next_x - x"}
    )
