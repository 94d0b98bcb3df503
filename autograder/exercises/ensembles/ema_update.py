"""A running average of the weights: an ensemble over time, at the cost of one more copy of the weights."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


def walk(rng, steps, *shape):
    """Weights (steps, *shape) along a noisy run, far from zero."""
    return rng.choice([-1.0, 1.0], shape) * (5 + rng.uniform(-1, 1, (steps, *shape)))


class EmaUpdate(Exercise):
    """The exponentially weighted average of weights, corrected for its start at zero."""

    name, points = "ema_update", 4
    driver = drivers.running_average

    def reference(w, config=None):
        """Fold the newest weights into their exponentially weighted average.

            t ← t + 1
            a ← β a + (1 - β) w
            returned:  a / (1 - βᵗ)

        a starts at zero, so after t steps the weights in it add up to 1 - βᵗ only; the division makes it a true
        average. What is stored is a itself.

        Parameters
        ----------
        w : ndarray (...)
            The weights after the newest step of training, of any shape.
        config : dict or None
            ``decay``: β, 0.99 if missing. ``average``: a, same shape as `w`, zeros if missing. ``t``: how many weights
            have been folded in, 0 if missing. None means all defaults.

        Returns
        -------
        averaged : ndarray, same shape
            The corrected average: after the first step simply `w`.
        config : dict
            The settings and the new ``average`` (uncorrected) and ``t``; they are handed to the next call.

        Notes
        -----
        `config` and the arrays in it may be changed in place, but need not be. `w` is the network's own: leave it as it
        is.

        References
        ----------
        Polyak & Juditsky, "Acceleration of stochastic approximation by averaging" (1992); the correction is that of
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), section 3.
        """
        config = {"decay": 0.99, "average": np.zeros_like(w), "t": 0, **(config or {})}
        decay, t = config["decay"], config["t"] + 1
        average = decay * config["average"] + (1 - decay) * w
        corrected = average / (1 - decay**t)
        return corrected, {**config, "average": average, "t": t}

    def cases(rng):
        yield Case("ten steps, config=None", weights=walk(rng, 10, 3))
        constant = np.repeat(walk(rng, 1, 3), 6, axis=0)
        yield Case("weights that do not move are their own average", weights=constant, config={"decay": 0.9})
        yield Case(
            "another decay, weights in a matrix",
            weights=walk(rng, 8, 2, 3),
            config={"decay": uniform(rng, 0.5, 0.7, digits=3)},
        )
        carried = {"decay": uniform(rng, 0.8, 0.9, digits=3), "t": int(rng.integers(3, 6))}
        carried["average"] = walk(rng, 1, 3)[0] * (1 - carried["decay"] ** carried["t"])
        yield Case("carried on from a given average and t", weights=walk(rng, 6, 3), config=carried)
        yield Case("a hundred steps", weights=walk(rng, 100, 1), config={"decay": uniform(rng, 0.94, 0.97, digits=3)})
        single = walk(rng, 8, 3).astype(np.float32)
        yield Case("float32", weights=single, config={"decay": uniform(rng, 0.8, 0.9, digits=3)})

    no_bias_correction = mistake(
        "There is no bias correction. The average starts at zero, so at first it is far too small: divide by 1 - β to "
        "the power t.",
        {" / (1 - decay**t)": ""},
    )
    assigned = mistake(
        "The newest weights replace the average: assigned, not averaged. Keep the share β of the old average.",
        {'decay * config["average"] + (1 - decay) * w': "w.copy()", " / (1 - decay**t)": ""},
    )
    decay_swapped = mistake(
        "The decay is swapped: β belongs to the old average, 1 - β to the new weights.",
        {'decay * config["average"] + (1 - decay) * w': '(1 - decay) * config["average"] + decay * w'},
    )
    decay_swapped_throughout = mistake(
        "The decay is swapped, in the sum and in the correction: β is the share of the old average that is kept.",
        {'config["decay"]': '1 - config["decay"]'},
    )
    decaying_sum = mistake(
        "The new weights enter in full. They need the share 1 - β: an average, not a decaying sum.",
        {"(1 - decay) * w": "w"},
    )
    decaying_sum_as_it_is = mistake(
        "This is a decaying sum. Weights that never change must come out as they are: put 1 - β before w, and correct.",
        {"(1 - decay) * w": "w", " / (1 - decay**t)": ""},
    )
    corrected_average_stored = mistake(
        "The corrected average is stored, so it is corrected again at the next step. Store the average before the "
        "division.",
        {'"average": average': '"average": corrected'},
    )
    starts_at_the_first_weights = mistake(
        "You start from the first weights and do not correct: they keep far too much weight. Start at zero and "
        "correct.",
        {"np.zeros_like(w)": "w", " / (1 - decay**t)": ""},
    )
    starts_at_the_first_weights_and_corrects = mistake(
        "You start from the first weights and also correct. The correction is for a start at zero.",
        {"np.zeros_like(w)": "w"},
    )
    average_not_stored = mistake(
        "The average is not stored in config, so each step knows its own weights only.",
        {'"average": average, ': ""},
    )
    t_not_stored = mistake(
        "t is not stored in config, so every step is corrected as if it were the same.",
        {', "t": t': ""},
    )
    t_advanced_after_use = mistake(
        "t advances after it is used, so the first step divides by 1 - 1 = 0. Increment it first.",
        {'config["t"] + 1': 'config["t"]', '"t": t': '"t": t + 1'},
    )
    t_starts_at_one = mistake(
        "t is one too large: it starts at 0 and is incremented once, so the first step has t = 1.",
        {"decay**t": "decay ** (t + 1)"},
    )
    power_missing = mistake(
        "You divide by 1 - β. It is β to the power t: the correction fades with time.", {"decay**t": "decay"}
    )
    times_t = mistake(
        "β is multiplied by t where it should be raised to the power t (** in Python).", {"decay**t": "decay * t"}
    )
    correction_multiplied = mistake(
        "You multiply by 1 - βᵗ, which makes the average smaller still. Divide.", {"average / ": "average * "}
    )
    corrected_once = mistake(
        "The correction is made at the first step only. It is needed at every step, until β to the power t is tiny.",
        {"average / (1 - decay**t)": "average / (1 - decay) if t == 1 else average"},
    )
    uniform = mistake(
        "All weights so far count the same. Recent ones should count more: keep the share β of the old average.",
        {
            'decay * config["average"] + (1 - decay) * w': 'config["average"] + (w - config["average"]) / t',
            " / (1 - decay**t)": "",
        },
    )
    decay_hard_coded = mistake(
        "The decay is fixed in your code. Take it from config, and 0.99 only if it is missing.",
        {'config["decay"]': "0.99"},
    )
    another_default = mistake("The default decay is 0.99.", {"0.99": "0.999"})
    of_squares = mistake(
        "You average squares, as Adam does of gradients. Here the weights themselves are averaged.",
        {"(1 - decay) * w": "(1 - decay) * w**2"},
    )
    old_average_returned = mistake(
        "What you return is the average from before this step: fold in the new weights first.",
        {"average / (1 - decay**t)": 'config["average"] / (1 - decay ** (t - 1)) if t > 1 else config["average"]'},
    )
    state_expected = mistake(
        "On the first step config holds no average and no t yet: start at zeros, and at 0.",
        {'"average": np.zeros_like(w), "t": 0, **(config or {})': "**config"},
    )
    average_alone = mistake(
        "Return two things, in this order: the corrected average, and the config that carries the state.",
        {', {**config, "average": average, "t": t}': ""},
    )

    @variant
    def in_place(w, config=None):
        config = {} if config is None else config
        config.setdefault("decay", 0.99)
        config.setdefault("average", np.zeros(w.shape, w.dtype))
        config["t"] = config.get("t", 0) + 1
        config["average"] *= config["decay"]
        config["average"] += (1 - config["decay"]) * w
        return config["average"] / (1 - config["decay"] ** config["t"]), config

    by_the_difference = variant(
        {
            "np.zeros_like(w)": '0.0, "seen": True',
            'decay * config["average"] + (1 - decay) * w': 'config["average"] + (1 - decay) * (w - config["average"])',
            "average / (1 - decay**t)": "-average / np.expm1(t * np.log(decay))",
        }
    )
    # The sum of the coefficients so far is carried in config, too.
    with_the_share_carried = variant(
        {
            "corrected = average / (1 - decay**t)": 'old = config.get("total", 1 - decay ** config["t"])\n'
            "total = decay * old + 1 - decay\n"
            "corrected = average / total",
            '"t": t': '"t": t, "total": total',
        }
    )
