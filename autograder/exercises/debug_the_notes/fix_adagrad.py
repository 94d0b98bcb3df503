"""Adagrad, which one set of notes says divides by the square of the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import large_gradients, signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "epsilon": 1e-8}


def remembered(w, dw, config):
    """The sum of squares, including the new gradient."""
    return config.get("cache", np.zeros_like(w)) + dw**2


class FixAdagrad(Exercise):
    """One set of notes says that Adagrad divides all gradients by dx*dx."""

    name, points = "fix_adagrad", 1
    driver = drivers.trajectory

    def reference(w, dw, config):
        """One step of Adagrad.

        Each weight's gradient is divided by the root of the sum of the squares of all its gradients so far, this one
        included, plus ε. So a loss measured in other units takes the same steps, and under a steady gradient the steps
        shrink like η / √t.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``epsilon``: ε, a small number. Your own state is in it too, from the second step on.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings, and whatever you must remember; it is handed to the next call.

        Notes
        -----
        `w` and `config` may be changed in place, but need not be.

        References
        ----------
        Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (2011).
        """
        cache = config.get("cache", np.zeros_like(w)) + dw**2
        step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w - step, {**config, "cache": cache}

    def cases(rng):
        yield Case(
            "a steady gradient",
            w=signed(rng, 1, 3, 3),
            gradients=np.tile(large_gradients(rng, 3), (15, 1)),
            config=settings(rng),
        )
        yield Case(
            "changing gradients", w=signed(rng, 1, 3, 3), gradients=large_gradients(rng, 10, 3), config=settings(rng)
        )
        yield Case(
            "one weight's gradients far larger than another's",
            w=signed(rng, 1, 3, 2),
            gradients=large_gradients(rng, 8, 2) * np.array([1.0, 1000.0]),
            config=settings(rng),
        )
        yield Case(
            "weights in a matrix",
            w=signed(rng, 1, 3, 2, 3),
            gradients=large_gradients(rng, 6, 2, 3),
            config=settings(rng),
        )
        still = large_gradients(rng, 6, 3) * np.array([1.0, 0.0, 1.0])
        yield Case(
            "a weight whose gradient is always zero", w=signed(rng, 1, 3, 3), gradients=still, config=settings(rng)
        )

    @mistake(
        "This divides as the printed code does: the smaller a gradient, the larger its step. Measure the loss in a "
        "unit ten times smaller: the first step should stay as it is."
    )
    def as_printed(w, dw, config):
        w = w - config["learning_rate"] * dw / (dw * dw + config["epsilon"])
        return w, config

    @mistake("This divides by the root of the present square alone, so all steps are equally long. Adagrad remembers.")
    def no_memory(w, dw, config):
        return w - config["learning_rate"] * dw / (np.sqrt(dw**2) + config["epsilon"]), config

    @mistake("The squares are summed, but the root is missing: a loss in other units would take other steps.")
    def no_root(w, dw, config):
        cache = remembered(w, dw, config)
        return w - config["learning_rate"] * dw / (cache + config["epsilon"]), {**config, "cache": cache}

    @mistake("The root is taken of a sum that has not got the new gradient yet. Add its square first.")
    def added_too_late(w, dw, config):
        before = config.get("cache", np.zeros_like(w))
        step = config["learning_rate"] * dw / (np.sqrt(before) + config["epsilon"])
        return w - step, {**config, "cache": before + dw**2}

    @mistake("The squares are averaged, so the steps do not shrink under a steady gradient. Adagrad sums.")
    def mean_of_squares(w, dw, config):
        cache, count = remembered(w, dw, config), config.get("count", 0) + 1
        step = config["learning_rate"] * dw / (np.sqrt(cache / count) + config["epsilon"])
        return w - step, {**config, "cache": cache, "count": count}

    @mistake("What is summed are roots, the magnitudes of the gradients. Sum the squares, then take the root.")
    def roots_summed(w, dw, config):
        cache = config.get("cache", np.zeros_like(w)) + np.sqrt(dw**2)
        return w - config["learning_rate"] * dw / (cache + config["epsilon"]), {**config, "cache": cache}

    @mistake("ε is lost: where all gradients so far are zero, 0/0 is NaN.")
    def epsilon_lost(w, dw, config):
        cache = remembered(w, dw, config)
        return w - config["learning_rate"] * dw / np.sqrt(cache), {**config, "cache": cache}

    @variant
    def all_gradients_kept(w, dw, config):
        past = [*config.get("past", []), dw.copy()]
        size = np.linalg.norm(np.stack(past), axis=0)
        return w - config["learning_rate"] * dw / (size + config["epsilon"]), {**config, "past": past}

    @variant
    def epsilon_inside(w, dw, config):
        cache = config.setdefault("sum", np.zeros_like(w))
        cache += dw * dw
        w -= config["learning_rate"] * dw / np.sqrt(cache + config["epsilon"])
        return w, config
