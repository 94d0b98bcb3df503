"""Nesterov momentum in its original form: take the gradient where the velocity is about to lead."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite, rotated, uniform
from gradlab import drivers, oracles
from gradlab.checks.pictures import Picture


class NesterovLookahead(Exercise):
    """The form that shows the idea: take the gradient where the velocity is about to lead."""

    name, points = "nesterov_lookahead", 3
    done = "You have Nesterov momentum in its original form: look ahead along the velocity, then correct."
    driver = drivers.lookahead
    picture = Picture("curve")

    def reference(x, v, gradient, learning_rate=1e-2, momentum=0.9):
        """One step of Nesterov momentum, with the gradient taken where the velocity leads.

            v ← μ v - η ∇f(x + μ v)
            x ← x + v

        Parameters
        ----------
        x : ndarray (D,)
            The current point.
        v : ndarray (D,)
            The velocity.
        gradient : callable
            ``gradient(point)`` takes an array of shape (D,) and returns ∇f there as an array of the same shape.
        learning_rate, momentum : float
            η and μ.

        Returns
        -------
        next_x, next_v : ndarray (D,)

        Notes
        -----
        You may change `x` and `v` in place.

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
            "a different learning rate and momentum",
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
            "from rest, next to a saddle",
            x=rng.normal(size=2),
            v=np.zeros(2),
            gradient=downhill(rotated(rng, rng.uniform(2, 4), -rng.uniform(0.5, 1))),
            steps=10,
            learning_rate=uniform(rng, 0.05, 0.15),
        )
        x, v, A = as_float32(rng.normal(size=3), rng.normal(size=3), positive_definite(rng, 3))
        yield Case("float32", x=x, v=v, gradient=downhill(A), steps=8, momentum=uniform(rng, 0.4, 0.7))

    gradient_where_you_stand = mistake(
        "Where do you take the gradient? At x, as in plain momentum. Take it ahead, at x + μ v.",
        {"gradient(ahead)": "gradient(x)"},
    )
    wrong_sign = mistake(
        "Which way does your velocity grow? Along the gradient, which points uphill. Subtract η times the gradient.",
        {"- learning_rate": "+ learning_rate"},
    )
    looks_behind = mistake(
        "Where do you take the gradient? Behind you, at x - μ v. The velocity leads to x + μ v.",
        {"x + momentum * v": "x - momentum * v"},
    )
    looks_too_far = mistake(
        "Where do you take the gradient? At x + v, which is too far ahead: only μ v is left of the velocity. Take it "
        "at x + μ v.",
        {"x + momentum * v": "x + v"},
    )
    looks_from_the_origin = mistake(
        "Where do you take the gradient? At μ v, as if you stood at the origin. Start from x: x + μ v.",
        {"x + momentum * v": "momentum * v"},
    )
    steps_from_ahead = mistake(
        "Where does your step start? At the point ahead. That's only where you take the gradient: step from x.",
        {"x + next_v": "ahead + next_v"},
    )
    moves_before_updating = mistake(
        "Which velocity moves x? The one from before the update. Update the velocity first, then move by it.",
        {"x + next_v": "x + v"},
    )
    returned_in_the_wrong_order = mistake(
        "In what order do you return the two results? You return the velocity first. Return next_x, then next_v.",
        {"x + next_v, next_v": "next_v, x + next_v"},
    )
    old_velocity_returned = mistake(
        "Which velocity do you return? The old one, so every step starts from it again. Return next_v.",
        {"x + next_v, next_v": "x + next_v, v"},
    )
    point_ahead_returned = mistake(
        "Which point do you return? The next point ahead, next_x + μ next_v. Return next_x itself.",
        {"x + next_v, next_v": "x + next_v + momentum * next_v, next_v"},
    )
    both_forms_at_once = mistake(
        "Is your step that of nesterov_momentum, -μ v_prev + (1 + μ) v? With a gradient taken ahead, it counts the "
        "look-ahead twice. In this form, x moves by the new velocity alone.",
        {"x + next_v": "x - momentum * v + (1 + momentum) * next_v"},
    )
    transformed_form = mistake(
        "Is this the form of nesterov_momentum, with the gradient at x? Here, take the gradient at x + μ v, and move "
        "by the new velocity.",
        {"gradient(ahead)": "gradient(x)", "x + next_v": "x - momentum * v + (1 + momentum) * next_v"},
    )
    uphill_velocity = mistake(
        "Which way does your velocity point? Uphill: you add the gradient to it and subtract it from x. That can work, "
        "but here x moves along v. Subtract η times the gradient, and look ahead and step by adding.",
        {
            "x + momentum * v": "x - momentum * v",
            "- learning_rate": "+ learning_rate",
            "x + next_v, next_v": "x - next_v, next_v",
        },
    )
    velocity_of_gradients = mistake(
        "What does your velocity hold? It's a sum of gradients, and the learning rate comes in only when you look "
        "ahead and when x moves. Here v is already a step: v ← μ v - η ∇f, and x moves by v itself.",
        {
            "x + momentum * v": "x - learning_rate * momentum * v",
            "- learning_rate * ": "+ ",
            "x + next_v, next_v": "x - learning_rate * next_v, next_v",
        },
    )
    running_mean_of_gradients = mistake(
        "What does your velocity hold? It's a running mean of gradients, with 1 - μ, and the learning rate comes in "
        "only when you look ahead and when x moves. Here v is already a step: v ← μ v - η ∇f, without 1 - μ.",
        {
            "x + momentum * v": "x - learning_rate * momentum * v",
            "- learning_rate * ": "+ (1 - momentum) * ",
            "x + next_v, next_v": "x - learning_rate * next_v, next_v",
        },
    )
    running_mean = mistake(
        "How much of the new gradient enters the velocity? Only 1 - μ of it, as in a running mean. Let in all of it: "
        "v ← μ v - η ∇f.",
        {"* gradient(": "* (1 - momentum) * gradient("},
    )
    gradient_clipped = mistake(
        "Do large gradients count in full? Yours stop at 1 and -1, as if clipped. The rule uses the gradient as it is.",
        {"gradient(ahead)": "np.clip(gradient(ahead), -1, 1)"},
    )
    no_friction = mistake(
        "How much of the old velocity do you keep? All of it. Multiply it by momentum in the update, too.",
        {"next_v = momentum * v": "next_v = v"},
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? You subtract the whole gradient. Multiply it by the learning rate.",
        {"learning_rate * gradient": "gradient"},
    )
    settings_hard_coded = mistake(
        "Do the arguments `learning_rate` and `momentum` change anything? Yours are always 1e-2 and 0.9. Use the "
        "arguments.",
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
