"""The numerical gradient of a scalar function: move every entry up and down."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero
from gradlab import drivers, oracles

from .losses import exact_margins, examples, logistic, oracle, quadratic


class EvalNumericalGradient(Exercise):
    """The gradient without calculus, for two evaluations per entry."""

    name, points = "eval_numerical_gradient", 3
    done = "You can differentiate any smooth function without calculus, and check any formula against the result."
    driver = drivers.call

    def reference(f, x, verbose=False, h=1e-5):
        """The numerical gradient of f at x, by centered differences.

            df/dxᵢ ≈ (f(x + h eᵢ) - f(x - h eᵢ)) / 2h

        where eᵢ is 1 at entry i and 0 elsewhere, so that all other entries stay as they are.

        Parameters
        ----------
        f : callable
            ``f(x) -> float``, for an array shaped like `x`. It may have kinks.
        x : ndarray (...)
            The point, of any shape. It may hold integers or float32; take your steps in float64 anyway.
        verbose : bool
            Whether to print each entry as you find it. Printed output is not graded.
        h : float
            The step.

        Returns
        -------
        grad : ndarray (...), float64
            Of the same shape as `x`.

        Notes
        -----
        Two calls to `f` per entry are enough. You may change `x` in place as you go, as long as you set each entry back
        before you move the next one.

        References
        ----------
        CS231n has a function with the same signature.
        """
        x = np.array(x, dtype=np.float64)
        grad = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            old = x[i]
            x[i] = old + h
            above = f(x)
            x[i] = old - h
            below = f(x)
            x[i] = old
            grad[i] = (above - below) / (2 * h)
            if verbose:
                print(i, grad[i])
        return grad

    def cases(rng):
        yield Case("a smooth loss of five weights", f=logistic(rng, 5), x=away_from_zero(rng, 5))
        yield Case("a matrix of weights", f=logistic(rng, 6), x=away_from_zero(rng, 2, 3))
        yield Case("three axes, a quadratic", f=quadratic(rng, 8), x=away_from_zero(rng, 2, 2, 2))
        x, h = rng.choice([-1.0, 1.0], 4) * rng.uniform(1.2, 2.0, 4), float(rng.uniform(0.3, 0.6))
        yield Case("a large step, which shows what you compute", f=logistic(rng, 4), x=x, h=h)
        data = examples(rng, 3, 4)
        x = away_from_zero(rng, 4)
        # The first example's margin is 1 to within a fraction of the step, on one side of the kink or the other.
        x *= (1 + rng.choice([-1, 1]) * rng.uniform(0.02, 0.1)) / (data["y"][0] * (data["X"][0] @ x))
        yield Case(
            "a hinge loss with a kink within the step: what the formula gives",
            f=oracle(oracles.hinge_loss, **data),
            x=x,
            h=float(rng.uniform(0.3, 0.4)),
        )
        yield Case("integers", f=logistic(rng, 4), x=rng.choice([-2, -1, 1, 2], 4))
        yield Case("float32", f=exact_margins(rng, 6), x=(2 + rng.random(6)).astype(np.float32))

    forward = mistake(
        "Do you step to both sides? This is the forward difference, (f(x + h) - f(x)) / h, whose error shrinks only "
        "like h. Step down as well: the centered difference's error shrinks like h².",
        {"old - h": "old", "(2 * h)": "h"},
    )
    backward = mistake(
        "Do you step to both sides? This is the backward difference, (f(x) - f(x - h)) / h, which is no better than "
        "the forward one. Step up as well.",
        {"old + h": "old", "(2 * h)": "h"},
    )
    divided_by_h = mistake(
        "How far apart are your two points? They are 2h apart, but you divide by h, so the whole gradient is twice as "
        "large as it should be.",
        {"(2 * h)": "h"},
    )
    wrong_sign = mistake(
        "Which value do you subtract from which? Your gradient has the wrong sign: it should be f(x + h) - f(x - h), "
        "not the other way around.",
        {"above - below": "below - above"},
    )
    sign_lost = mistake(
        "Can a slope be negative? All of yours are positive or zero. Drop the absolute value.",
        {"(above - below)": "abs(above - below)"},
    )
    parentheses_missing = mistake(
        "What does Python make of `a / 2 * h`? It divides by 2 and then multiplies by h. Put parentheses around 2 * h.",
        {"(2 * h)": "2 * h"},
    )
    h_hard_coded = mistake(
        "Do you use the argument `h`? Your step stays tiny whatever `h` is: 1e-5 is only its default.",
        {"for i in": "h = 1e-5\nfor i in"},
    )
    not_set_back = mistake(
        "Where is an entry when you move the next one? Still h below its old value. Set it back first.",
        {"x[i] = old\ngrad": "grad"},
    )
    down_by_h_only = mistake(
        "Where is your second point? If you step up by h and then down by h, you are back at x itself. Go down by 2h.",
        {"old - h": "old"},
    )
    up_by_h_only = mistake(
        "Where is your first point? It is x itself, while you divide by 2h. Step up by h from the old value.",
        {"old + h": "old"},
    )
    never_moved = mistake(
        "Does f see your steps? Your gradient is zero everywhere, as if f had been given the same point twice. If you "
        "change a copy of x, call f with that copy.",
        {"old + h": "old", "old - h": "old"},
    )

    @mistake(
        "How many entries do you move at once? All of them, which gives every entry the same slope. Move just one at a "
        "time."
    )
    def all_at_once(f, x, verbose=False, h=1e-5):
        x = np.array(x, dtype=np.float64)
        return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))

    in_the_type_of_x = mistake(
        "What dtype is x? You use it as it is. With integers, x + h and x - h are truncated to whole numbers, and in "
        "float32 a step of 1e-5 is about 1% off. Convert x to float64 first.",
        {", dtype=np.float64": ""},
    )
    gradient_in_the_type_of_x = mistake(
        "What dtype is your gradient? It has the dtype of x, so for integers its values are truncated to integers. "
        "Make it float64.",
        {
            "x = np.array(x, dtype=np.float64)\ngrad = np.zeros_like(x)": (
                "grad = np.zeros_like(x)\nx = np.array(x, dtype=np.float64)"
            )
        },
    )
    whole_rows = mistake(
        "What moves when x is a matrix? Whole rows move together, because your loop runs over the first axis only. "
        "Move each entry by itself: `np.ndindex(x.shape)` visits them all.",
        {"np.ndindex(x.shape)": "range(len(x))", "old = x[i]": "old = x[i].copy()"},
    )
    flattened = mistake(
        "What shape should the gradient have? Yours is one long row. Give it the shape of x.",
        {"return grad": "return grad.ravel()"},
    )
    relative_step = mistake(
        "Is the step the same for every entry? Yours is scaled by the size of the entry. Use h for all of them.",
        {
            "old = x[i]": "old, step = x[i], h * max(1.0, abs(x[i]))",
            "old + h": "old + step",
            "old - h": "old - step",
            "2 * h": "2 * step",
        },
    )
    half_steps = mistake(
        "How far do you step to each side? Only h / 2. Step by h to each side, so that the two points are 2h apart.",
        {"old + h": "old + h / 2", "old - h": "old - h / 2", "(2 * h)": "h"},
    )
    first_entry_only = mistake(
        "When does your loop end? After the first entry, so the others are zero. If `return` is inside the loop, move "
        "it out.",
        {"if verbose:\n    print(i, grad[i])": "break"},
    )

    steps_in_the_type_of_x = mistake(
        "In what dtype do you step? Your gradient is float64, but x keeps its own dtype: with integers, x + h and x "
        "- h are truncated to whole numbers, and in float32 a step of 1e-5 is about 1% off. Make x float64 first.",
        {", dtype=np.float64": "", "np.zeros_like(x)": "np.zeros(x.shape)"},
    )
    as_in_the_notes = mistake(
        "Is this the first version in the lecture notes? It steps to one side only, by 1e-5 regardless of `h`, and in "
        "the dtype of x. Step to both sides by `h`, and convert x to float64 first.",
        {
            ", dtype=np.float64": "",
            "np.zeros_like(x)": "np.zeros(x.shape)",
            "for i in": "h = 1e-5\nfor i in",
            "old - h": "old",
            "(2 * h)": "h",
        },
    )
    step_of_1e_4_in_the_type_of_x = mistake(
        "Where does your step come from, and what dtype is x? Your step is 1e-4 every time, and with integers, x + h "
        "and x - h are truncated to whole numbers. Use the argument `h`, and convert x to float64 first.",
        {", dtype=np.float64": "", "for i in": "h = 1e-4\nfor i in"},
    )
    down_by_two_h = mistake(
        "How far from x is your second point? It is 2h below x, so your points are 3h apart. From the old value, step "
        "down by h; only from x + h is it 2h.",
        {"old - h": "old - 2 * h"},
    )
    forward_and_not_set_back = mistake(
        "Where is an entry when you move the next one? Still h above its old value, because you never set it back. "
        "You also step to one side only: step down as well, and set the entry back.",
        {
            "for i in": "below = f(x)\nfor i in",
            "x[i] = old - h\nbelow = f(x)\nx[i] = old\n": "",
            "(2 * h)": "h",
        },
    )

    @mistake(
        "How many numbers should you return? One for each entry of x. You move all entries at once and return a single "
        "number: move one entry at a time."
    )
    def one_slope(f, x, verbose=False, h=1e-5):
        return (f(x + h) - f(x - h)) / (2 * h)

    rows_given_to_f = mistake(
        "What does f take? All of x, whatever its shape, but you call it with a part: f stops with an error if x is a "
        "matrix. Move one entry of x at a time, and pass the whole array.",
        {
            "above = f(x)": "above = f(x if x.ndim == 1 else x[i[0]])",
            "below = f(x)": "below = f(x if x.ndim == 1 else x[i[0]])",
        },
    )

    @mistake(
        "What does f take? All of x, but if x is a matrix, you call f with one row of it, and f stops with an error. "
        "Move one entry at a time, and pass the whole array. Use the argument `h`, too, not 1e-4, and work in float64."
    )
    def as_in_deep_learning_from_scratch(f, x, verbose=False, h=1e-5):
        def of_a_row(row):
            h, grad = 1e-4, np.zeros_like(row)
            for i in range(row.size):
                old = row[i]
                row[i] = float(old) + h
                above = f(row)
                row[i] = old - h
                grad[i] = (above - f(row)) / (2 * h)
                row[i] = old
            return grad

        x = x.copy()
        return of_a_row(x) if x.ndim == 1 else np.array([of_a_row(row) for row in x])

    one_number_per_row = mistake(
        "What moves when x is a matrix? Whole rows move together, and your gradient has only one number per row. Give "
        "it the shape of x, and move each entry by itself: `np.ndindex(x.shape)` visits them all.",
        {
            "np.zeros_like(x)": "np.zeros(len(x))",
            "np.ndindex(x.shape)": "range(len(x))",
            "old = x[i]": "old = x[i].copy()",
        },
    )
    whole_rows_in_the_type_of_x = mistake(
        "What moves when x is a matrix? Whole rows move together. Move each entry by itself: `np.ndindex(x.shape)` "
        "visits them all. And what dtype is x? Convert it to float64 first, since a small step is lost in integers.",
        {
            ", dtype=np.float64": "",
            "np.ndindex(x.shape)": "range(len(x))",
            "old = x[i]": "old = x[i].copy()",
        },
    )

    @variant
    def as_in_cs231n(f, x, verbose=False, h=1e-5):
        x = x.astype(np.float64)
        f(x)
        grad = np.zeros_like(x)
        entries = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
        while not entries.finished:
            at = entries.multi_index
            oldval = x[at]
            x[at] = oldval + h
            fxph = f(x)
            x[at] = oldval - h
            fxmh = f(x)
            x[at] = oldval
            grad[at] = (fxph - fxmh) / (2 * h)
            entries.iternext()
        return grad

    @variant
    def with_unit_vectors(f, x, verbose=False, h=1e-5):
        units = np.eye(x.size).reshape(x.size, *x.shape)
        slopes = [(f(x + h * unit) - f(x - h * unit)) / (2 * h) for unit in units]
        return np.array(slopes).reshape(x.shape)

    in_place_up_and_down = variant(
        {
            "old = x[i]\nx[i] = old + h": "x[i] += h",
            "x[i] = old - h": "x[i] -= 2 * h",
            "x[i] = old\ngrad": "x[i] += h\ngrad",
        }
    )
