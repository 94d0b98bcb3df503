"""Learning rates sampled by a function that does not exist."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers, properties


class FixRateSampling(Exercise):
    """One set of notes samples learning rates with 10 ** np.uniform(-6, 1)."""

    name, points = "fix_rate_sampling", 1
    done = "You can draw learning rates evenly over orders of magnitude, with exponents from a seeded generator."
    driver = drivers.call_with_rngs
    judge = properties.is_sample_of_powers

    def reference(low, high, count, rng):
        """Learning rates to try, spread evenly over orders of magnitude.

        The exponents are independent, and uniform between `low` and `high`.

        Parameters
        ----------
        low, high : float
            The lowest and the highest exponent of 10.
        count : int
            The number of learning rates to draw.
        rng : numpy.random.Generator
            The only source of randomness, so that a search can be repeated.

        Returns
        -------
        ndarray (count,)
            Learning rates between ``10**low`` and ``10**high``.

        References
        ----------
        Bergstra & Bengio, "Random search for hyper-parameter optimization" (2012).
        """
        exponents = rng.uniform(low, high, count)
        return 10**exponents

    def cases(rng):
        def seed():
            return int(rng.integers(10**6))

        # Ranges and counts are random, so numbers copied from other cases are out of range, or their count is wrong.
        def given(low, high, count):
            return {"low": low, "high": high, "count": count, "seed": seed()}

        yield Case(
            "from about a millionth to ten",
            **given(uniform(rng, -7, -5), uniform(rng, 0.5, 1.5), integer(rng, 1000, 1500)),
        )
        yield Case("a different range", **given(uniform(rng, -5, -4), uniform(rng, -2, -1), integer(rng, 1000, 1500)))
        low = uniform(rng, -5, -1)
        yield Case("a single one", **given(low, round(low + 0.3, 4), 1))

    @mistake(
        "What do you have on hand to draw from? Like the printed code, yours stops at a function that NumPy doesn't "
        "have. Use `rng`."
    )
    def as_printed(low, high, count, rng):
        return 10 ** np.uniform(low, high, count)

    exponents = mistake(
        "Do you return learning rates or exponents? They're the exponents. Raise 10 to them.",
        {"10**exponents": "exponents"},
    )
    linear_scale = mistake(
        "How many of your draws are in the largest order of magnitude? About nine in ten, because the learning rates "
        "themselves are uniform. Draw the exponents.",
        {"uniform(low, high": "uniform(10**low, 10**high", "10**exponents": "exponents"},
    )
    range_lost = mistake(
        "Where do `low` and `high` come in? Your exponents are between 0 and 1.",
        {"uniform(low, high, count)": "random(count)"},
    )
    powers_of_e = mistake(
        "Powers of what number do you want? Yours are powers of e. Use powers of 10.",
        {"10**exponents": "np.exp(exponents)"},
    )
    one_for_all = mistake(
        "How many different learning rates do you try? Just one, again and again. Draw `count` exponents.",
        {"rng.uniform(low, high, count)": "np.repeat(rng.uniform(low, high), count)"},
    )
    normal_exponents = mistake(
        "Is every exponent in the range equally likely? Not on a bell curve, and some can even fall outside the range. "
        "Draw uniform numbers.",
        {"uniform(low, high": "normal((low + high) / 2, (high - low) / 4"},
    )
    evenly_spaced = mistake(
        "Is anything random in your code? Your exponents are evenly spaced. Draw them from `rng`.",
        {"rng.uniform": "np.linspace"},
    )
    whole_exponents = mistake(
        "Are there learning rates between 0.01 and 0.1? Not among yours: all of them are integer powers of ten. Draw "
        "the exponents as real numbers, and don't round them.",
        {"rng.uniform(low, high, count)": "np.round(rng.uniform(low, high, count))"},
    )
    powers_of_two = mistake(
        "Powers of what number do you want? Yours are powers of 2. Use powers of 10.",
        {"10**exponents": "2**exponents"},
    )
    generator_made_inside = mistake(
        "What happens if you're given a different generator? You get the same learning rates. Draw from the `rng` "
        "you're given.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    )
    global_generator = mistake(
        "If you run this again with the same generator, do you get the same learning rates? No: some of your numbers "
        "come from elsewhere, such as np.random. Draw everything from `rng`.",
        {"rng.uniform": "np.random.uniform"},
    )

    one_by_one = variant({"rng.uniform(low, high, count)": "np.array([rng.uniform(low, high) for _ in range(count)])"})
    stretched = variant(
        {
            "rng.uniform(low, high, count)": "low + (high - low) * rng.random(count)",
            "10**exponents": "np.power(10.0, exponents)",
        }
    )
