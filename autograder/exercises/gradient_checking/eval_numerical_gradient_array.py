"""The numerical gradient of a layer, whose output is an array, chained with the upstream gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero
from gradlab import drivers, oracles

from .losses import oracle


def layer(rng, rows, columns, squash):
    """A layer of `rows` features and `columns` units."""
    w, b = away_from_zero(rng, rows, columns), away_from_zero(rng, columns)
    return oracle(oracles.layer_output, w=0.5 * w, b=b, squash=squash)


class EvalNumericalGradientArray(Exercise):
    """Check a backward pass by itself, before there is any loss on top of it."""

    name, points = "eval_numerical_gradient_array", 3
    driver = drivers.call

    def reference(f, x, df, h=1e-5):
        """The numerical gradient at x of Σ df · f(x), where f gives an array: what a layer's backward pass returns.

            gradᵢ ≈ Σ over all k of df_k · (f(x + h eᵢ)_k - f(x - h eᵢ)_k) / 2h

        Parameters
        ----------
        f : callable
            ``f(x) -> ndarray (...)``, a layer's forward pass.
        x : ndarray (...)
            The point, of any shape; the output of `f` may have another. Steps must be taken in float64, whatever the
            type of `x`.
        df : ndarray, the shape of f(x)
            The gradient of the loss in the layer's output, which a backward pass calls dout.
        h : float
            The step.

        Returns
        -------
        grad : ndarray (...), float64
            In the shape of `x`.

        Notes
        -----
        Two calls of `f` for each entry are enough. `x` may be changed in place on the way; set each entry back to what
        it was before you go on to the next.

        References
        ----------
        The signature is that of the course CS231n.
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
        x = away_from_zero(rng, 2, 4)
        yield Case("as many inputs as outputs", f=layer(rng, 4, 4, True), x=x, df=away_from_zero(rng, 2, 4))
        yield Case(
            "a large step, which shows what you compute",
            f=layer(rng, 3, 2, True),
            x=away_from_zero(rng, 2, 3),
            df=away_from_zero(rng, 2, 2),
            h=float(rng.uniform(0.3, 0.6)),
        )
        yield Case("one example, one unit", f=layer(rng, 1, 1, True), x=np.ones((1, 1)), df=away_from_zero(rng, 1, 1))
        x = (2 + rng.random((2, 3))).astype(np.float32)
        yield Case("float32", f=layer(rng, 3, 2, False), x=x, df=away_from_zero(rng, 2, 2))

    df_ignored = mistake(
        "df is not used. Multiply the change of each output by its df before you add them up.", {" * df": ""}
    )
    mean_for_sum = mistake(
        "You take the mean over the outputs. What each of them contributes adds up: take the sum.",
        {"np.sum": "np.mean"},
    )
    summed_before_df = mistake(
        "The outputs are added up first and multiplied by df afterwards. Each has its own df.",
        {"(above - below) * df)": "above - below) * np.sum(df)"},
    )
    forward = mistake(
        "This is the forward difference, whose error shrinks like h only. Step to both sides.",
        {"old - h": "old", "(2 * h)": "h"},
    )
    divided_by_h = mistake(
        "The two points are 2h apart, but you divide by h: everything is twice as large as it should be.",
        {"(2 * h)": "h"},
    )
    wrong_sign = mistake(
        "The gradient has the wrong sign: it is f(x + h) - f(x - h), not the other way round.",
        {"above - below": "below - above"},
    )
    h_hard_coded = mistake(
        "h is always 1e-5. Use the argument; 1e-5 is only its default.", {"for i in": "h = 1e-5\nfor i in"}
    )
    not_set_back = mistake(
        "An entry keeps its step while the next one is moved. Set it back to its old value first.",
        {"x[i] = old\ngrad": "grad"},
    )

    @mistake("All entries are moved at once. That is right only where each output depends on one input.")
    def all_at_once(f, x, df, h=1e-5):
        x = np.array(x, dtype=np.float64)
        return (f(x + h) - f(x - h)) * df / (2 * h)

    whole_rows = mistake(
        "Whole rows of x move together. Every entry must move by itself: walk along all axes.",
        {"np.ndindex(x.shape)": "range(len(x))", "old = x[i]": "old = x[i].copy()"},
    )
    first_output_only = mistake(
        "Only the output in the same row is looked at, and only its first unit. Add up over all outputs.",
        {"(above - below) * df": "((above - below) * df)[:, 0]"},
    )
    whole_jacobian = mistake(
        "The gradient has a row for each entry and the outputs beside. Add up over the outputs.",
        {
            "grad = np.zeros_like(x)": "grad = []",
            "grad[i] = np.sum((above - below) * df) / (2 * h)": "grad.append((above - below) * df / (2 * h))",
            "return grad": "return np.array(grad)",
        },
    )
    flattened = mistake(
        "The gradient comes in one row. Give it the shape of x.", {"return grad": "return grad.ravel()"}
    )
    steps_in_float32 = mistake(
        "float32 has seven digits, too few for a step of 1e-5. Make x a float64 array first.",
        {", dtype=np.float64": "", "np.zeros_like(x)": "np.zeros(x.shape)"},
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
