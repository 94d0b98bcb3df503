"""Numbers with a uniform logarithm, for sampling learning rates and regularization strengths."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, seed
from gradlab import drivers, properties


class LogUniform(Exercise):
    """Sample the exponent, not the number."""

    name, points = "log_uniform", 3
    driver = drivers.repeated_draws
    judge = properties.samples_uniformly

    def reference(low, high, rng, size=None):
        """Draw numbers between `low` and `high` whose logarithm is uniform.

            x = 10ᵉ,  e uniform between log₁₀ low and log₁₀ high

        Every factor of ten gets as many numbers as any other.

        Parameters
        ----------
        low, high : float
            The range itself, not its exponents; 0 < low < high.
        rng : numpy.random.Generator
            What to draw from: the same seed gives the same numbers, and the next call gives others.
        size : int, tuple of int or None
            The shape of the array to draw, as for ``rng.uniform``. None means one number.

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
            low=power_of_ten(rng, -4, -3),
            high=power_of_ten(rng, 2, 3),
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
            low=power_of_ten(rng, -8, -7),
            high=power_of_ten(rng, -3, -2),
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
        "The numbers are uniform themselves: most of them have the size of high. Draw the exponent uniformly.",
        {"np.log10(low), np.log10(high)": "low, high", "10**": ""},
    )
    exponents_returned = mistake(
        "You return the exponents, which are negative below 1. Raise 10 to the power of them.", {"10**": ""}
    )
    bounds_as_exponents = mistake(
        "low and high are used as exponents. They are the range itself: take their logarithms first.",
        {"np.log10(low), np.log10(high)": "low, high"},
    )
    natural_log_with_ten = mistake(
        "np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.",
        {"np.log10(low), np.log10(high)": "np.log(low), np.log(high)"},
    )
    exp_with_log_ten = mistake(
        "np.exp does not belong to np.log10: use 10**, or np.log with np.exp.", {"10**exponents": "np.exp(exponents)"}
    )
    logarithm_of_uniform = mistake(
        "A uniform number is drawn first and its logarithm taken. It is the other way round: draw the exponent.",
        {"np.log10(low), np.log10(high)": "low, high", "10**exponents": "np.log10(exponents)"},
    )
    whole_exponents = mistake(
        "Only whole exponents are drawn, so few different numbers come: draw the exponent with rng.uniform.",
        {
            "np.log10(low), np.log10(high)": "np.ceil(np.log10(low)), np.floor(np.log10(high))",
            "rng.uniform(least, most, size)": "rng.integers(least, max(most, least) + 1, size)",
            "10**": "10.0**",
        },
    )
    range_hard_coded = mistake(
        "The range is always 1e-6 to 1: use the arguments low and high.", {"np.log10(low), np.log10(high)": "-6, 0"}
    )
    global_state = mistake(
        "You draw from NumPy's global state, so the search cannot be repeated. Draw from rng.",
        {"rng.uniform": "np.random.uniform"},
    )
    no_such_function = mistake(
        "NumPy has no np.uniform. Drawing is done by the generator that you are given: rng.uniform.",
        {"rng.uniform": "np.uniform"},
    )
    seeded_inside = mistake(
        "A generator is made anew at every call, so every call gives the same numbers. Draw from rng.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    )
    one_number_for_all = mistake(
        "One number is drawn and repeated: give size to rng.uniform, so that each is drawn by itself.",
        {", size)": ")", "10**exponents": "np.full(size or (), 10**exponents)"},
    )
    size_ignored = mistake("size is not used: one number comes where an array of them is asked for.", {", size)": ")"})
    evenly_spaced = mistake(
        "The numbers are evenly spaced, as in a grid. Draw them at random.",
        {"rng.uniform(least, most, size)": "np.linspace(least, most, int(np.prod(size or 1))).reshape(size or ())"},
    )
    sorted_numbers = mistake(
        "The numbers come in order. Each is drawn by itself: do not sort them.",
        {"10**exponents": "np.sort(10**exponents, axis=None).reshape(size or ())"},
    )

    @mistake("Half of the numbers follow from the others. Draw each by itself.")
    def in_mirrored_pairs(low, high, rng, size=None):
        shares = np.array(rng.random(size))
        row = shares.reshape(-1)
        half = row.size // 2
        row[half : 2 * half] = 1 - row[:half]
        return low * (high / low) ** shares

    cut_off = mistake(
        "Numbers beyond the range are cut off at its ends, so the ends come again and again. Draw within it.",
        {
            "rng.uniform(least, most, size)": "rng.normal((least + most) / 2, (most - least) / 3.4, size)",
            "10**exponents": "np.clip(10**exponents, low, high)",
        },
    )
    exponent_squared = mistake(
        "The exponent is uniform in its square: it must be uniform itself, without another power or root.",
        {"rng.uniform(least, most, size)": "least + (most - least) * rng.random(size) ** 2"},
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
