"""Adagrad: one step size per weight, from a sum that never forgets a gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .adaptive import distant_weights, huge_and_tiny_gradients, without_last_weight


class Adagrad(Exercise):
    """Divide each weight's step by the root of the sum of its squared gradients."""

    name, points = "adagrad", 3
    done = "You have Adagrad, which gives each weight its own learning rate. The step plots below use it."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config=None):
        """One step of Adagrad: squared gradients accumulate, and the steps shrink.

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
            The settings and the new ``cache``, for the next call.

        Notes
        -----
        You may change `w`, `config`, and the cache in it in place. Adding ε inside the root is accepted, too.

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
            "a different learning rate, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "continued from a given cache",
            w=distant_weights(rng, 3),
            gradients=large_gradients(rng, 10, 3),
            config={"cache": rng.uniform(2e6, 2e7, 3)},
        )
        yield Case(
            "a weight without a gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.1, 0.5)},
        )
        yield Case(
            "tiny gradients next to an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=huge_and_tiny_gradients(rng, 8, 3),
            config={"learning_rate": uniform(rng, 0.1, 0.5), "epsilon": 1.0},
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.1, 0.5)})

    wrong_sign = mistake(
        "Which way does the gradient point? Uphill, and your weights move along it. Subtract the step.",
        {"w - step": "w + step"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w - step": "w"},
    )
    cache_not_stored = mistake(
        "Does the new cache reach the next step? Each of your steps starts again from the very first cache. Store the "
        "new one in the config you return.",
        {', "cache": cache': ""},
    )
    cache_dropped = mistake(
        "Which cache does your second step start from? Zeros, because the config you return doesn't hold the new one. "
        "Store it there.",
        {'{**config, "cache": cache}': '{key: value for key, value in config.items() if key != "cache"}'},
    )
    cache_replaced = mistake(
        "Does your cache remember earlier gradients? Each of your steps divides by the size of its own gradient alone. "
        "Add dw² to the cache from `config`.",
        {'config["cache"] + dw**2': "dw**2"},
    )
    cache_expected = mistake(
        "What if `config` has no cache yet? Your function stops with an error. Start from zeros of the same shape as "
        "w.",
        {'"cache": np.zeros_like(w),': ""},
    )
    cache_from_nowhere = mistake(
        "Where does `cache` get its first value? Your function uses the name before anything has set it. Read it from "
        "`config`, or start from zeros of the same shape as w.",
        {'config["cache"]': "cache"},
    )
    cache_starts_at_the_square = mistake(
        "What is in the cache before the first step? Without one in `config`, the first dw² counts twice. Start "
        "from zeros.",
        {'"cache": np.zeros_like(w)': '"cache": dw**2'},
    )
    cache_updated_after_use = mistake(
        "Is the new square in the cache when you divide? You divide by the old cache, so the first step is "
        "enormous. Add dw² first.",
        {"np.sqrt(cache)": 'np.sqrt(config["cache"])'},
    )
    cache_never_updated = mistake(
        "Does your cache ever change? It stays what it was at the start; if that is zero, you divide by epsilon alone. "
        "Add dw² at every step.",
        {" + dw**2": ""},
    )
    cache_never_updated_epsilon_1e_6 = mistake(
        "Does your cache ever change? It stays what it was at the start; if that is zero, you divide by epsilon alone, "
        "which is 1e-6 if `config` has none. Add dw² at every step.",
        {" + dw**2": "", '"epsilon": 1e-8': '"epsilon": 1e-6'},
    )
    root_missing = mistake(
        "What do you divide by: the cache or its root? You divide by the cache, so large gradients barely move the "
        "weights. Take the root.",
        {"np.sqrt(cache)": "cache"},
    )
    divided_by_its_square = mistake(
        "What do you divide by? The square of the current gradient. Divide by the root of the cache, the sum of all "
        "squares.",
        {"np.sqrt(cache)": "dw**2"},
    )
    gradients_accumulated = mistake(
        "What does your cache add up? Gradients with their signs, which cancel or leave a negative number under the "
        "root. Add dw².",
        {"dw**2": "dw"},
    )
    magnitudes_accumulated = mistake(
        "What does your cache add up? You divide by a sum of magnitudes |dw|. Add up dw², and divide by the root of "
        "that sum.",
        {"dw**2": "np.abs(dw)", "np.sqrt(cache)": "cache"},
    )
    squares_averaged = mistake(
        "Is your cache a sum or a mean? You divide by the root of the mean square. Adagrad takes the sum, so that its "
        "steps shrink like 1 / √t.",
        {
            "step =": 'count = config.get("count", 0) + 1\nstep =',
            "np.sqrt(cache)": "np.sqrt(cache / count)",
            '"cache": cache}': '"cache": cache, "count": count}',
        },
    )
    leaky = mistake(
        "Does your cache forget? Old squares fade in it, as in RMSprop. Adagrad adds the whole dw² to the whole cache.",
        {'config["cache"] + dw**2': '0.99 * config["cache"] + 0.01 * dw**2'},
    )
    one_cache_for_all = mistake(
        "How many numbers does your cache hold? All weights share one sum of squares. Each weight needs its own: dw² "
        "elementwise.",
        {"dw**2": "np.sum(dw**2)"},
    )
    root_stored = mistake(
        "What do you store: the cache or its root? The next step adds a square to the root. Store the sum of squares.",
        {'"cache": cache': '"cache": np.sqrt(cache)'},
    )
    gradient_clipped = mistake(
        "Do large gradients count in full? Yours stop at 1 and -1, as if clipped. The rule uses the gradient as it is.",
        {"cache =": "dw = np.clip(dw, -1, 1)\ncache ="},
    )
    gradient_clipped_at_five = mistake(
        "Do large gradients count in full? Yours stop at 5 and -5, as if clipped. The rule uses the gradient as it is.",
        {"cache =": "dw = np.clip(dw, -5, 5)\ncache ="},
    )
    epsilon_missing = mistake(
        "What if a weight never gets a gradient? Your step divides 0 by 0 there. Add epsilon to the square root "
        "in the denominator.",
        {' + config["epsilon"]': ""},
    )
    epsilon_multiplied = mistake(
        "What does epsilon do in your denominator? It multiplies the root, so a tiny epsilon makes huge steps. Add it.",
        {'+ config["epsilon"]': '* config["epsilon"]'},
    )
    epsilon_outside_the_denominator = mistake(
        "Do the parentheses close in the right place? Epsilon is added to the weights. It belongs in the denominator: "
        "(√cache + ε).",
        {' + config["epsilon"]': "", "w - step": 'w - step + config["epsilon"]'},
    )
    epsilon_hard_coded = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-8. Read it from `config`, and use 1e-8 only "
        "if it is missing.",
        {'config["epsilon"]': "1e-8"},
    )
    epsilon_always_1e_7 = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-7. Read it from `config`; the default is "
        "1e-8.",
        {'config["epsilon"]': "1e-7"},
    )
    rate_hard_coded = mistake(
        "Does the learning rate in `config` change anything? Yours is always 1e-2. Read it from `config`, and use 1e-2 "
        "only if it is missing.",
        {'config["learning_rate"]': "1e-2"},
    )
    rate_defaults_to_1e_3 = mistake(
        "What is your learning rate when `config` has none? It's 1e-3, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 1e-3'},
    )
    rate_defaults_to_a_tenth = mistake(
        "What is your learning rate when `config` has none? It's 0.1, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 0.1'},
    )
    rate_defaults_to_1e_5 = mistake(
        "What is your learning rate when `config` has none? It's 1e-5, but the default here is 1e-2.",
        {'"learning_rate": 1e-2': '"learning_rate": 1e-5'},
    )
    settings_lost = mistake(
        "Do your settings survive the first step? From the second step on, they are back at their defaults. Return "
        "all of `config`, with the new cache in it.",
        {"{**config, ": "{"},
    )

    cache_under_another_name = mistake(
        "Where do you keep the cache? A cache in `config` doesn't affect your steps. Read it from "
        '`config["cache"]`, and store the new one there.',
        {'config["cache"]': 'config.get("squares", 0)', '"cache": cache}': '"squares": cache}'},
    )
    weights_divided_too = mistake(
        "What do you divide by the root: only the step, or the weights, too? Both. Put only η dw in the numerator, and "
        "then subtract the quotient from w.",
        {"w - step": '(w - config["learning_rate"] * dw) / (np.sqrt(cache) + config["epsilon"])'},
    )
    multiplied_by_the_root = mistake(
        "Do large gradients give large or small steps? You multiply by the root of the cache. Divide by it.",
        {"dw / (np.sqrt(cache)": "dw * (np.sqrt(cache)"},
    )
    doubled_for_squared = mistake(
        "Do you square the gradient or double it? Your cache holds 2 dw, which can be negative under the root. Take "
        "dw², with ** in Python.",
        {"dw**2": "dw * 2"},
    )
    rate_falls_too = mistake(
        "What makes your steps shrink? Two things: you divide the learning rate by √t, and the cache grows. The cache "
        "is enough, so leave η as it is.",
        {
            "step =": 'count = config.get("count", 0) + 1\nstep =',
            'config["learning_rate"] * dw': 'config["learning_rate"] / np.sqrt(count) * dw',
            '"cache": cache}': '"cache": cache, "count": count}',
        },
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? It doesn't: your step is dw over the root. Multiply it by η.",
        {'config["learning_rate"] * dw': "dw"},
    )
    rate_divided_for_good = mistake(
        "What learning rate do you store in `config`? One that is already divided by the root, so each step divides it "
        "again. Leave η as it is, and divide only the step.",
        {
            '"cache": cache}': (
                '"cache": cache, "learning_rate": config["learning_rate"] / (np.sqrt(cache) + config["epsilon"])}'
            )
        },
    )

    square_subtracted = mistake(
        "Does your cache grow? You subtract dw², which leaves a negative number under the root. Add it.",
        {"+ dw**2": "- dw**2"},
    )
    leaky_by_a_tenth = mistake(
        "Does your cache forget? A tenth of it fades at every step, as in RMSprop. Adagrad adds the whole dw² to the "
        "whole cache.",
        {'config["cache"] + dw**2': '0.9 * config["cache"] + 0.1 * dw**2'},
    )
    root_of_magnitudes = mistake(
        "What does your cache add up? Magnitudes |dw|, whose root is not the size of a gradient. Add up dw².",
        {"dw**2": "np.abs(dw)"},
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

    epsilon_inside_the_root = variant({"(np.sqrt(cache)": "np.sqrt((cache)", "{**config, ": '{**config, "last": dw, '})

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
        next_w, cache = np.zeros(w.shape), np.zeros(w.shape)
        for i in np.ndindex(*w.shape):
            cache[i] = config["cache"][i] + np.float64(dw[i]) ** 2
            next_w[i] = w[i] - config["learning_rate"] / (cache[i] ** 0.5 + config["epsilon"]) * dw[i]
        return next_w, {**config, "cache": cache}
