"""RMSprop: one step size per weight, from a mean in which old gradients fade."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated, with_defaults
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers

from .adaptive import (
    distant_weights,
    old_cache_step,
    scaled_step,
    step_plus_epsilon,
    step_times_epsilon,
    step_without_epsilon,
    step_without_root,
    tiny_gradients,
    uphill_step,
    without_last_weight,
)


def rmsprop_settings(config, w):
    return with_defaults(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w))


def leaky_mean(g, dw):
    return g.decay_rate * g.cache + (1 - g.decay_rate) * dw**2


def rmsprop_with(w, dw, config, average=leaky_mean, step=scaled_step):
    """A step of RMSprop with one part replaced, for most of the known mistakes."""
    g = rmsprop_settings(config, w)
    cache = average(g, dw)
    return step(w, dw, g, cache), updated(config, cache=cache)


class RMSprop(Exercise):
    """Adagrad with a memory that fades: a leaky mean of squared gradients."""

    name, points = "rmsprop", 3
    driver = drivers.trajectory

    def reference(w, dw, config=None):
        """One step of RMSprop: steps are scaled by a leaky mean of squared gradients.

            cache ← ρ cache + (1 - ρ) dw²
            w ← w - η dw / (√cache + ε)

        All operations are elementwise: each weight has its own cache.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``learning_rate``: η, 1e-2 if missing. ``decay_rate``: ρ, 0.99 if missing. ``epsilon``: ε, 1e-8 if
            missing. ``cache``: same shape as `w`, zeros if missing. None means all defaults.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings and the new ``cache``; they are handed to the next call.

        Notes
        -----
        `w`, `config` and the cache in it may be changed in place, but need not be. Adding ε inside the root
        is accepted too.

        References
        ----------
        Tieleman & Hinton, "Neural networks for machine learning" (Coursera, 2012), lecture 6.5.
        """
        config = {
            "learning_rate": 1e-2,
            "decay_rate": 0.99,
            "epsilon": 1e-8,
            "cache": np.zeros_like(w),
            **(config or {}),
        }
        cache = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
        step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w - step, {**config, "cache": cache}

    def cases(rng):
        yield Case("ten steps, config=None", w=distant_weights(rng, 3), gradients=large_gradients(rng, 10, 3))
        yield Case(
            "another learning rate and decay rate, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.02, 0.05), "decay_rate": uniform(rng, 0.6, 0.9)},
        )
        yield Case(
            "carried on from a given cache",
            w=distant_weights(rng, 3),
            gradients=large_gradients(rng, 10, 3),
            config={"decay_rate": uniform(rng, 0.6, 0.9), "cache": rng.uniform(2e6, 2e7, 3)},
        )
        yield Case(
            "a weight that gets no gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.02, 0.05)},
        )
        yield Case(
            "tiny gradients beside an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=tiny_gradients(rng, 8, 3),
            config={"learning_rate": 1e9, "epsilon": 1.0},
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"decay_rate": uniform(rng, 0.6, 0.9)})

    @mistake("The step goes along the gradient, so the loss rises. To go down, subtract.")
    def wrong_sign(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=uphill_step)

    @mistake("The new cache is not stored in config, so every step starts again from the old one.")
    def cache_not_stored(w, dw, config=None):
        return rmsprop_with(w, dw, config)[0], updated(config)

    @mistake("On the first step there is no cache in config yet: start from zeros of the shape of w.")
    def cache_expected(w, dw, config=None):
        return rmsprop_with(w, dw, {"cache": updated(config)["cache"], **updated(config)})

    @mistake("The first step is millions long: the cache is used before the new square is in it. Update it first.")
    def cache_updated_after_use(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=old_cache_step)

    @mistake(
        "The cache never changes, and with zeros in it the steps divide by epsilon alone. Is the line "
        "that updates it behind a comment?"
    )
    def cache_never_updated(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=old_cache_step)[0], updated(config)

    @mistake(
        "The new square is weighed by 1 - dw², which is negative for gradients above 1 and leaves no "
        "root to take. The weight is 1 - decay_rate, so that both weights add up to 1."
    )
    def weighed_by_the_gradient(w, dw, config=None):
        return rmsprop_with(w, dw, config, lambda g, dw: g.decay_rate * g.cache + (1 - dw**2) * dw**2)

    @mistake(
        "The new square is weighed by one minus the cache, so the cache turns negative at the second step and leaves "
        "no root to take. The weight is 1 - decay_rate, so that both weights add up to 1."
    )
    def weighed_by_the_cache(w, dw, config=None):
        return rmsprop_with(w, dw, config, lambda g, dw: g.decay_rate * g.cache + (1 - g.cache) * dw**2)

    @mistake("The weights are exchanged: decay_rate belongs to the old cache, 1 - decay_rate to the new square.")
    def decay_on_the_wrong_term(w, dw, config=None):
        def average(g, dw):
            return (1 - g.decay_rate) * g.cache + g.decay_rate * dw**2

        return rmsprop_with(w, dw, config, average)

    @mistake("The new square enters with weight 1. It needs 1 - decay_rate, or the cache grows far above the squares.")
    def square_not_weighed(w, dw, config=None):
        return rmsprop_with(w, dw, config, average=lambda g, dw: g.decay_rate * g.cache + dw**2)

    @mistake("The old cache does not fade: multiply it by decay_rate.")
    def cache_not_decayed(w, dw, config=None):
        return rmsprop_with(w, dw, config, average=lambda g, dw: g.cache + (1 - g.decay_rate) * dw**2)

    @mistake("This is Adagrad: squares add up for ever. RMSprop's cache is a leaky mean of them.")
    def adagrad_instead(w, dw, config=None):
        return rmsprop_with(w, dw, config, average=lambda g, dw: g.cache + dw**2)

    @mistake("The cache is corrected for its start at zeros. That is Adam's idea; RMSprop has no correction.")
    def bias_corrected(w, dw, config=None):
        t = updated(config).get("t", 0) + 1

        def step(w, dw, g, cache):
            return scaled_step(w, dw, g, cache / (1 - g.decay_rate**t))

        return rmsprop_with(w, dw, updated(config, t=t), step=step)

    @mistake("The root is left out: the step divides by the mean square, so large gradients barely count.")
    def root_missing(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=step_without_root)

    @mistake("The mean is of the gradients, so opposite ones cancel (or leave a negative root). Average squares.")
    def gradients_averaged(w, dw, config=None):
        def average(g, dw):
            return g.decay_rate * g.cache + (1 - g.decay_rate) * dw

        return rmsprop_with(w, dw, config, average)

    @mistake("What you store is the root of the cache, and the next step mixes a square into it. Store the mean.")
    def root_stored(w, dw, config=None):
        return rmsprop_with(w, dw, config, lambda g, dw: np.sqrt(leaky_mean(g, dw)), step=step_without_root)

    @mistake("All weights share one cache, the mean over the gradient's entries. Each weight needs its own.")
    def one_cache_for_all(w, dw, config=None):
        def average(g, dw):
            return g.decay_rate * g.cache + (1 - g.decay_rate) * np.mean(dw**2)

        return rmsprop_with(w, dw, config, average)

    @mistake("Without epsilon a weight that never got a gradient becomes 0 / 0. Add it to the denominator.")
    def epsilon_missing(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=step_without_epsilon)

    @mistake("Epsilon multiplies the root, so each step is about 1 / epsilon too long. Add it.")
    def epsilon_multiplied(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=step_times_epsilon)

    @mistake("Epsilon is added to the weights, not to the denominator: parentheses are missing around the sum.")
    def epsilon_outside_the_denominator(w, dw, config=None):
        return rmsprop_with(w, dw, config, step=step_plus_epsilon)

    @mistake("Epsilon is always 1e-8. Read it from config; 1e-8 is only what to use when it is missing.")
    def epsilon_hard_coded(w, dw, config=None):
        return rmsprop_with(w, dw, updated(config, epsilon=1e-8))

    @mistake("The decay rate is always 0.99. Read it from config; 0.99 is only what to use when it is missing.")
    def decay_rate_hard_coded(w, dw, config=None):
        next_w, after = rmsprop_with(w, dw, updated(config, decay_rate=0.99))
        return next_w, updated(config, cache=after["cache"])

    @mistake("The decay rate is 0.9 when config has none. Its default here is 0.99.")
    def decay_rate_defaults_to_090(w, dw, config=None):
        return rmsprop_with(w, dw, {"decay_rate": 0.9, **updated(config)})

    @mistake("The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        return rmsprop_with(w, dw, updated(config, learning_rate=1e-2))

    @mistake("You return a config with the cache alone, so the settings are lost after the first step.")
    def settings_lost(w, dw, config=None):
        next_w, config = rmsprop_with(w, dw, config)
        return next_w, {"cache": config["cache"]}

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-2)
        config.setdefault("decay_rate", 0.99)
        config.setdefault("epsilon", 1e-8)
        cache = config.setdefault("cache", np.zeros_like(w))
        cache *= config["decay_rate"]
        cache += (1 - config["decay_rate"]) * dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w, config

    @variant
    def epsilon_inside_the_root(w, dw, config=None):
        g = rmsprop_settings(config, w)
        cache = g.cache + (1 - g.decay_rate) * (dw * dw - g.cache)
        return w - g.learning_rate * dw / np.sqrt(cache + g.epsilon), updated(config, cache=cache, last=dw)

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = rmsprop_settings(config, w)
        next_w, cache = np.zeros(w.shape), np.zeros(w.shape)
        for i in np.ndindex(*w.shape):
            cache[i] = g.decay_rate * g.cache[i] + np.float64(1 - g.decay_rate) * dw[i] ** 2
            next_w[i] = w[i] - g.learning_rate * dw[i] / (cache[i] ** 0.5 + g.epsilon)
        return next_w, updated(config, cache=cache)
