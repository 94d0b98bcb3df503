"""How many distinct values of each hyperparameter a set of trials covers."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, sample_until, uniform
from gradlab import drivers


def grid(*axes):
    """All combinations of the axes' values, one per row."""
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def axis(rng, count, low=0.0, high=1.0):
    """An axis of `count` evenly spaced values from a random start."""
    return np.linspace(low, high, count) + uniform(rng, 0, 0.01)


def jittered(rng, points, size):
    """The points in random order, each value changed by at most `size`, as if by rounding."""
    return rng.permutation(points + rng.uniform(-size, size, points.shape))


def nearly_different(rng):
    """A grid whose equal values differ by up to 0.9 of the tolerance, so that rounding to multiples of it splits some.

    Whether they are rounded up, down, or to the nearest multiple, at least one count is wrong.
    """

    def draw():
        tolerance, numbers = uniform(rng, 0.001, 0.01), rng.choice(np.arange(4, 9), size=2, replace=False)
        points = grid(*(axis(rng, number) for number in numbers))
        points += 0.45 * tolerance * rng.choice([-1, 1], points.shape) * rng.uniform(0.9, 1, points.shape)
        return points, tolerance, numbers

    def is_split(drawn):
        points, tolerance, numbers = drawn
        return all(
            any(len(np.unique(column)) != n for column, n in zip(rounded(points / tolerance).T, numbers, strict=True))
            for rounded in (np.floor, np.round, np.ceil)
        )

    points, tolerance, _ = sample_until(draw, is_split)
    return {"samples": points, "tolerance": tolerance}


