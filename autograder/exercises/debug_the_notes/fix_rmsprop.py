"""RMSprop's average, with weights that do not add up to one."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "decay_rate": uniform(rng, 0.8, 0.95), "epsilon": 1e-8}


class FixRmsprop(Exercise):
    """The weight of the new square is printed as one minus the cache itself."""

    name, points = "fix_rmsprop", 1
    driver = drivers.trajectory

    def reference(w, dw, config):
        """One step of RMSprop.

        It keeps a leaky average of each weight's squared gradients: the weights of old and new add up to 1, and ρ is
        the weight of the old. The gradient is divided by the root of the average, plus ε. Under a steady gradient the
        steps go from η / √(1 - ρ), at first, to η.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``decay_rate``: ρ. ``epsilon``: ε, a small number. Your own state is in it too, from
            the second step on; the average starts at zeros.

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
        Hinton, lecture 6e of "Neural networks for machine learning" (2012).
        """
        rate, decay = config["learning_rate"], config["decay_rate"]
        cache = config.get("cache", np.zeros_like(w))
        cache = decay * cache + (1 - decay) * dw**2
        w = w - rate * dw / (np.sqrt(cache) + config["epsilon"])
        return w, {**config, "cache": cache}

    def cases(rng):
        yield Case("one step", w=signed(rng, 1, 3, 3), gradients=large_gradients(rng, 1, 3), config=settings(rng))
        yield Case("ten steps", w=signed(rng, 1, 3, 3), gradients=large_gradients(rng, 10, 3), config=settings(rng))
        yield Case(
            "weights in a matrix, a steady gradient",
            w=signed(rng, 1, 3, 2, 3),
            gradients=np.tile(large_gradients(rng, 2, 3), (20, 1, 1)),
            config=settings(rng),
        )
        still = large_gradients(rng, 6, 3) * np.array([1.0, 0.0, 1.0])
        yield Case(
            "a weight whose gradient is always zero", w=signed(rng, 1, 3, 3), gradients=still, config=settings(rng)
        )
        w, gradients = as_float32(signed(rng, 1, 3, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config=settings(rng))

    @mistake(
        "This averages as the printed code does, and its cache turns negative at the second step. The weights of old "
        "and new must add up to 1: do they?"
    )
    def as_printed(w, dw, config):
        rate, decay = config["learning_rate"], config["decay_rate"]
        cache = config.get("cache", np.zeros_like(w))
        cache = decay * cache + (1 - cache) * dw**2
        w = w - rate * dw / (np.sqrt(cache) + config["epsilon"])
        return w, {**config, "cache": cache}

    one_minus_the_square = mistake(
        "The new square's weight is one minus the gradient's square, which is negative for large gradients.",
        {"(1 - decay)": "(1 - dw**2)"},
    )
    weights_exchanged = mistake(
        "Old and new have each other's weight: ρ belongs to the old cache.",
        {"decay * cache + (1 - decay)": "(1 - decay) * cache + decay"},
    )
    same_weight_twice = mistake("Both have the weight ρ, so the weights add up to 2ρ.", {"(1 - decay)": "decay"})
    full_weight = mistake(
        "The new square enters with its full weight, so the average grows to 1 / (1 - ρ) times what it should be.",
        {"(1 - decay) * ": ""},
    )
    magnitudes_averaged = mistake(
        "The weight is there and the square is gone: what is averaged is the magnitude of the gradient.",
        {"dw**2": "np.abs(dw)"},
    )
    cut_at_zero = mistake(
        "The negative cache is cut off at zero, which hides the fault: the weights still do not add up to 1.",
        {"(1 - decay)": "(1 - cache)", "w = w": "cache = np.maximum(cache, 0)\nw = w"},
    )
    root_of_the_magnitude = mistake(
        "A magnitude is taken under the root, which hides the fault: the weights still do not add up to 1.",
        {"(1 - decay)": "(1 - cache)", "w = w": "cache = np.abs(cache)\nw = w"},
    )
    epsilon_lost = mistake("ε is lost: where all gradients so far are zero, 0/0 is NaN.", {' + config["epsilon"]': ""})

    toward_the_square = variant(
        {
            "decay * cache + (1 - decay) * dw**2": "cache + (1 - decay) * (dw**2 - cache)",
            'np.sqrt(cache) + config["epsilon"]': 'np.sqrt(cache + config["epsilon"])',
        }
    )

    @variant
    def in_place(w, dw, config):
        cache = config.setdefault("squares", np.zeros_like(w))
        cache *= config["decay_rate"]
        cache += (1 - config["decay_rate"]) * dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w, config
