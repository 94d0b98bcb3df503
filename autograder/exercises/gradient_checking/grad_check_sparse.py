"""Check a few random entries of one gradient, and report what was found."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero, equal_and_distinct_seeds
from gradlab import drivers, oracles, properties

from .losses import examples, logistic, oracle, quadratic


def centered(f, x, h=1e-5):
    """The whole numerical gradient of `f` at `x`."""
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def case(rng, label, f, x, analytic, distinct=3, **settings):
    """A case whose truth lets the judge check any entry."""
    count = min(settings.get("num_checks", 10), x.size)
    equal, distinct = (8, 4) if count == 1 else (3, distinct)
    settings = {"seeds": equal_and_distinct_seeds(rng, equal, distinct), **settings}
    truth = {
        "numeric": centered(f.function, x, settings.get("h", 1e-5)).ravel(),
        "analytic": analytic.ravel(),
        "count": count,
    }
    return Case(label, f=f, x=x, analytic_grad=analytic, truth=truth, **settings)


class GradCheckSparse(Exercise):
    """You can't check a million entries, but you can check ten."""

    name, points = "grad_check_sparse", 3
    done = "You can check a gradient of any size at a handful of random entries, for two evaluations each."
    driver = drivers.sparse_gradient_checks
    judge = properties.checks_sampled_entries

    def reference(f, x, analytic_grad, num_checks=10, h=1e-5, rng=None):
        """Check a random sample of a gradient's entries against centered differences.

        Parameters
        ----------
        f : callable
            ``f(x) -> float``, for an array shaped like `x`.
        x : ndarray (...)
            The point, of any shape.
        analytic_grad : ndarray, same shape
            The gradient to check.
        num_checks : int
            How many different entries to check. If `x` has fewer, check them all.
        h : float
            The step.
        rng : numpy.random.Generator or None
            Draw the entries with it, so that the same seed gives the same entries. If None, make a new one.

        Returns
        -------
        dict of str to ndarray (K,)
            For K = min(num_checks, x.size) entries in any order: ``index``, the position of each in ``x.ravel()``, int;
            ``numeric`` and ``analytic``, the two gradients there; ``error``, the relative error of each pair,
            |numeric - analytic| / max(1e-8, |numeric| + |analytic|).

        Notes
        -----
        You may call `f` twice per checked entry and once more, which is too few for the whole numerical gradient.
        If you change `x` in place, set each entry back before you move the next one.

        References
        ----------
        CS231n has this function without `rng`. It prints these numbers and returns nothing.
        """
        rng = np.random.default_rng() if rng is None else rng
        count = min(num_checks, x.size)
        index = rng.choice(x.size, size=count, replace=False)
        numeric = np.zeros(count)
        for k, i in enumerate(index):
            old = x.flat[i]
            x.flat[i] = old + h
            above = f(x)
            x.flat[i] = old - h
            below = f(x)
            x.flat[i] = old
            numeric[k] = (above - below) / (2 * h)
        analytic = analytic_grad.ravel()[index]
        size = np.abs(numeric) + np.abs(analytic)
        error = np.abs(numeric - analytic) / np.maximum(1e-8, size)
        found = {"index": index, "numeric": numeric, "analytic": analytic, "error": error}
        return found

    def cases(rng):
        f, x = logistic(rng, 24), away_from_zero(rng, 4, 6)
        analytic = centered(f.function, x) * (1 + 1e-7 * away_from_zero(rng, 4, 6))
        # In 50 checks, every entry is sampled at least once.
        yield case(rng, "a correct gradient, ten entries of a matrix", f, x, analytic, distinct=50)
        # With this many checks, drawing an entry twice is certain if entries are drawn with replacement.
        f, x = quadratic(rng, 20), away_from_zero(rng, 5, 4)
        analytic = centered(f.function, x) * rng.uniform(0.3, 0.8, x.shape)
        yield case(rng, "a wrong gradient, four entries", f, x, analytic, num_checks=4, distinct=80)
        f, x, h = logistic(rng, 15), away_from_zero(rng, 15), float(rng.uniform(0.3, 0.6))
        analytic = centered(f.function, x) + 0.05 * away_from_zero(rng, 15)
        yield case(rng, "a large step, one entry", f, x, analytic, num_checks=1, h=h)
        f, x, h = logistic(rng, 18), away_from_zero(rng, 3, 6), float(rng.uniform(0.3, 0.6))
        analytic = centered(f.function, x) + 0.05 * away_from_zero(rng, 3, 6)
        yield case(rng, "a large step, five entries", f, x, analytic, num_checks=5, h=h, distinct=40)
        data = examples(rng, 4, 12)
        data["X"][:, rng.permutation(12)[:8]] = 0.0
        f, x = oracle(oracles.logistic_loss, **data), away_from_zero(rng, 12)
        yield case(rng, "entries that don't matter, zero in both gradients", f, x, centered(f.function, x))
        f, x = logistic(rng, 16), away_from_zero(rng, 4, 4)
        analytic = centered(f.function, x) * rng.uniform(0.3, 0.8, x.shape)
        yield case(rng, "no generator given", f, x, analytic, num_checks=8, seeds=np.full(12, -1))
        f, x = quadratic(rng, 6), away_from_zero(rng, 2, 3)
        analytic = centered(f.function, x) * rng.uniform(0.3, 0.8, x.shape)
        yield case(rng, "more checks than entries", f, x, analytic)

    forward = mistake(
        "Do you step to both sides? With a small step, your numerical gradient is only roughly right, and with a large "
        "one it is off. Use (f(x + h) - f(x - h)) / 2h.",
        {"old - h": "old", "(2 * h)": "h"},
    )
    divided_by_h = mistake(
        "How far apart are your two points? They are 2h apart, and your numerical gradient is twice as large as it "
        "should be. Divide by 2h.",
        {"(2 * h)": "h"},
    )
    wrong_sign = mistake(
        "Which value do you subtract from which? Your numerical gradient has the wrong sign: it should be f(x + h) - "
        "f(x - h), not the other way around.",
        {"above - below": "below - above"},
    )
    not_set_back = mistake(
        "Where is an entry when you move the next one? Your numerical gradient is right when only one entry is "
        "checked, and wrong when there are several. Set each entry back to its old value.",
        {"x.flat[i] = old\nnumeric": "numeric"},
    )
    h_hard_coded = mistake(
        "Do you use `h` everywhere? Your numerical gradient is right with the default of 1e-5 and wrong with a "
        "large step. Step by h to each side, and divide by 2h.",
        {"for k, i in": "h = 1e-5\nfor k, i in"},
    )
    num_checks_hard_coded = mistake(
        "Do you use `num_checks`? You return the wrong number of entries whenever it is not 10, its default.",
        {"min(num_checks,": "min(10,"},
    )
    too_many_asked = mistake(
        "What if x has fewer entries than `num_checks`? Your function stops with an error. Check all the entries then.",
        {"min(num_checks, x.size)": "num_checks"},
    )
    with_replacement = mistake(
        "Can you draw the same entry twice? Yes, which wastes a check. `rng.integers` draws with replacement, and so "
        "does `rng.choice` unless you say `replace=False`.",
        {"replace=False": "replace=True"},
    )
    integers_on_every_axis = mistake(
        "Can you draw the same entry twice? Yes, because you draw each one without looking at the others, and you draw "
        "`num_checks` of them even if x has fewer. Draw all at once, without replacement.",
        {
            "min(num_checks, x.size)": "num_checks",
            "rng.choice(x.size, size=count, replace=False)": "rng.integers(x.size, size=count)",
        },
    )
    integers_on_every_axis_and_zero_by_zero = mistake(
        "Can you draw the same entry twice? Yes, because you draw each one without looking at the others, and you draw "
        "`num_checks` of them even if x has fewer. Draw all at once, without replacement. And what is 0 / 0? NaN, so "
        "divide by at least 1e-8.",
        {
            "min(num_checks, x.size)": "num_checks",
            "rng.choice(x.size, size=count, replace=False)": "rng.integers(x.size, size=count)",
            "np.maximum(1e-8, size)": "size",
        },
    )
    the_first_ones = mistake(
        "Which entries do you check? Always the first ones. Draw them at random, because a bug may be anywhere.",
        {"rng.choice(x.size, size=count, replace=False)": "np.arange(count)"},
    )
    rng_ignored = mistake(
        "Do all your random numbers come from `rng`? Two runs with equal seeds should give the same entries, so that a "
        "check can be repeated. Yours give different ones.",
        {" if rng is None else rng": ""},
    )
    fixed_seed = mistake(
        "Do your entries depend on `rng`? You check the same ones every time. Draw from `rng`; if it is None, "
        "make a new generator without a seed.",
        {"default_rng() if rng is None else rng": "default_rng(0)"},
    )
    fixed_seed_where_none_is_given = mistake(
        "What if `rng` is None? You check the same entries every time then. Make a generator without a seed.",
        {"default_rng()": "default_rng(0)"},
    )
    whole_gradient_first = mistake(
        "How many times do you call f? More than twice per checked entry. Do you compute the whole numerical gradient "
        "first? Evaluate f only for the entries you have drawn.",
        {
            "np.zeros(count)": "np.zeros(x.size)",
            "enumerate(index)": "enumerate(range(x.size))",
            "analytic = analytic_grad": "numeric = numeric[index]\nanalytic = analytic_grad",
        },
    )
    absolute_errors = mistake(
        "Is `error` relative? Yours is the absolute difference. Divide it by |numeric| + |analytic|, or by 1e-8 if "
        "that is larger.",
        {" / np.maximum(1e-8, size)": ""},
    )
    zero_by_zero = mistake(
        "What is 0 / 0? NaN, so an entry that is zero in both gradients has no finite error. Divide by at least 1e-8.",
        {"np.maximum(1e-8, size)": "size"},
    )
    relative_to_one = mistake(
        "What do you divide the difference by? Only the analytic gradient's magnitude. Divide by |numeric| + "
        "|analytic|.",
        {"np.abs(numeric) + ": ""},
    )
    relative_to_the_larger = mistake(
        "What do you divide the difference by? You take the larger of the two magnitudes. That form is also in use, "
        "but here divide by their sum.",
        {"np.abs(numeric) + np.abs(analytic)": "np.maximum(np.abs(numeric), np.abs(analytic))"},
    )
    relative_to_the_mean = mistake(
        "What do you divide the difference by? You take the mean of the two magnitudes, so every error is twice as "
        "large. Divide by their sum.",
        {"np.abs(numeric) + np.abs(analytic)": "(np.abs(numeric) + np.abs(analytic)) / 2"},
    )
    one_error = mistake(
        "How many errors do you return? `error` is a single number. Return one for each entry you check.",
        {'"error": error': '"error": np.max(error)'},
    )
    along_columns = mistake(
        "Does `index` count along the rows, as in `x.ravel()`? When x is a matrix, your analytic numbers don't belong "
        "to their indices; for vectors, they do.",
        {'"index": index': '"index": np.ravel_multi_index(np.unravel_index(index, x.shape), x.shape, order="F")'},
    )
    rows_and_columns = mistake(
        "How many numbers make up one `index`? You return several for each entry, such as row and column. Return one: "
        "its place in `x.ravel()`.",
        {'"index": index': '"index": np.stack(np.unravel_index(index, x.shape), axis=1)'},
    )
    printed = mistake(
        "Does your function return anything? It returns None. The original in CS231n prints its numbers, but in this "
        "exercise, return them in a dict.",
        {"return found": "print(found)"},
    )
    generator_expected = mistake(
        "What if `rng` is None? Your function stops with an error. Make a new generator then.",
        {"rng = np.random.default_rng() if rng is None else rng": ""},
    )
    neighbors = mistake(
        "Do you draw every entry separately? Yours are always neighbors in a row. A bug may be anywhere, so draw each "
        "one at random.",
        {"rng.choice(x.size, size=count, replace=False)": "(rng.integers(x.size) + np.arange(count)) % x.size"},
    )
    only_as_many_as_rows = mistake(
        "What is len(x) for a matrix? The number of its rows. Your function stops with an error if it has to check "
        "more entries than that. Draw from all `x.size` of them.",
        {"rng.choice(x.size,": "rng.choice(len(x),"},
    )
    no_more_than_rows = mistake(
        "How many entries does x have? `x.size`. You check fewer than you should if x is a matrix, as if there were "
        "only len(x), the number of its rows.",
        {"min(num_checks, x.size)": "min(num_checks, len(x))", "rng.choice(x.size,": "rng.choice(len(x),"},
    )
    last_ones_left_out = mistake(
        "Can every entry be drawn? The last ones never are. Draw from all `x.size` of them: the upper end of a range "
        "is already excluded.",
        {"choice(x.size,": "choice(max(count, x.size - 2),"},
    )
    integers_on_every_axis_and_no_h = mistake(
        "Can you draw the same entry twice? Yes, because you draw each one without looking at the others, and you draw "
        "`num_checks` of them even if x has fewer. Draw all at once, without replacement. And do you use `h`? Your "
        "numerical gradient is right only with the default of 1e-5. And what is 0 / 0? Divide by at least 1e-8.",
        {
            "min(num_checks, x.size)": "num_checks",
            "rng.choice(x.size, size=count, replace=False)": "rng.integers(x.size, size=count)",
            "np.maximum(1e-8, size)": "size",
            "for k, i in": "h = 1e-5\nfor k, i in",
        },
    )

    @variant
    def in_the_manner_of_cs231n(f, x, analytic_grad, num_checks=10, h=1e-5, rng=None):
        rng = rng or np.random.default_rng()
        found = {"index": [], "numeric": [], "analytic": [], "error": []}
        for place in rng.permutation(x.size)[:num_checks]:
            ix = np.unravel_index(place, x.shape)
            oldval = x[ix]
            x[ix] = oldval + h
            fxph = f(x)
            x[ix] = oldval - h
            fxmh = f(x)
            x[ix] = oldval
            grad_numerical = (fxph - fxmh) / (2 * h)
            grad_analytic = analytic_grad[ix]
            size = abs(grad_numerical) + abs(grad_analytic)
            found["index"].append(int(place))
            found["numeric"].append(grad_numerical)
            found["analytic"].append(grad_analytic)
            found["error"].append(abs(grad_numerical - grad_analytic) / max(size, 1e-8))
        return {name: np.array(values) for name, values in found.items()}

    sorted_with_a_call_at_x = variant(
        {
            "rng.choice(x.size, size=count, replace=False)": "np.sort(np.argsort(rng.random(x.size))[:count])",
            "old = x.flat[i]\nx.flat[i] = old + h": "x.flat[i] += h",
            "x.flat[i] = old - h": "x.flat[i] -= 2 * h",
            "x.flat[i] = old\nnumeric": "x.flat[i] += h\nnumeric",
            "analytic = analytic_grad.ravel()[index]": "f(x)\nanalytic = analytic_grad.flat[index]",
        }
    )
