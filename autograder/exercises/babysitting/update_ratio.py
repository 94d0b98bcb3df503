"""The size of a step compared with the size of the parameters that it changes."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers

SIZES = {"W1": (5, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)}


def step(rng, sizes, size=1e-3):
    """Parameters, gradients and updates of a step; each parameter has its own scale."""
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
    driver = drivers.call_for_dict

    def reference(params, grads, updates):
        """The size of each parameter's update beside the parameter's own: ‖Δw‖ / ‖w‖.

        ‖·‖ is the Euclidean norm over all entries, of whatever shape: the root of the sum of squares. This is what
        one would call after every step, with all that is known of it.

        Parameters
        ----------
        params : dict of str to ndarray (...)
            The parameters before the step.
        grads : dict of str to ndarray
            The gradients of the loss, by the same names and of the same shapes.
        updates : dict of str to ndarray
            By how much the step changed each parameter; for plain gradient descent -η times its gradient, for
            other rules something else.

        Returns
        -------
        dict of str to float
            The ratio by the name of the parameter. A parameter that is zero throughout, such as a bias before the
            first step, has no ratio and is left out.

        Notes
        -----
        Arrays are not changed.
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
        yield Case(
            "filters of a convolution, and a single row",
            **step(rng, {"W1": (3, 2, 3, 3), "W2": (1, 6), "gamma1": (7,)}, size=1e-1),
        )
        given = step(rng, SIZES)
        for name in ("b1", "b2"):
            given["params"][name][...] = 0.0
        yield Case("biases that are still zero", **given)
        given = step(rng, SIZES)
        given["updates"]["W2"][...] = 0.0
        yield Case("a parameter that does not move", **given)
        given = step(rng, {"W1": (6, 5), "b1": (5,)})
        yield Case(
            "float32",
            **{kind: {name: a.astype(np.float32) for name, a in arrays.items()} for kind, arrays in given.items()},
        )

    squared_norms = mistake(
        "Both norms are squared, and so is the ratio: a good 1e-3 comes out as 1e-6. The norm is the root of the sum "
        "of squares.",
        {"np.linalg.norm": "lambda a: np.sum(a**2)"},
    )
    gradients_not_updates = mistake(
        "This takes the gradients. What moves a parameter is its update, and no learning rate is in a gradient.",
        {"updates[name]": "grads[name]"},
    )
    upside_down = mistake(
        "The fraction is upside down: the size of the update goes above the line.",
        {"size > 0": "size > 0 and step > 0", "step / size": "size / step"},
    )
    all_together = mistake(
        "All parameters are taken together, so the largest hides the others. Give each parameter a ratio of its own.",
        {
            "norm(updates[name])": "norm([norm(update) for update in updates.values()])",
            "norm(w)": "norm([norm(w) for w in params.values()])",
        },
    )
    one_number = mistake(
        "One number is returned for all parameters. Return a dict with a ratio for each of them.",
        {"return ratios": "return np.mean(list(ratios.values()))"},
    )
    zeros_divided_by = mistake(
        "A parameter of zeros gives a division by zero. It has no ratio: leave it out.",
        {"if size > 0:\n    ratios": "ratios"},
    )
    epsilon_added = mistake(
        "A small number is added to the norm, so that parameters of zeros get a huge ratio. Leave them out.",
        {"norm(w)": "norm(w) + 1e-8"},
    )
    zeros_get_zero = mistake(
        "A parameter of zeros gets the ratio 0, as if it did not move. It has no ratio: leave it out.",
        {"{}": "dict.fromkeys(params, 0.0)"},
    )
    unmoved_left_out = mistake(
        "A parameter that does not move is left out. It has a ratio, 0, and that is worth knowing.",
        {"size > 0": "size > 0 and step > 0"},
    )
    size_after_the_step = mistake(
        "The size of the parameter is taken after the step. Take it as it was before.",
        {"norm(w)": "norm(w + updates[name])", "size > 0": "np.any(w)"},
    )
    mean_of_ratios = mistake(
        "The ratio is taken entry by entry and then averaged, so entries near 0 decide. Divide the two norms.",
        {"step / size": "np.mean(np.abs(updates[name] / w))"},
    )
    sums_of_magnitudes = mistake(
        "These are sums of magnitudes. The norm meant is Euclidean: the root of the sum of squares.",
        {"np.linalg.norm": "lambda a: np.abs(a).sum()"},
    )
    largest_entries = mistake(
        "This compares the largest entries. The norm meant is Euclidean: the root of the sum of squares.",
        {"np.linalg.norm": "lambda a: np.abs(a).max()"},
    )
    spectral_norm = mistake(
        "For a matrix, the norm of order 2 is its largest singular value, and for filters it is not defined. Take the "
        "root of the sum of the squares of all entries.",
        {"np.linalg.norm": "lambda a: np.linalg.norm(a, 2)"},
    )
    deviations = mistake(
        "This compares standard deviations, which leave out the mean: for biases it is often the larger part.",
        {"np.linalg.norm": "np.std"},
    )
    weights_only = mistake(
        "Only the weights have a ratio here. Biases and other parameters get one, too.",
        {"if size > 0": 'if name.startswith("W") and size > 0'},
    )
    logarithm = mistake(
        "The logarithm of the ratio is returned. Return the ratio; a plot can put it on a log scale.",
        {"step / size": "np.log10(step / size)"},
    )

    by_squares = variant({"np.linalg.norm": "lambda a: float(np.sqrt(np.sum(np.square(a, dtype=np.float64))))"})
    # Root mean squares instead of norms: the number of entries cancels.
    by_means = variant(
        {"np.linalg.norm": "lambda a: np.sqrt(np.mean(a.ravel() ** 2))", "params.items()": "reversed(params.items())"}
    )
    by_inner_products = variant({"np.linalg.norm": "lambda a: np.sqrt(np.vdot(a, a))", "size > 0": "(w != 0).any()"})
