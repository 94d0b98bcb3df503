"""Learning rates sampled by a function that does not exist."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixRateSampling(Exercise):
    """One set of notes samples learning rates with 10 ** np.uniform(-6, 1)."""

    name, points = "fix_rate_sampling", 1
    driver = drivers.call_with_rngs

    def reference(low, high, count, rng):
        """Learning rates to try, spread evenly over orders of magnitude.

        The exponents are uniform numbers between `low` and `high`: those that `rng` gives if it is asked once for
        `count` of them.

        Parameters
        ----------
        low, high : float
            The least and the largest power of ten.
        count : int
            How many rates to draw.
        rng : numpy.random.Generator
            What to draw from, and nothing else, so that a search can be repeated.

        Returns
        -------
        ndarray (count,)
            Between 10 to the power `low` and 10 to the power `high`.

        References
        ----------
        Bergstra & Bengio, "Random search for hyper-parameter optimization" (2012).
        """
        exponents = rng.uniform(low, high, count)
        return 10**exponents

    def cases(rng):
        def seed():
            return int(rng.integers(10**6))

        yield Case("from a millionth to ten", low=-6.0, high=1.0, count=8, seed=seed())
        yield Case("another range", low=uniform(rng, -5, -4), high=uniform(rng, -2, -1), count=5, seed=seed())
        yield Case("a single one", low=uniform(rng, -5, -4), high=uniform(rng, -3, -1), count=1, seed=seed())

    @mistake(
        "This stops where the printed code stops: NumPy itself has no function of that name. What do you have at hand "
        "to draw from?"
    )
    def as_printed(low, high, count, rng):
        return 10 ** np.uniform(low, high, count)

    exponents = mistake("These are the exponents. The rates are 10 to their power.", {"10**exponents": "exponents"})
    linear_scale = mistake(
        "You draw the rates themselves, so nine in ten lie in the largest order of magnitude. Draw the exponents.",
        {"uniform(low, high": "uniform(10**low, 10**high", "10**exponents": "exponents"},
    )
    range_lost = mistake(
        "The range is lost: the exponents lie between 0 and 1.", {"uniform(low, high, count)": "random(count)"}
    )
    powers_of_e = mistake("The powers are those of e. Powers of ten are meant.", {"10**exponents": "np.exp(exponents)"})
    one_for_all = mistake(
        "There is one exponent for all of them, so the search tries one rate again and again.",
        {"rng.uniform(low, high, count)": "np.repeat(rng.uniform(low, high), count)"},
    )
    normal_exponents = mistake(
        "These exponents are drawn from a bell curve: some lie outside the range, and its ends are rare.",
        {"uniform(low, high": "normal((low + high) / 2, (high - low) / 4"},
    )
    evenly_spaced = mistake(
        "The rates are evenly spaced. They are to be drawn at random.", {"rng.uniform": "np.linspace"}
    )

    one_by_one = variant({"rng.uniform(low, high, count)": "np.array([rng.uniform(low, high) for _ in range(count)])"})
    stretched = variant(
        {
            "rng.uniform(low, high, count)": "low + (high - low) * rng.random(count)",
            "10**exponents": "np.power(10.0, exponents)",
        }
    )
