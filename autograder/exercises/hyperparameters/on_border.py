"""Whether the best value is near an end of the range that was searched."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import power_of_ten, uniform
from gradlab import drivers

from .log_scale import at_log_fraction


def values(rng, low, high, scale="log", margin=0.1):
    """Values on both borders, inside and outside the margins, and in the middle, in random order."""
    near, off = rng.uniform(0.2, 0.8, 2) * margin, margin + rng.uniform(0.03, 0.05, 2)
    inside = rng.uniform(0.4, 0.6, 2)
    fractions = np.array([0, 1, near[0], 1 - near[1], off[0], 1 - off[1], *inside, 0.97 * margin, 1 - 0.97 * margin])
    spread = [at_log_fraction(f, low, high) if scale == "log" else low + f * (high - low) for f in fractions]
    # Values on the border are exactly on it, despite rounding.
    return rng.permutation(np.clip(spread, low, high))


class OnBorder(Exercise):
    """A best value on the border means that better ones may lie beyond it."""

    name, points = "on_border", 2
    done = "You can tell when the best value sits at the edge of its range, which calls for another search."
    driver = drivers.for_each_array

    def reference(best, low, high, scale="log", margin=0.1):
        """Say whether the best value is near an end of the range that was searched.

        Its position is 0 at `low` and 1 at `high`, measured on the range's own scale: for "log" by logarithms, for
        "linear" by the values themselves.

        Parameters
        ----------
        best : float
            The best value found, between `low` and `high`.
        low, high : float
            The range; above 0 on a log scale.
        scale : str
            "log" or "linear".
        margin : float
            The fraction of the range's width, at either end, that counts as the border.

        Returns
        -------
        str
            "low" if the position is at most `margin`, "high" if it is at least 1 - `margin`, else "inside".

        Notes
        -----
        A position of exactly `margin` or 1 - `margin` may also count as inside, because rounding blurs it.
        """
        if scale == "log":
            place = np.log(best / low) / np.log(high / low)
        else:
            place = (best - low) / (high - low)
        if place <= margin:
            return "low"
        return "high" if place >= 1 - margin else "inside"

    def cases(rng):
        low, high = power_of_ten(rng, -6, -5), power_of_ten(rng, -2, -1)
        yield Case("learning rates", over="best", values=values(rng, low, high), low=low, high=high)
        low, high = power_of_ten(rng, -3, -2), power_of_ten(rng, 2, 3)
        yield Case(
            "a range with 1 inside it", over="best", values=values(rng, low, high), low=low, high=high, weight=0.5
        )
        low, high = uniform(rng, 0.03, 0.06), uniform(rng, 0.8, 0.9)
        yield Case(
            "dropout, on a linear scale",
            over="best",
            values=values(rng, low, high, "linear"),
            low=low,
            high=high,
            scale="linear",
        )
        low, high, margin = power_of_ten(rng, -4, -3), power_of_ten(rng, 0, 1), uniform(rng, 0.2, 0.3)
        yield Case(
            "a different margin",
            over="best",
            values=values(rng, low, high, margin=margin),
            low=low,
            high=high,
            margin=margin,
        )
        low, high = uniform(rng, 20, 40), uniform(rng, 300, 500)
        yield Case(
            "a different margin on a linear scale",
            weight=1.5,
            over="best",
            values=values(rng, low, high, "linear", margin=0.2),
            low=low,
            high=high,
            scale="linear",
            margin=0.2,
        )

    always_linear = mistake(
        "Do you look at `scale`? You always measure the position on a linear scale. "
        'If `scale` is "log", compare logarithms.',
        {"np.log(best / low) / np.log(high / low)": "(best - low) / (high - low)"},
    )
    always_log = mistake(
        "Do you look at `scale`? You always measure the position on a log scale. "
        'If `scale` is "linear", compare the values themselves.',
        {"(best - low) / (high - low)": "np.log(best / low) / np.log(high / low)"},
    )
    scales_exchanged = mistake(
        'Which scale is which? You measure the position linearly if `scale` is "log", and by logarithms if it is '
        '"linear". Switch the two.',
        {'scale == "log"': 'scale != "log"'},
    )
    exactly_on_it = mistake(
        "Does a value have to be exactly on the border? Random values hardly ever are. "
        "Count whatever lies within the margin, too.",
        {"place <= margin": "best == low", "place >= 1 - margin": "best == high"},
    )
    exchanged = mistake(
        'Which end is which? Your answers are swapped: "low" means near the lower end.',
        {'return "low"': 'return "high"', '"high" if': '"low" if'},
    )
    low_end_only = mistake(
        'When do you return "high"? Your answer is never "high". Look at the upper end of the range, too.',
        {'"high" if place >= 1 - margin else ': ""},
    )
    high_end_only = mistake(
        'When do you return "low"? Your answer is never "low". Look at the lower end of the range, too.',
        {'if place <= margin:\n    return "low"\n': ""},
    )
    margin_hard_coded = mistake(
        "Where does your margin come from? It is always 0.1. Use the argument margin.",
        {"<= margin": "<= 0.1", "1 - margin": "1 - 0.1"},
    )
    margin_of_the_ends = mistake(
        "The margin is a fraction of what? You take fractions of low and of high themselves. It is a fraction of the "
        "range's width, on the range's scale.",
        {"place <= margin": "best <= low * (1 + margin)", "place >= 1 - margin": "best >= high * (1 - margin)"},
    )
    margin_in_decades = mistake(
        "The margin is a fraction of what? On a log scale, you measure it in powers of ten. It is a fraction of the "
        "range's width: divide by log(high / low).",
        {"/ np.log(high / low)": "/ np.log(high / low)\nmargin = margin / np.log10(high / low)"},
    )
    margin_absolute = mistake(
        "The margin is a fraction of what? You compare it with differences between the values themselves. "
        "Divide each distance by the range's width first.",
        {"place <= margin": "best - low <= margin", "place >= 1 - margin": "high - best <= margin"},
    )
    margin_halved = mistake(
        "How wide is the border at each end? Yours is half the margin. The whole margin counts at either end.",
        {"<= margin": "<= margin / 2", "1 - margin": "1 - margin / 2"},
    )
    fraction_of_high = mistake(
        "Where is position 0? On a linear scale, you divide best by high, so low isn't at 0. "
        "Subtract low from both first.",
        {"(best - low) / (high - low)": "best / high"},
    )
    yes_or_no = mistake(
        'At which end is it? You return True or False. Return one of three words: "low", "high", or "inside".',
        {'return "low"': "return True", '"high" if place >= 1 - margin else "inside"': "bool(place >= 1 - margin)"},
    )
    lower_and_upper = mistake(
        'What are the answers called? "low" and "high"; yours are "lower" and "upper".',
        {'"low"': '"lower"', '"high"': '"upper"'},
    )
    inside_left_out = mistake(
        'What do you return for a value far from both ends? None, as if no `return` were reached. Return "inside".',
        {'"inside"': "None"},
    )

    by_logarithms = variant(
        {"np.log(best / low)": "(np.log10(best) - np.log10(low))", "np.log(high / low)": "np.log10(high / low)"}
    )

    strictly = variant({"<= margin": "< margin", ">= 1 - margin": "> 1 - margin"})

    @variant
    def by_ends(best, low, high, scale="log", margin=0.1):
        to_scale = np.log10 if scale == "log" else float
        least, most, at = to_scale(low), to_scale(high), to_scale(best)
        edge = margin * (most - least)
        return "low" if at <= least + edge else "inside" if at < most - edge else "high"

    @variant
    def by_values(best, low, high, scale="log", margin=0.1):
        if scale == "log":
            ends = low * (high / low) ** np.array([margin, 1 - margin])
        else:
            ends = low + (high - low) * np.array([margin, 1 - margin])
        return np.array(["low", "inside", "high"])[np.searchsorted(ends, best)]
