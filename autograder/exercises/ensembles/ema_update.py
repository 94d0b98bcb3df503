"""A running average of the weights: an ensemble over time, at the cost of one more copy of the weights."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated, with_defaults
from autograder.exercises.drawing import uniform
from gradlab import drivers


def ema_settings(config, w):
    """The settings in `config`, with defaults filled in; ``t`` already counts the step to take."""
    g = with_defaults(config, decay=0.99, average=np.zeros_like(w), t=0)
    g.t += 1
    return g


def fold(g, w):
    """The new running average, before the correction."""
    return g.decay * g.average + (1 - g.decay) * w


def unbiased(g, average):
    """The average, corrected for its start at zero."""
    return average / (1 - g.decay**g.t)


def ema_with(w, config, fold=fold, corrected=unbiased):
    """One step with one part replaced, for most of the known mistakes."""
    g = ema_settings(config, w)
    average = fold(g, w)
    return corrected(g, average), updated(config, average=average, t=g.t)


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
        return average / (1 - decay**t), {**config, "average": average, "t": t}

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

    @mistake(
        "There is no bias correction. The average starts at zero, so at first it is far too small: divide by 1 - β to "
        "the power t."
    )
    def no_bias_correction(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: average)

    @mistake("The newest weights replace the average: assigned, not averaged. Keep the share β of the old average.")
    def assigned(w, config=None):
        g = ema_settings(config, w)
        return w.copy(), {**(config or {}), "average": w.copy(), "t": g.t}

    @mistake("The decay is swapped: β belongs to the old average, 1 - β to the new weights.")
    def decay_swapped(w, config=None):
        return ema_with(w, config, fold=lambda g, w: (1 - g.decay) * g.average + g.decay * w)

    @mistake("The decay is swapped, in the sum and in the correction: β is the share of the old average that is kept.")
    def decay_swapped_throughout(w, config=None):
        return ema_with(
            w,
            config,
            fold=lambda g, w: (1 - g.decay) * g.average + g.decay * w,
            corrected=lambda g, average: average / (1 - (1 - g.decay) ** g.t),
        )

    @mistake("The new weights enter in full. They need the share 1 - β: an average, not a decaying sum.")
    def decaying_sum(w, config=None):
        return ema_with(w, config, fold=lambda g, w: g.decay * g.average + w)

    @mistake(
        "This is a decaying sum. Weights that never change must come out as they are: put 1 - β before w, and correct."
    )
    def decaying_sum_as_it_is(w, config=None):
        return ema_with(w, config, fold=lambda g, w: g.decay * g.average + w, corrected=lambda g, average: average)

    @mistake(
        "The corrected average is stored, so it is corrected again at the next step. Store the average before the "
        "division."
    )
    def corrected_average_stored(w, config=None):
        averaged, config = ema_with(w, config)
        return averaged, {**config, "average": averaged}

    @mistake(
        "You start from the first weights and do not correct: they keep far too much weight. Start at zero and correct."
    )
    def starts_at_the_first_weights(w, config=None):
        if config is None or "average" not in config:
            return w.copy(), {**(config or {}), "average": w.copy(), "t": 1}
        return ema_with(w, config, corrected=lambda g, average: average)

    @mistake("You start from the first weights and also correct. The correction is for a start at zero.")
    def starts_at_the_first_weights_and_corrects(w, config=None):
        return ema_with(w, {"average": w.copy(), **(config or {})})

    @mistake("The average is not stored in config, so each step knows its own weights only.")
    def average_not_stored(w, config=None):
        g = ema_settings(config, w)
        return unbiased(g, fold(g, w)), {**(config or {}), "t": g.t}

    @mistake("t is not stored in config, so every step is corrected as if it were the same.")
    def t_not_stored(w, config=None):
        averaged, after = ema_with(w, config)
        return averaged, {**after, "t": (config or {}).get("t", 0)}

    @mistake("t advances after it is used, so the first step divides by 1 - 1 = 0. Increment it first.")
    def t_advanced_after_use(w, config=None):
        def corrected(g, average):
            return average / (1 - np.float64(g.decay) ** (g.t - 1))

        return ema_with(w, config, corrected=corrected)

    @mistake("t is one too large: it starts at 0 and is incremented once, so the first step has t = 1.")
    def t_starts_at_one(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: average / (1 - g.decay ** (g.t + 1)))

    @mistake("You divide by 1 - β. It is β to the power t: the correction fades with time.")
    def power_missing(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: average / (1 - g.decay))

    @mistake("β is multiplied by t where it should be raised to the power t (** in Python).")
    def times_t(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: average / (1 - g.decay * g.t))

    @mistake("You multiply by 1 - βᵗ, which makes the average smaller still. Divide.")
    def correction_multiplied(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: average * (1 - g.decay**g.t))

    @mistake(
        "The correction is made at the first step only. It is needed at every step, until β to the power t is tiny."
    )
    def corrected_once(w, config=None):
        return ema_with(w, config, corrected=lambda g, average: unbiased(g, average) if g.t == 1 else average)

    @mistake("All weights so far count the same. Recent ones should count more: keep the share β of the old average.")
    def uniform(w, config=None):
        return ema_with(
            w,
            config,
            fold=lambda g, w: g.average + (w - g.average) / g.t,
            corrected=lambda g, average: average,
        )

    @mistake("The decay is fixed in your code. Take it from config, and 0.99 only if it is missing.")
    def decay_hard_coded(w, config=None):
        return ema_with(w, {**(config or {}), "decay": 0.99})

    @mistake("The default decay is 0.99.")
    def another_default(w, config=None):
        return ema_with(w, {"decay": 0.999, **(config or {})})

    @mistake("You average squares, as Adam does of gradients. Here the weights themselves are averaged.")
    def of_squares(w, config=None):
        return ema_with(w, config, fold=lambda g, w: g.decay * g.average + (1 - g.decay) * w**2)

    @mistake("What you return is the average from before this step: fold in the new weights first.")
    def old_average_returned(w, config=None):
        g = ema_settings(config, w)
        before = g.average if g.t == 1 else g.average / (1 - g.decay ** (g.t - 1))
        return before, ema_with(w, config)[1]

    @mistake("On the first step config holds no average and no t yet: start at zeros, and at 0.")
    def state_expected(w, config=None):
        return ema_with(w, {**config, "average": config["average"]})

    @mistake("Return two things, in this order: the corrected average, and the config that carries the state.")
    def average_alone(w, config=None):
        return ema_with(w, config)[0]

    @variant
    def in_place(w, config=None):
        config = {} if config is None else config
        config.setdefault("decay", 0.99)
        config.setdefault("average", np.zeros(w.shape, w.dtype))
        config["t"] = config.get("t", 0) + 1
        config["average"] *= config["decay"]
        config["average"] += (1 - config["decay"]) * w
        return config["average"] / (1 - config["decay"] ** config["t"]), config

    @variant
    def by_the_difference(w, config=None):
        config = dict(config or {}, seen=True)
        share = 1.0 - config.get("decay", 0.99)
        average = config.get("average", 0.0)
        average = average + share * (w - average)
        config.update(average=average, t=config.get("t", 0) + 1)
        return -average / np.expm1(config["t"] * np.log1p(-share)), config

    @variant
    def with_the_share_carried(w, config=None):
        """Carry the sum of the coefficients so far in the config, too."""
        config = {"decay": 0.99, "average": np.zeros_like(w), "t": 0, **(config or {})}
        if "total" not in config:
            config["total"] = 1 - config["decay"] ** config["t"]
        config["total"] = config["decay"] * config["total"] + 1 - config["decay"]
        config["average"] = config["decay"] * config["average"] + (1 - config["decay"]) * w
        config["t"] += 1
        return config["average"] / config["total"], config
