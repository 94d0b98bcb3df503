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
        return 10 ** rng.uniform(np.log10(low), np.log10(high), size)

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

    @mistake("The numbers are uniform themselves: most of them have the size of high. Draw the exponent uniformly.")
    def linear_scale(low, high, rng, size=None):
        return rng.uniform(low, high, size)

    @mistake("You return the exponents, which are negative below 1. Raise 10 to the power of them.")
    def exponents_returned(low, high, rng, size=None):
        return rng.uniform(np.log10(low), np.log10(high), size)

    @mistake("low and high are used as exponents. They are the range itself: take their logarithms first.")
    def bounds_as_exponents(low, high, rng, size=None):
        return 10 ** rng.uniform(low, high, size)

    @mistake("np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.")
    def natural_log_with_ten(low, high, rng, size=None):
        return 10 ** rng.uniform(np.log(low), np.log(high), size)

    @mistake("np.exp does not belong to np.log10: use 10**, or np.log with np.exp.")
    def exp_with_log_ten(low, high, rng, size=None):
        return np.exp(rng.uniform(np.log10(low), np.log10(high), size))

    @mistake("A uniform number is drawn first and its logarithm taken. It is the other way round: draw the exponent.")
    def logarithm_of_uniform(low, high, rng, size=None):
        return np.log10(rng.uniform(low, high, size))

    @mistake("Only whole exponents are drawn, so few different numbers come: draw the exponent with rng.uniform.")
    def whole_exponents(low, high, rng, size=None):
        least = int(np.ceil(np.log10(low)))
        return 10.0 ** rng.integers(least, max(int(np.floor(np.log10(high))), least) + 1, size)

    @mistake("The range is always 1e-6 to 1: use the arguments low and high.")
    def range_hard_coded(low, high, rng, size=None):
        return 10 ** rng.uniform(-6, 0, size)

    @mistake("You draw from NumPy's global state, so the search cannot be repeated. Draw from rng.")
    def global_state(low, high, rng, size=None):
        return 10 ** np.random.uniform(np.log10(low), np.log10(high), size)

    @mistake("NumPy has no np.uniform. Drawing is done by the generator that you are given: rng.uniform.")
    def no_such_function(low, high, rng, size=None):
        return 10 ** np.uniform(np.log10(low), np.log10(high), size)

    @mistake("A generator is made anew at every call, so every call gives the same numbers. Draw from rng.")
    def seeded_inside(low, high, rng, size=None):
        return 10 ** np.random.default_rng(0).uniform(np.log10(low), np.log10(high), size)

    @mistake("One number is drawn and repeated: give size to rng.uniform, so that each is drawn by itself.")
    def one_number_for_all(low, high, rng, size=None):
        return np.full(size or (), 10 ** rng.uniform(np.log10(low), np.log10(high)))

    @mistake("size is not used: one number comes where an array of them is asked for.")
    def size_ignored(low, high, rng, size=None):
        return 10 ** rng.uniform(np.log10(low), np.log10(high))

    @mistake("The numbers are evenly spaced, as in a grid. Draw them at random.")
    def evenly_spaced(low, high, rng, size=None):
        return np.geomspace(low, high, int(np.prod(size or 1))).reshape(size or ())

    @mistake("The numbers come in order. Each is drawn by itself: do not sort them.")
    def sorted_numbers(low, high, rng, size=None):
        return np.sort(10 ** rng.uniform(np.log10(low), np.log10(high), size), axis=None).reshape(size or ())

    @mistake("Half of the numbers follow from the others. Draw each by itself.")
    def in_mirrored_pairs(low, high, rng, size=None):
        shares = np.array(rng.random(size))
        row = shares.reshape(-1)
        half = row.size // 2
        row[half : 2 * half] = 1 - row[:half]
        return low * (high / low) ** shares

    @mistake("Numbers beyond the range are cut off at its ends, so the ends come again and again. Draw within it.")
    def cut_off(low, high, rng, size=None):
        middle, width = np.log10(low * high) / 2, np.log10(high / low)
        return np.clip(10 ** rng.normal(middle, width / 3.4, size), low, high)

    @mistake("The exponent is uniform in its square: it must be uniform itself, without another power or root.")
    def exponent_squared(low, high, rng, size=None):
        return low * (high / low) ** (rng.random(size) ** 2)

    @variant
    def by_ratio(low, high, rng, size=None):
        return low * (high / low) ** rng.random(size)

    @variant
    def by_natural_logarithm(low, high, rng, size=None):
        return np.exp(rng.uniform(np.log(low), np.log(high), size=size))

    @variant
    def from_high_to_low(low, high, rng, size=None):
        return high * np.exp(-np.log(high / low) * rng.uniform(size=size))

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
