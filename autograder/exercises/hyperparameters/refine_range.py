"""The next range in a search from coarse to fine."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, uniform
from gradlab import drivers

from .log_scale import at_log_fraction, log_fraction


def around(best, factor):
    """The range from `best` divided by `factor` to `best` times it."""
    return best / factor, best * factor


def factor_of(low, high, best, shrink, margin):
    """The factor by which the next range extends to either side of `best`."""
    kept = 1.0 if near_an_end(low, high, best, margin) else shrink
    return (high / low) ** (kept / 2)


def near_an_end(low, high, best, margin):
    return not margin < log_fraction(best, low, high) < 1 - margin


class RefineRange(Exercise):
    """Narrower around a best value inside the range; beyond the border if it lies on the border."""

    name, points = "refine_range", 3
    driver = drivers.call

    def reference(low, high, best, shrink=0.5, margin=0.1):
        """The range to search next, around the best value so far, all on a log scale.

        With the width log(high / low) of the old range, and the place of `best` in it,
        log(best / low) / log(high / low):

        - inside: the new width is `shrink` times the old one;
        - near an end (the place is below `margin` or above 1 - `margin`): the width stays as it is, so that the
          new range reaches beyond the old border.

        In both cases `best` is in the middle, on the log scale: the new range begins by the same factor below it
        as it ends above it.

        Parameters
        ----------
        low, high : float
            The old range, 0 < low < high.
        best : float
            The best value found in it.
        shrink : float
            Between 0 and 1.
        margin : float
            The share of the width, at either end, that counts as border.

        Returns
        -------
        low, high : float
            The new range; it may reach beyond the old one.
        """
        width = np.log(high / low)
        place = np.log(best / low) / width
        if margin < place < 1 - margin:
            width = shrink * width
        factor = np.exp(width / 2)
        return best / factor, best * factor

    def cases(rng):
        def ranges(fraction, **settings):
            low, high = power_of_ten(rng, -7, -5), power_of_ten(rng, -2, -0.5)
            return {"low": low, "high": high, "best": at_log_fraction(fraction, low, high), **settings}

        yield Case("inside the range", **ranges(uniform(rng, 0.35, 0.45)))
        yield Case("inside, another shrink", **ranges(uniform(rng, 0.55, 0.65), shrink=uniform(rng, 0.2, 0.35)))
        yield Case("inside, but not far from the end", **ranges(uniform(rng, 0.12, 0.16)))
        yield Case("near the lower end: as wide as before", **ranges(uniform(rng, 0.03, 0.08)))
        yield Case(
            "near the upper end, another shrink", **ranges(uniform(rng, 0.92, 0.97), shrink=uniform(rng, 0.2, 0.35))
        )
        low, high = power_of_ten(rng, -6, -5), power_of_ten(rng, 0.5, 1)
        yield Case("exactly on the border", low=low, high=high, best=high)
        yield Case(
            "another margin",
            **ranges(uniform(rng, 0.14, 0.2), margin=uniform(rng, 0.25, 0.3), shrink=uniform(rng, 0.6, 0.8)),
        )
        low = power_of_ten(rng, 1, 2)
        yield Case("a narrow range above 1", low=low, high=5 * low, best=uniform(rng, 2, 3) * low)

    @mistake("At the border the range is narrowed, too. Keep its width there, so that it reaches beyond the border.")
    def narrowed_at_the_border(low, high, best, shrink=0.5, margin=0.1):
        return around(best, (high / low) ** (shrink / 2))

    @mistake("The range is never narrowed. Where best lies inside, multiply the width by shrink.")
    def never_narrowed(low, high, best, shrink=0.5, margin=0.1):
        return around(best, (high / low) ** 0.5)

    @mistake("The new range is cut off at the old border. It may reach beyond: that is where better values may lie.")
    def kept_within(low, high, best, shrink=0.5, margin=0.1):
        new_low, new_high = around(best, factor_of(low, high, best, shrink, margin))
        return max(low, new_low), min(high, new_high)

    @mistake("The width is measured on a linear scale, and the new range may begin below zero. Use logarithms.")
    def linear_width(low, high, best, shrink=0.5, margin=0.1):
        kept = 1.0 if near_an_end(low, high, best, margin) else shrink
        return best - kept * (high - low) / 2, best + kept * (high - low) / 2

    @mistake("The whole width is taken to either side of best, which makes the range twice too wide. Take half.")
    def twice_too_wide(low, high, best, shrink=0.5, margin=0.1):
        return around(best, factor_of(low, high, best, shrink, margin) ** 2)

    @mistake("shrink multiplies the ratio high / low. It multiplies its logarithm: it is an exponent of the ratio.")
    def ratio_multiplied(low, high, best, shrink=0.5, margin=0.1):
        kept = 1.0 if near_an_end(low, high, best, margin) else shrink
        return around(best, np.sqrt(kept * high / low))

    @mistake("Always a factor of ten to either side is searched, however wide the old range was.")
    def a_factor_of_ten(low, high, best, shrink=0.5, margin=0.1):
        return around(best, 10.0)

    @mistake("The width is always halved: use the argument shrink.")
    def shrink_hard_coded(low, high, best, shrink=0.5, margin=0.1):
        return around(best, factor_of(low, high, best, 0.5, margin))

    @mistake("The margin is always 0.1: use the argument.")
    def margin_hard_coded(low, high, best, shrink=0.5, margin=0.1):
        return around(best, factor_of(low, high, best, shrink, 0.1))

    @mistake("The place of best is measured on a linear scale, where nearly all of a wide range is near its low end.")
    def linear_place(low, high, best, shrink=0.5, margin=0.1):
        inside = margin < (best - low) / (high - low) < 1 - margin
        return around(best, (high / low) ** ((shrink if inside else 1.0) / 2))

    @mistake("Only the lower end is looked at. At the upper end the range must not be narrowed either.")
    def lower_end_only(low, high, best, shrink=0.5, margin=0.1):
        inside = log_fraction(best, low, high) > margin
        return around(best, (high / low) ** ((shrink if inside else 1.0) / 2))

    @mistake("Only the upper end is looked at. At the lower end the range must not be narrowed either.")
    def upper_end_only(low, high, best, shrink=0.5, margin=0.1):
        inside = log_fraction(best, low, high) < 1 - margin
        return around(best, (high / low) ** ((shrink if inside else 1.0) / 2))

    @mistake("The new range lies around the middle of the old one. Put best in the middle.")
    def around_the_old_middle(low, high, best, shrink=0.5, margin=0.1):
        return around(np.sqrt(low * high), factor_of(low, high, best, shrink, margin))

    @mistake("The exponents come back. Raise 10 (or e) to the power of them.")
    def exponents_returned(low, high, best, shrink=0.5, margin=0.1):
        new_low, new_high = around(best, factor_of(low, high, best, shrink, margin))
        return np.log10(new_low), np.log10(new_high)

    @mistake("np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.")
    def natural_log_with_ten(low, high, best, shrink=0.5, margin=0.1):
        return around(best, 10 ** np.log(factor_of(low, high, best, shrink, margin)))

    @mistake("The ends come in the wrong order: return the lower one first.")
    def wrong_order(low, high, best, shrink=0.5, margin=0.1):
        return around(best, factor_of(low, high, best, shrink, margin))[::-1]

    @variant
    def with_exponents(low, high, best, shrink=0.5, margin=0.1):
        left, right, middle = np.log10([low, high, best])
        width = right - left
        if left + margin * width < middle < right - margin * width:
            width *= shrink
        return 10 ** (middle - width / 2), 10 ** (middle + width / 2)

    @variant
    def by_ratio(low, high, best, shrink=0.5, margin=0.1):
        ratio = high / low
        inside = low * ratio**margin < best < high / ratio**margin
        reach = ratio ** (0.5 * shrink) if inside else ratio**0.5
        return np.float64(best) / reach, np.float64(best) * reach
