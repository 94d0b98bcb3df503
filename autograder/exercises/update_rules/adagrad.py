"""Adagrad: one step size per weight, from a sum that never forgets a gradient."""

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


def adagrad_settings(config, w):
    return with_defaults(config, learning_rate=1e-2, epsilon=1e-8, cache=np.zeros_like(w))


def sum_of_squares(g, dw):
    return g.cache + dw**2


def adagrad_with(w, dw, config, accumulate=sum_of_squares, step=scaled_step):
    """A step of Adagrad with one part replaced, for most of the known mistakes."""
    g = adagrad_settings(config, w)
    cache = accumulate(g, dw)
    return step(w, dw, g, cache), updated(config, cache=cache)


class Adagrad(Exercise):
    """Divide each weight's step by the root of the sum of its squared gradients."""

    name, points = "adagrad", 3
    driver = drivers.trajectory

    def reference(w, dw, config=None):
        """One step of Adagrad: squares of gradients add up, and the steps shrink.

            cache ← cache + dw²
            w ← w - η dw / (√cache + ε)

        All operations are elementwise: each weight has its own cache.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``learning_rate``: η, 1e-2 if missing. ``epsilon``: ε, 1e-8 if missing.
            ``cache``: same shape as `w`, zeros if missing. None means all defaults.

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
        Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization"
        (2011), section 3.
        """
        config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
        cache = config["cache"] + dw**2
        step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w - step, {**config, "cache": cache}

    def cases(rng):
        yield Case("ten steps, config=None", w=distant_weights(rng, 3), gradients=large_gradients(rng, 10, 3))
        yield Case(
            "another learning rate, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "carried on from a given cache",
            w=distant_weights(rng, 3),
            gradients=large_gradients(rng, 10, 3),
            config={"cache": rng.uniform(2e6, 2e7, 3)},
        )
        yield Case(
            "a weight that gets no gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "tiny gradients beside an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=tiny_gradients(rng, 8, 3),
            config={"learning_rate": 1e9, "epsilon": 1.0},
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.1, 0.5)})

    @mistake("The step goes along the gradient, so the loss rises. To go down, subtract.")
    def wrong_sign(w, dw, config=None):
        return adagrad_with(w, dw, config, step=uphill_step)

    @mistake("The new cache is not stored in config, so every step divides by its own gradient alone.")
    def cache_not_stored(w, dw, config=None):
        return adagrad_with(w, dw, config)[0], updated(config)

    @mistake("The cache is replaced by the new square. Add the square to what is there.")
    def cache_replaced(w, dw, config=None):
        return adagrad_with(w, dw, config, accumulate=lambda g, dw: dw**2)

    @mistake("On the first step there is no cache in config yet: start from zeros of the shape of w.")
    def cache_expected(w, dw, config=None):
        return adagrad_with(w, dw, {"cache": updated(config)["cache"], **updated(config)})

    @mistake(
        "The cache comes from nowhere: a name is used before anything has set it. Read the cache from config, and on "
        "the first step start from zeros of the shape of w."
    )
    def cache_from_nowhere(w, dw, config=None):
        g = adagrad_settings(config, w)
        cache += dw**2  # noqa: F821
        return scaled_step(w, dw, g, cache), updated(config, cache=cache)

    @mistake("The first step is millions long: the cache is used before the new square is in it. Add first.")
    def cache_updated_after_use(w, dw, config=None):
        return adagrad_with(w, dw, config, step=old_cache_step)

    @mistake(
        "The cache never changes, and with zeros in it the steps divide by epsilon alone. Is the line "
        "that adds to it behind a comment?"
    )
    def cache_never_updated(w, dw, config=None):
        return adagrad_with(w, dw, config, step=old_cache_step)[0], updated(config)

    @mistake("The root is left out: the step divides by the sum of squares, so large gradients barely count.")
    def root_missing(w, dw, config=None):
        return adagrad_with(w, dw, config, step=step_without_root)

    @mistake("The gradient is divided by its own square. Divide by the root of the accumulated sum of squares.")
    def divided_by_its_square(w, dw, config=None):
        return scaled_step(w, dw, adagrad_settings(config, w), dw**4), updated(config)

    @mistake("The gradients themselves add up, and opposite ones cancel (or leave a negative root): add squares.")
    def gradients_accumulated(w, dw, config=None):
        return adagrad_with(w, dw, config, accumulate=lambda g, dw: g.cache + dw)

    @mistake("Magnitudes add up instead of squares. The cache is a sum of dw², and the step divides by its root.")
    def magnitudes_accumulated(w, dw, config=None):
        return adagrad_with(w, dw, config, lambda g, dw: g.cache + np.abs(dw), step=step_without_root)

    @mistake("The cache is a mean of the squares. Adagrad takes their sum, so that its steps shrink as 1 / √t.")
    def squares_averaged(w, dw, config=None):
        count = updated(config).get("count", 0) + 1

        def step(w, dw, g, cache):
            return scaled_step(w, dw, g, cache / count)

        return adagrad_with(w, dw, updated(config, count=count), step=step)

    @mistake("The cache leaks, as RMSprop's does. Adagrad never forgets: add the whole square to the whole cache.")
    def leaky(w, dw, config=None):
        return adagrad_with(w, dw, config, accumulate=lambda g, dw: 0.99 * g.cache + 0.01 * dw**2)

    @mistake("All weights share one cache, the squared length of the gradient. Each weight needs its own.")
    def one_cache_for_all(w, dw, config=None):
        return adagrad_with(w, dw, config, accumulate=lambda g, dw: g.cache + np.sum(dw**2))

    @mistake("What you store is the root of the cache, and the next step adds a square to it. Store the sum.")
    def root_stored(w, dw, config=None):
        return adagrad_with(w, dw, config, lambda g, dw: np.sqrt(g.cache + dw**2), step=step_without_root)

    @mistake("Without epsilon a weight that never got a gradient becomes 0 / 0. Add it to the denominator.")
    def epsilon_missing(w, dw, config=None):
        return adagrad_with(w, dw, config, step=step_without_epsilon)

    @mistake("Epsilon multiplies the root, so each step is about 1 / epsilon too long. Add it.")
    def epsilon_multiplied(w, dw, config=None):
        return adagrad_with(w, dw, config, step=step_times_epsilon)

    @mistake("Epsilon is added to the weights, not to the denominator: parentheses are missing around the sum.")
    def epsilon_outside_the_denominator(w, dw, config=None):
        return adagrad_with(w, dw, config, step=step_plus_epsilon)

    @mistake("Epsilon is always 1e-8. Read it from config; 1e-8 is only what to use when it is missing.")
    def epsilon_hard_coded(w, dw, config=None):
        return adagrad_with(w, dw, updated(config, epsilon=1e-8))

    @mistake("The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        return adagrad_with(w, dw, updated(config, learning_rate=1e-2))

    @mistake("You return a config with the cache alone, so the settings are lost after the first step.")
    def settings_lost(w, dw, config=None):
        next_w, config = adagrad_with(w, dw, config)
        return next_w, {"cache": config["cache"]}

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-2)
        config.setdefault("epsilon", 1e-8)
        config.setdefault("cache", np.zeros_like(w))
        config["cache"] += dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
        return w, config

    @variant
    def epsilon_inside_the_root(w, dw, config=None):
        g = adagrad_settings(config, w)
        cache = g.cache + np.square(dw)
        return w - g.learning_rate * dw * (cache + g.epsilon) ** -0.5, updated(config, cache=cache, last=dw)

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = adagrad_settings(config, w)
        next_w, cache = np.zeros(w.shape), np.zeros(w.shape)
        for i in np.ndindex(*w.shape):
            cache[i] = g.cache[i] + np.float64(dw[i]) ** 2
            next_w[i] = w[i] - g.learning_rate / (cache[i] ** 0.5 + g.epsilon) * dw[i]
        return next_w, updated(config, cache=cache)
