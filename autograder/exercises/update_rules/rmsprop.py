"""RMSprop: one step size per weight, from a mean in which old gradients fade."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers

from .adaptive import distant_weights, tiny_gradients, without_last_weight


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
        decay_rate = config["decay_rate"]
        cache = decay_rate * config["cache"] + (1 - decay_rate) * dw**2
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

    wrong_sign = mistake(
        "The step goes along the gradient, so the loss rises. To go down, subtract.", {"w - step": "w + step"}
    )
    cache_not_stored = mistake(
        "The new cache is not stored in config, so every step starts again from the old one.", {', "cache": cache': ""}
    )
    cache_expected = mistake(
        "On the first step there is no cache in config yet: start from zeros of the shape of w.",
        {'"cache": np.zeros_like(w),': ""},
    )
    cache_updated_after_use = mistake(
        "The first step is millions long: the cache is used before the new square is in it. Update it first.",
        {"np.sqrt(cache)": 'np.sqrt(config["cache"])'},
    )
    cache_never_updated = mistake(
        "The cache never changes, and with zeros in it the steps divide by epsilon alone. Is the line "
        "that updates it behind a comment?",
        {'decay_rate * config["cache"] + (1 - decay_rate) * dw**2': 'config["cache"]'},
    )
    weighed_by_the_gradient = mistake(
        "The new square is weighed by 1 - dw², which is negative for gradients above 1 and leaves no "
        "root to take. The weight is 1 - decay_rate, so that both weights add up to 1.",
        {"1 - decay_rate": "1 - dw**2"},
    )
    weighed_by_the_cache = mistake(
        "The new square is weighed by one minus the cache, so the cache turns negative at the second step and leaves "
        "no root to take. The weight is 1 - decay_rate, so that both weights add up to 1.",
        {"1 - decay_rate": '1 - config["cache"]'},
    )
    decay_on_the_wrong_term = mistake(
        "The weights are exchanged: decay_rate belongs to the old cache, 1 - decay_rate to the new square.",
        {'decay_rate * config["cache"]': '(1 - decay_rate) * config["cache"]', "(1 - decay_rate)": "decay_rate"},
    )
    square_not_weighed = mistake(
        "The new square enters with weight 1. It needs 1 - decay_rate, or the cache grows far above the squares.",
        {"(1 - decay_rate) * ": ""},
    )
    cache_not_decayed = mistake(
        "The old cache does not fade: multiply it by decay_rate.", {'decay_rate * config["cache"]': 'config["cache"]'}
    )
    adagrad_instead = mistake(
        "This is Adagrad: squares add up for ever. RMSprop's cache is a leaky mean of them.",
        {'decay_rate * config["cache"] + (1 - decay_rate) * dw**2': 'config["cache"] + dw**2'},
    )
    bias_corrected = mistake(
        "The cache is corrected for its start at zeros. That is Adam's idea; RMSprop has no correction.",
        {
            "step =": 't = config.get("t", 0) + 1\nstep =',
            "np.sqrt(cache)": "np.sqrt(cache / (1 - decay_rate**t))",
            '"cache": cache}': '"cache": cache, "t": t}',
        },
    )
    root_missing = mistake(
        "The root is left out: the step divides by the mean square, so large gradients barely count.",
        {"np.sqrt(cache)": "cache"},
    )
    gradients_averaged = mistake(
        "The mean is of the gradients, so opposite ones cancel (or leave a negative root). Average squares.",
        {"dw**2": "dw"},
    )
    root_stored = mistake(
        "What you store is the root of the cache, and the next step mixes a square into it. Store the mean.",
        {'"cache": cache': '"cache": np.sqrt(cache)'},
    )
    one_cache_for_all = mistake(
        "All weights share one cache, the mean over the gradient's entries. Each weight needs its own.",
        {"dw**2": "np.mean(dw**2)"},
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
    decay_rate_hard_coded = mistake(
        "The decay rate is always 0.99. Read it from config; 0.99 is only what to use when it is missing.",
        {'config["decay_rate"]': "0.99"},
    )
    decay_rate_defaults_to_090 = mistake(
        "The decay rate is 0.9 when config has none. Its default here is 0.99.",
        {'"decay_rate": 0.99': '"decay_rate": 0.9'},
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
        config.setdefault("decay_rate", 0.99)
        config.setdefault("epsilon", 1e-8)
        cache = config.setdefault("cache", np.zeros_like(w))
        cache *= config["decay_rate"]
        cache += (1 - config["decay_rate"]) * dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w, config

    epsilon_inside_the_root = variant(
        {
            'decay_rate * config["cache"]': 'config["cache"]',
            "dw**2": '(dw * dw - config["cache"])',
            '(np.sqrt(cache) + config["epsilon"])': 'np.sqrt(cache + config["epsilon"])',
            '"cache": cache}': '"cache": cache, "last": dw}',
        }
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, **(config or {})}
        next_w, cache, old = np.zeros(w.shape), np.zeros(w.shape), g.get("cache", np.zeros(w.shape))
        for i in np.ndindex(*w.shape):
            cache[i] = g["decay_rate"] * old[i] + np.float64(1 - g["decay_rate"]) * dw[i] ** 2
            next_w[i] = w[i] - g["learning_rate"] * dw[i] / (cache[i] ** 0.5 + g["epsilon"])
        return next_w, {**g, "cache": cache}
