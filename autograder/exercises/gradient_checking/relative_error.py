"""How far apart two gradients are, relative to their size."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero
from gradlab import drivers


def nearby(rng, x, low=1e-5, high=1e-2):
    """Numbers that differ from `x` by a fraction between `low` and `high`, a different one for each entry."""
    return x * (1 + rng.choice([-1.0, 1.0], x.shape) * 10 ** rng.uniform(np.log10(low), np.log10(high), x.shape))


def led(x, y, sign, larger):
    """Let the entry with the largest relative error have this sign and, in `larger` ("x" or "y"), the larger magnitude.

    In some cases, x - y is positive there, and in others negative, so that a forgotten ``np.abs`` always shows.
    """
    lead = np.unravel_index(np.argmax(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))), x.shape)
    small, large = sorted(np.abs([x[lead], y[lead]]))
    x[lead], y[lead] = (sign * large, sign * small) if larger == "x" else (sign * small, sign * large)
    return {"x": x, "y": y}


class RelativeError(Exercise):
    """One number for comparing gradients, independent of their size and safe with zeros."""

    name, points = "relative_error", 2
    done = "You can compare gradients of any size with a single number, and zeros don't break it."
    driver = drivers.for_each_instance

    def reference(x, y, form="sum"):
        """The largest relative error over all entries of two arrays.

            "sum":  max |x - y| / max(1e-8, |x| + |y|)
            "max":  max |x - y| / max(1e-8, |x|, |y|)

        Divide entry by entry, then take the largest of the quotients. Because you divide by at least 1e-8, the error
        is 0 where both entries are zero.

        Parameters
        ----------
        x, y : ndarray (...), same shape
            Two gradients, or two plain numbers.
        form : str
            "sum" or "max": what each difference is divided by.

        Returns
        -------
        float
            From 0 to 1 for "sum", and from 0 to 2 for "max".

        References
        ----------
        CS231n uses the "sum" form and calls it rel_error.
        """
        if form == "sum":
            size = np.abs(x) + np.abs(y)
        else:
            size = np.maximum(np.abs(x), np.abs(y))
        errors = np.abs(x - y) / np.maximum(1e-8, size)
        return float(np.max(errors))

    def cases(rng):
        x = away_from_zero(rng, 1, 6)
        yield Case("gradients that nearly agree", instances=1, **led(x, nearby(rng, x), -1, "x"))
        x = away_from_zero(rng, 1, 3, 4)
        matrices = led(x, nearby(rng, x), -1, "y")
        yield Case('matrices, with form="max"', instances=1, **matrices, form="max")
        x = 10.0 ** rng.permutation([-6.0, -4.0, -2.0, 0.0, 2.0]) * away_from_zero(rng, 1, 5)
        y = nearby(rng, x, 1e-6, 1e-5)
        y[0, np.abs(x).argmin()] *= rng.uniform(1.05, 1.2)
        yield Case("a tiny wrong entry among large correct ones", instances=1, **led(x, y, 1, "y"))
        x, y = away_from_zero(rng, 2, 1, 6)
        x[0, :3], y[0, :3] = 0.0, 0.0
        y[0, 3:] = nearby(rng, x[0, 3:])
        yield Case("entries that are zero in both", instances=1, **led(x, y, -1, "y"), form="max")
        # In this case and the next one, the first error is exactly 1. The second is not, so that returning 1.0 fails.
        x = away_from_zero(rng, 2, 4)
        y = nearby(rng, x)
        x[0, rng.integers(4)] = 0.0
        yield Case("an entry that is zero in only one, then no such entry", instances=2, x=x, y=y)
        x = away_from_zero(rng, 2, 4)
        y = nearby(rng, x)
        y[0, rng.integers(4)] *= -rng.uniform(0.2, 0.8)
        yield Case("an entry of the opposite sign, then no such entry", instances=2, x=x, y=y)
        x = 1e-9 * away_from_zero(rng, 1, 4)
        yield Case("only entries below 1e-8", instances=1, **led(x, x * rng.uniform(1.2, 3.0, (1, 4)), -1, "y"))
        x = -abs(away_from_zero(rng, 1))
        yield Case("two numbers", instances=1, x=x, y=-x * rng.uniform(0.3, 0.8), form="max")
        x = away_from_zero(rng, 1, 5).astype(np.float32)
        y = (x * rng.uniform(1.01, 1.1, (1, 5))).astype(np.float32)
        yield Case("float32", instances=1, **led(x, y, 1, "y"), form="sum")

    absolute = mistake(
        "Is 1e-3 a large error? That depends on the size of the gradients. You return the absolute error; divide it by "
        "their size.",
        {" / np.maximum(1e-8, size)": ""},
    )
    relative_to_x = mistake(
        "What if x is zero and y is not? You divide only by |x|, so the error explodes. Both x and y belong in the "
        "denominator.",
        {"1e-8, size": "1e-8, np.abs(x)"},
    )
    relative_to_y = mistake(
        "What if x and y change places? Your result changes, because you divide only by |y|. Both x and y belong "
        "in the denominator.",
        {"1e-8, size": "1e-8, np.abs(y)"},
    )
    no_floor = mistake(
        "What is 0 / 0? NaN, although two zeros agree perfectly. Divide by at least 1e-8.",
        {"np.maximum(1e-8, size)": "size"},
    )
    floor_added = mistake(
        "Do you add a small number to the denominator? It should be a floor: take the larger of 1e-8 and the size.",
        {"np.maximum(1e-8, size)": "(size + 1e-8)"},
    )
    maxima_first = mistake(
        "Do you divide entry by entry? You divide the largest difference by the largest size, so a wrong entry that is "
        "small gets lost. Divide first, then take the maximum.",
        {"np.abs(x - y)": "np.max(np.abs(x - y))", "1e-8, size": "1e-8, np.max(size)"},
    )
    by_norms = mistake(
        "Do you divide entry by entry? You divide the norm of the difference by the norms of x and y, so a wrong entry "
        "that is small gets lost. Divide first, then take the maximum.",
        {
            "np.abs(x) + np.abs(y)": "np.linalg.norm(x) + np.linalg.norm(y)",
            "np.abs(x), np.abs(y)": "np.linalg.norm(x), np.linalg.norm(y)",
            "np.abs(x - y)": "np.linalg.norm(x - y)",
        },
    )
    mean_for_max = mistake(
        "Would one wrong entry in a thousand show? Not in a mean, which is what you return. Take the largest error.",
        {"np.max(": "np.mean("},
    )
    sum_for_max = mistake(
        "How do you get from many errors to one? You add them up, so large arrays look worse than small ones. Take the "
        "largest error.",
        {"np.max(": "np.sum("},
    )
    signed_difference = mistake(
        "What if x is less than y? Then your difference is negative and counts as no error at all. Take its absolute "
        "value.",
        {"np.abs(x - y)": "(x - y)"},
    )
    signed_difference_of_magnitudes = mistake(
        "How far apart are 1 and -1? Two, but you subtract their magnitudes and get zero. Subtract first, then take "
        "the absolute value.",
        {"np.abs(x - y)": "np.abs(np.abs(x) - np.abs(y))"},
    )
    magnitude_of_the_sum = mistake(
        "What is the denominator for 1 and -1? You add first, so opposite signs cancel. Take the magnitudes first, "
        "then add.",
        {"np.abs(x) + np.abs(y)": "np.abs(x + y)"},
    )
    signed_maximum = mistake(
        "Which of -3 and 1 is larger in magnitude? In some entries you divide by the smaller magnitude, as happens if "
        "you take the maximum before the magnitudes. Take the magnitudes first, then the larger one.",
        {"np.maximum(np.abs(x), np.abs(y))": "np.abs(np.maximum(x, y))"},
    )
    form_ignored = mistake(
        'Do you use `form`? You always divide by the sum of the magnitudes. With "max", divide by the larger of the '
        "two.",
        {'form == "sum"': "True"},
    )
    always_max = mistake(
        'Do you use `form`? You always divide by the larger of the two magnitudes. With "sum", divide by their sum.',
        {'form == "sum"': "False"},
    )
    at_least_one = mistake(
        "How small may the denominator be? Yours is never below 1, so all errors of small gradients look tiny. Divide "
        "by at least 1e-8 instead.",
        {"1e-8, size": "1.0, size"},
    )
    always_max_and_at_least_one = mistake(
        'Do you use `form`? With "sum", you don\'t divide by the sum of the magnitudes. And how small may the '
        "denominator be? Yours is never below 1, so all errors of small gradients look tiny. Divide by at least 1e-8.",
        {'form == "sum"': "False", "1e-8, size": "1.0, size"},
    )
    max_by_default = mistake(
        "What if no `form` is given? You divide by the larger of the two magnitudes. The default is their sum.",
        {'form="sum"': 'form="max"'},
    )
    relative_to_the_mean = mistake(
        'Do you divide by the sum of the magnitudes or by their mean? With "sum", your error is twice as large as it '
        "should be, as with the mean.",
        {"np.abs(x) + np.abs(y)": "(np.abs(x) + np.abs(y)) / 2"},
    )
    squared = mistake(
        "Is your difference squared? That turns a difference of 1e-3 into 1e-6. Take the absolute value instead.",
        {"np.abs(x - y)": "(x - y) ** 2"},
    )
    entry_by_entry = mistake(
        "How many numbers should you return? You return the error of every entry. Return the largest one.",
        {"float(np.max(errors))": "errors"},
    )
    another_floor = mistake(
        "What is the smallest number you divide by? Yours is below 1e-8, which makes tiny differences look large.",
        {"1e-8": "1e-12"},
    )

    forms_exchanged = mistake(
        'Which form divides by the sum? "sum", which is also the default. You have the two forms swapped.',
        {'form == "sum"': 'form != "sum"'},
    )
    larger_number = mistake(
        'Which is larger in magnitude, -3 or -1? In the "max" form, you take -1, because you compare the numbers with '
        "their signs. Take both absolute values first.",
        {"np.maximum(np.abs(x), np.abs(y))": "np.maximum(x, y)"},
    )
    axis_for_an_array = mistake(
        "What is the second argument of np.max? An axis, so np.max(a, b) stops with an error. np.maximum(a, b) takes "
        "the larger entry of each pair.",
        {"np.maximum(np.abs(x), np.abs(y))": "np.max(np.abs(x), np.abs(y))"},
    )

    @mistake(
        "Do you divide entry by entry? You divide the norm of the difference by the sum of both norms, whatever `form` "
        "is, so a wrong entry that is small gets lost. Divide first, then take the largest."
    )
    def by_norms_in_either_form(x, y, form="sum"):
        return float(np.linalg.norm(x - y) / (np.linalg.norm(x) + np.linalg.norm(y)))

    @mistake(
        "Do you divide entry by entry? You divide the norm of the difference by the norm of one of the arrays, so a "
        "wrong entry that is small gets lost. Divide entry by entry, by the size that `form` asks for."
    )
    def by_the_norm_of_x(x, y, form="sum"):
        return float(np.linalg.norm(x - y) / np.linalg.norm(x))

    @mistake(
        "Do you divide entry by entry? You divide every difference by the same number, the largest |x|, so a wrong "
        "entry that is small gets lost, and `form` makes no difference. Divide entry by entry, by the size that `form` "
        "asks for."
    )
    def by_the_largest_x(x, y, form="sum"):
        return float(np.max(np.abs(x - y)) / np.max(np.abs(x)))

    @mistake(
        "Where do your parentheses close? Your denominator is the norm of x + ‖y‖, not ‖x‖ + ‖y‖. And even that would "
        "lose a wrong entry that is small. Divide entry by entry, by the size that `form` asks for, then take the "
        "largest."
    )
    def by_the_norm_of_x_plus_a_norm(x, y, form="sum"):
        return float(np.linalg.norm(x - y) / np.linalg.norm(x + np.linalg.norm(y)))

    less_added = mistake(
        "Is there a sum where a floor should be? You add a tiny number to the denominator. Take the larger of 1e-8 and "
        "the size.",
        {"np.maximum(1e-8, size)": "(size + 1e-12)"},
    )
    larger_floor = mistake(
        "What is the smallest number you divide by? Yours is far above 1e-8, so the errors of small entries come out "
        "too small.",
        {"1e-8": "1e-5"},
    )
    maxima_first_with_another_floor = mistake(
        "Do you divide entry by entry? You divide the largest difference by the largest size, so a wrong entry that is "
        "small gets lost. Divide first, by at least 1e-8, then take the maximum.",
        {"np.abs(x - y)": "np.max(np.abs(x - y))", "1e-8, size": "1e-12, np.max(size)"},
    )
    product = mistake(
        "What do you divide by? The product of the two magnitudes, so your error depends on the scale. Divide by their "
        'sum, or by the larger one if form is "max".',
        {'form == "sum"': "True", "np.abs(x) + np.abs(y)": "np.abs(x) * np.abs(y)"},
    )
    product_with_another_floor = mistake(
        "What do you divide by? The product of the two magnitudes, so your error depends on the scale. Divide by their "
        'sum, or by the larger one if form is "max", and by at least 1e-8.',
        {'form == "sum"': "True", "np.abs(x) + np.abs(y)": "np.abs(x) * np.abs(y)", "1e-8": "1e-10"},
    )

    @mistake(
        "Do you divide entry by entry? You divide the norm of the difference by one norm, whatever `form` is, so a "
        "wrong entry that is small gets lost. Divide first, then take the largest."
    )
    def by_the_larger_norm(x, y, form="sum"):
        return float(np.linalg.norm(x - y) / max(np.linalg.norm(x), np.linalg.norm(y)))

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
