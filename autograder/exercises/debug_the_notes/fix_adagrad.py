"""Adagrad, which one set of notes says divides by the square of the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import large_gradients, signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "epsilon": 1e-8}


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

    no_memory = mistake(
        "This divides by the root of the present square alone, so all steps are equally long. Adagrad remembers.",
        {'config.get("cache", np.zeros_like(w)) + ': ""},
    )
    no_root = mistake(
        "The squares are summed, but the root is missing: a loss in other units would take other steps.",
        {"np.sqrt(cache)": "cache"},
    )
    added_too_late = mistake(
        "The root is taken of a sum that has not got the new gradient yet. Add its square first.",
        {" + dw**2": "", '"cache": cache': '"cache": cache + dw**2'},
    )
    mean_of_squares = mistake(
        "The squares are averaged, so the steps do not shrink under a steady gradient. Adagrad sums.",
        {
            "cache = config": 'count = config.get("count", 0) + 1\ncache = config',
            "np.sqrt(cache)": "np.sqrt(cache / count)",
            '"cache": cache': '"cache": cache, "count": count',
        },
    )
    roots_summed = mistake(
        "What is summed are roots, the magnitudes of the gradients. Sum the squares, then take the root.",
        {"dw**2": "np.abs(dw)", "np.sqrt(cache)": "cache"},
    )
    epsilon_lost = mistake("ε is lost: where all gradients so far are zero, 0/0 is NaN.", {' + config["epsilon"]': ""})

    @variant
    def all_gradients_kept(w, dw, config):
        past = [*config.get("past", []), dw.copy()]
        size = np.linalg.norm(np.stack(past), axis=0)
        return w - config["learning_rate"] * dw / (size + config["epsilon"]), {**config, "past": past}

    epsilon_inside = variant(
        {
            'np.sqrt(cache) + config["epsilon"]': 'np.sqrt(cache + config["epsilon"])',
            "return w - step": "w -= step\nreturn w",
        }
    )
