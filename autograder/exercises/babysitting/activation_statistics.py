"""A layer's outputs, summarized in four numbers."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


def avoiding(values, limit, margin=1e-3):
    """The same values, changed so that no magnitude is within `margin` of `limit`."""
    close = np.abs(np.abs(values) - limit) < margin
    return np.where(close, np.sign(values) * (limit - 2 * margin), values)


def rectified(rng, n, shape, dead, shift=0.3):
    """Outputs (n, *shape) of a ReLU layer: every unit has many zeros, and `dead` units have only zeros."""
    units = int(np.prod(shape))
    values = np.maximum(rng.normal(-shift, 1, (n, units)), 0)
    values[0] += 0.1 + rng.random(units)  # one nonzero output per unit, so that no unit is dead by chance
    values[:, rng.permutation(units)[:dead]] = 0.0
    return rng.permutation(values).reshape(n, *shape)


def alive(rng, outputs):
    """Return the indices (K, ...) of the units that are not dead, in random order."""
    return rng.permutation(np.argwhere(outputs.any(axis=0))).squeeze()


class ActivationStatistics(Exercise):
    """The mean, the standard deviation, the fraction of saturated outputs, and the fraction of dead units."""

    name, points = "activation_statistics", 3
    done = "Four numbers now tell you whether a layer passes its signal on, saturates it, or has died."
    driver = drivers.call_for_dict

    def reference(outputs, limit=0.95):
        """Summarize a layer's outputs in four numbers.

        Parameters
        ----------
        outputs : ndarray (N, ...)
            The layer's outputs for N examples: (N, D) for D units, or (N, C, H, W) for a convolution, where each of the
            C · H · W entries counts as a unit.
        limit : float
            An output is saturated if its magnitude is above `limit`, on either side.

        Returns
        -------
        dict of str to float
            ``mean``: the mean of all outputs. ``std``: their standard deviation (divide by their number, not by one
            less than that). ``saturated``: the fraction of all *outputs* that are saturated, 0 to 1. It matters for
            tanh, whose slope is below 0.1 where its output is beyond 0.95. ``dead``: the fraction of *units* that give
            exactly 0 for every one of the N examples, 0 to 1. It matters for ReLU.

        Notes
        -----
        You may change `outputs` in place, but you don't have to.
        """
        return {
            "mean": outputs.mean(),
            "std": outputs.std(),
            "saturated": (np.abs(outputs) > limit).mean(),
            "dead": (outputs == 0).all(axis=0).mean(),
        }

    def cases(rng):
        tanh = avoiding(np.tanh(rng.normal(0.3, 1.5, (20, 12))), 0.95)
        tanh[0, :4] = 0.95, -0.95, 0.95, -0.95  # these outputs are not above the limit
        tanh[:, 5] = -np.abs(tanh[:, 5])
        yield Case("a tanh layer, saturated on both sides", outputs=tanh)
        outputs = rectified(rng, 15, (16,), dead=integer(rng, 4, 8))
        stuck, tiny = alive(rng, outputs)[:2]
        outputs[:, stuck], outputs[:, tiny] = 0.5, 1e-6 * outputs[:, tiny]
        yield Case("a ReLU layer with dead units", outputs=avoiding(outputs, 0.95))
        limit = uniform(rng, 0.6, 0.8)
        outputs = avoiding(np.tanh(rng.normal(-0.2, 1, (18, 10))), limit)
        outputs[0, :4] = limit, -limit, limit, -limit
        outputs[:, 5] = -np.abs(outputs[:, 5])
        outputs[:3, 5:7], outputs[:, 7] = 0.0, 0.0
        yield Case("a different limit", outputs=outputs, limit=limit)
        outputs = rectified(rng, 110, (10,), dead=2)  # one output in a hundred is enough to be alive
        stuck, below_zero, tiny, *balanced = alive(rng, outputs)[:5]
        outputs[:, stuck], outputs[:, below_zero], outputs[:, tiny] = 0.5, -0.96875, 0.0
        outputs[3, tiny] = 1e-6
        outputs[::2, balanced], outputs[1::2, balanced] = -0.75, 0.75  # each sum is exactly 0
        yield Case("units that are stuck, or nearly dead", outputs=avoiding(outputs, 0.95))
        limit = uniform(rng, 0.4, 0.6)
        # Their number is no multiple of 3, so that the fraction of 60 units has no end, and rounding it shows.
        outputs = avoiding(rectified(rng, 6, (3, 4, 5), dead=3 * integer(rng, 3, 8) + 1), limit)
        channel, row, column = alive(rng, outputs)[:3].T
        outputs[:, channel[0], row[0], column[0]] = 0.25
        outputs[:, channel[1], row[1], column[1]] *= 1e-6
        outputs[0, channel[2], row[2], column[2]] = limit
        yield Case("outputs of a convolution", outputs=outputs, limit=limit)
        # If all outputs are zero, even constant answers are correct.
        yield Case("a layer whose outputs are all zero", outputs=np.zeros((integer(rng, 5, 9), 7)), weight=0)
        limit = uniform(rng, 0.6, 0.8)
        outputs = avoiding(np.tanh(rng.normal(0.5, 1, (1, 30))), limit)
        outputs[0, : integer(rng, 8, 15)] = 0.0
        outputs[0, 16:20] = limit, -0.9, 1e-6, 0.9
        yield Case("a single example", outputs=outputs, limit=limit, weight=0.75)
        # The mean must be far from 0: near 0, float32 rounding would show in it.
        limit = uniform(rng, 0.6, 0.8)
        outputs = avoiding(np.tanh(rng.normal(1, 1.5, (12, 8))), limit)
        outputs[:, 3] = -np.abs(outputs[:, 3])
        yield Case("float32", outputs=outputs.astype(np.float32), limit=limit, weight=0.5)

    zeros_for_dead = mistake(
        "When is a unit dead? You count every 0, but a healthy ReLU gives 0 for about half of its inputs. Count the "
        "units that give 0 for all the examples.",
        {".all(axis=0)": ""},
    )
    any_for_all = mistake(
        "How many zeros make a unit dead? A single one is enough in your count. It takes a 0 for every example.",
        {".all(axis=0)": ".any(axis=0)"},
    )
    dead_along_the_wrong_axis = mistake(
        "Which axis runs over the examples? Your dead fraction counts the examples for which all units give 0. Go "
        "unit by unit, along axis 0.",
        {"(outputs == 0).all(axis=0)": "(outputs.reshape(len(outputs), -1) == 0).all(axis=1)"},
    )
    negative_is_dead = mistake(
        "Is a unit dead if it never gives a positive number? A tanh unit with negative outputs is alive and well. "
        "Only an exact 0 counts.",
        {"== 0": "<= 0"},
    )
    dead_by_the_sum = mistake(
        "What happens when positive and negative outputs cancel? You count units as dead if their outputs sum to 0 or "
        "less. Test each output by itself.",
        {"(outputs == 0).all(axis=0)": "(outputs.sum(axis=0) <= 0)"},
    )
    dead_if_the_sum_is_zero = mistake(
        "What happens when positive and negative outputs cancel? Their sum is 0, and you call such a unit dead, though "
        "every one of its outputs may be far from 0. Test each output by itself.",
        {"(outputs == 0).all(axis=0)": "(outputs.sum(axis=0) == 0)"},
    )
    stuck_is_dead = mistake(
        "Is a unit that always gives 0.5 dead? You count every unit whose output never changes. Dead means 0 every "
        "time.",
        {"== 0": "== outputs[:1]"},
    )
    tiny_is_dead = mistake(
        "Is a unit dead if its outputs are tiny? You count it as dead, but a tiny output still lets a gradient "
        "through. Check for exactly 0.",
        {"outputs == 0": "np.abs(outputs) < 1e-3"},
    )
    dead_in_the_first_example = mistake(
        "How many examples do you look at before you call a unit dead? You check only the first. Check that the output "
        "is 0 for all of them.",
        {"(outputs == 0).all(axis=0)": "(outputs[0] == 0)"},
    )
    alive_for_dead = mistake(
        "Which units did you count? Your `dead` is the fraction that is alive: subtract it from 1.",
        {"(outputs == 0).all(axis=0).mean()": "(outputs != 0).any(axis=0).mean()"},
    )
    channels_for_units = mistake(
        "What counts as a unit in a convolution? You treat a whole channel as one. Each of the C · H · W entries is a "
        "separate unit.",
        {"all(axis=0)": "all(axis=(0, *range(2, outputs.ndim)))"},
    )
    dead_counted = mistake(
        "Is `dead` a number between 0 and 1? Yours is a count: divide it by the number of units.",
        {"(axis=0).mean()": "(axis=0).sum()"},
    )
    saturated_counted = mistake(
        "Is `saturated` a number between 0 and 1? Yours is a count: divide it by the number of outputs.",
        {"limit).mean()": "limit).sum()"},
    )
    from_the_limit_on = mistake(
        "What about an output exactly at the limit? You count it as saturated, but only outputs above the limit are: "
        "use `>`, not `>=`.",
        {"> limit": ">= limit"},
    )
    positive_side_only = mistake(
        "What about outputs near -1? They are saturated, too, but you count only the positive side. Compare the "
        "magnitude with the limit.",
        {"np.abs(outputs)": "outputs"},
    )
    saturated_by_unit = mistake(
        "What does `saturated` count, units or outputs? You count units that are saturated for every example. Count "
        "each output by itself.",
        {"limit).mean()": "limit).all(axis=0).mean()"},
    )
    saturated_once = mistake(
        "What does `saturated` count, units or outputs? You count every unit that is saturated for some example. "
        "Count each output by itself.",
        {"limit).mean()": "limit).any(axis=0).mean()"},
    )
    not_saturated = mistake(
        "Which way does your comparison point? Your `saturated` is the fraction of outputs that are not saturated.",
        {"> limit": "<= limit"},
    )
    limit_hard_coded = mistake(
        "Does a different `limit` change your result? It should, but your limit is always 0.95.", {"> limit": "> 0.95"}
    )
    in_percent = mistake(
        "Are your fractions between 0 and 1? `saturated` and `dead` come out in percent.",
        {'"saturated": ': '"saturated": 100 * ', '"dead": ': '"dead": 100 * '},
    )
    variance = mistake(
        "Is there a square root missing? Your `std` is the variance. The standard deviation is its square root.",
        {".std()": ".var()"},
    )
    one_less = mistake(
        "What do you divide the squared deviations by? Your `std` divides by one less than the number of outputs. "
        "Divide by their number (`ddof=0`).",
        {".std()": ".std(ddof=1)"},
    )
    about_zero = mistake(
        "Did you subtract the mean? Your `std` is measured from 0, so a layer stuck at 0.9 would seem to vary a lot. "
        "Measure it from the mean.",
        {"outputs.std()": "np.sqrt((outputs**2).mean())"},
    )
    within_units = mistake(
        "Is your `std` taken over all outputs at once? It is the average of the units' standard deviations, which "
        "leaves out how the units differ from each other.",
        {".std()": ".std(axis=0).mean()"},
    )
    std_of_magnitudes = mistake(
        "Do you take absolute values before the standard deviation? Your `std` is that of the magnitudes. Keep the "
        "signs: a layer that gives -1 and 1 varies a lot.",
        {"outputs.std()": "np.abs(outputs).std()"},
    )
    mean_of_magnitudes = mistake(
        "Do you take absolute values before the mean? Your `mean` is that of the magnitudes. Keep the signs, so that "
        "negative and positive outputs cancel.",
        {"outputs.mean()": "np.abs(outputs).mean()"},
    )
    mean_and_std_exchanged = mistake(
        "Are the right numbers under the right names? `mean` and `std` are swapped.",
        {"outputs.mean()": "outputs.std()", "outputs.std()": "outputs.mean()"},
    )
    unit_by_unit = mistake(
        "How many numbers describe the layer? You return one `mean` for each unit. Take it over all outputs.",
        {"outputs.mean()": "outputs.mean(axis=0)", ".std()": ".std(axis=0)"},
    )
    returns_a_tuple = mistake(
        "What kind of value do you return? Make it a dict with the keys `mean`, `std`, `saturated`, and `dead`.",
        {"return {": "return tuple({", "}": "}.values())"},
    )

    mostly_zero_is_dead = mistake(
        "How many zeros make a unit dead? You accept a few outputs that aren't zero. It takes a 0 for every example.",
        {"(outputs == 0).all(axis=0)": "((outputs == 0).mean(axis=0) >= 0.95)"},
    )
    largest_is_zero = mistake(
        "What about negative outputs? You call a unit dead if its largest output is 0, though some of its outputs may "
        "be negative. Test every output.",
        {"(outputs == 0).all(axis=0)": "(outputs.max(axis=0) == 0)"},
    )
    barely_moving_is_dead = mistake(
        "Is a unit dead if its outputs hardly vary? You count it as dead, even if it is stuck at 0.5 or its outputs "
        "are tiny. Dead means exactly 0 every time.",
        {"(outputs == 0).all(axis=0)": "(outputs.var(axis=0) < 1e-6)"},
    )
    dead_over_the_second_axis = mistake(
        "How many units does a convolution have? C · H · W. You divide the number of dead units by the length of axis "
        "1 alone.",
        {"(axis=0).mean()": "(axis=0).sum() / outputs.shape[1]"},
    )
    limit_of_0_97 = mistake(
        "Where does your limit come from? It is 0.97 every time. Use the argument `limit`.", {"> limit": "> 0.97"}
    )
    variance_of_a_sample = mistake(
        "Is there a square root missing? Your `std` is a variance and divides by one less than the number of outputs. "
        "Take the standard deviation with `ddof=0`.",
        {".std()": ".var(ddof=1)"},
    )

    @mistake("How precise should the numbers be? You round them to four decimals. Return them as they are.")
    def rounded_to_four_decimals(outputs, limit=0.95):
        return {
            "mean": round(float(outputs.mean()), 4),
            "std": round(float(outputs.std()), 4),
            "saturated": round(float((np.abs(outputs) > limit).mean()), 4),
            "dead": round(float((outputs == 0).all(axis=0).mean()), 4),
        }

    dead_rounded = mistake(
        "How precise is your `dead`? You round it. Return it as it is.",
        {"(outputs == 0).all(axis=0).mean()": "round(float((outputs == 0).all(axis=0).mean()), 4)"},
    )
    channels_whose_sum_is_zero = mistake(
        "What counts as a dead unit in a convolution? You count channels whose mean is 0. Each of the C · H · W "
        "entries is a separate unit, dead if every one of its outputs is 0: positive and negative ones may cancel.",
        {"(outputs == 0).all(axis=0)": "(outputs.mean(axis=(0, *range(2, outputs.ndim))) == 0)"},
    )

    @variant
    def flat(outputs, limit=0.95):
        values = outputs.reshape(len(outputs), -1).astype(np.float64)
        mean = values.sum() / values.size
        alive = np.abs(values).max(axis=0) > 0
        return {
            "dead": 1 - alive.mean(),
            "saturated": np.count_nonzero((values > limit) | (values < -limit)) / values.size,
            "std": np.sqrt(((values - mean) ** 2).mean()),
            "mean": mean,
        }

    @variant
    def in_loops(outputs, limit=0.95):
        units = outputs.reshape(outputs.shape[0], -1).T
        dead = sum(1 for unit in units if not unit.any()) / len(units)
        everything = [float(x) for unit in units for x in unit]
        mean = sum(everything) / len(everything)
        return {
            "mean": float(mean),
            "std": (sum((x - mean) ** 2 for x in everything) / len(everything)) ** 0.5,
            "saturated": sum(abs(x) > limit for x in everything) / len(everything),
            "dead": dead,
        }

    @variant
    def in_place(outputs, limit=0.95):
        mean, std = np.mean(outputs), np.std(outputs)
        np.abs(outputs, out=outputs)
        dead = np.mean(np.max(outputs, axis=0) == 0)
        return {"mean": mean, "std": std, "saturated": np.mean(outputs > limit), "dead": dead}
