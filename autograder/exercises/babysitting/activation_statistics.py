"""The outputs of a layer, summarized in four numbers."""

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


class ActivationStatistics(Exercise):
    """The mean, the standard deviation, the fraction of saturated outputs, and the fraction of dead units."""

    name, points = "activation_statistics", 3
    driver = drivers.call_for_dict

    def reference(outputs, limit=0.95):
        """What the outputs of a layer are like, in four numbers.

        Parameters
        ----------
        outputs : ndarray (N, ...)
            What the layer gives for N examples: (N, D) for D units, (N, C, H, W) for a convolution, where each of
            the C · H · W entries counts as a unit.
        limit : float
            An output counts as saturated if its magnitude is above `limit`, on either side.

        Returns
        -------
        dict of str to float
            ``mean``: of all outputs. ``std``: their standard deviation about it (divided by their number, not by
            one less). ``saturated``: the share of all outputs that are saturated, 0 to 1; it tells something for
            tanh, whose slope is below 0.1 where its output is beyond 0.95. ``dead``: the share of *units* that
            give exactly 0 for every one of the N examples, 0 to 1; it tells something for ReLU.

        Notes
        -----
        `outputs` may be changed in place, but need not be.
        """
        return {
            "mean": outputs.mean(),
            "std": outputs.std(),
            "saturated": (np.abs(outputs) > limit).mean(),
            "dead": (outputs == 0).all(axis=0).mean(),
        }

    def cases(rng):
        tanh = np.tanh(rng.normal(0.3, 1.5, (20, 12)))
        yield Case("a tanh layer, saturated on both sides", outputs=avoiding(tanh, 0.95))
        yield Case("a ReLU layer with dead units", outputs=rectified(rng, 15, (16,), dead=integer(rng, 4, 8)))
        limit = uniform(rng, 0.6, 0.8)
        tanh = np.tanh(rng.normal(-0.2, 1, (18, 10)))
        outputs = avoiding(tanh, limit)
        outputs[0, :4] = limit, -limit, limit, -limit  # these outputs are not above the limit
        yield Case("another limit", outputs=outputs, limit=limit)
        outputs = rectified(rng, 14, (10,), dead=2)
        alive = np.flatnonzero(outputs.any(axis=0))
        outputs[:, alive[0]], outputs[:, alive[1]] = 0.5, 0.0
        outputs[3, alive[1]] = 1e-6
        yield Case("units that are stuck, or all but dead", outputs=outputs)
        yield Case(
            "images, as from a convolution",
            outputs=avoiding(rectified(rng, 6, (3, 4, 5), dead=integer(rng, 10, 25)), 0.95),
        )
        yield Case(
            "a layer that gives nothing but zeros",
            outputs=np.zeros((integer(rng, 5, 9), 7)),
        )
        tanh = np.tanh(rng.normal(0.5, 1, (1, 30)))
        tanh[0, : integer(rng, 8, 15)] = 0.0
        yield Case("a single example", outputs=avoiding(tanh, 0.95))
        # The mean must be far from 0: near 0, float32 rounding would show in it.
        tanh = np.tanh(rng.normal(1, 1.5, (12, 8)))
        yield Case("float32", outputs=avoiding(tanh, 0.95).astype(np.float32))

    zeros_for_dead = mistake(
        "The share of zeros is not the share of dead units: a healthy ReLU is 0 for half of its inputs. Dead is a unit "
        "that is 0 for every example.",
        {".all(axis=0)": ""},
    )
    any_for_all = mistake(
        "A unit counts as dead if it is 0 for some example. It is dead if it is 0 for all of them.",
        {".all(axis=0)": ".any(axis=0)"},
    )
    dead_along_the_wrong_axis = mistake(
        "This looks for examples for which all units are 0. Go along the examples, axis 0, unit by unit.",
        {"(outputs == 0).all(axis=0)": "(outputs.reshape(len(outputs), -1) == 0).all(axis=1)"},
    )
    negative_is_dead = mistake(
        "A unit counts as dead if it never is positive. A tanh unit that gives negative numbers is alive.",
        {"== 0": "<= 0"},
    )
    dead_by_the_sum = mistake(
        "A unit counts as dead if its sum is not positive. Negative and positive outputs cancel in a sum.",
        {"(outputs == 0).all(axis=0)": "(outputs.sum(axis=0) <= 0)"},
    )
    stuck_is_dead = mistake(
        "A unit whose output never changes counts as dead. It is dead only if it gives 0 every time.",
        {"== 0": "== outputs[:1]"},
    )
    tiny_is_dead = mistake(
        "A unit whose outputs are tiny counts as dead. It is dead if it gives exactly 0 every time.",
        {"outputs == 0": "np.abs(outputs) < 1e-3"},
    )
    from_the_limit_on = mistake(
        "An output exactly at the limit counts as saturated. It must be above it: use >, not >=.",
        {"> limit": ">= limit"},
    )
    channels_for_units = mistake(
        "For images a whole channel counts as one unit. Here each of its entries counts as one.",
        {"all(axis=0)": "all(axis=(0, *range(2, outputs.ndim)))"},
    )
    dead_counted = mistake(
        "The dead units are counted. Divide by the number of units: a share lies between 0 and 1.",
        {"(axis=0).mean()": "(axis=0).sum(dtype=float)"},
    )
    positive_side_only = mistake(
        "Only the positive side counts as saturated. Outputs near -1 are saturated, too: take magnitudes.",
        {"np.abs(outputs)": "outputs"},
    )
    saturated_by_unit = mistake(
        "Only units that are saturated for every example count. Here each output counts by itself.",
        {"limit).mean()": "limit).all(axis=0).mean()"},
    )
    not_saturated = mistake(
        "This is the share that is not saturated: the comparison is the wrong way round.", {"> limit": "<= limit"}
    )
    limit_hard_coded = mistake("The limit is always 0.95: use the argument.", {"> limit": "> 0.95"})
    in_percent = mistake(
        "Saturated and dead are in percent. Return shares between 0 and 1.",
        {'"saturated": ': '"saturated": 100 * ', '"dead": ': '"dead": 100 * '},
    )
    variance = mistake("The variance is returned as std. The standard deviation is its root.", {".std()": ".var()"})
    one_less = mistake(
        "The deviation is divided by one less than the number of outputs. Divide by their number.",
        {".std()": ".std(ddof=1)"},
    )
    about_zero = mistake(
        "The deviation is taken about 0. Take it about the mean, or a layer stuck at one value looks alive.",
        {"outputs.std()": "np.sqrt((outputs**2).mean())"},
    )
    within_units = mistake(
        "The deviation is taken within each unit and then averaged. Take it over all outputs at once.",
        {".std()": ".std(axis=0).mean()"},
    )
    mean_of_magnitudes = mistake(
        "The mean is that of the magnitudes. Negative and positive outputs should cancel in it.",
        {"outputs.mean()": "np.abs(outputs).mean()"},
    )
    unit_by_unit = mistake(
        "There is a mean for each unit. One number for the layer is asked.",
        {"outputs.mean()": "outputs.mean(axis=0)", ".std()": ".std(axis=0)"},
    )
    returns_a_tuple = mistake(
        "A tuple is returned. Return a dict with the names mean, std, saturated and dead.",
        {"return {": "return tuple({", "}": "}.values())"},
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
