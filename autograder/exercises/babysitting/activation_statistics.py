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


def statistics(outputs, limit=0.95, **replaced):
    """The correct answer, with some entries replaced."""
    return {
        "mean": outputs.mean(),
        "std": outputs.std(),
        "saturated": (np.abs(outputs) > limit).mean(),
        "dead": (outputs == 0).all(axis=0).mean(),
        **replaced,
    }


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

    @mistake(
        "The share of zeros is not the share of dead units: a healthy ReLU is 0 for half of its inputs. Dead is a unit "
        "that is 0 for every example."
    )
    def zeros_for_dead(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs == 0).mean())

    @mistake("A unit counts as dead if it is 0 for some example. It is dead if it is 0 for all of them.")
    def any_for_all(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs == 0).any(axis=0).mean())

    @mistake("This looks for examples for which all units are 0. Go along the examples, axis 0, unit by unit.")
    def dead_along_the_wrong_axis(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs.reshape(len(outputs), -1) == 0).all(axis=1).mean())

    @mistake("A unit counts as dead if it never is positive. A tanh unit that gives negative numbers is alive.")
    def negative_is_dead(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs <= 0).all(axis=0).mean())

    @mistake("A unit counts as dead if its sum is not positive. Negative and positive outputs cancel in a sum.")
    def dead_by_the_sum(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs.sum(axis=0) <= 0).mean())

    @mistake("A unit whose output never changes counts as dead. It is dead only if it gives 0 every time.")
    def stuck_is_dead(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(outputs == outputs[:1]).all(axis=0).mean())

    @mistake("A unit whose outputs are tiny counts as dead. It is dead if it gives exactly 0 every time.")
    def tiny_is_dead(outputs, limit=0.95):
        return statistics(outputs, limit, dead=(np.abs(outputs) < 1e-3).all(axis=0).mean())

    @mistake("An output exactly at the limit counts as saturated. It must be above it: use >, not >=.")
    def from_the_limit_on(outputs, limit=0.95):
        return statistics(outputs, limit, saturated=(np.abs(outputs) >= limit).mean())

    @mistake("For images a whole channel counts as one unit. Here each of its entries counts as one.")
    def channels_for_units(outputs, limit=0.95):
        axes = (0, *range(2, outputs.ndim))
        return statistics(outputs, limit, dead=(outputs == 0).all(axis=axes).mean())

    @mistake("The dead units are counted. Divide by the number of units: a share lies between 0 and 1.")
    def dead_counted(outputs, limit=0.95):
        return statistics(outputs, limit, dead=float((outputs == 0).all(axis=0).sum()))

    @mistake("Only the positive side counts as saturated. Outputs near -1 are saturated, too: take magnitudes.")
    def positive_side_only(outputs, limit=0.95):
        return statistics(outputs, limit, saturated=(outputs > limit).mean())

    @mistake("Only units that are saturated for every example count. Here each output counts by itself.")
    def saturated_by_unit(outputs, limit=0.95):
        return statistics(outputs, limit, saturated=(np.abs(outputs) > limit).all(axis=0).mean())

    @mistake("This is the share that is not saturated: the comparison is the wrong way round.")
    def not_saturated(outputs, limit=0.95):
        return statistics(outputs, limit, saturated=(np.abs(outputs) <= limit).mean())

    @mistake("The limit is always 0.95: use the argument.")
    def limit_hard_coded(outputs, limit=0.95):
        return statistics(outputs)

    @mistake("Saturated and dead are in percent. Return shares between 0 and 1.")
    def in_percent(outputs, limit=0.95):
        right = statistics(outputs, limit)
        return {**right, "saturated": 100 * right["saturated"], "dead": 100 * right["dead"]}

    @mistake("The variance is returned as std. The standard deviation is its root.")
    def variance(outputs, limit=0.95):
        return statistics(outputs, limit, std=outputs.var())

    @mistake("The deviation is divided by one less than the number of outputs. Divide by their number.")
    def one_less(outputs, limit=0.95):
        return statistics(outputs, limit, std=outputs.std(ddof=1))

    @mistake("The deviation is taken about 0. Take it about the mean, or a layer stuck at one value looks alive.")
    def about_zero(outputs, limit=0.95):
        return statistics(outputs, limit, std=np.sqrt((outputs**2).mean()))

    @mistake("The deviation is taken within each unit and then averaged. Take it over all outputs at once.")
    def within_units(outputs, limit=0.95):
        return statistics(outputs, limit, std=outputs.std(axis=0).mean())

    @mistake("The mean is that of the magnitudes. Negative and positive outputs should cancel in it.")
    def mean_of_magnitudes(outputs, limit=0.95):
        return statistics(outputs, limit, mean=np.abs(outputs).mean())

    @mistake("There is a mean for each unit. One number for the layer is asked.")
    def unit_by_unit(outputs, limit=0.95):
        return statistics(outputs, limit, mean=outputs.mean(axis=0), std=outputs.std(axis=0))

    @mistake("A tuple is returned. Return a dict with the names mean, std, saturated and dead.")
    def returns_a_tuple(outputs, limit=0.95):
        return tuple(statistics(outputs, limit).values())

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
