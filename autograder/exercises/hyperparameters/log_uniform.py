"""Numbers with a uniform logarithm, for sampling learning rates and regularization strengths."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, seed
from gradlab import drivers, properties


class LogUniform(Exercise):
    """Sample the exponent, not the number."""

    name, points = "log_uniform", 3
    done = "You can sample a learning rate so that every factor of ten gets its fair share of tries."
    driver = drivers.repeated_draws
    judge = properties.samples_uniformly

    def reference(low, high, rng, size=None):
        """Draw numbers between `low` and `high` whose logarithms are uniformly distributed.

            x = 10ᵉ,  e uniform between log₁₀ low and log₁₀ high

        Every factor of ten gets about the same number of draws.

        Parameters
        ----------
        low, high : float
            The ends of the range, not their exponents; 0 < low < high.
        rng : numpy.random.Generator
            Draw from it: the same seed gives the same numbers, and the next call gives new ones.
        size : int, tuple of int or None
            The shape of the array to return, as in ``rng.uniform``. None means a single number.

        Returns
        -------
        ndarray (*size) or float

        References
        ----------
        Bergstra & Bengio, "Random search for hyper-parameter optimization" (2012), section 2.
        """
        least, most = np.log10(low), np.log10(high)
        exponents = rng.uniform(least, most, size)
        return 10**exponents

    def cases(rng):
        yield Case(
            "a thousand learning rates, all below 1",
            low=power_of_ten(rng, -6, -5),
            high=power_of_ten(rng, -1, -0.1),
            size=1000,
            seed=seed(rng),
            calls=2,
        )
        yield Case(
            "a range with 1 inside it",
            low=power_of_ten(rng, -5, -4),
            # 10**high overflows, so that taking low and high for exponents always shows.
            high=power_of_ten(rng, 2.6, 3),
            size=1000,
            seed=seed(rng),
            calls=2,
        )
        low = power_of_ten(rng, -2, -1)
        yield Case(
            "a narrow range, much less than a factor of ten",
            low=low,
            high=4 * low,
            size=2000,
            seed=seed(rng),
            calls=2,
        )
        yield Case(
            "an array of rows and columns",
            # If 1e-8 or so is added before the logarithm, the lowest numbers never come up.
            low=power_of_ten(rng, -12, -10),
            high=power_of_ten(rng, -4, -2),
            size=np.array([30, 40]),
            seed=seed(rng),
            calls=2,
        )
        yield Case(
            "one number at a time, size=None",
            low=power_of_ten(rng, -5, -4),
            high=power_of_ten(rng, 1, 2),
            size=None,
            seed=seed(rng),
            calls=1000,
        )

    linear_scale = mistake(
        "On which scale are your numbers uniform? They are uniform themselves, so hardly any come near low. "
        "Draw the exponent uniformly.",
        {"np.log10(low), np.log10(high)": "low, high", "10**": ""},
    )
    exponents_returned = mistake(
        "Are these numbers, or their exponents? You return log10 of the numbers. Raise 10 to that power.",
        {"10**": ""},
    )
    bounds_as_exponents = mistake(
        "Are low and high numbers or exponents? Your results are far above the range. low and high are the ends "
        "themselves, so take their logarithms before you draw.",
        {"np.log10(low), np.log10(high)": "low, high"},
    )
    natural_log_with_ten = mistake(
        "Do your logarithm and your power have the same base? Your numbers go too far: below low if low is under 1, "
        "above high if high is over 1. np.log10 goes with 10**, np.log with np.exp, np.log2 with 2**.",
        {"np.log10(low), np.log10(high)": "np.log(low), np.log(high)"},
    )
    exp_with_log_ten = mistake(
        "Do your logarithm and your power have the same base? If the range is below 1, some numbers end up above it. "
        "np.log10 goes with 10**, np.log with np.exp, np.log2 with 2**.",
        {"10**exponents": "np.exp(exponents)"},
    )
    logarithm_of_uniform = mistake(
        "Which comes first, drawing or taking logs? Some of your numbers are negative. Take the logarithms of low "
        "and high, draw a number between them, and raise 10 to that power.",
        {"np.log10(low), np.log10(high)": "low, high", "10**exponents": "np.log10(exponents)"},
    )
    start_forgotten = mistake(
        "Where does your exponent start? In every case, numbers come out above the range. It should start at "
        "log10(low), minus sign included: if you scale rng.random() yourself, add log10(low) at the end.",
        {"rng.uniform(least, most, size)": "(most - least) * rng.random(size)"},
    )
    width_forgotten = mistake(
        "How far is it from log10(low) to log10(high)? Small numbers come up too often; if high < 1, all are below the "
        "range. If you scale rng.random() yourself, multiply it by the difference between the two, then add "
        "log10(low).",
        {"rng.uniform(least, most, size)": "least + most * rng.random(size)"},
    )
    high_not_used = mistake(
        "Does high matter in your code? Your exponent lies between log10(low) and 0, so your numbers lie between low "
        "and 1. If you scale rng.random() yourself, multiply it by log10(high) - log10(low), then add log10(low).",
        {"rng.uniform(least, most, size)": "least * rng.random(size)"},
    )
    epsilon_added = mistake(
        "What do you take the logarithm of? If you add something like 1e-8 first, the numbers below it never come up. "
        "low is above 0, so no logarithm needs help.",
        {"np.log10(low), np.log10(high)": "np.log10(low + 1e-8), np.log10(high + 1e-8)"},
    )
    normal_exponents = mistake(
        "Does your distribution have ends? Some numbers fall below the range and some above it. "
        "Draw the exponent with rng.uniform, which stays between its two bounds.",
        {"rng.uniform(least, most, size)": "rng.normal((least + most) / 2, (most - least) / 4, size)"},
    )
    whole_exponents = mistake(
        "Can your exponent lie between two whole numbers? You return only a few different numbers. Draw the exponent "
        "with rng.uniform.",
        {
            "np.log10(low), np.log10(high)": "np.ceil(np.log10(low)), np.floor(np.log10(high))",
            "rng.uniform(least, most, size)": "rng.integers(least, max(most, least) + 1, size)",
            "10**": "10.0**",
        },
    )
    exponents_toward_zero = mistake(
        "Can the exponent lie between two whole numbers? Yours can't, and if the range is below 1, some come out too "
        "high, as when int drops the decimals. Draw the exponent with rng.uniform, and don't round anything.",
        {"rng.uniform(least, most, size)": "np.trunc(rng.uniform(least, most, size))", "10**": "10.0**"},
    )
    powers_of_ten = mistake(
        "Can a learning rate lie between 0.01 and 0.1? Not in your code: you draw the exponent with rng.integers, so "
        "only powers of ten come up. Draw it with rng.uniform.",
        {"rng.uniform(least, most, size)": "rng.integers(least, most + 1, size)", "10**": "10.0**"},
    )

    range_hard_coded = mistake(
        "Where do the ends of your range come from? Your numbers don't depend on low and high. Use these arguments.",
        {"np.log10(low), np.log10(high)": "-6, 0"},
    )
    global_state = mistake(
        "Where does your randomness come from? The same seed gives different numbers, so nobody can repeat the "
        "search. Draw from rng, not from np.random or a generator of your own.",
        {"rng.uniform": "np.random.uniform"},
    )
    no_such_function = mistake(
        "Does np.uniform exist? It doesn't. Call rng.uniform, a method of the generator that you are given.",
        {"rng.uniform": "np.uniform"},
    )
    seeded_inside = mistake(
        "What happens on the second call? Every call gives the same numbers. Draw from the rng that you are given, "
        "not from a new generator with a fixed seed.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    )
    one_number_for_all = mistake(
        "How many numbers do you draw in one call? All of them are the same. Pass size to rng.uniform, so that each "
        "is drawn independently.",
        {", size)": ")", "10**exponents": "np.full(size or (), 10**exponents)"},
    )
    size_ignored = mistake(
        "What do you do with size? When it is given, the result doesn't have that shape. Pass it on to rng.uniform.",
        {", size)": ")"},
    )
    evenly_spaced = mistake(
        "Is this random, or a grid? The numbers are spaced too evenly to be random. Draw them with rng.uniform.",
        {"rng.uniform(least, most, size)": "np.linspace(least, most, int(np.prod(size or 1))).reshape(size or ())"},
    )
    sorted_numbers = mistake(
        "Is each number independent of the one before? In your arrays, it isn't, as in a sorted list. Draw each one "
        "independently, and leave them in the order they come.",
        {"10**exponents": "np.sort(10**exponents, axis=None).reshape(size or ())"},
    )

    @mistake(
        "Do you draw as many random numbers as you return? Some of yours depend on others. Draw each one independently."
    )
    def in_mirrored_pairs(low, high, rng, size=None):
        shares = np.array(rng.random(size))
        row = shares.reshape(-1)
        half = row.size // 2
        row[half : 2 * half] = 1 - row[:half]
        return low * (high / low) ** shares

    cut_off = mistake(
        "What do you do with numbers beyond the range? Some of yours come up again and again. If you clip them, they "
        "pile up at the ends: draw within the range to begin with.",
        {
            "rng.uniform(least, most, size)": "rng.normal((least + most) / 2, (most - least) / 3.4, size)",
            "10**exponents": "np.clip(10**exponents, low, high)",
        },
    )
    exponent_squared = mistake(
        "Is every exponent equally likely? Small numbers come up too often. Draw the exponent itself "
        "uniformly, without squaring it or the like.",
        {"rng.uniform(least, most, size)": "least + (most - least) * rng.random(size) ** 2"},
    )
    root_of_exponent = mistake(
        "Is every exponent equally likely? Large numbers come up too often. Draw the exponent itself uniformly, "
        "without taking a root or the like.",
        {"rng.uniform(least, most, size)": "least + (most - least) * np.sqrt(rng.random(size))"},
    )
    from_a_grid = mistake(
        "Can every number in the range come up? You choose from a grid of fixed numbers. Draw the exponent with "
        "rng.uniform.",
        {"rng.uniform(least, most, size)": "rng.choice(np.linspace(least, most, 100), size)"},
    )
    global_state_and_size_ignored = mistake(
        "Where does your randomness come from, and what do you do with size? The same seed gives different numbers, "
        "and their shape is not the one asked for. Draw from rng, and pass size on.",
        {"rng.uniform(least, most, size)": "np.random.uniform(least, most)"},
    )

    by_ratio = variant(
        {"rng.uniform(least, most, size)": "rng.random(size)", "10**exponents": "low * (high / low) ** exponents"}
    )
    by_natural_logarithm = variant(
        {
            "np.log10(low), np.log10(high)": "np.log(low), np.log(high)",
            "most, size": "most, size=size",
            "10**exponents": "np.exp(exponents)",
        }
    )
    from_high_to_low = variant(
        {
            "rng.uniform(least, most, size)": "np.log(high / low) * rng.uniform(size=size)",
            "10**exponents": "high * np.exp(-exponents)",
        }
    )

    @variant
    def one_after_the_other(low, high, rng, size=None):
        count = int(np.prod(size)) if size is not None else 1
        numbers = np.array([2.0 ** float(rng.uniform(np.log2(low), np.log2(high))) for _ in range(count)])
        return numbers[0] if size is None else numbers.reshape(size)

    @variant
    def by_normal_numbers(low, high, rng, size=None):
        """Make uniform numbers from the angle of two normal numbers."""
        angle = np.arctan2(rng.normal(size=size), rng.normal(size=size))
        return low * (high / low) ** (angle / (2 * np.pi) % 1)
