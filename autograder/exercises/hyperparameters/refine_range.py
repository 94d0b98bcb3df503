"""The next range in a search from coarse to fine."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, uniform
from gradlab import drivers

from .log_scale import at_log_fraction


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

    narrowed_at_the_border = mistake(
        "At the border the range is narrowed, too. Keep its width there, so that it reaches beyond the border.",
        {"if margin < place < 1 - margin:\n    width": "width"},
    )
    never_narrowed = mistake(
        "The range is never narrowed. Where best lies inside, multiply the width by shrink.", {"shrink * ": ""}
    )
    kept_within = mistake(
        "The new range is cut off at the old border. It may reach beyond: that is where better values may lie.",
        {"best / factor, best * factor": "max(low, best / factor), min(high, best * factor)"},
    )
    linear_width = mistake(
        "The width is measured on a linear scale, and the new range may begin below zero. Use logarithms.",
        {
            "np.log(high / low)": "high - low",
            "/ width": "/ np.log(high / low)",
            "np.exp(width / 2)": "width / 2",
            "best / factor, best * factor": "best - factor, best + factor",
        },
    )
    twice_too_wide = mistake(
        "The whole width is taken to either side of best, which makes the range twice too wide. Take half.",
        {"width / 2": "width"},
    )
    ratio_multiplied = mistake(
        "shrink multiplies the ratio high / low. It multiplies its logarithm: it is an exponent of the ratio.",
        {"shrink * width": "np.log(shrink * high / low)"},
    )
    a_factor_of_ten = mistake(
        "Always a factor of ten to either side is searched, however wide the old range was.",
        {"np.exp(width / 2)": "10.0"},
    )
    shrink_hard_coded = mistake("The width is always halved: use the argument shrink.", {"shrink *": "0.5 *"})
    margin_hard_coded = mistake(
        "The margin is always 0.1: use the argument.", {"margin < place < 1 - margin": "0.1 < place < 1 - 0.1"}
    )
    linear_place = mistake(
        "The place of best is measured on a linear scale, where nearly all of a wide range is near its low end.",
        {"np.log(best / low) / width": "(best - low) / (high - low)"},
    )
    lower_end_only = mistake(
        "Only the lower end is looked at. At the upper end the range must not be narrowed either.",
        {" < 1 - margin": ""},
    )
    upper_end_only = mistake(
        "Only the upper end is looked at. At the lower end the range must not be narrowed either.",
        {"margin < place": "place"},
    )
    around_the_old_middle = mistake(
        "The new range lies around the middle of the old one. Put best in the middle.",
        {"best / factor, best * factor": "np.sqrt(low * high) / factor, np.sqrt(low * high) * factor"},
    )
    exponents_returned = mistake(
        "The exponents come back. Raise 10 (or e) to the power of them.",
        {"best / factor, best * factor": "np.log10(best / factor), np.log10(best * factor)"},
    )
    natural_log_with_ten = mistake(
        "np.log is the natural logarithm and does not belong to 10**: use np.log10, or np.exp with np.log.",
        {"np.exp(": "10 ** ("},
    )
    wrong_order = mistake(
        "The ends come in the wrong order: return the lower one first.",
        {"best / factor, best * factor": "best * factor, best / factor"},
    )

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
