"""The next range in a search from coarse to fine."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, uniform
from gradlab import drivers

from .log_scale import at_log_fraction


class RefineRange(Exercise):
    """Narrow the range around a best value inside it; shift the range if that value lies on the border."""

    name, points = "refine_range", 3
    done = "You can narrow a search around its best value, or shift it when that value lies on the border."
    driver = drivers.call

    def reference(low, high, best, shrink=0.5, margin=0.1):
        """The range to search next, around the best value so far, all on a log scale.

        The old range has the width log(high / low), and the position of `best` in it is
        log(best / low) / log(high / low). If `best` is

        - inside: make the new width `shrink` times the old one;
        - near an end (the position is at most `margin` or at least 1 - `margin`): keep the width, so that the new range
          reaches beyond the old border.

        In both cases, put `best` in the middle, on the log scale: the new range extends below it by the same factor as
        above it.

        Parameters
        ----------
        low, high : float
            The old range, 0 < low < high.
        best : float
            The best value found in it.
        shrink : float
            Between 0 and 1.
        margin : float
            The fraction of the width, at either end, that counts as the border.

        Returns
        -------
        low, high : float
            The new range, which may reach beyond the old one.

        Notes
        -----
        A position of exactly `margin` or 1 - `margin` may also count as inside, because rounding blurs it.
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
        yield Case("inside, a different shrink", **ranges(uniform(rng, 0.55, 0.65), shrink=uniform(rng, 0.2, 0.35)))
        yield Case(
            "inside, but not far from the end", **ranges(uniform(rng, 0.12, 0.16), shrink=uniform(rng, 0.6, 0.8))
        )
        yield Case("near the lower end: as wide as before", **ranges(uniform(rng, 0.03, 0.08)))
        yield Case(
            "near the upper end, a different shrink", **ranges(uniform(rng, 0.92, 0.97), shrink=uniform(rng, 0.2, 0.35))
        )
        low, high = power_of_ten(rng, -6, -5), power_of_ten(rng, 0.5, 1)
        yield Case("exactly on the border", low=low, high=high, best=high, weight=0.5)
        yield Case(
            "a different margin",
            weight=1.5,
            **ranges(uniform(rng, 0.14, 0.2), margin=uniform(rng, 0.25, 0.3), shrink=uniform(rng, 0.6, 0.8)),
        )
        low = power_of_ten(rng, 1, 2)
        shrink = uniform(rng, 0.2, 0.35)
        yield Case("a narrow range above 1", low=low, high=5 * low, best=uniform(rng, 2, 2.4) * low, shrink=shrink)

    narrowed_at_the_border = mistake(
        "What if the best value is near the border? Your range gets narrower there, too. "
        "Keep the width, so that the new range reaches beyond the old one.",
        {"if margin < place < 1 - margin:\n    width": "width"},
    )
    never_narrowed = mistake(
        "When does your range get narrower? It never does. If best is inside, multiply the width by shrink.",
        {"shrink * ": ""},
    )
    widened_at_the_border = mistake(
        "What if the best value is near the border? Your range gets wider there. Keep the width: with best in the "
        "middle, the range reaches beyond the old border anyway.",
        {
            "if margin < place < 1 - margin:\n    width = shrink * width": (
                "width *= shrink if margin < place < 1 - margin else 1 / shrink"
            )
        },
    )
    doubled_at_the_border = mistake(
        "What if the best value is near the border? Your range gets twice as wide there. Keep the width: with best in "
        "the middle, the range reaches beyond the old border anyway.",
        {
            "if margin < place < 1 - margin:\n    width = shrink * width": (
                "width *= shrink if margin < place < 1 - margin else 2"
            )
        },
    )
    conditions_exchanged = mistake(
        "When should the range get narrower? You narrow it near the border, and keep its width inside. "
        "It is the other way around.",
        {"if margin < place < 1 - margin": "if not margin < place < 1 - margin"},
    )
    kept_within = mistake(
        "May the new range reach beyond the old one? Yours stops at the old border. Let it reach beyond: better "
        "values may lie out there.",
        {"best / factor, best * factor": "max(low, best / factor), min(high, best * factor)"},
    )
    linear_width = mistake(
        "On which scale do you measure the width? Yours is linear, so a new range can begin below zero. "
        "Use logarithms.",
        {
            "np.log(high / low)": "high - low",
            "/ width": "/ np.log(high / low)",
            "np.exp(width / 2)": "width / 2",
            "best / factor, best * factor": "best - factor, best + factor",
        },
    )
    twice_too_wide = mistake(
        "How far does the range reach to each side of best? Yours goes the whole width both ways, which makes it "
        "twice as wide as it should be. Take half to each side.",
        {"width / 2": "width"},
    )
    ratio_multiplied = mistake(
        "What does shrink multiply? You multiply the ratio high / low. Multiply its logarithm instead: "
        "that is the width.",
        {"shrink * width": "np.log(shrink * high / low)"},
    )
    a_factor_of_ten = mistake(
        "How wide is your new range? It reaches a factor of ten to either side, however wide the old one was. "
        "Compute the width from low and high.",
        {"np.exp(width / 2)": "10.0"},
    )
    shrink_hard_coded = mistake(
        "Where does your 0.5 come from? You always halve the width. Use the argument shrink.", {"shrink *": "0.5 *"}
    )
    margin_hard_coded = mistake(
        "Where does your margin come from? It is always 0.1. Use the argument margin.",
        {"margin < place < 1 - margin": "0.1 < place < 1 - 0.1"},
    )
    linear_place = mistake(
        "On which scale do you measure the position of best? Yours is linear, where nearly all of a wide range is "
        "near its low end. Use logarithms.",
        {"np.log(best / low) / width": "(best - low) / (high - low)"},
    )
    place_not_divided = mistake(
        "Is the position of best a fraction of the width? You compare the margin with log(best / low) itself. "
        "Divide that by log(high / low).",
        {"np.log(best / low) / width": "np.log(best / low)"},
    )
    lower_end_only = mistake(
        "How many ends does the range have? You keep the width near the lower end, but not near the upper one. "
        "Check both.",
        {" < 1 - margin": ""},
    )
    upper_end_only = mistake(
        "How many ends does the range have? You keep the width near the upper end, but not near the lower one. "
        "Check both.",
        {"margin < place": "place"},
    )
    around_the_old_middle = mistake(
        "What is in the middle of your new range? It is the middle of the old one. Put best there.",
        {"best / factor, best * factor": "np.sqrt(low * high) / factor, np.sqrt(low * high) * factor"},
    )
    centered_linearly = mistake(
        "Is best in the middle on the log scale? The ratio of your two ends is right, but best is halfway between "
        "them on a linear scale. Divide best by a factor for one end, and multiply it by the same factor for the "
        "other.",
        {
            "best / factor, best * factor": ("2 * best / (1 + factor**2), 2 * best * factor**2 / (1 + factor**2)"),
        },
    )
    exponents_returned = mistake(
        "Are these the ends, or their exponents? You return the logarithms. Raise 10 (or e) to them.",
        {"best / factor, best * factor": "np.log10(best / factor), np.log10(best * factor)"},
    )
    natural_log_with_ten = mistake(
        "Do your logarithm and your power have the same base? Your range is too wide: 10** of a natural logarithm. "
        "np.log10 goes with 10**, np.log with np.exp.",
        {"np.exp(": "10 ** ("},
    )
    wrong_order = mistake(
        "Which end comes first? Yours are in the wrong order: return the lower one first.",
        {"best / factor, best * factor": "best * factor, best / factor"},
    )
    all_linear = mistake(
        "On which scale do you work? Everything is linear in your code: width, position, and middle. In this "
        "exercise, measure all three on a log scale, as for learning rates.",
        {
            "np.log(high / low)": "high - low",
            "np.log(best / low) / width": "(best - low) / width",
            "factor = np.exp(width / 2)\nreturn best / factor, best * factor": "return best - width / 2, best + width "
            "/ 2",
        },
    )

    linear_narrowed_and_kept_within = mistake(
        "What if the best value is near the border, and on which scale do you work? Your range gets narrower there, "
        "too, and stops at the old border; and everything in it is linear. Measure on a log scale, keep the width near "
        "the border, and let the range reach beyond.",
        {
            "np.log(high / low)": "high - low",
            "if margin < place < 1 - margin:\n    width": "width",
            "factor = np.exp(width / 2)\nreturn best / factor, best * factor": (
                "return max(low, best - width / 2), min(high, best + width / 2)"
            ),
        },
    )
    ten_to_natural_logs = mistake(
        "Do your logarithm and your power have the same base? Your ends are 10 to the power of natural logarithms, "
        "so best isn't even between them. np.log goes with np.exp, np.log10 with 10**.",
        {"best / factor, best * factor": "10 ** (np.log(best) - width / 2), 10 ** (np.log(best) + width / 2)"},
    )
    half_of_a_half = mistake(
        "How wide is your new range? Half as wide as it should be: you go a quarter of the width to each side of best, "
        "not half of it.",
        {"width / 2": "width / 4"},
    )

    @mistake(
        "Where is best in your new range if it was near an end of the old one? Not in the middle: there you move the "
        "old range by half its width. Put best in the middle in both cases."
    )
    def moved_at_the_border(low, high, best, shrink=0.5, margin=0.1):
        width = np.log(high / low)
        place = np.log(best / low) / width
        half = np.exp(width / 2)
        if place < margin:
            return low / half, high / half
        if place > 1 - margin:
            return low * half, high * half
        return best / half**shrink, best * half**shrink

    @mistake(
        "Where is best in your new range if it was near an end of the old one? At an end again: you go beyond the old "
        "border, but not back. Put best in the middle there, too."
    )
    def ends_at_best(low, high, best, shrink=0.5, margin=0.1):
        width = np.log(high / low)
        place = np.log(best / low) / width
        factor = np.exp(shrink * width / 2)
        if place <= margin:
            return best * low / high, best
        if place >= 1 - margin:
            return best, best * high / low
        return best / factor, best * factor

    @mistake(
        "Where is best in your new range if it was near an end of the old one? At an end again, and the range gets "
        "narrower, too. Put best in the middle there as well, and keep the width."
    )
    def narrowed_and_ends_at_best(low, high, best, shrink=0.5, margin=0.1):
        width = np.log(high / low)
        place = np.log(best / low) / width
        factor = np.exp(shrink * width / 2)
        if place <= margin:
            return best / factor, best
        if place >= 1 - margin:
            return best, best * factor
        return best / factor, best * factor

    with_another_base = variant(
        {
            "np.log(high / low)": "np.log2(high) - np.log2(low)",
            "np.log(best / low)": "(np.log2(best) - np.log2(low))",
            "np.exp(width / 2)": "2 ** (width / 2)",
        }
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
