"""L-BFGS: the curvature is estimated from the last few steps, without a matrix."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite
from gradlab import drivers


class LbfgsDirection(Exercise):
    """Newton's direction without ever forming a matrix: the last few steps reveal the curvature."""

    name, points = "lbfgs_direction", 4
    driver = drivers.lbfgs_histories

    def reference(gradient, s_list, y_list):
        """The direction of L-BFGS, by the two-loop recursion: -H ∇f, with H made of the last m pairs.

        With ρᵢ = 1 / (yᵢ·sᵢ) and q = ∇f to begin with:

            newest pair to oldest:    αᵢ = ρᵢ sᵢ·q           q ← q - αᵢ yᵢ
            scale by the newest:      γ = s·y / y·y          r = γ q
            oldest pair to newest:    β = ρᵢ yᵢ·r            r ← r + (αᵢ - β) sᵢ

        The direction is -r. Without any pairs it is -∇f.

        Parameters
        ----------
        gradient : ndarray (D,)
            ∇f at the current point.
        s_list : list of ndarray (D,)
            The last m steps, x_next - x, oldest first. It may be empty.
        y_list : list of ndarray (D,)
            The change of the gradient over each of them. All s·y are positive.

        Returns
        -------
        direction : ndarray (D,)

        Notes
        -----
        `gradient` may be changed in place, but need not be; the lists may be emptied.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), algorithm 7.4 and equation 7.20; after Nocedal
        (1980).
        """
        pairs = list(zip(s_list, y_list, strict=True))
        direction, alphas = -gradient, []
        for s, y in reversed(pairs):
            alphas.append((s @ direction) / (s @ y))
            direction = direction - alphas[-1] * y
        gamma = 1.0
        if pairs:
            s, y = pairs[-1]
            gamma = (s @ y) / (y @ y)
        direction = gamma * direction
        for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
            beta = (y @ direction) / (s @ y)
            direction = direction + (alpha - beta) * s
        return direction

    def cases(rng):
        def steps(size, count):
            """Steps and the changes of the gradient along them; each step sees a different curvature."""
            s = rng.normal(size=(count, size))
            return s, np.stack([positive_definite(rng, size) @ step for step in s])

        for label, size, count, lengths in (
            ("the first two steps: no pairs yet, then one", 3, 1, [0, 1]),
            ("two and three pairs", 4, 3, [2, 3]),
            ("a history that grows from one pair to five", 4, 5, [1, 2, 3, 4, 5]),
            ("more pairs than dimensions", 2, 6, [6]),
        ):
            s, y = steps(size, count)
            yield Case(label, gradient=rng.normal(size=size), s=s, y=y, lengths=np.array(lengths))
        gradient, s, y = as_float32(rng.normal(size=3), *steps(3, 2))
        yield Case("float32", gradient=gradient, s=s, y=y, lengths=np.array([1, 2]))

    wrong_sign = mistake("The direction leads uphill: turn its sign at the end.", {"-gradient": "gradient"})
    steepest_descent = mistake(
        "This is steepest descent: the pairs are not used.", {"list(zip(s_list, y_list, strict=True))": "[]"}
    )
    oldest_first = mistake(
        "Both loops run in the wrong order. The first starts from the newest pair, the last in the lists.",
        {"in reversed(pairs)": "in pairs", "zip(pairs": "zip(reversed(pairs)"},
    )
    second_loop_not_turned = mistake(
        "The second loop runs from newest to oldest, as the first. It goes back, from oldest to newest.",
        {"zip(pairs, reversed(alphas)": "zip(reversed(pairs), alphas"},
    )
    alphas_not_turned = mistake(
        "The second loop takes the αs in the order they were made. It meets the pairs in the opposite order.",
        {"reversed(alphas)": "alphas"},
    )
    scale_of_the_oldest = mistake(
        "The scale γ is taken from the oldest pair. The newest, the last in the lists, knows best.",
        {"pairs[-1]": "pairs[0]"},
    )
    not_scaled = mistake(
        "Between the loops q is not scaled by γ: the curvature beyond the remembered steps is taken as 1.",
        {"gamma * direction": "direction"},
    )
    scale_inverted = mistake(
        "The scale is upside down: γ = s·y / y·y, an inverse curvature.", {"(s @ y) / (y @ y)": "(y @ y) / (s @ y)"}
    )
    scale_of_steps = mistake(
        "The scale is s·s / s·y, another published one. Here it is γ = s·y / y·y.",
        {"(s @ y) / (y @ y)": "(s @ s) / (s @ y)"},
    )
    empty_history_not_met = mistake(
        "With no pairs yet there is no last one to take γ from: return the negative gradient.",
        {"if pairs:\n    s, y = pairs[-1]\n    gamma": "s, y = pairs[-1]\ngamma"},
    )
    empty_history_gives_zeros = mistake(
        "With no pairs yet you return zeros. The direction is then the negative gradient.",
        {"gamma = 1.0": "gamma = 0.0"},
    )
    newest_pair_only = mistake(
        "Only the newest pair is used. Every pair in the lists takes part in both loops.",
        {"zip(s_list, y_list": "zip(s_list[-1:], y_list[-1:]"},
    )
    steps_and_changes_exchanged = mistake(
        "s and y have changed places: s is the step, y the change of the gradient along it.",
        {"zip(s_list, y_list": "zip(y_list, s_list"},
    )
    second_loop_missing = mistake(
        "There is no second loop. It takes the β of each pair back in, from oldest to newest.",
        {" + (alpha - beta) * s": ""},
    )
    beta_left_out = mistake(
        "In the second loop α alone multiplies s. It is α - β, where β is ρ y·r.", {"(alpha - beta)": "alpha"}
    )
    first_loop_adds = mistake(
        "In the first loop α y is added. It is subtracted.", {"- alphas[-1] * y": "+ alphas[-1] * y"}
    )

    @variant
    def by_index_in_place(gradient, s_list, y_list):
        count = len(s_list)
        if count == 0:
            return -gradient
        rho = [1.0 / np.dot(y_list[i], s_list[i]) for i in range(count)]
        alpha = np.zeros(count)
        for i in range(count - 1, -1, -1):
            alpha[i] = rho[i] * s_list[i].dot(gradient)
            gradient -= alpha[i] * y_list[i]
        gradient *= s_list[-1].dot(y_list[-1]) / y_list[-1].dot(y_list[-1])
        for i in range(count):
            beta = rho[i] * y_list[i].dot(gradient)
            gradient += s_list[i] * (alpha[i] - beta)
        return -gradient

    @variant
    def by_the_whole_matrix(gradient, s_list, y_list):
        identity = inverse = np.eye(len(gradient))
        if s_list:
            inverse = (s_list[-1] @ y_list[-1]) / (y_list[-1] @ y_list[-1]) * identity
        for s, y in zip(s_list, y_list, strict=True):
            turn = identity - np.outer(s, y) / (s @ y)
            inverse = turn @ inverse @ turn.T + np.outer(s, s) / (s @ y)
        return -inverse @ gradient

    @variant
    def recursive(gradient, s_list, y_list):
        gamma = (s_list[-1] @ y_list[-1]) / (y_list[-1] @ y_list[-1]) if s_list else 1.0

        def applied(q):
            if not s_list:
                return gamma * q
            s, y = s_list.pop(), y_list.pop()
            alpha = np.float64(s @ q) / (s @ y)
            r = applied(q - alpha * y)
            return r + (alpha - (y @ r) / (s @ y)) * s

        return -applied(gradient)
