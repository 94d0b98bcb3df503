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
        return 10 ** rng.uniform(low, high, count)

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

    @mistake("These are the exponents. The rates are 10 to their power.")
    def exponents(low, high, count, rng):
        return rng.uniform(low, high, count)

    @mistake("You draw the rates themselves, so nine in ten lie in the largest order of magnitude. Draw the exponents.")
    def linear_scale(low, high, count, rng):
        return rng.uniform(10**low, 10**high, count)

    @mistake("The range is lost: the exponents lie between 0 and 1.")
    def range_lost(low, high, count, rng):
        return 10 ** rng.random(count)

    @mistake("The powers are those of e. Powers of ten are meant.")
    def powers_of_e(low, high, count, rng):
        return np.exp(rng.uniform(low, high, count))

    @mistake("There is one exponent for all of them, so the search tries one rate again and again.")
    def one_for_all(low, high, count, rng):
        return np.repeat(10 ** rng.uniform(low, high), count) if count > 1 else np.array(10 ** rng.uniform(low, high))

    @mistake("These exponents are drawn from a bell curve: some lie outside the range, and its ends are rare.")
    def normal_exponents(low, high, count, rng):
        return 10 ** rng.normal((low + high) / 2, (high - low) / 4, count)

    @mistake("The rates are evenly spaced. They are to be drawn at random.")
    def evenly_spaced(low, high, count, rng):
        return np.logspace(low, high, count)

    @variant
    def one_by_one(low, high, count, rng):
        return np.array([10 ** rng.uniform(low, high) for _ in range(count)])

    @variant
    def stretched(low, high, count, rng):
        return np.power(10.0, low + (high - low) * rng.random(count))
