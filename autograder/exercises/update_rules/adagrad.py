"""Adagrad: one step size per weight, from a sum that never forgets a gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers

from .adaptive import distant_weights, tiny_gradients, without_last_weight


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

    wrong_sign = mistake(
        "The step goes along the gradient, so the loss rises. To go down, subtract.", {"w - step": "w + step"}
    )
    cache_not_stored = mistake(
        "The new cache is not stored in config, so every step divides by its own gradient alone.",
        {', "cache": cache': ""},
    )
    cache_replaced = mistake(
        "The cache is replaced by the new square. Add the square to what is there.",
        {'config["cache"] + dw**2': "dw**2"},
    )
    cache_expected = mistake(
        "On the first step there is no cache in config yet: start from zeros of the shape of w.",
        {'"cache": np.zeros_like(w),': ""},
    )
    cache_from_nowhere = mistake(
        "The cache comes from nowhere: a name is used before anything has set it. Read the cache from config, and on "
        "the first step start from zeros of the shape of w.",
        {'config["cache"]': "cache"},
    )
    cache_updated_after_use = mistake(
        "The first step is millions long: the cache is used before the new square is in it. Add first.",
        {"np.sqrt(cache)": 'np.sqrt(config["cache"])'},
    )
    cache_never_updated = mistake(
        "The cache never changes, and with zeros in it the steps divide by epsilon alone. Is the line "
        "that adds to it behind a comment?",
        {" + dw**2": ""},
    )
    root_missing = mistake(
        "The root is left out: the step divides by the sum of squares, so large gradients barely count.",
        {"np.sqrt(cache)": "cache"},
    )
    divided_by_its_square = mistake(
        "The gradient is divided by its own square. Divide by the root of the accumulated sum of squares.",
        {"np.sqrt(cache)": "dw**2"},
    )
    gradients_accumulated = mistake(
        "The gradients themselves add up, and opposite ones cancel (or leave a negative root): add squares.",
        {"dw**2": "dw"},
    )
    magnitudes_accumulated = mistake(
        "Magnitudes add up instead of squares. The cache is a sum of dw², and the step divides by its root.",
        {"dw**2": "np.abs(dw)", "np.sqrt(cache)": "cache"},
    )
    squares_averaged = mistake(
        "The cache is a mean of the squares. Adagrad takes their sum, so that its steps shrink as 1 / √t.",
        {
            "step =": 'count = config.get("count", 0) + 1\nstep =',
            "np.sqrt(cache)": "np.sqrt(cache / count)",
            '"cache": cache}': '"cache": cache, "count": count}',
        },
    )
    leaky = mistake(
        "The cache leaks, as RMSprop's does. Adagrad never forgets: add the whole square to the whole cache.",
        {'config["cache"] + dw**2': '0.99 * config["cache"] + 0.01 * dw**2'},
    )
    one_cache_for_all = mistake(
        "All weights share one cache, the squared length of the gradient. Each weight needs its own.",
        {"dw**2": "np.sum(dw**2)"},
    )
    root_stored = mistake(
        "What you store is the root of the cache, and the next step adds a square to it. Store the sum.",
        {'"cache": cache': '"cache": np.sqrt(cache)'},
    )
    epsilon_missing = mistake(
        "Without epsilon a weight that never got a gradient becomes 0 / 0. Add it to the denominator.",
        {' + config["epsilon"]': ""},
    )
    epsilon_multiplied = mistake(
        "Epsilon multiplies the root, so each step is about 1 / epsilon too long. Add it.",
        {'+ config["epsilon"]': '* config["epsilon"]'},
    )
    epsilon_outside_the_denominator = mistake(
        "Epsilon is added to the weights, not to the denominator: parentheses are missing around the sum.",
        {' + config["epsilon"]': "", "w - step": 'w - step + config["epsilon"]'},
    )
    epsilon_hard_coded = mistake(
        "Epsilon is always 1e-8. Read it from config; 1e-8 is only what to use when it is missing.",
        {'config["epsilon"]': "1e-8"},
    )
    rate_hard_coded = mistake(
        "The learning rate is always 1e-2. Read it from config; 1e-2 is only what to use when it is missing.",
        {'config["learning_rate"]': "1e-2"},
    )
    settings_lost = mistake(
        "You return a config with the cache alone, so the settings are lost after the first step.", {"{**config, ": "{"}
    )

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

    epsilon_inside_the_root = variant(
        {
            '/ (np.sqrt(cache) + config["epsilon"])': '* (cache + config["epsilon"]) ** -0.5',
            '"cache": cache}': '"cache": cache, "last": dw}',
        }
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
        next_w, cache = np.zeros(w.shape), np.zeros(w.shape)
        for i in np.ndindex(*w.shape):
            cache[i] = config["cache"][i] + np.float64(dw[i]) ** 2
            next_w[i] = w[i] - config["learning_rate"] / (cache[i] ** 0.5 + config["epsilon"]) * dw[i]
        return next_w, {**config, "cache": cache}
