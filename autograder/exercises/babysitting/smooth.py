"""The bias-corrected moving average, which makes a noisy curve readable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab.checks.pictures import Picture


class Smooth(Exercise):
    """Minibatch losses are noisy; their moving average shows the trend."""

    name, points = "smooth", 3
    done = "You can see a trend through minibatch noise, without a false start. Adam corrects its averages this way."
    picture = Picture("curve")

    def reference(values, beta=0.9):
        """Return the bias-corrected exponential moving average of a curve.

            m_t = β m_{t-1} + (1 - β) x_t,   m_0 = 0
            s_t = m_t / (1 - βᵗ),            t = 1, 2, ...

        Because m starts at 0, it is too close to 0 at first: the weights in it add up to only 1 - βᵗ. Dividing by that
        sum makes s_t a true average of x_1 to x_t, with weights that add up to 1, and s_1 is x_1 itself.

        Parameters
        ----------
        values : ndarray (T,)
            x_1 to x_T, floats or integers. T may be 0.
        beta : float
            β, the fraction of m that each step keeps, 0 <= β < 1. The average covers about the last 1 / (1 - β) values.

        Returns
        -------
        ndarray (T,)
            s_1 to s_T, floats.

        Notes
        -----
        You may change `values` in place, but you don't have to.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), section 3, derives the correction.
        """
        m, smoothed = 0.0, np.zeros(len(values))
        for t, x in enumerate(values, start=1):
            m = beta * m + (1 - beta) * x
            smoothed[t - 1] = m / (1 - beta**t)
        return smoothed

    def cases(rng):
        yield Case("30 losses, the default beta", values=2.3 * np.exp(-np.arange(30) / 12) + rng.uniform(0, 0.3, 30))
        yield Case("a different beta", values=rng.uniform(1, 4, 25), beta=uniform(rng, 0.6, 0.8))
        yield Case("fewer values than the average covers", values=rng.uniform(2, 5, 8), beta=uniform(rng, 0.98, 0.995))
        # Where there is nothing to smooth, even returning the values unchanged is correct.
        yield Case("a level curve stays level", values=np.full(20, uniform(rng, 2, 5)), beta=0.95, weight=0)
        yield Case("integers", values=rng.integers(1, 9, 20), beta=uniform(rng, 0.8, 0.9), weight=2)
        yield Case("beta = 0: no memory", values=rng.uniform(1, 4, 10), beta=0.0, weight=0)
        yield Case("one value", values=rng.uniform(2, 5, 1), beta=uniform(rng, 0.9, 0.95), weight=0)
        yield Case("no values", values=np.zeros(0), beta=0.9, weight=0)
        yield Case(
            "float32 values of either sign",
            values=(rng.choice([-1.0, 1.0]) * rng.uniform(1, 4, 20)).astype(np.float32),
            beta=0.9,
        )

    no_bias_correction = mistake(
        "Are your first values far too small? m starts at 0 and needs a few steps to warm up. Correct for that: divide "
        "each m by 1 - βᵗ.",
        {" / (1 - beta**t)": ""},
    )
    starts_at_the_first_value = mistake(
        "Where does your average start? It starts at the first value, which then weighs far too much: for β = 0.99, "
        "it still has more than a third of the weight after a hundred steps. Start at 0 and divide by 1 - βᵗ.",
        {"0.0": "values[0] if len(values) else 0.0", " / (1 - beta**t)": ""},
    )
    started_and_corrected = mistake(
        "Do you need the bias correction if m starts at the first value? The correction is for an m that starts at 0, "
        "so your first values come out far too large. Start at 0.",
        {"0.0": "values[0] if len(values) else 0.0"},
    )
    weights_exchanged = mistake(
        "Which one gets the weight β, the old average or the new value? You have them swapped: the average keeps β, "
        "and the new value gets 1 - β.",
        {"beta * m": "(1 - beta) * m", "(1 - beta) * x": "beta * x", "beta**t": "(1 - beta) ** t"},
    )
    times_t = mistake(
        "Is it β times t or βᵗ? You multiply. In Python, a power is written `beta**t`.",
        {"beta**t": "beta * t"},
    )
    last_t_for_all = mistake(
        "Does your correction change from step to step? You divide every m by the same number, 1 - βᵗ for the last t. "
        "Use t, the step number.",
        {"beta**t": "beta ** len(values)"},
    )
    correction_multiplied = mistake(
        "Does the correction make the first values larger? You multiply by 1 - βᵗ, which makes them smaller still. "
        "Divide.",
        {"m / (1": "m * (1"},
    )
    corrected_value_carried_on = mistake(
        "Which of the two do you carry over to the next step, m or s? You carry over the corrected value, so it is "
        "corrected again and again. Carry over m.",
        {"smoothed[t - 1] =": "smoothed[t - 1] = m ="},
    )
    t_starts_at_zero = mistake(
        "What is t at the first value? With t = 0 you divide by 1 - 1 = 0. Count from t = 1.",
        {"beta**t": "beta ** (t - 1)"},
    )
    t_starts_at_two = mistake(
        "What is t at the first value? Yours is 2, too large by one. Count from t = 1.", {"beta**t": "beta ** (t + 1)"}
    )
    one_step_late = mistake(
        "Is x_t part of s_t? Each value enters your average one step late. Update m first, then store it.",
        {
            "m = beta * m + (1 - beta) * x\nsmoothed[t - 1] = m / (1 - beta**t)": (
                "smoothed[t - 1] = m / (1 - beta**t)\nm = beta * m + (1 - beta) * x"
            )
        },
    )
    decaying_sum = mistake(
        "What do the weights of your values add up to? To more than 1, so this is a decaying sum, not an average. "
        "Give the new value the weight 1 - β, and divide m by 1 - βᵗ.",
        {"(1 - beta) * x": "x", " / (1 - beta**t)": ""},
    )
    beta_hard_coded = mistake(
        "Does a different `beta` change your result? It should, but your beta is always 0.9.",
        {"m, smoothed =": "beta = 0.9\nm, smoothed ="},
    )
    mean_of_all_so_far = mistake(
        "Should the first value still count as much as the latest? You give all values so far the same weight. The "
        "older a value, the less it should count.",
        {"beta * m + (1 - beta) * x": "m + x", "(1 - beta**t)": "t"},
    )

    @mistake(
        "Should a value drop out all at once? You take the plain mean over a sliding window. Old values should fade, "
        "each weighing β times as much as the next."
    )
    def window(values, beta=0.9):
        size = max(1, round(1 / (1 - beta)))
        return np.array([values[max(0, i + 1 - size) : i + 1].mean() for i in range(len(values))], dtype=np.float64)

    average_not_carried_on = mistake(
        "What do you average each new value with? You use the raw value before it. Keep the average m and go on from "
        "there.",
        {
            "m, smoothed =": "before, smoothed =",
            "m = beta * m + (1 - beta) * x": "m, before = beta * before + (1 - beta) * x, x",
        },
    )
    not_smoothed = mistake(
        "Is your result any smoother than the curve? You return the values unchanged.",
        {"smoothed[t - 1] = m / (1 - beta**t)": "smoothed[t - 1] = x"},
    )
    last_one_only = mistake(
        "How many numbers do you return? Only the last average. Return the whole curve, with one number for each "
        "value.",
        {"return smoothed": "return smoothed[-1]"},
    )
    in_whole_numbers = mistake(
        "What dtype does your result have for a curve of whole numbers? You return an array of integers, which cannot "
        "hold an average such as 2.5. Store the averages in an array of floats.",
        {"np.zeros(len(values))": "np.zeros_like(values)"},
    )
    returns_a_list = mistake(
        "Is your result an array? You return a list: wrap it in `np.array`.",
        {"return smoothed": "return smoothed.tolist()"},
    )

    new_value_in_full = mistake(
        "What weight does the new value get? It's 1, so your average is too large by a factor of 1 / (1 - β). Give it "
        "the weight 1 - β.",
        {"(1 - beta) * x": "x"},
    )
    parenthesis_around_the_value = mistake(
        "What is 1 - β x? Not (1 - β) x: your parenthesis closes too late. Close it before the multiplication.",
        {"(1 - beta) * x": "(1 - beta * x)"},
    )
    divided_by_the_power = mistake(
        "What do the weights in m add up to? To 1 - βᵗ, but you divide by βᵗ. Subtract it from 1.",
        {"(1 - beta**t)": "beta**t"},
    )

    @mistake(
        "Where does your average start? It starts at the first value, which then weighs far too much, and if there "
        "are no values, your function stops with an error. Start at 0, in an array of floats, and divide by 1 - βᵗ."
    )
    def array_from_the_first_value(values, beta=0.9):
        smoothed = np.zeros_like(values)
        smoothed[0] = values[0]
        for t in range(1, len(values)):
            smoothed[t] = beta * smoothed[t - 1] + (1 - beta) * values[t]
        return smoothed

    @mistake(
        "Which one gets the weight β, and where does your average start? You give the new value β, but it should get "
        "1 - β. You also start at the first value: start at 0, in an array of floats, and divide by 1 - βᵗ."
    )
    def swapped_from_the_first_value(values, beta=0.9):
        smoothed = np.zeros_like(values)
        smoothed[0] = values[0]
        for t in range(1, len(values)):
            smoothed[t] = (1 - beta) * smoothed[t - 1] + beta * values[t]
        return smoothed

    as_a_leaning_mean = variant(
        {"m = beta * m + (1 - beta) * x": "m += (x - m) * (1 - beta) / (1 - beta**t)", "m / (1 - beta**t)": "m"}
    )

    @variant
    def with_explicit_weights(values, beta=0.9):
        age = np.subtract.outer(np.arange(len(values)), np.arange(len(values)))
        weights = np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0.0)
        return weights @ values / weights.sum(axis=1)

    sums_divided = variant(
        {
            "m, smoothed = 0.0": "m, total, smoothed = 0.0, 0.0",
            "np.zeros(len(values))": "values.astype(np.result_type(values, np.float32))",
            "(1 - beta) * x": "x\ntotal = beta * total + 1",
            "(1 - beta**t)": "total",
        }
    )
    in_place = variant({"np.zeros(len(values))": 'values if values.dtype.kind == "f" else values.astype(float)'})
