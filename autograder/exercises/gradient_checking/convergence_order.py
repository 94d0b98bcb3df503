"""How fast an error falls as the step shrinks: the slope in a log-log plot."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def falling(rng, steps, order, noise=0.1):
    """The errors of a formula of this order, each changed by a fraction of up to `noise`."""
    return 10 ** rng.uniform(-3, 3) * steps**order * (1 + noise * rng.uniform(-1, 1, len(steps)))


class ConvergenceOrder(Exercise):
    """Forward or centered? The slope gives it away."""

    name, points = "convergence_order", 2
    done = "You can tell from measured errors which formula someone used: slope 1 is forward, slope 2 centered."
    driver = drivers.call

    def reference(steps, errors):
        """The order p of a formula whose error is about C hᵖ: the slope of log error against log h.

        Fit a straight line to all points (log h, log error) by least squares, and return its slope. An error of exactly
        zero has no logarithm, so leave such points out.

        Parameters
        ----------
        steps : ndarray (T,)
            Steps h > 0, all different, in any order.
        errors : ndarray (T,)
            The error at each step, 0 or more; at least two are above 0.

        Returns
        -------
        float
            About 1 for the forward difference and about 2 for the centered one.
        """
        some = errors > 0
        x, y = np.log(steps[some]), np.log(errors[some])
        slope, _ = np.polyfit(x, y, 1)
        return float(slope)

    def cases(rng):
        steps = np.logspace(-4, -1, 7)
        for label, order in (("a formula of first order", 1), ("a formula of second order", 2)):
            yield Case(label, steps=steps, errors=falling(rng, steps, order))
        steps = 10 ** np.cumsum(rng.uniform(0.1, 0.8, 8)) / 1e5
        yield Case("uneven steps, a fractional order", steps=steps, errors=falling(rng, steps, 1.5, 0.4))
        steps = rng.permutation(np.geomspace(1e-3, 0.5, 9))
        yield Case("steps in any order", steps=steps, errors=falling(rng, steps, float(rng.uniform(2.5, 4)), 0.4))
        steps = np.logspace(-5, -1, 9)
        errors = falling(rng, steps, float(rng.uniform(1, 2)), 0.3)
        errors[rng.choice(9, 3, replace=False)] = 0.0
        yield Case("some errors are exactly zero", steps=steps, errors=errors)
        steps = np.array([1e-3, 1e-1])
        yield Case(
            "two points, with an error that grows as the step shrinks", steps=steps, errors=falling(rng, steps, -1)
        )

    without_logarithms = mistake(
        "Did you take logarithms? This is the slope of the errors themselves against the steps. Take the logarithm of "
        "both.",
        {"np.log(steps[some])": "steps[some]", "np.log(errors[some])": "errors[some]"},
    )
    logarithm_of_steps_only = mistake(
        "Which of the two did you take the logarithm of? Only the steps. Take the logarithm of the errors, too.",
        {"np.log(errors[some])": "errors[some]"},
    )
    logarithm_of_errors_only = mistake(
        "Which of the two did you take the logarithm of? Only the errors. Take the logarithm of the steps, too.",
        {"np.log(steps[some])": "steps[some]"},
    )
    axes_exchanged = mistake(
        "Which one depends on the other? The error depends on the step, so log h goes on the x-axis and log error on "
        "the y-axis. You have them swapped.",
        {"(x, y, 1)": "(y, x, 1)"},
    )
    different_bases = mistake(
        "Do both logarithms have the same base? Your slope is off by the constant factor between `np.log` and "
        "`np.log10`.",
        {"np.log(errors": "np.log10(errors"},
    )
    first_and_last_point = mistake(
        "Which points determine your slope? Only the first and the last. Fit one line to all of them.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = (y[-1] - y[0]) / (x[-1] - x[0])"},
    )
    mean_of_slopes = mistake(
        "How do you turn many points into one slope? You average the slopes between neighbors. Fit one line to all "
        "the points instead.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.mean(np.diff(y) / np.diff(x))"},
    )
    mean_of_quotients = mistake(
        "What happened to the constant C? You average log error / log h, which is p only if C is 1. Fit a line with "
        "a constant term.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.mean(y / x)"},
    )
    through_the_origin = mistake(
        "Does your line have a constant term? It is forced through the origin of the log-log plot. Let it have one: "
        "log error = log C + p log h.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = (x @ y) / (x @ x)"},
    )
    # This gives NaN, as np.polyfit mostly does, but without an error message from LAPACK.
    zeros_kept = mistake(
        "What is the logarithm of zero? Minus infinity, which makes the slope of the logarithms NaN. You keep points "
        "whose error is zero: leave them out.",
        {
            "errors > 0": "errors >= 0",
            "slope, _ = np.polyfit(x, y, 1)": "slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)",
        },
    )
    zeros_replaced = mistake(
        "What do you do with an error of zero? Replacing it with 1e-16 drags the line far down. Leave such points out.",
        {"errors > 0": "errors >= 0", "np.log(errors[some])": "np.log(np.maximum(errors, 1e-16))"},
    )
    zeros_counted_as_one = mistake(
        "What do you do with an error of zero? You set its logarithm to 0, as if the error were 1. Leave such points "
        "out.",
        {"errors > 0": "errors >= 0", "np.log(errors[some])": "np.log(np.where(errors > 0, errors, 1.0))"},
    )
    constant_term = mistake(
        "Which coefficient do you return? This is the constant term of the line; the order is its slope. `np.polyfit` "
        "puts the highest power first.",
        {"slope, _ =": "_, slope ="},
    )
    sign_turned = mistake(
        "Should the order be positive when the error falls as h shrinks? Yes. Your slope has the opposite sign.",
        {"return ": "return -"},
    )
    sign_lost = mistake(
        "What if the error grows as h shrinks? Then the slope is negative; yours is positive. Drop the absolute value.",
        {"float(slope)": "float(abs(slope))"},
    )
    rounded = mistake(
        "Must the order be a whole number? You round the slope. Return it as it is.",
        {"float(slope)": "float(round(slope))"},
    )

    median_of_slopes = mistake(
        "How do you turn many points into one slope? You take the median of the slopes between neighbors. Fit one line "
        "to all the points instead.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.median(np.diff(y) / np.diff(x))"},
    )
    halved_steps_assumed = mistake(
        "Is each step half of the one before? Your formula is right only then, because it never looks at the steps. "
        "Fit a line to log error against log h.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.mean((y[:-1] - y[1:]) / np.log(2))"},
    )
    other_different_bases = mistake(
        "Do both logarithms have the same base? Your slope is too large by the factor between `np.log10` and `np.log`.",
        {"np.log(steps": "np.log10(steps"},
    )
    whole_line = mistake(
        "How many numbers should you return? You return the whole line that np.polyfit found. The order is its first "
        "number, the slope.",
        {"return float(slope)": "return np.polyfit(x, y, 1)"},
    )
    last_two_points = mistake(
        "Which points determine your slope? Only the last two. Fit one line to all of them, and leave out points whose "
        "error is zero.",
        {"errors > 0": "errors >= 0", "slope, _ = np.polyfit(x, y, 1)": "slope = (y[-2] - y[-1]) / (x[-2] - x[-1])"},
    )
    first_two_points = mistake(
        "Which points determine your slope? Only the first two. Fit one line to all of them, and leave out points "
        "whose error is zero.",
        {"errors > 0": "errors >= 0", "slope, _ = np.polyfit(x, y, 1)": "slope = (y[1] - y[0]) / (x[1] - x[0])"},
    )
    three_points_needed = mistake(
        "How many points determine a line? Two are enough, but you need three.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.polyfit(x, y, 1)[0] if len(x) > 2 else np.nan"},
    )
    zeros_refused = mistake(
        "What do you do with an error of zero? You stop with a ValueError. Leave such points out.",
        {"some = errors > 0": "some = errors > 0\nif not some.all():\n    raise ValueError"},
    )

    @variant
    def by_least_squares(steps, errors):
        points = [(np.log10(h), np.log10(e)) for h, e in zip(steps, errors, strict=True) if e != 0]
        matrix = np.array([[h, 1] for h, _ in points])
        return np.linalg.lstsq(matrix, np.array([e for _, e in points]))[0][0]

    by_covariance = variant({"slope, _ = np.polyfit(x, y, 1)": "slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)"})
    by_a_polynomial = variant(
        {"slope, _ = np.polyfit(x, y, 1)": "_, slope = np.polynomial.Polynomial.fit(x, y, 1).convert().coef"}
    )
