"""The bias-corrected moving average, which makes a noisy curve readable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform


class Smooth(Exercise):
    """Minibatch losses jump; their moving average shows where they go."""

    name, points = "smooth", 3

    def reference(values, beta=0.9):
        """The bias-corrected exponential moving average of a curve.

            m_t = β m_{t-1} + (1 - β) x_t,   m_0 = 0
            s_t = m_t / (1 - βᵗ),            t = 1, 2, ...

        Since m starts at 0 it is too small at first: the weights in it add up to 1 - βᵗ only. Divided by that, s_t
        is a true average of x_1 to x_t, whose weights add up to 1, and the first value is x_1 itself.

        Parameters
        ----------
        values : ndarray (T,)
            x_1 to x_T, real or whole numbers; T may be 0.
        beta : float
            How much is kept from step to step, 0 <= β < 1. About 1 / (1 - β) values count.

        Returns
        -------
        ndarray (T,)
            s_1 to s_T, real numbers.

        Notes
        -----
        `values` may be changed in place, but need not be.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), section 3, where the correction is
        derived.
        """
        m, smoothed = 0.0, np.zeros(len(values))
        for t, x in enumerate(values, start=1):
            m = beta * m + (1 - beta) * x
            smoothed[t - 1] = m / (1 - beta**t)
        return smoothed

    def cases(rng):
        yield Case("30 losses, the default beta", values=2.3 * np.exp(-np.arange(30) / 12) + rng.uniform(0, 0.3, 30))
        yield Case("another beta", values=rng.uniform(1, 4, 25), beta=uniform(rng, 0.6, 0.8))
        yield Case("fewer values than beta averages over", values=rng.uniform(2, 5, 8), beta=uniform(rng, 0.98, 0.995))
        # Cases in which there is nothing to smooth have a lower weight.
        yield Case(
            "a curve that is level stays as it is", values=np.full(20, uniform(rng, 2, 5)), beta=0.95, weight=0.25
        )
        yield Case("whole numbers", values=rng.integers(1, 9, 20), beta=uniform(rng, 0.8, 0.9))
        yield Case("beta = 0: nothing is kept", values=rng.uniform(1, 4, 10), beta=0.0, weight=0.25)
        yield Case("one value", values=rng.uniform(2, 5, 1), beta=uniform(rng, 0.9, 0.95), weight=0.25)
        yield Case("no values", values=np.zeros(0), beta=0.9, weight=0.25)
        yield Case(
            "float32 values of either sign",
            values=(rng.choice([-1.0, 1.0]) * rng.uniform(1, 4, 20)).astype(np.float32),
            beta=0.9,
        )

    no_bias_correction = mistake(
        "There is no bias correction: m starts at 0, so the first values are far too small. Divide each by 1 - β to "
        "the power t.",
        {" / (1 - beta**t)": ""},
    )
    starts_at_the_first_value = mistake(
        "The average starts at the first value, which then weighs far too much: for β = 0.99 it is still a third of "
        "the average after a hundred steps. Start at 0 and divide by 1 - βᵗ.",
        {"0.0": "values[0]", " / (1 - beta**t)": ""},
    )
    weights_exchanged = mistake(
        "The weights have changed places: β belongs to the old average, 1 - β to the new value.",
        {"beta * m": "(1 - beta) * m", "(1 - beta) * x": "beta * x", "beta**t": "(1 - beta) ** t"},
    )
    times_t = mistake(
        "β is multiplied by t where it should be raised to the power t (** in Python).", {"beta**t": "beta * t"}
    )
    correction_multiplied = mistake(
        "m is multiplied by 1 - βᵗ, which makes it smaller still. Divide.", {"m / (1": "m * (1"}
    )
    corrected_value_carried_on = mistake(
        "The corrected value is carried on, so it is corrected again at the next step. Carry m on, not s.",
        {"smoothed[t - 1] =": "smoothed[t - 1] = m ="},
    )
    t_starts_at_zero = mistake(
        "t starts at 0, so the first value is divided by 1 - 1 = 0. The first step has t = 1.",
        {"beta**t": "beta ** (t - 1)"},
    )
    t_starts_at_two = mistake("t is one too large: at the first value, t = 1.", {"beta**t": "beta ** (t + 1)"})
    decaying_sum = mistake(
        "This is a decaying sum: the new value enters with weight 1 in place of 1 - β, or m is divided by 1 - β, where "
        "the correction has β to the power t.",
        {"(1 - beta) * x": "x", " / (1 - beta**t)": ""},
    )
    beta_hard_coded = mistake("beta is always 0.9: use the argument.", {"m, smoothed =": "beta = 0.9\nm, smoothed ="})
    mean_of_all_so_far = mistake(
        "All values so far weigh the same. The older one is, the less it should count.",
        {"beta * m + (1 - beta) * x": "m + x", "(1 - beta**t)": "t"},
    )

    @mistake("This is the plain mean over a window. Old values should fade out, each weighing β times the next.")
    def window(values, beta=0.9):
        size = max(1, round(1 / (1 - beta)))
        return np.array([values[max(0, i + 1 - size) : i + 1].mean() for i in range(len(values))], dtype=np.float64)

    average_not_carried_on = mistake(
        "Each value is averaged with the raw value before it only. Keep the average m and go on from it.",
        {
            "m, smoothed =": "before, smoothed =",
            "m = beta * m + (1 - beta) * x": "m, before = beta * before + (1 - beta) * x, x",
        },
    )
    last_one_only = mistake(
        "Only the last average is returned. A curve is asked: one number for each value.",
        {"return smoothed": "return smoothed[-1]"},
    )
    in_whole_numbers = mistake(
        "The result is kept in whole numbers where the values are: make the array for it one of floats.",
        {"np.zeros(len(values))": "np.zeros_like(values)"},
    )
    returns_a_list = mistake(
        "A list is returned. Make an array of it.", {"return smoothed": "return smoothed.tolist()"}
    )

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
