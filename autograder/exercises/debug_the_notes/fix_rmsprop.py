"""RMSprop's average, with weights that do not add up to one."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def settings(rng):
    return {"learning_rate": uniform(rng, 0.05, 0.3), "decay_rate": uniform(rng, 0.8, 0.95), "epsilon": 1e-8}


class FixRmsprop(Exercise):
    """The weight of the new square is printed as one minus the cache itself."""

    name, points = "fix_rmsprop", 1
    done = "Your RMSprop's two weights add up to 1, so under a steady gradient, its steps settle at η."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config):
        """One step of RMSprop.

        RMSprop keeps a leaky average of each weight's squared gradients: the old average has the weight ρ, and the new
        square 1 - ρ, so that the two weights add up to 1. The gradient is divided by the root of the average, plus ε.
        Under a steady gradient, the steps go from η / √(1 - ρ), at first, to η.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict
            ``learning_rate``: η. ``decay_rate``: ρ. ``epsilon``: ε, a small number. From the second step on, it also
            holds your own state. The average starts at zero.

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
        Hinton, lecture 6e of "Neural networks for machine learning" (2012).
        """
        rate, decay = config["learning_rate"], config["decay_rate"]
        cache = config.get("cache", np.zeros_like(w))
        cache = decay * cache + (1 - decay) * dw**2
        w = w - rate * dw / (np.sqrt(cache) + config["epsilon"])
        return w, {**config, "cache": cache}

    def cases(rng):
        # An epsilon of 1 decides the first weight's step, and has no effect on the others, wherever it is added.
        yield Case(
            "one step",
            w=signed(rng, 1, 3, 3),
            gradients=large_gradients(rng, 1, 3) * np.array([1e-8, 1e8, 1e8]),
            config={**settings(rng), "epsilon": 1.0},
            weight=1.5,
        )
        # Ordinary gradients, which show where the average starts; here, the epsilon is too small to matter.
        ordinary = signed(rng, 0.1, 1, 10, 3)
        yield Case("ten steps", w=signed(rng, 1, 3, 3), gradients=ordinary, config={**settings(rng), "epsilon": 1e-12})
        yield Case(
            "weights in a matrix, a steady gradient",
            w=signed(rng, 1, 3, 2, 3),
            gradients=np.tile(large_gradients(rng, 2, 3), (20, 1, 1)),
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
        w, gradients = as_float32(signed(rng, 1, 3, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config=settings(rng))

    @mistake(
        "Do your two weights add up to 1? No: as in the printed code, the new square's weight is 1 minus the cache, "
        "so the cache can turn negative at the second step. Use 1 - ρ."
    )
    def as_printed(w, dw, config):
        rate, decay = config["learning_rate"], config["decay_rate"]
        cache = config.get("cache", np.zeros_like(w))
        cache = decay * cache + (1 - cache) * dw**2
        w = w - rate * dw / (np.sqrt(cache) + config["epsilon"])
        return w, {**config, "cache": cache}

    one_minus_the_square = mistake(
        "What's the weight of the new square? Yours is one minus the square itself, which is negative for large "
        "gradients. Use 1 - ρ.",
        {"(1 - decay)": "(1 - dw**2)"},
    )
    weights_exchanged = mistake(
        "What weight does the old cache get? You have the weights swapped: ρ goes with the old cache, and 1 - ρ with "
        "the new square.",
        {"decay * cache + (1 - decay)": "(1 - decay) * cache + decay"},
    )
    same_weight_twice = mistake(
        "Do your two weights add up to 1? They add up to 2ρ. Give the new square 1 - ρ.",
        {"(1 - decay)": "decay"},
    )
    full_weight = mistake(
        "If the gradient is always 1, where does the average end up? Yours ends up at 1 / (1 - ρ), because each new "
        "square enters with its full weight. Multiply it by 1 - ρ.",
        {"(1 - decay) * ": ""},
    )
    magnitudes_averaged = mistake(
        "What do you average? The weights are right now, but you average the magnitudes of the gradients. Average "
        "their squares.",
        {"dw**2": "np.abs(dw)"},
    )
    cut_at_zero = mistake(
        "Can a mean of squares turn negative? No, and cutting it off at zero only hides the error: your two weights "
        "still don't add up to 1.",
        {"(1 - decay)": "(1 - cache)", "w = w": "cache = np.maximum(cache, 0)\nw = w"},
    )
    root_of_the_magnitude = mistake(
        "Can a mean of squares turn negative? No, and taking its magnitude only hides the error: your two weights "
        "still don't add up to 1.",
        {"(1 - decay)": "(1 - cache)", "w = w": "cache = np.abs(cache)\nw = w"},
    )
    epsilon_lost = mistake(
        "What happens to a weight whose gradients have all been zero so far? Without ε it's 0/0, which is NaN.",
        {' + config["epsilon"]': ""},
    )
    cache_not_stored = mistake(
        "Does the average survive until the next step? Each of your steps starts from zero. Store the average in "
        "config.",
        {', "cache": cache': ""},
    )
    root_missing = mistake(
        "Do you divide the gradient by the average, or by its square root? The square root is missing.",
        {"np.sqrt(cache)": "cache"},
    )
    uphill = mistake(
        "Does the loss go down? Your steps have the right length but the wrong direction. Subtract them.",
        {"w - rate": "w + rate"},
    )
    epsilon_hard_coded = mistake(
        "Where does your ε come from? Yours is always 1e-8, whatever config says. Use the one in config.",
        {'config["epsilon"]': "1e-8"},
    )
    decay_hard_coded = mistake(
        "What happens when ρ isn't 0.9? Nothing changes: it's always taken to be 0.9. Use the one in config.",
        {'config["decay_rate"]': "0.9"},
    )

    starts_at_the_first_square = mistake(
        "How long is the first step? It should be η / √(1 - ρ), but yours is η, because your average starts at the "
        "first square. Start it at zero.",
        {"np.zeros_like(w)": "dw**2"},
    )
    starts_at_one = mistake(
        "Where does your average start? At 1, which drowns out small gradients for many steps. Start it at zero.",
        {"np.zeros_like(w)": "np.ones_like(w)"},
    )
    corrected = mistake(
        "How long is the first step? It should be η / √(1 - ρ), but yours is η, because you correct for starting at "
        "zero, as Adam does. RMSprop doesn't.",
        {
            "w = w": 't = config.get("t", 0) + 1\nw = w',
            "np.sqrt(cache)": "np.sqrt(cache / (1 - decay**t))",
            '"cache": cache': '"cache": cache, "t": t',
        },
    )

    toward_the_square = variant(
        {
            "decay * cache + (1 - decay) * dw**2": "cache + (1 - decay) * (dw**2 - cache)",
            "(np.sqrt(cache) + ": "np.sqrt(cache + ",
        }
    )

    @variant
    def in_place(w, dw, config):
        cache = config.setdefault("squares", np.zeros_like(w))
        cache *= config["decay_rate"]
        cache += (1 - config["decay_rate"]) * dw * dw
        w -= config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
        return w, config
