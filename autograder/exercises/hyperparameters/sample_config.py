"""A random configuration, with each hyperparameter sampled on a suitable scale."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, power_of_ten, seed, uniform
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
    done = "You can draw every hyperparameter on the scale that suits it; the search below does so in every trial."
    driver = drivers.draw_configurations
    judge = properties.samples_each_uniformly

    def reference(space, rng):
        """Draw a value for every hyperparameter, independently, each on its own scale.

        Parameters
        ----------
        space : dict of str to dict
            For each hyperparameter ``{"scale": ..., "low": ..., "high": ...}``. The scale is "log" (the
            exponent is uniform: learning rates, regularization), "linear" (the value itself is uniform:
            dropout), or "whole" (an int from `low` to `high`, inclusive, all equally likely: layers).
            Don't change `space`: the next call gets the same dict.
        rng : numpy.random.Generator
            Draw from it: the same seed gives the same configuration, and the next call gives a new one.

        Returns
        -------
        dict of str to float or int
            A value for each name.

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
            "dropout on a linear scale, next to the learning rate",
            space={
                "dropout": linear_scale(uniform(rng, 0.01, 0.02), uniform(rng, 0.7, 0.9)),
                "learning_rate": log_scale(power_of_ten(rng, -5, -4), power_of_ten(rng, -2, -1)),
            },
            seed=seed(rng),
            calls=200,
        )
        yield Case(
            "whole numbers from low to high, inclusive",
            space={"layers": whole_numbers(integer(rng, 1, 2), integer(rng, 4, 7))},
            seed=seed(rng),
            calls=1500,
        )
        yield Case(
            "different names, all three scales",
            space={
                "weight_scale": log_scale(power_of_ten(rng, -4, -3), power_of_ten(rng, -1, 0)),
                "brightness": linear_scale(uniform(rng, 0.02, 0.04), uniform(rng, 1.5, 2)),
                "filters": whole_numbers(2, int(rng.integers(4, 6))),
            },
            seed=seed(rng),
            calls=1500,
        )

    all_linear = mistake(
        'Do you look at the scale? If it is "log", your values are uniform on a linear scale. '
        "Draw the exponent uniformly instead.",
        {"10 ** rng.uniform(np.log10(low), np.log10(high))": "rng.uniform(low, high)"},
    )
    all_log = mistake(
        'Do you look at the scale? If it is "linear", your values are uniform on a log scale. '
        "Draw the value itself uniformly instead.",
        {"rng.uniform(low, high)": "10 ** rng.uniform(np.log10(low), np.log10(high))"},
    )
    scales_exchanged = mistake(
        'Which scale is which? If it is "log", your values are uniform on a linear scale, and vice versa. '
        "Switch the two.",
        {'== "log"': '== "linear"', '== "linear"': '== "log"'},
    )
    one_number_for_all = mistake(
        "How many random numbers go into one configuration? In yours, one hyperparameter depends on another. Draw a "
        "new number for each.",
        {
            "config = {}": "config, share = {}, rng.random()",
            "10 ** rng.uniform(np.log10(low), np.log10(high))": "low * (high / low) ** share",
            "rng.uniform(low, high)": "low + (high - low) * share",
            "rng.integers(low, high + 1)": "low + (high + 1 - low) * share",
        },
    )
    high_left_out = mistake(
        "Can a whole number ever equal high? Yours never does, though high is included. rng.integers, like range, "
        "stops before its upper end, and int rounds rng.uniform down. Either way, pass high + 1.",
        {"high + 1": "high"},
    )
    low_left_out = mistake(
        "Can a whole number ever equal low? Yours never does, though low is included. Start from low itself.",
        {"rng.integers(low, ": "rng.integers(low + 1, "},
    )
    high_exceeded = mistake(
        "How large can a whole number get? Some are above high. rng.integers leaves its upper end out, so give it "
        "high + 1, unless you set endpoint=True.",
        {"high + 1": "high + 2"},
    )
    rounded = mistake(
        "Is every whole number equally likely? Some come up more often than others. "
        "Rounding a uniform number, for one, halves the chances of low and high: draw with rng.integers.",
        {"int(rng.integers(low, high + 1))": "round(rng.uniform(low, high))"},
    )
    not_whole = mistake(
        "What would a network with 2.7 layers look like? Some of the values that should be whole numbers "
        "aren't. Draw them with rng.integers.",
        {"int(rng.integers(low, high + 1))": "rng.uniform(low, high)"},
    )
    whole_as_float = mistake(
        "What type is your whole number? It is a float, and np.zeros(64.0) raises an error: convert it to int.",
        {"int(": "float("},
    )
    whole_on_a_log_scale = mistake(
        "Is every whole number equally likely? Small ones come up more often than others. "
        "Draw with rng.integers, not on a log scale.",
        {"rng.integers(low, high + 1)": "10 ** rng.uniform(np.log10(low), np.log10(high + 1))"},
    )
    exponents_returned = mistake(
        "Is this the value, or its exponent? If the scale is log, some of your values are negative. Raise 10 to "
        "that exponent.",
        {"10 ** ": ""},
    )
    natural_log_with_ten = mistake(
        "How can a value end up below its range? On the log scale, some of yours do, as if the logarithm and the power "
        "had different bases, or as if you rounded. np.log10 goes with 10**, np.log with np.exp; and don't round.",
        {"np.log10(low), np.log10(high)": "np.log(low), np.log(high)"},
    )
    bounds_as_exponents = mistake(
        "Is low a value or an exponent? If the scale is log, some values are above the range. Take the logarithms "
        "of low and high first, and raise the same base to the power that you draw.",
        {"np.log10(low), np.log10(high)": "low, high"},
    )
    powers_of_the_bounds = mistake(
        "Are low and high values or exponents? You raise a number to a power between them, on the log scale and for "
        "whole numbers, so values come out above the range. They are the ends of the range themselves.",
        {
            "np.log10(low), np.log10(high)": "low, high",
            "rng.integers(low, high + 1)": "2 ** rng.uniform(low, high)",
        },
    )
    space_overwritten = mistake(
        "Is space still the same after the first call? If values replace its ranges, the next call has no ranges left. "
        "Put the values in a new dict.",
        {"config = {}": "config = space"},
    )
    space_emptied = mistake(
        "Where do you look for \"scale\"? It isn't there. It is a key in each hyperparameter's dict, and must still be "
        "there on the next call: read it, but don't take it out with pop.",
        {
            'given["scale"] == "log"': '(scale := given.pop("scale")) == "log"',
            'given["scale"] == "lin': 'scale == "lin',
        },
    )
    names_hard_coded = mistake(
        "Which names does your function know? It looks for learning_rate and reg even in spaces that don't have "
        "them. Go through the names in space: every search has its own.",
        {"for name, given in space.items():": 'for name in ("learning_rate", "reg"):\n    given = space[name]'},
    )
    global_state = mistake(
        "Where does your randomness come from? The same seed gives different values, so nobody can repeat the search. "
        "Draw from rng, not from np.random or a generator of your own.",
        {
            "rng.uniform(np.log10": "np.random.uniform(np.log10",
            "rng.uniform(low": "np.random.uniform(low",
            "rng.integers": "np.random.randint",
        },
    )
    seeded_inside = mistake(
        "What happens on the second call? You draw the same values again. Draw from the rng that you are given, "
        "not from a new generator with a fixed seed.",
        {"config = {}": "config, rng = {}, np.random.default_rng(0)"},
    )
    values_only = mistake(
        "Which value belongs to which name? Return a dict, so that each hyperparameter has its name.",
        {"return config": "return np.array(list(config.values()))"},
    )

    global_state_and_high_left_out = mistake(
        "Where does your randomness come from, and does the highest whole number come up? The same seed gives "
        "different values, and no whole number equals high. Draw from rng, with rng.integers(low, high + 1).",
        {
            "rng.uniform(np.log10": "np.random.uniform(np.log10",
            "rng.uniform(low": "np.random.uniform(low",
            "rng.integers(low, high + 1)": "np.random.randint(low, high)",
        },
    )
    whole_left_out = mistake(
        'What do you draw on the "whole" scale? Nothing: such hyperparameters are not in your dict. Draw an int from '
        "low to high, inclusive.",
        {"else:\n    config[name] = int(rng.integers(low, high + 1))": ""},
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
