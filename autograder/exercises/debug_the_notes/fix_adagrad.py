"""Adagrad, which one set of notes says divides by the square of the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import large_gradients, signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "epsilon": 1e-8}


class FixAdagrad(Exercise):
    """One set of notes says that Adagrad divides all gradients by dx*dx."""

    name, points = "fix_adagrad", 1
    done = "Your Adagrad divides by a root, so its steps no longer depend on the units of the loss."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config):
        """One step of Adagrad.

        Each weight's gradient is divided by √c + ε, where c is the sum of the squares of all its gradients so far,
        including this one. So the steps don't depend on the units of the loss, and under a steady gradient they shrink
        like η / √t.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``epsilon``: ε, a small number. From the second step on, it also holds your own state.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings, and whatever you must remember for the next call.

        Notes
        -----
        You may change `w` and `config` in place.

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
            gradients=large_gradients(rng, 8, 2) * np.array([1e-8, 1e6]),
            # An epsilon of 1 decides the first weight's steps, and has no effect on the second's, wherever it is added.
            config={**settings(rng), "epsilon": 1.0},
            weight=1.5,
        )
        yield Case(
            "weights in a matrix",
            w=signed(rng, 1, 3, 2, 3),
            gradients=large_gradients(rng, 6, 2, 3),
            config=settings(rng),
        )
        still = large_gradients(rng, 6, 3) * np.array([1.0, 0.0, 1.0])
        yield Case(
            "a weight whose gradient is always zero",
            w=signed(rng, 1, 3, 3),
            gradients=still,
            config=settings(rng),
            weight=1.5,
        )

    @mistake(
        "If you measure the loss in a unit ten times smaller, does the first step stay the same? It should. Like the "
        "printed code, yours divides each gradient by its own square, so the smaller the gradient, the larger the "
        "step."
    )
    def as_printed(w, dw, config):
        w = w - config["learning_rate"] * dw / (dw * dw + config["epsilon"])
        return w, config

    no_memory = mistake(
        "How long are the steps under a steady gradient? Yours never get shorter, because each one is divided only by "
        "the size of its own gradient. Add up the squares of all gradients so far, and keep the sum in config.",
        {'config.get("cache", np.zeros_like(w)) + ': ""},
    )
    no_root = mistake(
        "Would the same loss in different units give the same steps? Not yours: they are divided by the sum of "
        "squares itself. Take its square root.",
        {"np.sqrt(cache)": "cache"},
    )
    added_too_late = mistake(
        "Does the very first step count its own gradient? You divide each step by a sum that doesn't include the "
        "current gradient yet. Add its square first.",
        {" + dw**2": "", '"cache": cache': '"cache": cache + dw**2'},
    )
    mean_of_squares = mistake(
        "Do the steps get shorter under a steady gradient? Not if you average the squares. Adagrad adds them up.",
        {
            "cache = config": 'count = config.get("count", 0) + 1\ncache = config',
            "np.sqrt(cache)": "np.sqrt(cache / count)",
            '"cache": cache': '"cache": cache, "count": count',
        },
    )
    roots_summed = mistake(
        "What exactly do you add up? The gradients' magnitudes. Add up their squares, then "
        "take the square root of the sum.",
        {"dw**2": "np.abs(dw)", "np.sqrt(cache)": "cache"},
    )
    epsilon_lost = mistake(
        "What happens to a weight whose gradients have all been zero so far? Without ε it's 0/0, which is NaN.",
        {' + config["epsilon"]': ""},
    )
    gradients_summed = mistake(
        "What happens to the sum when gradients have opposite signs? You add up the gradients themselves, which "
        "cancel or leave a negative number under the root. Add up their squares.",
        {"dw**2": "dw"},
    )
    one_sum_for_all = mistake(
        "Does one weight's gradient change another weight's step? It does in your code, because all weights share one "
        "sum. Keep a separate sum for each weight.",
        {"dw**2": "np.sum(dw**2)"},
    )
    uphill = mistake(
        "Does the loss go down? Your steps have the right length but the wrong direction. Subtract them.",
        {"w - step": "w + step"},
    )
    epsilon_hard_coded = mistake(
        "Where does your ε come from? Yours is always 1e-8, whatever config says. Use the one in config.",
        {'config["epsilon"]': "1e-8"},
    )

    @variant
    def all_gradients_kept(w, dw, config):
        past = [*config.get("past", []), dw.copy()]
        size = np.linalg.norm(np.stack(past), axis=0)
        return w - config["learning_rate"] * dw / (size + config["epsilon"]), {**config, "past": past}

    epsilon_inside = variant(
        {
            "(np.sqrt(cache) + ": "np.sqrt(cache + ",
            "return w - step": "w -= step\nreturn w",
        }
    )
