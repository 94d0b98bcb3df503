"""RMSprop's average, with weights that do not add up to one."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, signed, uniform
from gradlab import drivers


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "decay_rate": uniform(rng, 0.8, 0.95), "epsilon": 1e-8}


def scaled(w, dw, config, average):
    """A step with another average, ``average(cache, dw, decay_rate)``."""
    cache = average(config.get("cache", np.zeros_like(w)), dw, config["decay_rate"])
    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w - step, {**config, "cache": cache}


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

    @mistake("The new square's weight is one minus the gradient's square, which is negative for large gradients.")
    def one_minus_the_square(w, dw, config):
        return scaled(w, dw, config, lambda cache, dw, decay: decay * cache + (1 - dw**2) * dw**2)

    @mistake("Old and new have each other's weight: ρ belongs to the old cache.")
    def weights_exchanged(w, dw, config):
        return scaled(w, dw, config, lambda cache, dw, decay: (1 - decay) * cache + decay * dw**2)

    @mistake("Both have the weight ρ, so the weights add up to 2ρ.")
    def same_weight_twice(w, dw, config):
        return scaled(w, dw, config, lambda cache, dw, decay: decay * (cache + dw**2))

    @mistake("The new square enters with its full weight, so the average grows to 1 / (1 - ρ) times what it should be.")
    def full_weight(w, dw, config):
        return scaled(w, dw, config, lambda cache, dw, decay: decay * cache + dw**2)

    @mistake("The weight is there and the square is gone: what is averaged is the magnitude of the gradient.")
    def magnitudes_averaged(w, dw, config):
        return scaled(w, dw, config, lambda cache, dw, decay: decay * cache + (1 - decay) * np.abs(dw))

    @mistake("The negative cache is cut off at zero, which hides the fault: the weights still do not add up to 1.")
    def cut_at_zero(w, dw, config):
        def average(cache, dw, decay):
            return np.maximum(decay * cache + (1 - cache) * dw**2, 0)

        return scaled(w, dw, config, average)

    @mistake("A magnitude is taken under the root, which hides the fault: the weights still do not add up to 1.")
    def root_of_the_magnitude(w, dw, config):
        def average(cache, dw, decay):
            return np.abs(decay * cache + (1 - cache) * dw**2)

        return scaled(w, dw, config, average)

    @mistake("ε is lost: where all gradients so far are zero, 0/0 is NaN.")
    def epsilon_lost(w, dw, config):
        decay = config["decay_rate"]
        cache = decay * config.get("cache", np.zeros_like(w)) + (1 - decay) * dw**2
        return w - config["learning_rate"] * dw / np.sqrt(cache), {**config, "cache": cache}

    @variant
    def toward_the_square(w, dw, config):
        config = dict(config)
        cache = config.get("average", 0.0)
        config["average"] = cache + (1 - config["decay_rate"]) * (dw**2 - cache)
        return w - config["learning_rate"] * dw / np.sqrt(config["average"] + config["epsilon"]), config

    @variant
    def in_place(w, dw, config):
        cache = config.setdefault("squares", np.zeros_like(w))
        cache *= config["decay_rate"]
        cache += (1 - config["decay_rate"]) * dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w, config
