"""The learning rate range test: one short run with a rising learning rate shows how high it can go."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, sample_until, uniform
from gradlab import drivers

RUNS, STEPS = 4, 110
DEFAULTS = {"beta": 0.9, "divergence": 4.0, "skip": 10}


class LrRangeTest(Exercise):
    """How to read a range test: where does the loss fall most steeply against the logarithm of the learning rate?"""

    name, points = "lr_range_test", 5
    done = "You can read a range test: one short run, and you know a learning rate that trains well."
    driver = drivers.for_each_instance

    def reference(rates, losses, beta=0.9, divergence=4.0, skip=10):
        """The learning rate that a range test suggests: the one at which the loss falls most steeply.

        A range test trains while the learning rate rises from far too low to far too high. To read it:

        1. Smooth the losses with a moving average that is corrected for its start at zero:
           mₜ = β mₜ₋₁ + (1 - β) lossₜ with m₀ = 0, and sₜ = mₜ / (1 - βᵗ), for t = 1, 2, ...
        2. The run has diverged at the first t where sₜ is more than `divergence` times the lowest of s₁, ..., sₜ, or
           isn't a number. Ignore this step and everything after it, even if the loss comes down again.
        3. The slope at step t is (sₜ₊₁ - sₜ₋₁) / (ln rateₜ₊₁ - ln rateₜ₋₁). Compute it for each step that is left,
           except the last one and the first `skip` ones, where the average rests on few losses. Return the learning
           rate of the step with the lowest slope.

        Parameters
        ----------
        rates : ndarray (T,)
            The learning rate of each step, rising, but not always by the same factor.
        losses : ndarray (T,)
            The loss of each step's minibatch. After the run has diverged, there may be inf and nan.
        beta : float
            How much of the average is kept at each step; 0 means that the losses are not smoothed.
        divergence : float
            The run has diverged once the smoothed loss exceeds this many times its lowest value so far.
        skip : int
            How many of the first steps cannot be the answer, 1 or more. Their losses still count in the average.

        Returns
        -------
        float
            One of `rates`.

        Notes
        -----
        At least ``skip + 2`` steps are left after you cut off the divergence.

        References
        ----------
        Smith, "Cyclical learning rates for training neural networks" (2017), section 3.3.
        """
        smoothed, average, lowest = [], 0.0, np.inf
        for t, loss in enumerate(losses, start=1):
            average = beta * average + (1 - beta) * loss
            corrected = average / (1 - beta**t)
            lowest = min(lowest, corrected)
            if not corrected <= divergence * lowest:
                break
            smoothed.append(corrected)
        s, x = np.array(smoothed), np.log(rates[: len(smoothed)])
        slopes = (s[2:] - s[:-2]) / (x[2:] - x[:-2])
        return rates[skip + np.argmin(slopes[skip - 1 :])]

    def cases(rng):
        yield Case("a smooth fall", **range_tests(rng, noise=0.002))
        yield Case("noise, a bad start, and a lucky minibatch", weight=1.5, **range_tests(rng, noise=0.02, luck=0.8))
        yield Case("beta = 0, and unevenly spaced learning rates", weight=1.5, **range_tests(rng, uneven=0.9, beta=0.0))
        yield Case("one terrible minibatch, and one very lucky one", **range_tests(rng, outliers=True))
        yield Case("it diverges, then the loss comes down", weight=2, **range_tests(rng, end="comes down"))
        yield Case("the loss becomes nan", **range_tests(rng, end="not a number", beta=uniform(rng, 0.75, 0.85)))
        yield Case(
            "the loss falls from the first steps on",
            weight=1.5,
            **range_tests(rng, begins=-0.3, skip=integer(rng, 2, 3)),
        )
        yield Case("the loss falls to the very end", **range_tests(rng, ends=0.1, noise=0.001))
        skip = integer(rng, 14, 22)
        yield Case("the steepest descent is over early", **range_tests(rng, begins=-0.3, skip=skip, noise=0.001))
        yield Case("the steepest descent is over early, default skip", **range_tests(rng, begins=-0.15, noise=0.001))
        yield Case(
            "a different beta, divergence, and skip",
            weight=2,
            **range_tests(
                rng,
                end="comes down",
                peak=3.3,
                luck=0.8,
                beta=uniform(rng, 0.6, 0.7),
                divergence=uniform(rng, 1.7, 2.0),
                skip=integer(rng, 20, 30),
            ),
        )

    lowest_loss = mistake(
        "What happens at the learning rate you return? The loss is lowest there, but it has stopped falling: this "
        "learning rate is too high already. Look for the steepest descent.",
        {"skip + np.argmin(slopes[skip - 1 :])": "np.argmin(s)"},
    )
    tenth_of_the_lowest = mistake(
        "Which rule do you use? A tenth of the learning rate with the lowest loss: a good rule of thumb, but not this "
        "one. Look for the steepest descent.",
        {"rates[skip + np.argmin(slopes[skip - 1 :])]": "rates[np.argmin(s)] / 10"},
    )
    lowest_raw_loss = mistake(
        "What happens at the learning rate you return? A single minibatch has the lowest loss there, which may be "
        "luck, and the loss has stopped falling. Smooth the losses, and look for the steepest descent.",
        {"skip + np.argmin(slopes[skip - 1 :])": "np.nanargmin(losses)"},
    )
    tenth_of_the_steepest = mistake(
        "What do you do with the learning rate at the steepest descent? You divide it by 10. That is a cautious rule "
        "of thumb, but here, return it as it is.",
        {"return rates": "return 0.1 * rates"},
    )
    highest_before_divergence = mistake(
        "What happens just above the learning rate you return? The run diverges. Look for the steepest descent, which "
        "is much lower.",
        {"skip + np.argmin(slopes[skip - 1 :])": "len(s) - 1"},
    )
    not_smoothed = mistake(
        "Can one lucky minibatch change what you return? It can: the losses are not smoothed. Use the moving average.",
        {"average / (1 - beta**t)": "loss"},
    )
    not_corrected = mistake(
        "Where does your moving average start? Near zero, so it rises for many steps, and the run seems to diverge at "
        "once. Divide by 1 - β^t.",
        {" / (1 - beta**t)": ""},
    )
    corrected_although_it_starts_at_the_first_loss = mistake(
        "Where does your average start? At the first loss, and you divide by 1 - β^t all the same, so the first values "
        "are far too high. The correction belongs to an average that starts at 0.",
        {"average, lowest = [], 0.0, np.inf": "average, lowest = [], losses[0], np.inf"},
    )
    starts_at_the_first_loss = mistake(
        "How much does the first loss count in your average? Too much, because the average starts from it. Start from "
        "0, and divide by 1 - β^t.",
        {
            "beta * average + (1 - beta) * loss": "loss if t == 1 else beta * average + (1 - beta) * loss",
            " / (1 - beta**t)": "",
        },
    )
    correction_kept = mistake(
        "What do you carry over from step to step? The corrected average, so it's corrected again and again. Carry "
        "over the average itself.",
        {"corrected = average /": "corrected = average = average /"},
    )
    beta_exchanged = mistake(
        "How much of the average is kept at each step? It should be β, but in your code it's 1 - β.",
        {"beta * average + (1 - beta) * loss": "(1 - beta) * average + beta * loss"},
    )
    beta_hard_coded = mistake(
        "What if beta isn't 0.9? That is only the default, and you always use it. Use the argument.",
        {"beta * average + (1 - beta) * loss": "0.9 * average + 0.1 * loss", "beta**t": "0.9**t"},
    )
    beta_always_098 = mistake(
        "Does the argument beta change anything? Yours is always 0.98. Use the argument, whose default is 0.9.",
        {"beta * average + (1 - beta) * loss": "0.98 * average + 0.02 * loss", "beta**t": "0.98**t"},
    )
    divergence_hard_coded = mistake(
        "What if divergence isn't 4? That is only the default, and you always use it. Use the argument.",
        {"divergence * lowest": "4.0 * lowest"},
    )
    not_cut = mistake(
        "What happens after the run has diverged? When the loss comes down from there, it falls more steeply than "
        "ever, and you return the learning rate there. Ignore the divergence and everything after it.",
        {"not corrected <= divergence * lowest": "False"},
    )
    nan_passes = mistake(
        "Where does the run end if the loss becomes nan? Before that step, but you keep the nan, and a slope that it "
        "enters counts as the lowest. Break before you store the step. The test must notice nan, too: as comparisons "
        "with nan are false, write `not ... <= ...`, or use np.isnan.",
        {"not corrected <= divergence * lowest": "corrected > divergence * lowest"},
    )
    compared_with_the_first = mistake(
        "Which loss do you compare with? The first one, or none at all, so you notice late or never that the run has "
        "diverged. Compare with the lowest smoothed loss so far.",
        {"min(lowest, corrected)": "corrected if t == 1 else lowest"},
    )
    judged_by_raw_losses = mistake(
        "Can a single minibatch end the run? In your code it can, because you compare the losses as they are. Compare "
        "each smoothed loss with the lowest smoothed one so far.",
        {"min(lowest, corrected)": "min(lowest, loss)", "not corrected <=": "not loss <="},
    )
    average_over_lowest_raw_loss = mistake(
        "Can a single lucky minibatch end the run? In your code it can, because you compare with the lowest loss as it "
        "is. Compare with the lowest smoothed loss so far.",
        {"min(lowest, corrected)": "min(lowest, loss)"},
    )
    stops_at_the_first_rise = mistake(
        "When has a run diverged? In your code, as soon as the smoothed loss rises a little, and that happens all the "
        "time. Wait until it's more than `divergence` times the lowest one.",
        {"not corrected <= divergence * lowest": "corrected > lowest"},
    )

    @mistake(
        "When is the first loss of a run too high? Never, but you compare it with the lowest of all, which comes "
        "later. Compare each smoothed loss with the lowest one so far."
    )
    def compared_with_the_lowest_of_all(rates, losses, beta=0.9, divergence=4.0, skip=10):
        weights = beta ** np.arange(len(losses))
        s = np.convolve(losses, weights)[: len(losses)] / np.cumsum(weights)
        diverged = ~(s <= divergence * np.nanmin(s))
        kept = int(diverged.argmax()) if diverged.any() else len(s)
        s, x = s[:kept], np.log(rates[:kept])
        slopes = (s[2:] - s[:-2]) / (x[2:] - x[:-2])
        return rates[skip + np.argmin(slopes[skip - 1 :])]

    @mistake(
        "What do you ignore? Only the steps at which the loss is too high. When it comes down again, the run has still "
        "diverged: ignore everything from the first such step on."
    )
    def only_high_losses_left_out(rates, losses, beta=0.9, divergence=4.0, skip=10):
        smoothed, kept, average, lowest = [], [], 0.0, np.inf
        for t, loss in enumerate(losses, start=1):
            average = beta * average + (1 - beta) * loss
            corrected = average / (1 - beta**t)
            lowest = min(lowest, corrected)
            if corrected <= divergence * lowest:
                smoothed.append(corrected)
                kept.append(rates[t - 1])
        s, x = np.array(smoothed), np.log(kept)
        slopes = (s[2:] - s[:-2]) / (x[2:] - x[:-2])
        return kept[skip + np.argmin(slopes[skip - 1 :])]

    against_the_rate = mistake(
        "What do you measure the slope against? The learning rate itself, so the tiny increments at the start count "
        "the most. Use its logarithm.",
        {"np.log(rates[: len(smoothed)])": "rates[: len(smoothed)]"},
    )
    not_divided = mistake(
        "What if the learning rate takes a larger jump? Then the loss changes more, too. Divide by the difference of "
        "the logarithms.",
        {" / (x[2:] - x[:-2])": ""},
    )
    relative_descent = mistake(
        "Do you look for the steepest descent of the loss or of its logarithm? Of its logarithm. Take the "
        "logarithm of the learning rate only.",
        {"np.array(smoothed)": "np.log(smoothed)"},
    )
    steepest_rise = mistake(
        "Which way does the loss go at the learning rate you return? It rises. Look for the lowest slope, the one that "
        "is most negative.",
        {"np.argmin": "np.argmax"},
    )
    steepest_either_way = mistake(
        "Which way does the loss go at the learning rate you return? Sometimes up: if you ignore the sign, the "
        "steepest slope may be a rise. Look for the lowest slope.",
        {"np.argmin(slopes[skip - 1 :])": "np.argmax(np.abs(slopes[skip - 1 :]))"},
    )
    one_step_early = mistake(
        "Which step does a slope across three steps belong to? The one in the middle, but you return the learning rate "
        "of the step before. Your index is 1 too low.",
        {"skip + np.argmin": "skip - 1 + np.argmin"},
    )
    slopes_start_at_step_one = mistake(
        "Which step does the first of your slopes belong to? Step 1, counted from 0, so slope i belongs to step i + 1. "
        "You treat it as step i: you return the learning rate of the step before, and skip one step too many.",
        {"np.argmin(slopes[skip - 1 :])": "np.argmin(slopes[skip:])"},
    )
    one_step_late = mistake(
        "Which step does a slope across three steps belong to? The one in the middle, but you return the learning rate "
        "of the step after it. Your index is 1 too high.",
        {"skip + np.argmin": "skip + 1 + np.argmin"},
    )
    raw_slope_per_step = mistake(
        "What do you take the slope of? The losses as they are, from step to step, to the very end of the run. Smooth "
        "them first, cut off the divergence, and divide by the difference of the logarithms of the learning rates.",
        {
            "average / (1 - beta**t)": "loss",
            "not corrected <= divergence * lowest": "False",
            " / (x[2:] - x[:-2])": "",
        },
    )
    slope_from_here = mistake(
        "Between which two steps do you measure the slope? Between each step and the next. Reach to both sides, as in "
        "a centered difference.",
        {"(s[2:] - s[:-2]) / (x[2:] - x[:-2])": "np.diff(s) / np.diff(x)", "slopes[skip - 1 :]": "slopes[skip:]"},
    )
    slope_up_to_here = mistake(
        "Between which two steps do you measure the slope? Between each step and the one before. Reach to both sides, "
        "as in a centered difference.",
        {"(s[2:] - s[:-2]) / (x[2:] - x[:-2])": "np.diff(s) / np.diff(x)"},
    )
    skip_ignored = mistake(
        "What can one bad first minibatch do? The average falls steeply after it, and you return the learning rate "
        "there. The first `skip` steps cannot be the answer.",
        {"skip + np.argmin(slopes[skip - 1 :])": "1 + np.argmin(slopes)"},
    )
    skip_hard_coded = mistake(
        "What if skip isn't 10? That is only the default, and you always use it. Use the argument.",
        {"skip + np.argmin(slopes[skip - 1 :])": "10 + np.argmin(slopes[9:])"},
    )
    skip_defaults_to_11 = mistake(
        "How many steps do you skip if skip isn't given? 11, one too many: its default is 10.",
        {"s, x =": "skip = 11 if skip == 10 else skip\ns, x ="},
    )
    skip_defaults_to_9 = mistake(
        "How many steps do you skip if skip isn't given? 9, one too few: its default is 10.",
        {"s, x =": "skip = 9 if skip == 10 else skip\ns, x ="},
    )
    one_step_too_few_skipped = mistake(
        "Which is the first step that can be the answer? In your code, it's one that should be skipped. Steps count "
        "from 0, so the first `skip` ones are 0 to skip - 1.",
        {"skip + np.argmin(slopes[skip - 1 :])": "max(skip - 1, 1) + np.argmin(slopes[max(skip - 2, 0) :])"},
    )
    one_step_too_many_skipped = mistake(
        "Which is the first step that can be the answer? You skip it, too. Steps count from 0, so the first `skip` "
        "ones are 0 to skip - 1, and step `skip` counts.",
        {"skip + np.argmin(slopes[skip - 1 :])": "skip + 1 + np.argmin(slopes[skip:])"},
    )
    last_step_too = mistake(
        "Can the last step be the answer? It has a slope on one side only, but you count it; np.gradient, for one, "
        "fills it in. Leave it out.",
        {
            "(s[2:] - s[:-2]) / (x[2:] - x[:-2])": (
                "np.append((s[2:] - s[:-2]) / (x[2:] - x[:-2]), (s[-1] - s[-2]) / (x[-1] - x[-2]))"
            )
        },
    )
    skipped_before_smoothing = mistake(
        "When do you leave out the first steps? Before you smooth, so your average knows nothing about their losses. "
        "Smooth first, and leave them out when you look for the lowest slope.",
        {
            "smoothed, average, lowest = [], 0.0, np.inf": (
                "smoothed, average, lowest, rates, losses = [], 0.0, np.inf, rates[skip:], losses[skip:]"
            ),
            "skip + np.argmin(slopes[skip - 1 :])": "1 + np.argmin(slopes)",
        },
    )
    index_returned = mistake(
        "What do you return? The index of a step. Return the learning rate of that step.",
        {"rates[skip + np.argmin(slopes[skip - 1 :])]": "skip + np.argmin(slopes[skip - 1 :])"},
    )
    slope_returned = mistake(
        "What do you return? The lowest slope. Return the learning rate at which it occurs.",
        {"rates[skip + np.argmin(slopes[skip - 1 :])]": "np.min(slopes[skip - 1 :])"},
    )
    logarithm_returned = mistake(
        "What do you return? The logarithm of a learning rate. Return the learning rate itself.",
        {"rates[skip + np.argmin(slopes[skip - 1 :])]": "x[skip + np.argmin(slopes[skip - 1 :])]"},
    )

    base_ten = variant(
        {
            "np.log(": "np.log10(",
            "rates[skip + np.argmin(slopes[skip - 1 :])]": "float(rates[skip:][slopes[skip - 1 :].argmin()])",
        }
    )

    @variant
    def with_convolve_and_gradient(rates, losses, beta=0.9, divergence=4.0, skip=10):
        ages = np.arange(len(losses))
        weights = np.where(ages == 0, 1.0, beta**ages)
        finite = np.cumprod(np.isfinite(losses)).astype(bool)
        s = np.convolve(np.where(finite, losses, 0.0), weights)[: len(losses)] / np.cumsum(weights)
        s = np.where(finite, s, np.inf)
        good = np.cumprod(s <= divergence * np.minimum.accumulate(s)).astype(bool) & finite
        return rates[skip + np.gradient(s[good], np.log(rates[good]))[skip:-1].argmin()]

    @variant
    def in_plain_loops(rates, losses, beta=0.9, divergence=4.0, skip=10):
        m, s = 0.0, []
        for loss in losses.tolist():
            m = m * beta + loss * (1 - beta)
            s += [m / (1 - beta ** (len(s) + 1))]
            if np.isnan(s[-1]) or s[-1] > divergence * min(s):
                s.pop()
                break
        best, steepest = None, np.inf
        for i in range(skip, len(s) - 1):
            slope = (s[i + 1] - s[i - 1]) / np.log(rates[i + 1] / rates[i - 1])
            if slope < steepest:
                best, steepest = rates[i], slope
        return best


def range_tests(rng, beta=0.9, divergence=4.0, skip=10, begins=-3.0, ends=2.6, **kind):
    """A case's inputs: range tests whose answers depend neither on rounding nor on the finite-difference formula.

    If they begin shortly before the descent, the answers depend on how the average starts or, if many steps are
    skipped, on exactly how many. If they end in the middle of the descent, the last step is the steepest. If the loss
    comes down after a rise, the answers depend on whether the divergence is noticed.
    """
    if ends < 1:
        wrong = [LrRangeTest.last_step_too]
    elif kind.get("end") == "comes down":
        wrong = [LrRangeTest.not_cut]
    elif begins < -1:
        wrong = []
    elif skip < DEFAULTS["skip"]:
        wrong = [LrRangeTest.starts_at_the_first_loss, LrRangeTest.skipped_before_smoothing]
    else:
        wrong = [LrRangeTest.one_step_too_few_skipped, LrRangeTest.one_step_too_many_skipped]

    def answer(function, rates, losses):
        return function(rates, losses, beta, divergence, skip)

    def is_clear(run):
        rates, losses = run
        right = answer(LrRangeTest.reference, rates, losses)
        on_the_plateau = kind.get("outliers") and right < rates[STEPS // 3]
        # The first two conditions reject most samples, so the others are rarely computed.
        return (
            not on_the_plateau
            and right not in (answer(mistake.function, *run) for mistake in wrong)
            and (ends > 1 or answer(LrRangeTest.slope_up_to_here.function, *run) == rates[-1])
            and right == answer(LrRangeTest.with_convolve_and_gradient.function, *run)
            and right == answer(LrRangeTest.reference, rates, losses * (1 + 1e-9 * np.cos(np.arange(STEPS))))
        )

    runs = [sample_until(lambda: range_test(rng, begins=begins, ends=ends, **kind), is_clear) for _ in range(RUNS)]
    rates, losses = (np.stack(rows) for rows in zip(*runs, strict=True))
    settings = {"beta": beta, "divergence": divergence, "skip": skip}
    changed = {name: value for name, value in settings.items() if value != DEFAULTS[name]}
    return {"instances": RUNS, "rates": rates, "losses": losses, **changed}


def range_test(rng, noise=0.005, luck=0.0, *, begins, ends=2.6, uneven=0.3, outliers=False, end="rises", peak=7.5):
    """Learning rates and losses of one range test: a plateau, a fall, a bottom, and what comes after it.

    Parameters
    ----------
    rng : numpy.random.Generator
    noise : float
        The standard deviation of the losses.
    luck : float
        How much higher the very first loss is, and how much lower that of one minibatch on the plateau.
    begins : float
        The base-10 logarithm of the ratio of the first learning rate to the one at the steepest descent.
    ends : float
        The same for the last learning rate.
    uneven : float
        How much the distances between the logarithms of the learning rates vary, relative to their mean.
    outliers : bool
        Whether, on the plateau, one minibatch has a loss several times too high, and a later one several times too low.
    end : str
        What the loss does after the bottom: "rises", "comes down" after a rise, or is "not a number".
    peak : float
        The highest loss before it comes down.
    """
    gaps = 1 + uneven * rng.uniform(-1, 1, STEPS)
    powers = begins + (ends - begins) * np.cumsum(gaps) / gaps.sum()
    bottom = rng.uniform(0.9, 1.1) if end == "comes down" else rng.uniform(0.15, 0.3)
    losses = bottom + (2.3 - bottom) / (1 + np.exp(powers / rng.uniform(0.15, 0.25)))
    losses += rng.normal(0, noise, STEPS)
    if luck:
        losses[[0, rng.integers(STEPS // 8, STEPS // 4)]] += luck, -luck
    if outliers:
        losses[np.array([STEPS // 6, STEPS // 4]) + rng.integers(-3, 4, 2)] *= 4.5, 0.2
    beyond = np.maximum(powers - rng.uniform(1.2, 1.4), 0)
    if end == "not a number":
        overflows = rng.integers(STEPS - 20, STEPS - 5)
        losses[overflows:] = rng.choice([np.nan, np.inf], STEPS - overflows)
        losses[overflows] = np.nan
    elif end == "comes down":
        losses += np.where(powers < 2.15, beyond / beyond[powers < 2.15].max() * (peak - bottom), 0)
    else:
        losses += np.expm1(8 * beyond)
    return 10.0 ** (powers + rng.uniform(-2.5, -1.5)), losses
