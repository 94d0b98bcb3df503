"""A random configuration, with each hyperparameter sampled on a suitable scale."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, seed, uniform
from gradlab import drivers, properties


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

    all_linear = mistake(
        "Every range is drawn from on a linear scale. Where the scale is log, draw the exponent uniformly.",
        {"10 ** rng.uniform(np.log10(low), np.log10(high))": "rng.uniform(low, high)"},
    )
    all_log = mistake(
        "Every range is drawn from on a log scale. Where the scale is linear, draw the value itself uniformly.",
        {"rng.uniform(low, high)": "10 ** rng.uniform(np.log10(low), np.log10(high))"},
    )
    scales_exchanged = mistake(
        "log and linear have changed places: look at which scale each is drawn on.",
        {'== "log"': '== "linear"', '== "linear"': '== "log"'},
    )
    one_number_for_all = mistake(
        "One random number is drawn for all hyperparameters, so they rise and fall together. Draw one for each.",
        {
            "config = {}": "config, share = {}, rng.random()",
            "10 ** rng.uniform(np.log10(low), np.log10(high))": "low * (high / low) ** share",
            "rng.uniform(low, high)": "low + (high - low) * share",
            "rng.integers(low, high + 1)": "low + (high + 1 - low) * share",
        },
    )
    high_left_out = mistake(
        "high itself never comes where whole numbers are asked for: rng.integers leaves its upper end out.",
        {"high + 1": "high"},
    )
    rounded = mistake(
        "Rounding a uniform number makes low and high half as likely as the others. Draw with rng.integers.",
        {"int(rng.integers(low, high + 1))": "round(rng.uniform(low, high))"},
    )
    not_whole = mistake(
        "Where whole numbers are asked for a real one comes: a network cannot have 2.7 layers.",
        {"int(rng.integers(low, high + 1))": "rng.uniform(low, high)"},
    )
    whole_as_float = mistake(
        "A whole number comes as a float, and np.zeros(64.0) is an error: make it an int.", {"int(": "float("}
    )
    whole_on_a_log_scale = mistake(
        "Whole numbers are drawn on a log scale, so small ones come too often. All are to be equally likely.",
        {"rng.integers(low, high + 1)": "10 ** rng.uniform(np.log10(low), np.log10(high + 1))"},
    )
    exponents_returned = mistake(
        "You return the exponent where the scale is log. Raise 10 to the power of it.", {"10 ** ": ""}
    )
    natural_log_with_ten = mistake(
        "np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.",
        {"np.log10(low), np.log10(high)": "np.log(low), np.log(high)"},
    )
    bounds_as_exponents = mistake(
        "low and high are used as exponents where the scale is log. Take their logarithms first.",
        {"np.log10(low), np.log10(high)": "low, high"},
    )
    space_overwritten = mistake(
        "The space is overwritten with the values, so the next draw finds no ranges. Fill a new dict.",
        {"config = {}": "config = space"},
    )
    names_hard_coded = mistake(
        "The names are fixed in your code. Go through those in space: every search has its own.",
        {"for name, given in space.items():": 'for name in ("learning_rate", "reg"):\n    given = space[name]'},
    )
    global_state = mistake(
        "You draw from NumPy's global state, so the search cannot be repeated. Draw from rng.",
        {
            "rng.uniform(np.log10": "np.random.uniform(np.log10",
            "rng.uniform(low": "np.random.uniform(low",
            "rng.integers": "np.random.randint",
        },
    )
    seeded_inside = mistake(
        "A generator is made anew at every call, so every configuration is the same. Draw from rng.",
        {"config = {}": "config, rng = {}, np.random.default_rng(0)"},
    )
    values_only = mistake(
        "Only the values come back. Return a dict, so that each value has its name.",
        {"return config": "return np.array(list(config.values()))"},
    )

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

    by_a_generator_of_its_own = variant({"config = {}": "config, rng = {}, np.random.default_rng(rng.integers(2**63))"})