class GridCoverage(Exercise):
    """Nine trials on a grid test three learning rates. Nine random ones test nine."""

    name, points = "grid_coverage", 2
    done = "You can count how many values a search has really tried; the next cell compares a grid with random points."
    driver = drivers.call

    def reference(samples, tolerance=1e-9):
        """Count how many different values of each hyperparameter a set of trials contains.

        Values that should be equal may differ by rounding, like 0.1 + 0.2 and 0.3. So sort the values of each
        hyperparameter; two neighbors count as different if they are more than `tolerance` apart.

        Parameters
        ----------
        samples : ndarray (N, D)
            One row per trial, one column per hyperparameter.
        tolerance : float

        Returns
        -------
        ndarray (D,) of int
            The number of different values of each hyperparameter; 0 if there are no trials.
        """
        ordered = np.sort(samples, axis=0)
        different = np.diff(ordered, axis=0) > tolerance
        return different.sum(axis=0) + min(len(samples), 1)

    def cases(rng):
        def axes(*numbers):
            return [axis(rng, count) for count in numbers]

        def two():
            """Two different numbers of values."""
            return rng.choice(np.arange(2, 9), size=2, replace=False)

        yield Case("a grid", samples=rng.permutation(grid(*axes(*two()))))
        # The number of layers takes only a few values, so counting trials is not enough.
        trials = integer(rng, 9, 18)
        layers = rng.permutation(1.0 + np.arange(trials) % integer(rng, 2, 5))
        yield Case("random trials", samples=np.column_stack([rng.random((trials, 2)), layers]))
        yield Case("a grid whose values differ by rounding", samples=jittered(rng, grid(*axes(*two())), 1e-13))
        yield Case(
            "three hyperparameters, each with a different number of values",
            samples=rng.permutation(grid(*axes(*rng.permutation(np.arange(2, 7))[:3]))),
        )
        rates = uniform(rng, 1, 2) * 10.0 ** np.arange(-8, integer(rng, -4, 0))
        yield Case(
            "tiny learning rates",
            samples=rng.permutation(grid(rates, axis(rng, integer(rng, 2, 8)))),
            tolerance=1e-12,
        )
        yield Case(
            "a different tolerance",
            samples=jittered(rng, grid(*axes(*two())), 1e-4),
            tolerance=uniform(rng, 0.001, 0.01),
        )
        yield Case("values that differ by nearly the tolerance", **nearly_different(rng))
        yield Case("a single trial", samples=rng.random((1, 3)), weight=0)
        yield Case("no trials at all", samples=np.zeros((0, 2)), weight=0.1)

    along_rows = mistake(
        "Which way does axis=0 go? You get one count per trial. Count in each column, to get one per hyperparameter.",
        {"sort(samples": "sort(samples.T"},
    )

    @mistake(
        "What are you counting, trials or values? You give every hyperparameter the number of trials. "
        "Look at each column by itself, and count its different values."
    )
    def different_points(samples, tolerance=1e-9):
        return np.full(samples.shape[1], len(np.unique(np.round(samples / tolerance), axis=0)))

    all_together = mistake(
        "How many counts should you return? You count the values of all hyperparameters together. "
        "Return one count per column.",
        {"samples, axis=0": "samples, axis=None"},
    )
    exact = mistake(
        "Is 0.1 + 0.2 equal to 0.3? You count them as different values, though only rounding separates them. Compare "
        "neighbors with the tolerance.",
        {"> tolerance": "> 0"},
    )
    fixed_decimals = mistake(
        "What does rounding do to a learning rate of 1e-8? You round to a fixed number of decimals, so tiny values "
        "all become 0. Compare neighbors with the tolerance.",
        {"sort(samples": "sort(np.round(samples, 6)", "> tolerance": "> 0"},
    )
    tolerance_hard_coded = mistake(
        "Where does your tolerance come from? It is always 1e-9. Use the argument tolerance.",
        {"> tolerance": "> 1e-9"},
    )
    rounded_to_the_tolerance = mistake(
        "Can rounding separate two values that are close? You round to multiples of the tolerance, and close values "
        "may round to different ones. Sort, and compare neighbors.",
        {"sort(samples": "sort(np.round(samples / tolerance)", "> tolerance": "> 0"},
    )
    relative_tolerance = mistake(
        "Is the tolerance a distance or a factor? You multiply it by the size of the values. "
        "Compare the distance between neighbors with the tolerance itself.",
        {"> tolerance": "> tolerance * np.abs(ordered[1:])"},
    )
    counts_steps = mistake(
        "How many posts does a fence with three gaps have? You count the steps between values. "
        "There is one more value than there are steps.",
        {" + min(len(samples), 1)": ""},
    )
    one_of_nothing = mistake(
        "What if there are no trials? You count one value, but there is none. Return 0 there.",
        {"min(len(samples), 1)": "1"},
    )
    not_sorted = mistake(
        "Are equal values always neighbors? You compare the trials in the order they come in, so a value that "
        "comes up again later is counted again. Sort each column first.",
        {"np.sort(samples, axis=0)": "samples", "np.diff(ordered, axis=0)": "np.abs(np.diff(ordered, axis=0))"},
    )

    @mistake(
        "Is every set of trials an even grid? You take a root of the number of trials. Count the values that are there."
    )
    def root_of_the_number(samples, tolerance=1e-9):
        count, axes = samples.shape
        return np.full(axes, round(count ** (1 / axes)))

    shares = mistake(
        "Is it a count or a fraction? You divide by the number of trials. Return the counts themselves.",
        {"different.sum": "(different.sum", ", 1)": ", 1)) / max(len(samples), 1)"},
    )
    relative_by_isclose = mistake(
        "What tolerance does `np.isclose` use? Its own, partly relative to the values. Compare the difference of two "
        "neighbors with `tolerance`.",
        {"np.diff(ordered, axis=0) > tolerance": "~np.isclose(ordered[1:], ordered[:-1])"},
    )
    real_numbers = mistake(
        "Can there be 2.5 different values? Counts are whole numbers, but yours are floats. Return integers.",
        {"min(len(samples), 1)": "min(len(samples), 1.0)"},
    )

    steps_up_only = mistake(
        "Are equal values always neighbors? You don't sort, and count only the steps up from one trial to the next. "
        "Sort each column first.",
        {"np.sort(samples, axis=0)": "samples"},
    )
    whole_rows_sorted = mistake(
        "Is every column in order? You sort whole trials by their first hyperparameter, so only that column is. Sort "
        "each column by itself: np.sort(samples, axis=0).",
        {"np.sort(samples, axis=0)": "samples[np.argsort(samples[:, 0])]"},
    )

    by_splitting_off_the_first = variant(
        {
            "np.diff(ordered, axis=0)": "ordered[1:] - ordered[:-1]",
            "min(len(samples), 1)": "int(samples.shape[0] > 0)",
        }
    )

    @variant
    def in_a_loop(samples, tolerance=1e-9):
        counts = []
        for column in samples.T:
            seen = []
            for value in sorted(column.tolist()):
                if not seen or value - seen[-1] > tolerance:
                    seen.append(value)
            counts.append(len(seen))
        return np.array(counts, dtype=int)

    @variant
    def in_place(samples, tolerance=1e-9):
        samples.sort(axis=0)
        new = np.ones(samples.shape, dtype=bool)
        new[1:] = samples[1:] - samples[:-1] > tolerance
        return np.count_nonzero(new, axis=0)
