"""The numerical gradient of a layer, whose output is an array, times the upstream gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero
from gradlab import drivers, oracles

from .losses import oracle


def layer(rng, rows, columns, squash):
    """A layer with `rows` features and `columns` units."""
    w, b = away_from_zero(rng, rows, columns), away_from_zero(rng, columns)
    return oracle(oracles.layer_output, w=0.5 * w, b=b, squash=squash)


class EvalNumericalGradientArray(Exercise):
    """Checks a backward pass on its own, before there is any loss on top of it."""

    name, points = "eval_numerical_gradient_array", 3
    done = "You can check a single layer's backward pass on its own, before any loss exists."
    driver = drivers.call

    def reference(f, x, df, h=1e-5):
        """The numerical gradient of Σ df · f(x) at x, where f(x) is an array. A layer's backward pass returns the same.

            gradᵢ ≈ Σ over all k of df_k · (f(x + h eᵢ)_k - f(x - h eᵢ)_k) / 2h

        Parameters
        ----------
        f : callable
            ``f(x) -> ndarray (...)``, a layer's forward pass.
        x : ndarray (...)
            The point, of any shape; the output of `f` may have a different shape. Take your steps in float64, whatever
            the dtype of `x`.
        df : ndarray, same shape as f(x)
            The gradient of the loss with respect to the layer's output. Backward passes call it dout.
        h : float
            The step.

        Returns
        -------
        grad : ndarray (...), float64
            Of the same shape as `x`.

        Notes
        -----
        Two calls to `f` per entry are enough. You may change `x` in place as you go, as long as you set each entry back
        before you move the next one. Instead of writing the same loop again, you may call `eval_numerical_gradient`.

        References
        ----------
        CS231n has a function with the same signature.
        """
        x = np.array(x, dtype=np.float64)
        grad = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            old = x[i]
            x[i] = old + h
            above = np.array(f(x))
            x[i] = old - h
            below = np.array(f(x))
            x[i] = old
            grad[i] = np.sum((above - below) * df) / (2 * h)
        return grad

    def cases(rng):
        x = away_from_zero(rng, 2, 3)
        yield Case("an affine layer", f=layer(rng, 3, 4, False), x=x, df=away_from_zero(rng, 2, 4))
        x = away_from_zero(rng, 3, 2)
        yield Case("a layer with tanh", f=layer(rng, 2, 3, True), x=x, df=away_from_zero(rng, 3, 3))
        x, h = away_from_zero(rng, 2, 4), float(rng.uniform(0.1, 0.3))
        yield Case("as many inputs as outputs", f=layer(rng, 4, 4, True), x=x, df=away_from_zero(rng, 2, 4), h=h)
        yield Case(
            "a large step, which shows what you compute",
            f=layer(rng, 3, 2, True),
            x=away_from_zero(rng, 2, 3),
            df=away_from_zero(rng, 2, 2),
            h=float(rng.uniform(0.3, 0.6)),
        )
        x, h = np.ones((1, 1)), float(rng.uniform(0.1, 0.3))
        yield Case("one example, one unit", f=layer(rng, 1, 1, True), x=x, df=away_from_zero(rng, 1, 1), h=h)
        x = (2 + rng.random((2, 3))).astype(np.float32)
        yield Case("float32", f=layer(rng, 3, 2, False), x=x, df=away_from_zero(rng, 2, 2))

    df_ignored = mistake(
        "Where does `df` come in? It makes no difference to your result. Multiply the change in each output by its df "
        "before you add them up.",
        {" * df": ""},
    )
    mean_for_sum = mistake(
        "How do you combine the outputs? You take the mean. Their contributions add up, so take the sum.",
        {"np.sum": "np.mean"},
    )
    summed_before_df = mistake(
        "Does every output have its own df? Yes, but you add up the outputs first and multiply afterward. Multiply "
        "entry by entry, then sum.",
        {"(above - below) * df)": "above - below) * np.sum(df)"},
    )
    df_averaged = mistake(
        "Does every output have its own df? Yes, but you multiply by the mean of df. Multiply entry by entry, then "
        "sum.",
        {"(above - below) * df)": "above - below) * np.mean(df)"},
    )
    matrix_product = mistake(
        "How do you combine the change in the outputs with df? By a matrix product, which also multiplies outputs by "
        "the df of other examples. Multiply entry by entry, then sum.",
        {"(above - below) * df": "(above - below) @ df.T"},
    )
    forward = mistake(
        "Do you step to both sides? This is the forward difference, whose error shrinks only like h. Step down as "
        "well: the centered difference's error shrinks like h².",
        {"old - h": "old", "(2 * h)": "h"},
    )
    backward = mistake(
        "Do you step to both sides? This is the backward difference, whose error shrinks only like h. Step up as well.",
        {"old + h": "old", "(2 * h)": "h"},
    )
    divided_by_h = mistake(
        "How far apart are your two points? They are 2h apart, but you divide by h, so the whole gradient is twice as "
        "large as it should be.",
        {"(2 * h)": "h"},
    )
    parentheses_missing = mistake(
        "What does Python make of `a / 2 * h`? It divides by 2 and then multiplies by h. Put parentheses around 2 * h.",
        {"(2 * h)": "2 * h"},
    )
    wrong_sign = mistake(
        "Which value do you subtract from which? Your gradient has the wrong sign: it should be f(x + h) - f(x - h), "
        "not the other way around.",
        {"above - below": "below - above"},
    )
    h_hard_coded = mistake(
        "Do you use the argument `h`? Your step stays tiny whatever `h` is: 1e-5 is only its default.",
        {"for i in": "h = 1e-5\nfor i in"},
    )
    half_steps = mistake(
        "How far do you step to each side? Only h / 2. Step by h to each side, so that the two points are 2h apart.",
        {"old + h": "old + h / 2", "old - h": "old - h / 2", "(2 * h)": "h"},
    )
    not_set_back = mistake(
        "Where is an entry when you move the next one? Still h below its old value. Set it back first.",
        {"x[i] = old\ngrad": "grad"},
    )
    never_moved = mistake(
        "Does f see your steps? Your gradient is zero everywhere, as if f had been given the same point twice. If you "
        "change a copy of x, call f with that copy.",
        {"old + h": "old", "old - h": "old"},
    )

    @mistake(
        "How many entries of x do you move at once? All of them, which works only if each output depends on only "
        "one input. Move one entry at a time."
    )
    def all_at_once(f, x, df, h=1e-5):
        x = np.array(x, dtype=np.float64)
        return (f(x + h) - f(x - h)) * df / (2 * h)

    whole_rows = mistake(
        "What moves when x is a matrix? Whole rows move together. Move each entry by itself: `np.ndindex(x.shape)` "
        "visits them all.",
        {"np.ndindex(x.shape)": "range(len(x))", "old = x[i]": "old = x[i].copy()"},
    )
    first_output_only = mistake(
        "Which outputs count? Only the first column of f(x) does in your sum. Include all the outputs.",
        {"(above - below) * df": "((above - below) * df)[:, 0]"},
    )
    whole_jacobian = mistake(
        "What shape should the gradient have? Yours holds the change in every output for every entry of x. Sum over "
        "the outputs, so that one number per entry is left.",
        {
            "grad = np.zeros_like(x)": "grad = []",
            "grad[i] = np.sum((above - below) * df) / (2 * h)": "grad.append((above - below) * df / (2 * h))",
            "return grad": "return np.array(grad)",
        },
    )
    flattened = mistake(
        "What shape should the gradient have? Yours is one long row. Give it the shape of x.",
        {"return grad": "return grad.ravel()"},
    )
    steps_in_float32 = mistake(
        "What dtype is x? In float32 it has only seven digits, too few for a step of 1e-5. Convert x to float64 first.",
        {", dtype=np.float64": "", "np.zeros_like(x)": "np.zeros(x.shape)"},
    )

    forward_divided_by_2h = mistake(
        "Do you step to both sides? You step up only, but divide by 2h, so the gradient is about half as large as it "
        "should be. Step down as well.",
        {"old - h": "old"},
    )
    magnitudes = mistake(
        "Can an output fall while x rises? Yes, and then its change is negative. You take absolute values: keep the "
        "signs.",
        {"(above - below) * df": "np.abs(above - below) * df"},
    )

    @variant
    def as_in_cs231n(f, x, df, h=1e-5):
        x = x.astype(np.float64)
        grad = np.zeros_like(x)
        it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
        while not it.finished:
            ix = it.multi_index
            oldval = x[ix]
            x[ix] = oldval + h
            pos = f(x).copy()
            x[ix] = oldval - h
            neg = f(x).copy()
            x[ix] = oldval
            grad[ix] = np.sum((pos - neg) * df) / (2 * h)
            it.iternext()
        return grad

    through_a_number = variant(
        {
            "above = np.array(f(x))": "above = np.vdot(f(x), df)",
            "below = np.array(f(x))": "below = np.vdot(f(x), df)",
            "np.sum((above - below) * df)": "(above - below)",
        }
    )

    @variant
    def by_the_jacobian(f, x, df, h=1e-5):
        x = np.asarray(x, dtype=np.float64)
        units = h * np.eye(x.size).reshape(-1, *x.shape)
        jacobian = np.array([(f(x + unit) - f(x - unit)).ravel() for unit in units]) / (2 * h)
        return (jacobian @ df.ravel()).reshape(x.shape)

    in_place_up_and_down = variant(
        {
            "old = x[i]\nx[i] = old + h": "x[i] += h",
            "x[i] = old - h": "x[i] -= 2 * h",
            "x[i] = old\ngrad": "x[i] += h\ngrad",
        }
    )
