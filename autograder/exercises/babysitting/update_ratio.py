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


def ratios(params, updates, norm=np.linalg.norm):
    """The ratio of norms for each parameter whose norm is not 0."""
    return {name: norm(updates[name]) / norm(w) for name, w in params.items() if norm(w)}


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
        sizes = {name: np.linalg.norm(w) for name, w in params.items()}
        return {name: np.linalg.norm(updates[name]) / size for name, size in sizes.items() if size > 0}

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

    @mistake(
        "Both norms are squared, and so is the ratio: a good 1e-3 comes out as 1e-6. The norm is the root of the sum "
        "of squares."
    )
    def squared_norms(params, grads, updates):
        return ratios(params, updates, norm=lambda a: np.sum(a**2))

    @mistake("This takes the gradients. What moves a parameter is its update, and no learning rate is in a gradient.")
    def gradients_not_updates(params, grads, updates):
        return ratios(params, grads)

    @mistake("The fraction is upside down: the size of the update goes above the line.")
    def upside_down(params, grads, updates):
        return {
            name: np.linalg.norm(w) / np.linalg.norm(updates[name])
            for name, w in params.items()
            if np.any(updates[name]) and np.any(w)
        }

    @mistake(
        "All parameters are taken together, so the largest hides the others. Give each parameter a ratio of its own."
    )
    def all_together(params, grads, updates):
        whole = {
            name: np.concatenate([a.ravel() for a in arrays.values()])
            for name, arrays in (("w", params), ("dw", updates))
        }
        ratio = np.linalg.norm(whole["dw"]) / np.linalg.norm(whole["w"])
        return dict.fromkeys(params, ratio)

    @mistake("One number is returned for all parameters. Return a dict with a ratio for each of them.")
    def one_number(params, grads, updates):
        return np.mean(list(ratios(params, updates).values()))

    @mistake("A parameter of zeros gives a division by zero. It has no ratio: leave it out.")
    def zeros_divided_by(params, grads, updates):
        with np.errstate(all="ignore"):
            return {name: np.linalg.norm(updates[name]) / np.linalg.norm(w) for name, w in params.items()}

    @mistake("A small number is added to the norm, so that parameters of zeros get a huge ratio. Leave them out.")
    def epsilon_added(params, grads, updates):
        return {name: np.linalg.norm(updates[name]) / (np.linalg.norm(w) + 1e-8) for name, w in params.items()}

    @mistake("A parameter of zeros gets the ratio 0, as if it did not move. It has no ratio: leave it out.")
    def zeros_get_zero(params, grads, updates):
        return dict.fromkeys(params, 0.0) | ratios(params, updates)

    @mistake("A parameter that does not move is left out. It has a ratio, 0, and that is worth knowing.")
    def unmoved_left_out(params, grads, updates):
        return {name: ratio for name, ratio in ratios(params, updates).items() if ratio}

    @mistake("The size of the parameter is taken after the step. Take it as it was before.")
    def size_after_the_step(params, grads, updates):
        return {
            name: np.linalg.norm(updates[name]) / np.linalg.norm(w + updates[name])
            for name, w in params.items()
            if np.any(w)
        }

    @mistake("The ratio is taken entry by entry and then averaged, so entries near 0 decide. Divide the two norms.")
    def mean_of_ratios(params, grads, updates):
        return {name: np.mean(np.abs(updates[name] / w)) for name, w in params.items() if np.any(w)}

    @mistake("These are sums of magnitudes. The norm meant is Euclidean: the root of the sum of squares.")
    def sums_of_magnitudes(params, grads, updates):
        return ratios(params, updates, norm=lambda a: np.abs(a).sum())

    @mistake("This compares the largest entries. The norm meant is Euclidean: the root of the sum of squares.")
    def largest_entries(params, grads, updates):
        return ratios(params, updates, norm=lambda a: np.abs(a).max())

    @mistake(
        "For a matrix, the norm of order 2 is its largest singular value, and for filters it is not defined. Take the "
        "root of the sum of the squares of all entries."
    )
    def spectral_norm(params, grads, updates):
        return ratios(params, updates, norm=lambda a: np.linalg.norm(a, 2))

    @mistake("This compares standard deviations, which leave out the mean: for biases it is often the larger part.")
    def deviations(params, grads, updates):
        return ratios(params, updates, norm=np.std)

    @mistake("Only the weights have a ratio here. Biases and other parameters get one, too.")
    def weights_only(params, grads, updates):
        return {name: ratio for name, ratio in ratios(params, updates).items() if name.startswith("W")}

    @mistake("The logarithm of the ratio is returned. Return the ratio; a plot can put it on a log scale.")
    def logarithm(params, grads, updates):
        with np.errstate(all="ignore"):
            return {name: np.log10(ratio) for name, ratio in ratios(params, updates).items()}

    @variant
    def by_squares(params, grads, updates):
        found = {}
        for name in params:
            size = float(np.sqrt(np.sum(np.square(params[name], dtype=np.float64))))
            if size == 0:
                continue
            found[name] = float(np.sqrt(np.sum(np.square(updates[name], dtype=np.float64)))) / size
        return found

    @variant
    def by_means(params, grads, updates):
        """Use root mean squares instead of norms; the number of entries cancels."""

        def rms(a):
            return np.sqrt(np.mean(a.ravel() ** 2))

        return {name: rms(updates[name]) / rms(w) for name, w in reversed(params.items()) if np.any(w)}

    @variant
    def by_inner_products(params, grads, updates):
        found = {}
        for name, w in params.items():
            if (w != 0).any():
                found[name] = np.sqrt(np.vdot(updates[name], updates[name]) / np.vdot(w, w))
        return found
