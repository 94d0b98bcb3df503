"""RMSprop: one step size per weight, from a mean in which old gradients fade."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .adaptive import distant_weights, huge_and_tiny_gradients, without_last_weight


class RMSprop(Exercise):
    """Adagrad with a memory that fades: a leaky mean of squared gradients."""

    name, points = "rmsprop", 3
    done = "You have an Adagrad that forgets, so its steps do not die out. Adam adds momentum to it."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config=None):
        """One step of RMSprop: a leaky mean of squared gradients scales the steps.

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
            The settings and the new ``cache``, for the next call.

        Notes
        -----
        You may change `w`, `config`, and the cache in it in place. Adding ε inside the root is accepted, too.

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
            "a different learning rate and decay rate, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.02, 0.05), "decay_rate": uniform(rng, 0.6, 0.9)},
        )
        yield Case(
            "continued from a given cache",
            w=distant_weights(rng, 3),
            gradients=large_gradients(rng, 10, 3),
            config={"decay_rate": uniform(rng, 0.6, 0.9), "cache": rng.uniform(2e6, 2e7, 3)},
        )
        yield Case(
            "a weight without a gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.02, 0.05)},
        )
        yield Case(
            "tiny gradients next to an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=huge_and_tiny_gradients(rng, 8, 3),
            config={"learning_rate": uniform(rng, 0.02, 0.05), "epsilon": 1.0},
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"decay_rate": uniform(rng, 0.6, 0.9)})

    wrong_sign = mistake(
        "Which way does the gradient point? Uphill, and your weights move along it. Subtract the step.",
        {"w - step": "w + step"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w - step": "w"},
    )
    rate_for_decay_rate = mistake(
        "Which number decays your cache? The learning rate. That's the decay rate's job: use `decay_rate` in the "
        "cache.",
        {'decay_rate = config["decay_rate"]': 'decay_rate = config["learning_rate"]'},
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
    cache_expected = mistake(
        "What if `config` has no cache yet? Your function stops with an error. Start from zeros of the same shape as "
        "w.",
        {'"cache": np.zeros_like(w),': ""},
    )
    cache_starts_at_the_square = mistake(
        "What is in the cache before the first step? Without one in `config`, yours starts at dw². Start from zeros.",
        {'"cache": np.zeros_like(w)': '"cache": dw**2'},
    )
    cache_updated_after_use = mistake(
        "Is the new square in the cache when you divide? You divide by the old cache, so the first step is "
        "enormous. Update the cache first.",
        {"np.sqrt(cache)": 'np.sqrt(config["cache"])'},
    )
    cache_never_updated = mistake(
        "Does your cache ever change? It stays what it was at the start; if that is zero, you divide by epsilon alone. "
        "Update it at every step.",
        {'decay_rate * config["cache"] + (1 - decay_rate) * dw**2': 'config["cache"]'},
    )
    weighed_by_the_gradient = mistake(
        "Can you always take the root of your cache? It turns negative for large gradients, as if dw² were weighted by "
        "1 - dw². Use 1 - decay_rate, so that the two weights add up to 1.",
        {"1 - decay_rate": "1 - dw**2"},
    )
    weighed_by_the_cache = mistake(
        "Can you always take the root of your cache? It turns negative after the first step, as if dw² were weighted "
        "by one minus the cache. Use 1 - decay_rate, so that the two weights add up to 1.",
        {"1 - decay_rate": '1 - config["cache"]'},
    )
    decay_on_the_wrong_term = mistake(
        "Which term gets which weight? Yours are swapped: decay_rate belongs to the old cache, 1 - decay_rate to dw².",
        {'decay_rate * config["cache"]': '(1 - decay_rate) * config["cache"]', "(1 - decay_rate)": "decay_rate"},
    )
    square_not_weighed = mistake(
        "What weight does the new square get? Yours enters in full, so the cache grows far above the squares. Multiply "
        "dw² by 1 - decay_rate.",
        {"(1 - decay_rate) * ": ""},
    )
    cache_not_decayed = mistake(
        "Does your cache forget anything? The old cache stays in full. Multiply it by decay_rate.",
        {'decay_rate * config["cache"]': 'config["cache"]'},
    )
    adagrad_instead = mistake(
        "Does your cache forget anything? It adds up every square in full, as Adagrad's does. RMSprop's cache is a "
        "leaky mean of them.",
        {'decay_rate * config["cache"] + (1 - decay_rate) * dw**2': 'config["cache"] + dw**2'},
    )
    bias_corrected = mistake(
        "Do you correct the cache for starting at zero? That's Adam's idea. RMSprop divides by the root of the cache "
        "as it is.",
        {
            "step =": 't = config.get("t", 0) + 1\nstep =',
            "np.sqrt(cache)": "np.sqrt(cache / (1 - decay_rate**t))",
            '"cache": cache}': '"cache": cache, "t": t}',
        },
    )
    root_missing = mistake(
        "What do you divide by: the cache or its root? You divide by the cache, so large gradients barely move the "
        "weights. Take the root.",
        {"np.sqrt(cache)": "cache"},
    )
    gradients_averaged = mistake(
        "What does your cache average? Gradients with their signs, which cancel or leave a negative number under the "
        "root. Average dw².",
        {"dw**2": "dw"},
    )
    root_stored = mistake(
        "What do you store: the cache or its root? The next step mixes a square into the root. Store the mean square.",
        {'"cache": cache': '"cache": np.sqrt(cache)'},
    )
    one_cache_for_all = mistake(
        "How many numbers does your cache hold? All weights share one mean of squares. Each weight needs its own: dw² "
        "elementwise.",
        {"dw**2": "np.mean(dw**2)"},
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
    decay_rate_hard_coded = mistake(
        "Does the decay rate in `config` change anything? Yours is always 0.99. Read it from `config`, and use 0.99 "
        "only if it is missing.",
        {'config["decay_rate"]': "0.99"},
    )
    decay_rate_defaults_to_090 = mistake(
        "What is your decay rate when `config` has none? It's 0.9, but the default here is 0.99.",
        {'"decay_rate": 0.99': '"decay_rate": 0.9'},
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

    own_square_alone = mistake(
        "Does your cache remember earlier gradients? It holds only (1 - ρ) dw² for the current one. Add ρ times the "
        'cache from `config["cache"]`.',
        {'config["cache"]': "0"},
    )
    misplaced_parenthesis = mistake(
        "Where does the parenthesis close? You add 1 - ρ dw² to your cache, which turns negative. It should be "
        "(1 - ρ) dw².",
        {"(1 - decay_rate) * dw**2": "(1 - decay_rate * dw**2)"},
    )
    magnitudes_averaged = mistake(
        "What does your cache average? Magnitudes |dw|, whose root is not the size of a gradient. Average dw².",
        {"dw**2": "np.abs(dw)"},
    )
    one_sum_for_all = mistake(
        "How many numbers does your cache hold? All weights share one sum of squares. Each weight needs its own: dw² "
        "elementwise.",
        {"dw**2": "np.sum(dw**2)"},
    )
    centered = mistake(
        "Do you subtract the square of the mean gradient under the root? That's the centered form of RMSprop. Here, "
        "divide by the root of the cache as it is.",
        {
            "step =": 'mean = decay_rate * config.get("mean", 0) + (1 - decay_rate) * dw\nstep =',
            "np.sqrt(cache)": "np.sqrt(cache - mean**2)",
            '"cache": cache}': '"cache": cache, "mean": mean}',
        },
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

    epsilon_inside_the_root = variant({"(np.sqrt(cache)": "np.sqrt((cache)", "{**config, ": '{**config, "last": dw, '})
    moved_toward_the_square = variant(
        {'decay_rate * config["cache"]': 'config["cache"]', "dw**2": '(dw * dw - config["cache"])'}
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, **(config or {})}
        next_w, cache, old = np.zeros(w.shape), np.zeros(w.shape), g.get("cache", np.zeros(w.shape))
        for i in np.ndindex(*w.shape):
            cache[i] = g["decay_rate"] * old[i] + np.float64(1 - g["decay_rate"]) * dw[i] ** 2
            next_w[i] = w[i] - g["learning_rate"] * dw[i] / (cache[i] ** 0.5 + g["epsilon"])
        return next_w, {**g, "cache": cache}
