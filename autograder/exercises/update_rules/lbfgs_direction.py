"""L-BFGS: the curvature is estimated from the last few steps, without a matrix."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, positive_definite
from gradlab import drivers


class LbfgsDirection(Exercise):
    """Newton's direction without ever forming a matrix: the last few steps reveal the curvature."""

    name, points = "lbfgs_direction", 4
    done = "You have Newton-like steps from a few remembered pairs, with no matrix anywhere."
    driver = drivers.lbfgs_histories

    def reference(gradient, s_list, y_list):
        """The L-BFGS direction, approximately -H⁻¹ ∇f, by the two-loop recursion over the last m pairs.

        Let ρᵢ = 1 / (yᵢ·sᵢ), and start with q = ∇f:

            newest pair to oldest:    aᵢ = ρᵢ sᵢ·q           q ← q - aᵢ yᵢ
            scale by the newest:      γ = s·y / y·y          r = γ q
            oldest pair to newest:    bᵢ = ρᵢ yᵢ·r           r ← r + (aᵢ - bᵢ) sᵢ

        The direction is -r. With no pairs yet, it is -∇f.

        Parameters
        ----------
        gradient : ndarray (D,)
            ∇f at the current point.
        s_list : list of ndarray (D,)
            The last m steps, x_next - x, oldest first. It may be empty.
        y_list : list of ndarray (D,)
            The change in the gradient over each step. All s·y are positive.

        Returns
        -------
        direction : ndarray (D,)

        Notes
        -----
        You may change `gradient` in place and empty the lists.

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
        def long(low, high, *shape):
            """Random vectors of length `low` to `high`."""
            vectors = rng.normal(size=shape)
            return rng.uniform(low, high) * vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)

        def steps(size, count):
            """Steps and the changes in the gradient over them; each step sees a different curvature.

            They are long, so that a tiny number added to y·s, to prevent division by zero, makes no difference.
            """
            s = long(20, 40, count, size)
            return s, np.stack([positive_definite(rng, size) @ step for step in s])

        for label, size, count, lengths in (
            ("the first two steps: no pairs yet, then one", 3, 1, [0, 1]),
            ("two and three pairs", 4, 3, [2, 3]),
            ("a history that grows from one pair to five", 4, 5, [1, 2, 3, 4, 5]),
            ("more pairs than dimensions", 2, 6, [6]),
        ):
            s, y = steps(size, count)
            yield Case(label, gradient=long(2, 4, size), s=s, y=y, lengths=np.array(lengths))
        # In the calls without pairs, the gradients above are longer than 1; this one is shorter.
        gradient, s, y = as_float32(long(0.2, 0.4, 3), *steps(3, 2))
        yield Case(
            "float32, a short gradient: no pairs yet, then two", gradient=gradient, s=s, y=y, lengths=np.array([0, 2])
        )

    wrong_sign = mistake(
        "Does your direction lead downhill? It has the wrong sign, so it leads uphill.",
        {"-gradient": "gradient"},
    )
    gradient_returned = mistake(
        "Does your direction lead downhill, and do the pairs change it? You return the gradient itself, whatever the "
        "history. Run both loops over the pairs, and flip the sign.",
        {"-gradient": "gradient", "list(zip(s_list, y_list, strict=True))": "[]"},
    )
    returns_zeros = mistake(
        "Is there anything in your direction? It's all zeros. Return what the two loops make of the negative gradient.",
        {"return direction": "return 0 * direction"},
    )
    steepest_descent = mistake(
        "Do the pairs change your direction? It is the negative gradient, as in steepest descent. Run both loops over "
        "the pairs.",
        {"list(zip(s_list, y_list, strict=True))": "[]"},
    )
    oldest_first = mistake(
        "In what order do your loops run? Both go the wrong way: the first starts from the newest pair (the last in "
        "the lists), the second from the oldest.",
        {"in reversed(pairs)": "in pairs", "zip(pairs": "zip(reversed(pairs)"},
    )
    second_loop_not_turned = mistake(
        "In what order does your second loop run? From newest to oldest, like the first. Go back from oldest to "
        "newest.",
        {"zip(pairs, reversed(alphas)": "zip(reversed(pairs), alphas"},
    )
    alphas_not_turned = mistake(
        "Does the second loop use each pair's own a? You assign them in the wrong order: the second loop visits "
        "the pairs from oldest to newest. Reverse the list of a's.",
        {"reversed(alphas)": "alphas"},
    )
    scale_of_the_oldest = mistake(
        "Which pair does your scale γ come from? The oldest. Use the newest, the last in the lists.",
        {"pairs[-1]": "pairs[0]"},
    )
    scale_of_the_last_but_one = mistake(
        "Which pair does your scale γ come from? The last but one, and there may be only one. Use the newest, the last "
        "in the lists: index -1.",
        {"pairs[-1]": "pairs[-2]"},
    )
    scale_always_of_the_last_but_one = mistake(
        "Which pair does your scale γ come from? The last but one, but there may be only one pair, or none. Use the "
        "newest, at index -1, and return the negative gradient if there are none.",
        {"if pairs:\n    s, y = pairs[-1]\n    gamma": "s, y = pairs[-2]\ngamma"},
    )
    not_scaled = mistake(
        "Where do you scale q between the loops? You pass it on unchanged. Multiply it by γ = s·y / y·y from the "
        "newest pair.",
        {"gamma * direction": "direction"},
    )
    scale_inverted = mistake(
        "Is your γ a curvature or its inverse? It's upside down. Use γ = s·y / y·y.",
        {"(s @ y) / (y @ y)": "(y @ y) / (s @ y)"},
    )
    scale_of_steps = mistake(
        "What is your γ made of? It's s·s / s·y, which has been published, too. In this exercise, γ = s·y / y·y.",
        {"(s @ y) / (y @ y)": "(s @ s) / (s @ y)"},
    )
    scale_divided_by_steps = mistake(
        "What do you divide by in γ? You divide by s·s; it should be y·y: γ = s·y / y·y.",
        {"(y @ y)": "(s @ s)"},
    )
    empty_history_not_met = mistake(
        "What if there are no pairs yet? Your function looks for one and stops with an error. Return the negative "
        "gradient.",
        {"if pairs:\n    s, y = pairs[-1]\n    gamma": "s, y = pairs[-1]\ngamma"},
    )
    empty_history_gives_zeros = mistake(
        "What do you return when there are no pairs yet? Zeros. Return the negative gradient.",
        {"gamma = 1.0": "gamma = 0.0"},
    )
    empty_history_normalized = mistake(
        "How long is your direction when there are no pairs yet? You shorten it to length 1. Return the negative "
        "gradient as it is.",
        {"gamma = 1.0": "gamma = 1.0 / max(1.0, np.linalg.norm(gradient))"},
    )
    empty_history_scaled_by_the_square = mistake(
        "How long is your direction when there are no pairs yet? You divide it by g·g, the gradient's squared length "
        "(or by 1, if that is larger). Return the negative gradient as it is.",
        {"gamma = 1.0": "gamma = 1.0 / max(1.0, gradient @ gradient)"},
    )
    empty_history_lengthened = mistake(
        "How long is your direction when there are no pairs yet? You stretch a short one to length 1. Return the "
        "negative gradient as it is.",
        {"gamma = 1.0": "gamma = 1.0 / min(1.0, np.linalg.norm(gradient))"},
    )
    empty_history_of_length_one = mistake(
        "How long is your direction when there are no pairs yet? It always has length 1. Return the negative gradient "
        "as it is.",
        {"gamma = 1.0": "gamma = 1.0 / np.linalg.norm(gradient)"},
    )
    empty_history_divided_by_the_square = mistake(
        "How long is your direction when there are no pairs yet? The shorter the gradient, the longer it is, because "
        "you divide by g·g. Return the negative gradient as it is.",
        {"gamma = 1.0": "gamma = 1.0 / (gradient @ gradient)"},
    )
    newest_pair_only = mistake(
        "How many pairs do you use? Only the newest changes your direction. Run both loops over all of them.",
        {"zip(s_list, y_list": "zip(s_list[-1:], y_list[-1:]"},
    )
    steps_and_changes_exchanged = mistake(
        "Which list holds the steps? s and y are swapped in your code: s is the step, y the change in the gradient "
        "over it.",
        {"zip(s_list, y_list": "zip(y_list, s_list"},
    )
    second_loop_missing = mistake(
        "What happens after you scale by γ? Your direction stays as it is. The second loop adds (a - b) s for each "
        "pair, from oldest to newest.",
        {" + (alpha - beta) * s": ""},
    )
    beta_left_out = mistake(
        "What multiplies s in your second loop? Only a. Use a - b, with b = ρ y·r.", {"(alpha - beta)": "alpha"}
    )
    second_loop_subtracts = mistake(
        "What sign does your second loop have? It subtracts (a - b) s. Add it.",
        {"+ (alpha - beta) * s": "- (alpha - beta) * s"},
    )
    beta_of_the_step = mistake(
        "What is your b made of? It's ρ s·r, with the step. Use the change in the gradient: b = ρ y·r.",
        {"(y @ direction)": "(s @ direction)"},
    )
    rho_not_inverted = mistake(
        "Is your ρ upside down? You multiply by y·s in both loops. Divide by it: ρ = 1 / (y·s).",
        {"(s @ direction) / (s @ y)": "(s @ direction) * (s @ y)", "(y @ direction) / (s": "(y @ direction) * (s"},
    )
    first_loop_adds = mistake(
        "What sign does your first loop have? It adds a times y to q. Subtract it.",
        {"- alphas[-1] * y": "+ alphas[-1] * y"},
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

    guarded = variant(
        {
            "(s @ direction) / (s @ y)": "(s @ direction) / (s @ y + 1e-8)",
            "(s @ y) / (y @ y)": "(s @ y) / (y @ y + 1e-8)",
            "(y @ direction) / (s": "(y @ direction) / (1e-8 + s",
        }
    )

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
