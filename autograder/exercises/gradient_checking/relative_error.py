"""How far apart two gradients are, relative to their size."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero
from gradlab import drivers


def nearby(rng, x, low=1e-5, high=1e-2):
    """Numbers that differ from `x` by a fraction between `low` and `high`, a different one for each entry."""
    return x * (1 + rng.choice([-1.0, 1.0], x.shape) * 10 ** rng.uniform(np.log10(low), np.log10(high), x.shape))


class RelativeError(Exercise):
    """One number for comparing gradients, independent of their size and safe with zeros."""

    name, points = "relative_error", 2
    driver = drivers.call

    def reference(x, y, form="sum"):
        """The largest relative error over all entries of two arrays.

            "sum":  max |x - y| / max(1e-8, |x| + |y|)
            "max":  max |x - y| / max(1e-8, |x|, |y|)

        The quotient is taken entry by entry, and the largest of the quotients is the result. The 1e-8 below the line
        makes it 0 where both are zero.

        Parameters
        ----------
        x, y : ndarray (...), same shape
            Two gradients; also two plain numbers.
        form : str
            "sum" or "max", what each difference is divided by.

        Returns
        -------
        float
            In the form "sum" from 0 to 1, in the form "max" from 0 to 2.

        References
        ----------
        The form "sum" is that of the course CS231n, which calls it rel_error.
        """
        if form == "sum":
            size = np.abs(x) + np.abs(y)
        else:
            size = np.maximum(np.abs(x), np.abs(y))
        errors = np.abs(x - y) / np.maximum(1e-8, size)
        return float(np.max(errors))

    def cases(rng):
        x = away_from_zero(rng, 6)
        yield Case("gradients that nearly agree", x=x, y=nearby(rng, x))
        x = away_from_zero(rng, 3, 4)
        yield Case("matrices, the larger form of the denominator", x=x, y=nearby(rng, x), form="max")
        x = 10.0 ** rng.permutation([-6.0, -4.0, -2.0, 0.0, 2.0]) * away_from_zero(rng, 5)
        y = nearby(rng, x, 1e-6, 1e-5)
        y[np.abs(x).argmin()] *= rng.uniform(1.05, 1.2)
        yield Case("a tiny entry that is wrong beside large ones that are right", x=x, y=y)
        x, y = away_from_zero(rng, 2, 6)
        x[:3], y[:3] = 0.0, 0.0
        y[3:] = nearby(rng, x[3:])
        yield Case("entries that are zero in both", x=x, y=y)
        x = away_from_zero(rng, 4)
        y = nearby(rng, x)
        x[rng.integers(4)] = 0.0
        # In this case and the next one the answer is 1, so these cases have a lower weight.
        yield Case("an entry that is zero in one of them", x=x, y=y, weight=0.5)
        x = away_from_zero(rng, 4)
        y = nearby(rng, x)
        y[rng.integers(4)] *= -rng.uniform(0.2, 0.8)
        yield Case("an entry of the other sign", x=x, y=y, weight=0.5)
        x = 1e-9 * away_from_zero(rng, 4)
        yield Case("nothing but entries below 1e-8", x=x, y=x * rng.uniform(1.2, 3.0, 4))
        x = float(away_from_zero(rng))
        yield Case("two numbers", x=x, y=x * float(rng.uniform(1.01, 1.1)))
        x = away_from_zero(rng, 5).astype(np.float32)
        yield Case("float32", x=x, y=(x * rng.uniform(1.01, 1.1, 5)).astype(np.float32))

    absolute = mistake(
        "This is the absolute error, which says nothing without the size of the gradients. Divide by it.",
        {" / np.maximum(1e-8, size)": ""},
    )
    relative_to_x = mistake(
        "Only x stands below the line. Where x is zero and y is not, that explodes: use both.",
        {"1e-8, size": "1e-8, np.abs(x)"},
    )
    relative_to_y = mistake(
        "Only y stands below the line, so the result changes when x and y change places. Use both.",
        {"1e-8, size": "1e-8, np.abs(y)"},
    )
    no_floor = mistake(
        "Zero by zero gives NaN. Where both are zero they agree: divide by at least 1e-8.",
        {"np.maximum(1e-8, size)": "size"},
    )
    floor_added = mistake(
        "1e-8 is added below the line. It is a floor: take the larger of 1e-8 and the size.",
        {"np.maximum(1e-8, size)": "(size + 1e-8)"},
    )
    maxima_first = mistake(
        "You divide the largest difference by the largest size, so a small wrong entry hides. Divide each entry.",
        {"np.abs(x - y)": "np.max(np.abs(x - y))", "1e-8, size": "1e-8, np.max(size)"},
    )
    by_norms = mistake(
        "You divide the length of the difference by the lengths of x and y. One wrong entry drowns in that.",
        {
            "np.abs(x) + np.abs(y)": "np.linalg.norm(x) + np.linalg.norm(y)",
            "np.abs(x), np.abs(y)": "np.linalg.norm(x), np.linalg.norm(y)",
            "np.abs(x - y)": "np.linalg.norm(x - y)",
        },
    )
    mean_for_max = mistake(
        "This is the mean over all entries. One wrong entry among many right ones must show: take the largest.",
        {"np.max(": "np.mean("},
    )
    signed_difference = mistake(
        "The difference has lost its absolute value, so an x below y counts as no error at all.",
        {"np.abs(x - y)": "(x - y)"},
    )
    magnitude_of_the_sum = mistake(
        "You take the magnitude of the sum. It must be the sum of the magnitudes: opposite signs would cancel.",
        {"np.abs(x) + np.abs(y)": "np.abs(x + y)"},
    )
    form_ignored = mistake(
        'The form is ignored: with "max" the larger of the two magnitudes stands below the line, not their sum.',
        {'form == "sum"': "True"},
    )
    max_by_default = mistake(
        "Without a form given you divide by the larger of the two. The default is their sum.",
        {'form="sum"': 'form="max"'},
    )
    relative_to_the_mean = mistake(
        "You divide by the mean of the two magnitudes, so the error is twice as large. Divide by their sum.",
        {"np.abs(x) + np.abs(y)": "(np.abs(x) + np.abs(y)) / 2"},
    )
    squared = mistake(
        "The difference is squared, so an error of 1e-3 looks like one of 1e-6. Take its absolute value.",
        {"np.abs(x - y)": "(x - y) ** 2"},
    )
    entry_by_entry = mistake(
        "You return the error of every entry. One number is asked, the largest.", {"float(np.max(errors))": "errors"}
    )
    another_floor = mistake("The floor below the line is 1e-8 and not another number.", {"1e-8": "1e-12"})

    @variant
    def in_a_loop(x, y, form="sum"):
        worst = 0.0
        for a, b in zip(np.ravel(x).tolist(), np.ravel(y).tolist(), strict=True):
            size = abs(a) + abs(b) if form == "sum" else max(abs(a), abs(b))
            worst = max(worst, abs(a - b) / max(1e-8, size))
        return worst

    by_where = variant(
        {
            "np.abs(x - y) / np.maximum(1e-8, size)": "np.where("
            "size > 1e-8, np.abs(x - y) / np.where(size > 1e-8, size, 1), 1e8 * np.abs(x - y))"
        }
    )
    by_stacking = variant(
        {
            "np.abs(x) + np.abs(y)": "np.abs(np.stack([x, y])).sum(axis=0)",
            "np.maximum(np.abs(x), np.abs(y))": "np.abs(np.stack([x, y])).max(axis=0)",
            "np.maximum(1e-8, size)": "np.clip(size, 1e-8, None)",
        }
    )
