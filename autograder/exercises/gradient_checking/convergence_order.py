"""How fast an error falls as the step shrinks: the slope in a log-log plot."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def falling(rng, steps, order, noise=0.1):
    """The errors of a formula of this order, each changed by a fraction of up to `noise`."""
    return 10 ** rng.uniform(-3, 3) * steps**order * (1 + noise * rng.uniform(-1, 1, len(steps)))


class ConvergenceOrder(Exercise):
    """Forward or centered? The slope tells."""

    name, points = "convergence_order", 2
    driver = drivers.call

    def reference(steps, errors):
        """The order p of a formula whose error is about C hᵖ: the slope of log error against log h.

        It is that of the straight line which fits all the points (log h, log error) best, in the sense of least
        squares. An error of exactly zero has no logarithm: such points are left out.

        Parameters
        ----------
        steps : ndarray (T,)
            Steps h > 0, all different, in any order.
        errors : ndarray (T,)
            The error at each, not negative; at least two are above zero.

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
        yield Case("steps spaced unevenly, a fractional order", steps=steps, errors=falling(rng, steps, 1.5, 0.4))
        steps = rng.permutation(np.geomspace(1e-3, 0.5, 9))
        yield Case("steps in any order", steps=steps, errors=falling(rng, steps, float(rng.uniform(2.5, 4)), 0.4))
        steps = np.logspace(-5, -1, 9)
        errors = falling(rng, steps, float(rng.uniform(1, 2)), 0.3)
        errors[rng.choice(9, 3, replace=False)] = 0.0
        yield Case("errors of zero among the others", steps=steps, errors=errors)
        steps = np.array([1e-3, 1e-1])
        yield Case("two points that rise as the step shrinks", steps=steps, errors=falling(rng, steps, -1))

    without_logarithms = mistake(
        "This is the slope of the errors themselves. Take the logarithm of both, steps and errors.",
        {"np.log(steps[some])": "steps[some]", "np.log(errors[some])": "errors[some]"},
    )
    logarithm_of_steps_only = mistake(
        "Only the steps' logarithm is taken. Take that of the errors, too.", {"np.log(errors[some])": "errors[some]"}
    )
    logarithm_of_errors_only = mistake(
        "Only the errors' logarithm is taken. Take that of the steps, too.", {"np.log(steps[some])": "steps[some]"}
    )
    axes_exchanged = mistake(
        "The axes are exchanged: the error is what depends on the step, so the result is 1 / p.",
        {"(x, y, 1)": "(y, x, 1)"},
    )
    different_bases = mistake(
        "The logarithms are to different bases. The slope needs the same for both.",
        {"np.log(errors": "np.log10(errors"},
    )
    first_and_last_point = mistake(
        "The slope goes through the first and the last point only. Fit the line to all of them.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = (y[-1] - y[0]) / (x[-1] - x[0])"},
    )
    mean_of_slopes = mistake(
        "This is the mean of the slopes between neighbors. Fit one line to all points.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = np.mean(np.diff(y) / np.diff(x))"},
    )
    through_the_origin = mistake(
        "The line is forced through the origin of the log-log plot. It needs a constant term, log C.",
        {"slope, _ = np.polyfit(x, y, 1)": "slope = (x @ y) / (x @ x)"},
    )
    # This gives NaN, as np.polyfit mostly does, but without an error message from LAPACK.
    zeros_kept = mistake(
        "An error of zero has the logarithm minus infinity. Leave such points out.",
        {
            "errors > 0": "errors >= 0",
            "slope, _ = np.polyfit(x, y, 1)": "slope = np.cov(x, y)[0, 1] / np.var(x, ddof=1)",
        },
    )
    zeros_replaced = mistake(
        "Errors of zero are replaced by a tiny number, which bends the line. Leave such points out.",
        {"errors > 0": "errors >= 0", "np.log(errors[some])": "np.log(np.maximum(errors, 1e-16))"},
    )
    constant_term = mistake(
        "You return the constant term of the line. What is asked is its slope, the first coefficient.",
        {"slope, _ =": "_, slope ="},
    )
    sign_turned = mistake(
        "The slope has lost its sign or has the wrong one: it is positive where the error falls as h shrinks.",
        {"return ": "return -"},
    )
    rounded = mistake(
        "The slope is rounded to a whole number. Return it as it is.", {"float(slope)": "float(round(slope))"}
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
