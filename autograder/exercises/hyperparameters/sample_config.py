"""A random configuration, with each hyperparameter sampled on a suitable scale."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, seed, uniform
from gradlab import drivers, properties


def sample(rng, low, high, scale):
    """A random value from one range."""
    if scale == "log":
        return 10 ** rng.uniform(np.log10(low), np.log10(high))
    return rng.uniform(low, high) if scale == "linear" else int(rng.integers(low, high + 1))


def sample_with(space, rng, **other):
    """A configuration in which `other` replaces the sampling on some scales."""
    return {
        name: other.get(given["scale"], sample)(rng, given["low"], given["high"], given["scale"])
        for name, given in space.items()
    }


def log_scale(low, high):
    return {"scale": "log", "low": low, "high": high}


def linear_scale(low, high):
    return {"scale": "linear", "low": low, "high": high}


def whole_numbers(low, high):
    return {"scale": "whole", "low": low, "high": high}


class SampleConfig(Exercise):
    """Learning rates and regularization on log scales, dropout on a linear one, layers in whole numbers."""

    name, points = "sample_config", 4
    driver = drivers.draw_configurations
    judge = properties.samples_each_uniformly

    def reference(space, rng):
        """Draw a value for every hyperparameter, independently, each on its own scale.

        Parameters
        ----------
        space : dict of str to dict
            For each hyperparameter ``{"scale": ..., "low": ..., "high": ...}``. The scale is "log" (the
            exponent is uniform: learning rates, regularization), "linear" (the value itself is uniform:
            dropout), or "whole" (an int from `low` to `high`, both included, all equally likely: layers). It
            may not be changed: the next call is given the same dict.
        rng : numpy.random.Generator
            What to draw from: the same seed gives the same configuration, and the next call gives another.

        Returns
        -------
        dict of str to float or int
            The same names, each with its value.

        References
        ----------
        Bergstra & Bengio, "Random search for hyper-parameter optimization" (2012), section 2.
        """
        config = {}
        for name, given in space.items():
            low, high = given["low"], given["high"]
            if given["scale"] == "log":
                config[name] = 10 ** rng.uniform(np.log10(low), np.log10(high))
            elif given["scale"] == "linear":
                config[name] = rng.uniform(low, high)
            else:
                config[name] = int(rng.integers(low, high + 1))
        return config

    def cases(rng):
        yield Case(
            "learning rate and regularization on a log scale",
            space={
                "learning_rate": log_scale(power_of_ten(rng, -6, -5), power_of_ten(rng, -1, 0)),
                "reg": log_scale(power_of_ten(rng, -4, -3), power_of_ten(rng, 1, 2)),
            },
            seed=seed(rng),
            calls=200,
        )
        yield Case(
            "dropout on a linear scale, beside the learning rate",
            space={
                "dropout": linear_scale(uniform(rng, 0.01, 0.02), uniform(rng, 0.7, 0.9)),
                "learning_rate": log_scale(power_of_ten(rng, -5, -4), power_of_ten(rng, -2, -1)),
            },
            seed=seed(rng),
            calls=200,
        )
        yield Case(
            "whole numbers from low to high, both included",
            space={"layers": whole_numbers(1, 3)},
            seed=seed(rng),
            calls=1500,
        )
        yield Case(
            "other names, all three scales",
            space={
                "weight_scale": log_scale(power_of_ten(rng, -4, -3), power_of_ten(rng, -1, 0)),
                "brightness": linear_scale(uniform(rng, 0.02, 0.04), uniform(rng, 1.5, 2)),
                "filters": whole_numbers(2, int(rng.integers(5, 8))),
            },
            seed=seed(rng),
            calls=200,
        )

    @mistake("Every range is drawn from on a linear scale. Where the scale is log, draw the exponent uniformly.")
    def all_linear(space, rng):
        return sample_with(space, rng, log=lambda rng, low, high, scale: rng.uniform(low, high))

    @mistake("Every range is drawn from on a log scale. Where the scale is linear, draw the value itself uniformly.")
    def all_log(space, rng):
        return sample_with(space, rng, linear=lambda rng, low, high, scale: sample(rng, low, high, "log"))

    @mistake("log and linear have changed places: look at which scale each is drawn on.")
    def scales_exchanged(space, rng):
        return sample_with(
            space,
            rng,
            log=lambda rng, low, high, scale: rng.uniform(low, high),
            linear=lambda rng, low, high, scale: sample(rng, low, high, "log"),
        )

    @mistake("One random number is drawn for all hyperparameters, so they rise and fall together. Draw one for each.")
    def one_number_for_all(space, rng):
        share, config = rng.random(), {}
        for name, given in space.items():
            low, high = given["low"], given["high"]
            ways = {"log": low * (high / low) ** share, "linear": low + (high - low) * share}
            config[name] = ways.get(given["scale"], int(low + (high + 1 - low) * share))
        return config

    @mistake("high itself never comes where whole numbers are asked for: rng.integers leaves its upper end out.")
    def high_left_out(space, rng):
        return sample_with(space, rng, whole=lambda rng, low, high, scale: int(rng.integers(low, high)))

    @mistake("Rounding a uniform number makes low and high half as likely as the others. Draw with rng.integers.")
    def rounded(space, rng):
        return sample_with(space, rng, whole=lambda rng, low, high, scale: round(rng.uniform(low, high)))

    @mistake("Where whole numbers are asked for a real one comes: a network cannot have 2.7 layers.")
    def not_whole(space, rng):
        return sample_with(space, rng, whole=lambda rng, low, high, scale: rng.uniform(low, high))

    @mistake("A whole number comes as a float, and np.zeros(64.0) is an error: make it an int.")
    def whole_as_float(space, rng):
        return sample_with(space, rng, whole=lambda rng, low, high, scale: float(rng.integers(low, high + 1)))

    @mistake("Whole numbers are drawn on a log scale, so small ones come too often. All are to be equally likely.")
    def whole_on_a_log_scale(space, rng):
        return sample_with(space, rng, whole=lambda rng, low, high, scale: int(sample(rng, low, high + 1, "log")))

    @mistake("You return the exponent where the scale is log. Raise 10 to the power of it.")
    def exponents_returned(space, rng):
        return sample_with(space, rng, log=lambda rng, low, high, scale: rng.uniform(np.log10(low), np.log10(high)))

    @mistake("np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.")
    def natural_log_with_ten(space, rng):
        return sample_with(space, rng, log=lambda rng, low, high, scale: 10 ** rng.uniform(np.log(low), np.log(high)))

    @mistake("low and high are used as exponents where the scale is log. Take their logarithms first.")
    def bounds_as_exponents(space, rng):
        return sample_with(space, rng, log=lambda rng, low, high, scale: 10 ** rng.uniform(low, high))

    @mistake("The space is overwritten with the values, so the next draw finds no ranges. Fill a new dict.")
    def space_overwritten(space, rng):
        for name, value in sample_with(space, rng).items():
            space[name] = value
        return space

    @mistake("The names are fixed in your code. Go through those in space: every search has its own.")
    def names_hard_coded(space, rng):
        names = ("learning_rate", "reg")
        return sample_with({name: space[name] for name in names}, rng)

    @mistake("You draw from NumPy's global state, so the search cannot be repeated. Draw from rng.")
    def global_state(space, rng):
        return sample_with(space, np.random.default_rng(np.random.randint(2**31)))

    @mistake("A generator is made anew at every call, so every configuration is the same. Draw from rng.")
    def seeded_inside(space, rng):
        return sample_with(space, np.random.default_rng(0))

    @mistake("Only the values come back. Return a dict, so that each value has its name.")
    def values_only(space, rng):
        return np.array(list(sample_with(space, rng).values()))

    @variant
    def by_shares(space, rng):
        config = {}
        for name in reversed(space):
            low, high, share = space[name]["low"], space[name]["high"], rng.random()
            if space[name]["scale"] == "whole":
                config[name] = low + int((high - low + 1) * share)
            else:
                log = space[name]["scale"] == "log"
                config[name] = low * (high / low) ** share if log else low * (1 - share) + high * share
        return config

    @variant
    def with_numpy_numbers(space, rng):
        def one(scale, low, high):
            if scale == "whole":
                return rng.choice(np.arange(low, high + 1))
            if scale == "log":
                return np.exp(rng.uniform(np.log(low), np.log(high), 1))[0]
            return rng.uniform(size=()) * (high - low) + low

        return {name: one(**given) for name, given in space.items()}

    @variant
    def by_a_generator_of_its_own(space, rng):
        own = np.random.default_rng(rng.integers(2**63))
        return sample_with(space, own)
