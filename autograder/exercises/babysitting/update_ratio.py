"""The size of a step compared with the size of the parameters that it changes."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers

SIZES = {"W1": (5, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)}


def step(rng, sizes, size=1e-3):
    """Parameters, gradients, and updates of a step; each parameter has its own scale."""
    scale = {name: 10 ** rng.uniform(-1, 1) for name in sizes}
    ratio = {name: size * 10 ** rng.uniform(-0.7, 0.7) for name in sizes}
    return {
        "params": {name: scale[name] * signed(rng, 0.2, 2, *shape) for name, shape in sizes.items()},
        "grads": {name: signed(rng, 0.1, 3, *shape) for name, shape in sizes.items()},
        "updates": {name: ratio[name] * scale[name] * signed(rng, 0.2, 2, *shape) for name, shape in sizes.items()},
    }


class UpdateRatio(Exercise):
    """A step should change a parameter by about a thousandth."""

    name, points = "update_ratio", 3
    done = "One ratio per parameter now tells you whether its steps are too bold or too timid; the next run logs it."
    driver = drivers.call_for_dict

    def reference(params, grads, updates):
        """Return the size of each parameter's update relative to the size of the parameter: ‖Δw‖ / ‖w‖.

        ‖·‖ is the Euclidean norm over all entries, whatever the shape: the root of the sum of their squares. You would
        call this function after every step.

        Parameters
        ----------
        params : dict of str to ndarray (...)
            The parameters before the step.
        grads : dict of str to ndarray
            The gradients of the loss, with the same names and shapes.
        updates : dict of str to ndarray
            What the step added to each parameter: -η times its gradient for plain gradient descent, something else for
            other rules.

        Returns
        -------
        dict of str to float
            Each parameter's ratio, by name. A parameter that is all zeros, such as a bias before the first step,
            has no ratio, so leave it out.

        Notes
        -----
        Do not change the arrays.
        """
        norm = np.linalg.norm
        ratios = {}
        for name, w in params.items():
            step, size = norm(updates[name]), norm(w)
            if size > 0:
                ratios[name] = step / size
        return ratios

    def cases(rng):
        yield Case("weights and biases of two layers", **step(rng, SIZES))
        given = step(rng, {"W1": (3, 2, 3, 3), "W2": (1, 6), "gamma1": (7,), "beta1": (7,)}, size=1e-1)
        given["params"]["beta1"][...] = 0.0
        given["updates"]["W2"][...] = 0.0
        yield Case("filters of a convolution, and a single row", **given)
        given = step(rng, SIZES)
        for name in ("b1", "b2"):
            given["params"][name][...] = 0.0
        yield Case("biases that are still zero", **given)
        given = step(rng, SIZES)
        given["updates"]["W2"][...] = 0.0
        yield Case("a parameter that does not move", **given)
        given = step(rng, {"W1": (6, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)})
        given["params"]["b1"][...] = 0.0
        given["updates"]["b2"][...] = 0.0
        yield Case(
            "float32",
            **{kind: {name: a.astype(np.float32) for name, a in arrays.items()} for kind, arrays in given.items()},
        )

    squared_norms = mistake(
        "Is there a square root missing? Both norms are squared, and so is your ratio: a good 1e-3 comes out as 1e-6. "
        "Take the root of each sum of squares.",
        {"np.linalg.norm": "lambda a: np.sum(a**2)"},
    )
    one_root_missing = mistake(
        "Do both norms have their square root? The parameter's norm is squared. Take the root of its sum of squares.",
        {"step / size": "step / size**2"},
    )
    gradients_not_updates = mistake(
        "Which of the three arguments moves the parameters? You divide the gradient by the parameter. The step is in "
        "`updates`.",
        {"updates[name]": "grads[name]"},
    )
    relative_to_the_gradient = mistake(
        "What should the update be compared with? You divide by the norm of the gradient. Divide by the norm of the "
        "parameter.",
        {"step / size": "step / norm(grads[name])"},
    )
    upside_down = mistake(
        "Is a typical ratio a thousandth or a thousand? Your fraction is upside down, and infinite if a parameter "
        "doesn't move: put the update in the numerator.",
        {"step / size": "size / step"},
    )
    upside_down_where_it_moves = mistake(
        "Is a typical ratio a thousandth or a thousand? Your fraction is upside down: put the update on top. "
        "Then a parameter that doesn't move has a ratio, too: 0.",
        {"size > 0": "size > 0 and step > 0", "step / size": "size / step"},
    )
    all_together = mistake(
        "Does every parameter have its own ratio? You take all parameters together, so the largest one hides the "
        "others. Take one norm for each name.",
        {
            "norm(updates[name])": "norm([norm(update) for update in updates.values()])",
            "norm(w)": "norm([norm(w) for w in params.values()])",
        },
    )
    one_number = mistake(
        "What do you return, one number or a dict? Return a dict with a ratio for each parameter.",
        {"return ratios": "return np.mean(list(ratios.values()))"},
    )
    zeros_divided_by = mistake(
        "What ratio does an all-zero parameter get? Yours is infinite or NaN, as when you divide by 0. It has no "
        "ratio: leave it out.",
        {"if size > 0:\n    ratios": "ratios"},
    )
    epsilon_added = mistake(
        "What ratio does an all-zero parameter get? A huge one, because you add a tiny number to the norm. "
        "Add nothing, and leave such a parameter out.",
        {"norm(w)": "norm(w) + 1e-8"},
    )
    zeros_get_zero = mistake(
        "What ratio does an all-zero parameter get? Yours is 0, as if it did not move. It has no ratio: leave it out.",
        {"{}": "dict.fromkeys(params, 0.0)"},
    )
    unmoved_left_out = mistake(
        "What about a parameter that does not move? You leave it out, but it has a ratio, 0, and that is worth "
        "knowing. Leave out only parameters that are zero.",
        {"size > 0": "size > 0 and step > 0"},
    )
    size_after_the_step = mistake(
        "Do you measure the parameter before or after the step? You take its norm after the step. `params` holds the "
        "values before the step, so don't add anything.",
        {"norm(w)": "norm(w + updates[name])", "size > 0": "np.any(w)"},
    )
    mean_of_ratios = mistake(
        "Which comes first, the norm or the division? You divide entry by entry and then average, so entries near 0 "
        "dominate. Take both norms, then divide.",
        {"step / size": "np.mean(np.abs(updates[name] / w))"},
    )
    sums_of_magnitudes = mistake(
        "Which norm is this? You compare sums or means of magnitudes. The Euclidean norm is the root of the sum of "
        "squares.",
        {"np.linalg.norm": "lambda a: np.abs(a).sum()"},
    )
    sums_with_signs = mistake(
        "What happens when positive and negative entries cancel? You compare plain sums or means. Take the root of the "
        "sum of squares.",
        {"np.linalg.norm": "np.sum", "size > 0": "size != 0"},
    )
    largest_entries = mistake(
        "Which norm is this? You compare the largest entries. The Euclidean norm is the root of the sum of squares of "
        "all entries.",
        {"np.linalg.norm": "lambda a: np.abs(a).max()"},
    )
    spectral_norm = mistake(
        "Which norm does `ord=2` give for a matrix? Its largest singular value; for filters, it raises an error. Take "
        "the root of the sum of the squares of all entries.",
        {"np.linalg.norm": "lambda a: np.linalg.norm(a, 2)"},
    )
    deviations = mistake(
        "Does the mean count? You compare standard deviations, which leave it out, and for biases it is often the "
        "larger part. Compare norms.",
        {"np.linalg.norm": "np.std"},
    )
    weights_only = mistake(
        "Which parameters get a ratio? Only your weights do. Biases and other parameters get one, too.",
        {"if size > 0": 'if name.startswith("W") and size > 0'},
    )
    logarithm = mistake(
        "Do you return the ratio or its logarithm? It is the logarithm. Leave the log scale to the plot.",
        {"step / size": "np.log10(step / size)"},
    )

    column_norms = mistake(
        "How many ratios does a parameter have? One. You return one for each column: take the norm over all entries, "
        "without `axis`.",
        {"norm(updates[name]), norm(w)": "norm(updates[name], axis=0), norm(w, axis=0)", "size > 0": "w.any()"},
    )
    size_after_the_step_even_of_zeros = mistake(
        "Do you measure the parameter before or after the step? You take its norm after the step, so one that was all "
        "zeros gets a ratio of 1. `params` holds the values before the step: add nothing, and leave out all zeros.",
        {"norm(w)": "norm(w + updates[name])"},
    )
    largest_entry_with_its_sign = mistake(
        "Which norm is this? You divide the largest entries, and that of the parameter keeps its sign. The Euclidean "
        "norm is the root of the sum of squares of all entries, and a parameter that is all zeros has no ratio.",
        {
            "norm(updates[name]), norm(w)": "np.abs(updates[name]).max(), w.max()",
            "if size > 0:\n    ratios": "ratios",
        },
    )
    as_in_makemore = mistake(
        "What should each number be? The ratio ‖Δw‖ / ‖w‖ of every parameter. You return the logarithm of a ratio of "
        "standard deviations, which leave out the mean, and only for matrices, not for biases.",
        {
            "np.linalg.norm": "lambda a: np.std(a, ddof=1)",
            "if size > 0": "if w.ndim == 2 and size > 0",
            "step / size": "np.log10(step / size)",
        },
    )

    by_squares = variant({"np.linalg.norm": "lambda a: float(np.sqrt(np.sum(np.square(a, dtype=np.float64))))"})
    # Root mean squares instead of norms: the number of entries cancels.
    by_means = variant(
        {"np.linalg.norm": "lambda a: np.sqrt(np.mean(a.ravel() ** 2))", "params.items()": "reversed(params.items())"}
    )
    by_inner_products = variant({"np.linalg.norm": "lambda a: np.sqrt(np.vdot(a, a))", "size > 0": "(w != 0).any()"})
