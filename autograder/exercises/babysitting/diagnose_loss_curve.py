"""What the shape of a loss curve says about the learning rate and the batch size."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.diagnosis import diagnosis_case
from gradlab import drivers, properties

CURVES = ("diverges", "rate too high", "rate too low", "batch too small", "right")
POINTS = 100  # losses per curve, for runs of any length
TIME = np.arange(POINTS) / POINTS


def curve(rng, kind, nth):
    """The losses of single minibatches at 100 evenly spaced times during a run."""
    level, wiggle = SHAPES[kind](rng, nth)
    start = np.exp(rng.uniform(np.log(0.6), np.log(9)))
    # Losses are positive and scatter in proportion to their size: a gamma distribution with mean 1 and standard
    # deviation `wiggle`.
    shape = 1 / np.maximum(wiggle, 1e-3) ** 2
    noise = rng.gamma(shape, 1 / shape, POINTS)
    return start * (level * noise)


def diverging(rng, nth):
    """A loss that grows until it overflows or, in every other curve, jumps up and stays high."""
    onset = rng.uniform(0.01, 0.3)
    after = np.maximum(TIME - onset, 0)
    if nth % 2:
        level = 1 + rng.uniform(3, 50) * (1 - np.exp(-after / rng.uniform(0.01, 0.05)))
        return level, np.where(after > 0, rng.uniform(0.1, 0.4), 0.05)
    level = np.exp(after * rng.uniform(20, 60))
    overflow = round(POINTS * rng.uniform(onset + 0.1, 0.9))
    level[overflow:] = np.nan
    level[overflow] = np.inf if rng.random() < 0.5 else np.nan
    return level, 0.05


def too_high(rng, nth):
    """A loss that stays far too high after falling at once or, in every other curve, after a jump up."""
    # Most curves stay below half of their first value, so a limit of a half instead of a quarter always shows.
    end, pace = rng.uniform(0.4, 0.47 if nth % 3 else 0.65), rng.uniform(0.005, 0.03)
    level = end + (1 - end) * np.exp(-TIME / pace) - rng.uniform(0, 0.05) * TIME
    if nth % 2:
        jump = rng.integers(3, 7)
        level[1 : 1 + jump] *= rng.uniform(1.5, 4, jump)
    return level, wiggle_after_the_start(rng.uniform(0.05, 0.5) * (1 - end) / 0.65)


def too_low(rng, nth):
    """A loss that falls along an almost straight line."""
    fall, bend = rng.uniform(0.12, 0.45), rng.uniform(-0.25, 0.25)
    return 1 - fall * ((1 + bend) * TIME - bend * TIME**2), rng.uniform(0.01, 0.04)


def healthy(rng, nth):
    """A loss that falls fast, then slower and slower; in every other curve, it falls after a slow start."""
    wait = rng.uniform(0.02, 0.06) if nth % 2 else 0.0
    pace, end = rng.uniform(0.04, 0.1), rng.uniform(0.02, 0.1)
    after = np.maximum(TIME - wait, 0) / pace
    return end * (1.3 - 0.6 * TIME) + (1 - 1.3 * end) * np.exp(-after), wiggle_after_the_start(rng.uniform(0.05, 0.2))


def scattered(rng, nth):
    """A loss that falls as in a healthy run but jumps wildly, because every minibatch has only a few examples."""
    return healthy(rng, nth)[0], wiggle_after_the_start(rng.uniform(0.8, 1.3))


def wiggle_after_the_start(wiggle):
    """The standard deviation over time: small at first, when no example is learned yet, and `wiggle` soon after."""
    return np.minimum(0.02 + wiggle * TIME / 0.1, wiggle)


SHAPES = dict(zip(CURVES, (diverging, too_high, too_low, scattered, healthy), strict=True))


class DiagnoseLossCurve(Exercise):
    """Read the learning rate off a loss curve."""

    name, points = "diagnose_loss_curve", 5
    done = "You can judge a learning rate from the shape of one loss curve, before the run is over."
    driver = drivers.for_each_array
    judge = properties.diagnoses_correctly

    def reference(losses):
        """Say what a loss curve shows. Nine in ten of the curves must be named right.

        Trainings were long or short, of few or many classes; from each, 100 losses of single minibatches were taken
        at even distances, the first before the first update.

        Parameters
        ----------
        losses : ndarray (100,)
            May hold inf or NaN, where the loss was no longer a number.

        Returns
        -------
        str
            "diverges": ends higher than it began, or is no longer a number at the end.
            "rate too high": falls within the first tenth, perhaps after a jump up, then stays about where it is, at
            more than a quarter of its first value.
            "rate too low": falls evenly from the first to the last, nearly along a straight line, and loses less
            than half of its first value (and more than a tenth).
            "batch too small": falls fast, then slower and slower, below a quarter of its first value; but late in
            training the deviation of the losses is more than half of their mean.
            "right": the same with less wiggle.

        References
        ----------
        The shapes are those of the notes on neural networks of Stanford's course CS231n, part 3.
        """
        start, early, end = losses[0], losses[20:40].mean(), losses[80:].mean()
        if not np.isfinite(losses).all() or end > start:
            return "diverges"
        if end > start / 4:
            return "rate too high" if early - end < 0.4 * (start - end) else "rate too low"
        late = losses[50:]
        return "batch too small" if late.std() > 0.5 * late.mean() else "right"

    def cases(rng):
        for label, kinds in (
            ("learning rates too high, too low and right", ("rate too high", "rate too low", "right")),
            ("runs that diverge, and others", ("diverges", "right", "rate too high")),
            ("small batches, and others", ("batch too small", "right", "rate too low")),
            ("everything", (*CURVES, "diverges")),
        ):
            yield diagnosis_case(label, rng, curve, kinds, allowed=CURVES, count=30, over="losses")

    high_and_low_exchanged = mistake(
        "Which one gives a straight line, a rate that is too high or one that is too low? Your two answers are "
        "swapped: a low rate gives a line, a high one a plateau.",
        {'"rate too high"': '"rate too low"', '"rate too low"': '"rate too high"'},
    )
    nan_compared = mistake(
        'What is `nan > 3`? Some curves that diverge come out as "right", because every comparison with NaN is '
        "False. Ask first whether all losses are finite, with `np.isfinite`.",
        {"not np.isfinite(losses).all() or ": ""},
    )
    any_rise_diverges = mistake(
        "Has every curve that jumps up diverged? Some that come back down, or that only wiggle, are called "
        "divergent. Compare the end of the curve with its start.",
        {"end > start:": "losses.max() > 1.3 * start:"},
    )
    no_straight_lines = mistake(
        'How do you tell a plateau from a straight line? Curves that fall along a line come out as "rate too high". '
        "A line means that the rate is too low.",
        {' if early - end < 0.4 * (start - end) else "rate too low"': ""},
    )
    no_plateaus = mistake(
        'How do you tell a plateau from a straight line? Curves that fall once and then stay flat come out as "rate '
        'too low". A plateau means that the rate is too high.',
        {'"rate too high" if early - end < 0.4 * (start - end) else ': ""},
    )
    falling_is_right = mistake(
        'Is every curve that falls a good one? Curves that end too high up come out as "right". A right one ends '
        "below a quarter of where it began.",
        {'"rate too high" if early - end < 0.4 * (start - end) else "rate too low"': '"right"'},
    )
    starts_at_ln_10 = mistake(
        "Where does your curve start? Look at its first loss: a fixed value such as ln 10 fits only ten classes. "
        "Curves that are too high or too low get the wrong word, and some of them are called divergent.",
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
        "Which batches make the losses jump, small or large ones? Your two answers are swapped: it is the small batch.",
        {"late.std() >": "late.std() <"},
    )
    only_nan_diverges = mistake(
        'Can a run diverge without a NaN? Curves that jump up and stay high come out as "rate too low". Ask whether '
        "the end is above the start, too.",
        {" or end > start": ""},
    )
    half_for_a_quarter = mistake(
        'How far must a curve fall to be right? Some plateaus come out as "right". A right curve ends below a '
        "quarter of where it began.",
        {"start / 4": "start / 2"},
    )

    @mistake(
        'Is there any curve that you don\'t call "right"? Curves that diverge, plateaus and curves of small batches '
        'all come out as "right".',
    )
    def always_right(losses):
        return "right"

    other_words = mistake(
        "Is every answer spelled exactly as in the list? At least one of yours is not on it. Copy the words from the "
        "list, capital letters and spaces included.",
        {
            '"rate too high"': '"rate_too_high"',
            '"rate too low"': '"rate_too_low"',
            '"batch too small"': '"batch_too_small"',
        },
    )
    returns_a_number = mistake(
        "Is every answer a word? At least one of yours is not. Return one from the list, in quotes.",
        {'"diverges"': "0", '"rate too high"': "1", '"rate too low"': "2", '"batch too small"': "3", '"right"': "4"},
    )

    @variant
    def by_a_line(losses):
        """Recognize a plateau by the slope of a line through the later part, and use medians instead of means."""
        if not np.all(np.isfinite(losses)) or np.median(losses[-15:]) > losses[0]:
            return np.str_("diverges")
        if np.mean(losses[-25:]) < 0.27 * losses[0]:
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
