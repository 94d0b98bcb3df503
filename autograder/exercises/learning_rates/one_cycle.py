"""One cycle: the learning rate rises along half a cosine, and falls along another one until almost nothing is left."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class OneCycle(Exercise):
    """The one-cycle schedule, with PyTorch's conventions."""

    name, points = "one_cycle", 3
    done = "You have PyTorch's OneCycleLR, to the last digit: up along one half cosine, down along another."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        """A learning rate that rises once and falls once, both times along half a cosine.

            rise:  from η₀ / div_factor, at step 0, up to η₀, at the peak
            fall:  from η₀, at the peak, down to η₀ / div_factor / final_div_factor, at the last step

        The peak is at step ``pct_start * total_steps - 1``, which need not be a whole number, and the last step is
        ``total_steps - 1``. With u for the completed fraction of the rise or fall, from 0 to 1,

            η = end + (start - end) (1 + cos(π u)) / 2

        Parameters
        ----------
        step : int
            The number of steps taken so far, from 0 to ``total_steps - 1``.
        total_steps : int
            The number of steps in the whole run.
        learning_rate : float
            η₀, the highest learning rate.
        pct_start : float
            The fraction (despite the name) of the run that the rise takes; more than ``1 / total_steps``, and less
            than 1.
        div_factor : float
            η₀ divided by the first learning rate.
        final_div_factor : float
            The first learning rate divided by the last one.

        Returns
        -------
        float
            The learning rate to use at `step`.

        Notes
        -----
        The names are PyTorch's, so that you can compare: ``OneCycleLR(optimizer, max_lr=learning_rate, ...)``, with its
        defaults ``anneal_strategy="cos"`` and ``three_phase=False``.

        References
        ----------
        Smith & Topin, "Super-convergence: very fast training of neural networks using large learning rates" (2018).
        """
        first = learning_rate / div_factor
        last = first / final_div_factor
        peak = pct_start * total_steps - 1
        if step <= peak:
            start, end, u = first, learning_rate, step / peak
        else:
            start, end, u = learning_rate, last, (step - peak) / (total_steps - 1 - peak)
        return end + (start - end) * (1 + np.cos(np.pi * u)) / 2

    def cases(rng):
        total = integer(rng, 41, 49)
        yield Case(
            "the defaults",
            over="step",
            values=np.arange(total),
            total_steps=total,
            learning_rate=uniform(rng, 0.05, 0.3),
        )
        total = integer(rng, 41, 49)
        yield Case(
            "a different fraction for the rise",
            over="step",
            values=np.arange(total),
            total_steps=total,
            learning_rate=uniform(rng, 0.5, 2),
            pct_start=uniform(rng, 0.4, 0.45) if rng.random() < 0.5 else uniform(rng, 0.55, 0.6),
        )
        total = integer(rng, 41, 49)
        yield Case(
            "a shallow cycle: different factors",
            weight=1.5,
            over="step",
            values=np.arange(total),
            total_steps=total,
            learning_rate=uniform(rng, 0.05, 0.3),
            div_factor=uniform(rng, 3, 6),
            final_div_factor=uniform(rng, 2, 4),
        )
        total = integer(rng, 900, 1100)
        yield Case(
            "many steps, and everything else changed, too",
            weight=1.5,
            over="step",
            values=np.arange(0, total, 9),
            total_steps=total,
            learning_rate=uniform(rng, 2, 3),
            pct_start=uniform(rng, 0.15, 0.25),
            div_factor=uniform(rng, 8, 12),
            final_div_factor=uniform(rng, 5, 8),
        )

    straight_lines = mistake(
        "What shape do your rise and fall have? They are straight lines. Use half a cosine for each: flat at both "
        "ends, steepest in the middle.",
        {"return end + (start - end) * (1 + np.cos(np.pi * u)) / 2": "return start + (end - start) * u"},
    )
    straight_rise = mistake(
        "What shape does your rise have? It's a straight line, as in a warm-up. It should be half a cosine, as in "
        "the fall.",
        {"return end": "if step <= peak:\n    return start + (end - start) * u\nreturn end"},
    )
    starts_at_zero = mistake(
        "What is your learning rate at step 0? Zero, so that step is wasted. Start at learning_rate / div_factor.",
        {"start, end, u = first,": "start, end, u = 0.0,"},
    )
    starts_at_the_last_rate = mistake(
        "Where does your rise start? Down where your fall ends. At the start, divide only by div_factor.",
        {"start, end, u = first,": "start, end, u = last,"},
    )
    ends_where_it_began = mistake(
        "Where does your fall end? Back at the first learning rate. It should go on below that: divide by "
        "final_div_factor, too.",
        {"first / final_div_factor": "first"},
    )
    falls_from_the_peak_by_the_final_factor = mistake(
        "What does final_div_factor divide? In your code, the highest learning rate. It should divide the first "
        "one, which is already lower.",
        {"first / final_div_factor": "learning_rate / final_div_factor"},
    )
    falls_to_zero = mistake(
        "What is the learning rate of your last step? Zero. It should be the first one divided by final_div_factor.",
        {"first / final_div_factor": "0.0"},
    )
    no_fall = mistake(
        "What happens after the peak? Your learning rate stays there. Let it fall until the last step.",
        {"start, end, u = learning_rate, last,": "start, end, u = learning_rate, learning_rate,"},
    )
    peak_a_step_late = mistake(
        "When does your learning rate peak? A step too late: the rise takes pct_start * total_steps steps, and the "
        "first of them is step 0. Subtract 1.",
        {"pct_start * total_steps - 1": "pct_start * total_steps"},
    )
    peak_two_steps_late = mistake(
        "When does your learning rate peak? Two steps too late. Is the 1 added where it should be subtracted?",
        {"pct_start * total_steps - 1": "pct_start * total_steps + 1"},
    )
    peak_rounded_down = mistake(
        "Does the peak have to be at a whole step? No: pct_start * total_steps - 1 may have a fraction. Don't round "
        "it down.",
        {"pct_start * total_steps - 1": "int(pct_start * total_steps) - 1"},
    )
    peak_rounded = mistake(
        "Does the peak have to be at a whole step? No: pct_start * total_steps - 1 may have a fraction. Don't round "
        "it.",
        {"pct_start * total_steps - 1": "round(pct_start * total_steps) - 1"},
    )
    peak_rounded_a_step_late = mistake(
        "When does your learning rate peak? Up to a step too late: you round pct_start * total_steps down, but you "
        "don't subtract 1. Subtract it, and don't round: the peak can lie between two steps.",
        {"pct_start * total_steps - 1": "int(pct_start * total_steps)"},
    )
    ends_a_step_late = mistake(
        "When is your fall over? A step after the last one, so the lowest learning rate is never used. The last step "
        "is total_steps - 1.",
        {"(total_steps - 1 - peak)": "(total_steps - peak)"},
    )
    a_step_late_twice = mistake(
        "When does your learning rate peak, and when is the fall over? Both come a step too late, because steps "
        "count from 0. The peak is at pct_start * total_steps - 1, and the last step is total_steps - 1.",
        {"pct_start * total_steps - 1": "pct_start * total_steps", "(total_steps - 1 - peak)": "(total_steps - peak)"},
    )
    straight_rise_a_step_late_twice = mistake(
        "What shape does your rise have, and when do rise and fall end? The rise is a straight line: use half a "
        "cosine. And both end up to a step too late: the peak is at pct_start * total_steps - 1, not rounded, and "
        "the last step is total_steps - 1.",
        {
            "pct_start * total_steps - 1": "int(pct_start * total_steps)",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end": "if step <= peak:\n    return start + (end - start) * u\nreturn end",
        },
    )
    straight_rise_a_whole_step_late_twice = mistake(
        "What shape does your rise have, and when do rise and fall end? The rise is a straight line: use half a "
        "cosine. And both end a step too late: the peak is at pct_start * total_steps - 1, and the last step is "
        "total_steps - 1.",
        {
            "pct_start * total_steps - 1": "pct_start * total_steps",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end": "if step <= peak:\n    return start + (end - start) * u\nreturn end",
        },
    )
    straight_lines_a_step_late_twice = mistake(
        "What shape do your rise and fall have, and when do they end? They are straight lines: use half a cosine for "
        "each. And both end a step too late: the peak is at pct_start * total_steps - 1, and the last step is "
        "total_steps - 1.",
        {
            "pct_start * total_steps - 1": "pct_start * total_steps",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end + (start - end) * (1 + np.cos(np.pi * u)) / 2": "return start + (end - start) * u",
        },
    )
    rounded_a_step_late_twice = mistake(
        "When does your learning rate peak, and when is the fall over? Both come up to a step too late. The peak is at "
        "pct_start * total_steps - 1, not rounded, and the last step is total_steps - 1.",
        {
            "pct_start * total_steps - 1": "int(pct_start * total_steps)",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
        },
    )
    straight_lines_rounded_a_step_late_twice = mistake(
        "What shape do your rise and fall have, and when do they end? They are straight lines: use half a cosine for "
        "each. And both end up to a step too late: the peak is at pct_start * total_steps - 1, not rounded, and the "
        "last step is total_steps - 1.",
        {
            "pct_start * total_steps - 1": "int(pct_start * total_steps)",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end + (start - end) * (1 + np.cos(np.pi * u)) / 2": "return start + (end - start) * u",
        },
    )
    rise_counts_from_one = mistake(
        "What is your learning rate at step 0? Already a step up from the first one, as if the steps of the rise "
        "counted from 1. Start at learning_rate / div_factor.",
        {"step / peak": "(step + 1) / (peak + 1)"},
    )
    warmup_from_zero_and_cosine = mistake(
        "Which schedule is yours? A straight warm-up from 0 and a cosine back down to 0. One cycle starts at "
        "learning_rate / div_factor, rises along a cosine, and ends a little above 0.",
        {
            "first = learning_rate / div_factor": "first = 0.0",
            "pct_start * total_steps - 1": "pct_start * total_steps",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end": "if step <= peak:\n    return start + (end - start) * u\nreturn end",
        },
    )
    triangle_from_zero_to_zero = mistake(
        "Which schedule is yours? A triangle: straight up from 0 and straight back down to 0. One cycle rises from "
        "learning_rate / div_factor along half a cosine, and falls along another to a little above 0.",
        {
            "first = learning_rate / div_factor": "first = 0.0",
            "pct_start * total_steps - 1": "pct_start * total_steps",
            "(total_steps - 1 - peak)": "(total_steps - peak)",
            "return end + (start - end) * (1 + np.cos(np.pi * u)) / 2": "return start + (end - start) * u",
        },
    )
    fall_counts_from_the_start = mistake(
        "What happens right after the peak? Your learning rate jumps down, because the fall counts from step 0. Count "
        "from the peak.",
        {"(step - peak) / (total_steps - 1 - peak)": "step / (total_steps - 1)"},
    )
    rise_not_taken_off = mistake(
        "How many steps does your fall take? As many as the whole run, so it isn't over at the end. The rise has used "
        "up some of them: divide by total_steps - 1 - peak.",
        {"(total_steps - 1 - peak)": "(total_steps - 1)"},
    )
    rise_over_the_whole_run = mistake(
        "How far does your rise get? Not up to learning_rate, because you spread it over the whole run. Divide by "
        "the step of the peak.",
        {"step / peak": "step / (total_steps - 1)"},
    )
    rise_and_fall_exchanged = mistake(
        "How long does your rise take? As long as the fall should. pct_start belongs to the rise.",
        {"pct_start * total_steps": "(1 - pct_start) * total_steps"},
    )
    upside_down = mistake(
        "Where does each half of your cycle begin? Where it should end, because the cosine is upside down: "
        "(1 + cos(π u)) / 2 goes from 1 to 0, and it multiplies start - end.",
        {"(1 + np.cos": "(1 - np.cos"},
    )
    quarter_of_a_cosine = mistake(
        "How flat are the ends of your curves? Only one end of each is flat: this is a quarter of a cosine, "
        "cos(π u / 2). Use half of one, from 1 to -1.",
        {"(1 + np.cos(np.pi * u)) / 2": "np.cos(np.pi * u / 2)"},
    )
    whole_cosine = mistake(
        "Where do your curves end? Back where they began: a whole cosine goes down and up again. Use π, not 2π.",
        {"np.pi * u": "2 * np.pi * u"},
    )
    pi_missing = mistake(
        "How far do your curves get? Less than a quarter of the way: the angle ends at 1 radian. Multiply u by π.",
        {"np.pi * u": "u"},
    )
    degrees = mistake(
        "What unit does np.cos expect? Radians, and your angle is in degrees. Half a turn is π.", {"np.pi": "180"}
    )
    sine = mistake("Where do your curves start? Halfway: this is a sine. Use the cosine.", {"np.cos": "np.sin"})
    not_halved = mistake(
        "How large is your cosine factor at the start? It's 2, because 1 + cos(π u) goes from 2 to 0. Halve it.",
        {" / 2": ""},
    )
    geometric = mistake(
        "What is the learning rate halfway through a rise? Yours is the geometric mean of its ends, because you "
        "interpolate between logarithms. Interpolate between the learning rates themselves.",
        {
            "return end + (start - end) * (1 + np.cos(np.pi * u)) / 2": (
                "return end * (start / end) ** ((1 + np.cos(np.pi * u)) / 2)"
            )
        },
    )
    multiplied_by_div_factor = mistake(
        "Is learning_rate the highest learning rate or the first one? It's the highest. In your code, it's the first, "
        "and the peak is div_factor times as high.",
        {
            "first = learning_rate / div_factor": "first, learning_rate = learning_rate, learning_rate * div_factor",
        },
    )
    div_factor_hard_coded = mistake(
        "What if div_factor isn't 25? That is only the default, and you always use it. Use the argument.",
        {"learning_rate / div_factor": "learning_rate / 25.0"},
    )
    final_div_factor_hard_coded = mistake(
        "What if final_div_factor isn't 1e4? That is only the default, and you always use it. Use the argument.",
        {"first / final_div_factor": "first / 1e4"},
    )
    pct_start_hard_coded = mistake(
        "What if pct_start isn't 0.3? That is only the default, and you always use it. Use the argument.",
        {"pct_start * total_steps": "0.3 * total_steps"},
    )
    peak_halfway = mistake(
        "What share of the steps does the rise take? pct_start. Yours always takes half of them. Use the argument.",
        {"pct_start * total_steps": "0.5 * total_steps"},
    )
    straight_lines_and_peak_halfway = mistake(
        "What share of the steps does the rise take? pct_start, but yours always takes half of them. And what shape "
        "should the rise and the fall have? Half a cosine wave each, not a straight line.",
        {
            "pct_start * total_steps": "0.5 * total_steps",
            "end + (start - end) * (1 + np.cos(np.pi * u)) / 2": "start + (end - start) * u",
        },
    )
    pct_start_as_a_percentage = mistake(
        "Is pct_start a percentage? Its name says so, but it's a fraction: 0.3 means 30% of the steps. Don't divide "
        "by 100.",
        {"pct_start * total_steps - 1": "max(pct_start / 100 * total_steps - 1, 1e-9)"},
    )

    @mistake(
        "How many phases does your schedule have? Three. This is the form in which the fall to the first learning "
        "rate takes as long as the rise. Use two: one rise, one fall."
    )
    def three_phases(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        first = learning_rate / div_factor
        ends = [0, pct_start * total_steps - 1, 2 * pct_start * total_steps - 2, total_steps - 1]
        rates = [first, learning_rate, first, first / final_div_factor]
        phase = 0 if step <= ends[1] else 1 if step <= ends[2] or ends[2] >= ends[3] else 2
        u = (step - ends[phase]) / (ends[phase + 1] - ends[phase])
        return rates[phase + 1] + (rates[phase] - rates[phase + 1]) * (1 + np.cos(np.pi * u)) / 2

    @mistake(
        "Which schedule is yours? It's the previous one: a linear warm-up and a cosine down to 0. One cycle starts at "
        "learning_rate / div_factor, rises along a cosine, and ends a little above 0."
    )
    def warmup_and_cosine(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        warm = round(pct_start * total_steps)
        if step < warm:
            return learning_rate * (step + 1) / warm
        return learning_rate * (1 + np.cos(np.pi * (step - warm) / (total_steps - warm))) / 2

    factor_alone = mistake(
        "What does your schedule multiply? Its highest value is 1, whatever learning_rate is. All of its learning "
        "rates should be in proportion to learning_rate.",
        {"first = learning_rate / div_factor": "learning_rate = 1.0\nfirst = learning_rate / div_factor"},
    )

    by_squares = variant(
        {
            "step / peak": "step * (1 / peak)",
            "end + (start - end) * (1 + np.cos(np.pi * u)) / 2": (
                "np.float64(start * np.cos(np.pi * u / 2) ** 2 + end * np.sin(np.pi * u / 2) ** 2)"
            ),
        }
    )

    @variant
    def both_halves_at_once(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        peak, last_step = pct_start * total_steps - 1, total_steps - 1
        angle = np.interp(step, [0, peak, last_step], [-np.pi, 0.0, np.pi])
        height = 0.5 * (1 + np.cos(angle))
        floor = learning_rate / div_factor * (1 if step < peak else 1 / final_div_factor)
        return floor + (learning_rate - floor) * height

    @variant
    def with_a_helper(step, total_steps, learning_rate, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        def anneal(start, end, fraction):
            return end + (start - end) / 2.0 * (np.cos(np.pi * fraction) + 1)

        initial = learning_rate / div_factor
        up = float(pct_start * total_steps) - 1
        down = total_steps - up - 1
        if step > up:
            return anneal(learning_rate, initial / final_div_factor, (step - up) / down)
        return anneal(initial, learning_rate, step / up)
