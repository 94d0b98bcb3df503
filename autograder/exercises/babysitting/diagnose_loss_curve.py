"""What the shape of a loss curve says about the learning rate and the batch size."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.diagnosis import diagnosis_case
from gradlab import drivers, properties
from gradlab.practice import CURVES, loss_curve


class DiagnoseLossCurve(Exercise):
    """Read the learning rate off a loss curve."""

    name, points = "diagnose_loss_curve", 5
    done = "You can judge a learning rate from the shape of one loss curve, before the run is over."
    driver = drivers.for_each_array
    judge = properties.diagnoses_correctly

    def reference(losses):
        """Diagnose a run from its loss curve. At least nine in ten curves must get the right label.

        The runs were short or long, on few or many classes. From each, you get 100 minibatch losses, evenly spaced; the
        first one was computed before the first update. It's up to you to find out where to draw each line: the kinds
        are far apart.

        Parameters
        ----------
        losses : ndarray (100,)
            May contain inf or NaN once the loss has overflowed.

        Returns
        -------
        str
            "diverges": ends higher than it began, or is no longer a number at the end.
            "rate too high": drops almost at once, perhaps after a jump up, then stays on a plateau that is far too
            high.
            "rate too low": falls evenly from the first loss to the last, nearly along a straight line, and most of the
            loss is still there at the end.
            "batch too small": falls fast, then more and more slowly, and most of the loss is gone; but late in the run,
            the scatter of the losses is about as large as the losses themselves.
            "right": falls the same way, but with little scatter.

        References
        ----------
        Stanford's course CS231n shows these shapes in its notes on neural networks, part 3.
        """
        start, early, end = losses[0], losses[20:40].mean(), losses[80:].mean()
        if not np.isfinite(losses).all() or end > start:
            return "diverges"
        if end > start / 3:
            return "rate too high" if early - end < 0.4 * (start - end) else "rate too low"
        late = losses[50:]
        return "batch too small" if late.std() > 0.5 * late.mean() else "right"

    def cases(rng):
        for label, kinds in (
            ("learning rates too high, too low, and right", ("rate too high", "rate too low", "right")),
            ("runs that diverge, among others", ("diverges", "right", "rate too high")),
            ("small batches, among others", ("batch too small", "right", "rate too low")),
            ("all five kinds", (*CURVES, "diverges")),
        ):
            yield diagnosis_case(label, rng, loss_curve, kinds, allowed=CURVES, count=30, over="losses")

    high_and_low_exchanged = mistake(
        "Which one gives a straight line, a learning rate that is too high or one that is too low? Your two answers "
        "are swapped: a low learning rate gives a line, a high one a plateau.",
        {'"rate too high"': '"rate too low"', '"rate too low"': '"rate too high"'},
    )
    nan_compared = mistake(
        "What does NaN do in your comparisons? Some curves that diverge come out as if they had ended well: a "
        "comparison with NaN is False, and `np.nan_to_num` makes it 0. First check whether all losses are finite, "
        "with `np.isfinite`.",
        {"not np.isfinite(losses).all() or ": ""},
    )
    any_rise_diverges = mistake(
        "Has every curve that jumps up diverged? Some that come back down, or that only wiggle, are called "
        "divergent. Compare the end of the curve with its start.",
        {"end > start:": "losses.max() > 1.3 * start:"},
    )
    anything_above_the_first = mistake(
        "Does a single loss above the first one mean that the run diverges? In your code it does, even if it is only "
        'noise, so curves of every kind come out as "diverges". Compare the end of the curve with its start.',
        {"end > start:": "losses.max() > start:"},
    )
    no_straight_lines = mistake(
        'How do you tell a plateau from a straight line? Curves that fall along a line come out as "rate too high". '
        "A line means that the learning rate is too low.",
        {' if early - end < 0.4 * (start - end) else "rate too low"': ""},
    )
    no_plateaus = mistake(
        'How do you tell a plateau from a straight line? Curves that fall once and then stay flat come out as "rate '
        'too low". A plateau means that the learning rate is too high.',
        {'"rate too high" if early - end < 0.4 * (start - end) else ': ""},
    )
    falling_is_right = mistake(
        'Is every curve that falls a good one? Curves that end too high come out as "right". In a right one, most '
        "of the loss is gone at the end.",
        {'"rate too high" if early - end < 0.4 * (start - end) else "rate too low"': '"right"'},
    )
    starts_at_ln_10 = mistake(
        "Where does your curve start? Look at its first loss: a fixed value such as ln 10 fits only ten classes. "
        "If the learning rate is too high or too low, curves get the wrong label, and some are called divergent.",
        {"losses[0]": "np.log(10)"},
    )
    wiggle_ignored = mistake(
        'How far do the losses scatter about their mean? Curves of small batches come out as "right". Measure the '
        "standard deviation late in the run and divide it by the mean.",
        {'"batch too small" if late.std() > 0.5 * late.mean() else ': ""},
    )
    fall_is_wiggle = mistake(
        "Does the fall of the curve count as wiggle? Healthy curves come out as having too small a batch. Measure "
        "the scatter in the late part only, relative to the mean there.",
        {"losses[50:]": "losses"},
    )
    wiggle_the_wrong_way_round = mistake(
        "Which batches make the losses jump, small or large ones? Your two answers are swapped: small ones do.",
        {"late.std() >": "late.std() <"},
    )
    only_nan_diverges = mistake(
        'Can a run diverge without a NaN? Curves that jump up and stay high come out as "rate too low". Also check '
        "whether the end is above the start.",
        {" or end > start": ""},
    )
    any_fall_from_the_highest = mistake(
        'What do you compare the end of the curve with? Plateaus come out as "right" if the loss jumped up first. '
        "Compare with the first loss, not with the highest.",
        {"end > start / 3": "end > losses.max() / 2"},
    )

    @mistake(
        'Is there any curve that you don\'t call "right"? Curves that diverge, plateaus, and curves of small batches '
        'all come out as "right".',
    )
    def always_right(losses):
        return "right"

    other_words = mistake(
        "Is every answer spelled exactly as in the list? At least one of yours is not on it. Copy the words from the "
        "list exactly: all lowercase, with spaces.",
        {
            '"rate too high"': '"rate_too_high"',
            '"rate too low"': '"rate_too_low"',
            '"batch too small"': '"batch_too_small"',
        },
    )
    returns_a_number = mistake(
        "Is every answer a string? At least one of yours is not. Return one from the list, in quotes.",
        {'"diverges"': "0", '"rate too high"': "1", '"rate too low"': "2", '"batch too small"': "3", '"right"': "4"},
    )

    @variant
    def by_a_line(losses):
        """Recognize a plateau by the slope of a line through the later part, and use medians instead of means."""
        if not np.all(np.isfinite(losses)) or np.median(losses[-15:]) > losses[0]:
            return np.str_("diverges")
        if np.mean(losses[-25:]) < 0.3 * losses[0]:
            smooth = np.convolve(losses, np.ones(9) / 9, "valid")
            scatter = np.abs(losses[4:-4] - smooth)[40:].mean() / smooth[40:].mean()
            return "right" if scatter < 0.35 else "batch too small"
        t = np.linspace(0, 1, 100)
        slope, _ = np.polyfit(t[15:], losses[15:], 1)
        return "rate too low" if -slope > 0.5 * (losses[0] - losses[-20:].mean()) else "rate too high"

    @variant
    def by_when_half_is_done(losses):
        """Decide by the time at which the smoothed curve has completed half of its fall."""
        losses = np.where(np.isfinite(losses), losses, 1e9) / losses[0]
        m, smooth = 0.0, []
        for t, x in enumerate(losses, start=1):
            m = 0.9 * m + 0.1 * x
            smooth.append(m / (1 - 0.9**t))
        end = smooth[-1]
        if end > 1:
            return "diverges"
        if end < 0.3:
            late = losses[50:] / np.mean(losses[50:])
            return "batch too small" if np.ptp(np.sort(late)[3:-3]) > 1.3 else "right"
        done = np.flatnonzero(np.array(smooth) < (1 + end) / 2)
        return "rate too low" if done[0] > 30 else "rate too high"
