"""The bias-corrected moving average, which makes a noisy curve readable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform


def averaged(values, beta, start=0.0, weight=None, corrected=lambda m, beta, t: m / (1 - beta**t)):
    """The moving average with one part replaced, for most of the known mistakes."""
    m, out = start, []
    for t, value in enumerate(np.asarray(values).tolist(), start=1):
        m = beta * m + (1 - beta if weight is None else weight) * value
        out.append(corrected(m, beta, t))
    return np.array(out, dtype=np.float64)


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
        for i, x in enumerate(values):
            m = beta * m + (1 - beta) * x
            smoothed[i] = m / (1 - beta ** (i + 1))
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

    @mistake(
        "There is no bias correction: m starts at 0, so the first values are far too small. Divide each by 1 - β to "
        "the power t."
    )
    def no_bias_correction(values, beta=0.9):
        return averaged(values, beta, corrected=lambda m, beta, t: m)

    @mistake(
        "The average starts at the first value, which then weighs far too much: for β = 0.99 it is still a third of "
        "the average after a hundred steps. Start at 0 and divide by 1 - βᵗ."
    )
    def starts_at_the_first_value(values, beta=0.9):
        return averaged(values, beta, start=float(values[0]), corrected=lambda m, beta, t: m)

    @mistake("The weights have changed places: β belongs to the old average, 1 - β to the new value.")
    def weights_exchanged(values, beta=0.9):
        return averaged(values, 1 - beta) if beta else np.full(len(values), np.nan)

    @mistake("β is multiplied by t where it should be raised to the power t (** in Python).")
    def times_t(values, beta=0.9):
        with np.errstate(all="ignore"):
            return averaged(values, beta, corrected=lambda m, beta, t: np.float64(m) / (1 - beta * t))

    @mistake("m is multiplied by 1 - βᵗ, which makes it smaller still. Divide.")
    def correction_multiplied(values, beta=0.9):
        return averaged(values, beta, corrected=lambda m, beta, t: m * (1 - beta**t))

    @mistake("The corrected value is carried on, so it is corrected again at the next step. Carry m on, not s.")
    def corrected_value_carried_on(values, beta=0.9):
        s, out = 0.0, []
        for t, value in enumerate(values.tolist(), start=1):
            s = (beta * s + (1 - beta) * value) / (1 - beta**t)
            out.append(s)
        return np.array(out, dtype=np.float64)

    @mistake("t starts at 0, so the first value is divided by 1 - 1 = 0. The first step has t = 1.")
    def t_starts_at_zero(values, beta=0.9):
        with np.errstate(all="ignore"):
            return averaged(values, beta, corrected=lambda m, beta, t: np.float64(m) / (1 - beta ** (t - 1.0)))

    @mistake("t is one too large: at the first value, t = 1.")
    def t_starts_at_two(values, beta=0.9):
        return averaged(values, beta, corrected=lambda m, beta, t: m / (1 - beta ** (t + 1)))

    @mistake(
        "This is a decaying sum: the new value enters with weight 1 in place of 1 - β, or m is divided by 1 - β, where "
        "the correction has β to the power t."
    )
    def decaying_sum(values, beta=0.9):
        return averaged(values, beta, weight=1.0, corrected=lambda m, beta, t: m)

    @mistake("beta is always 0.9: use the argument.")
    def beta_hard_coded(values, beta=0.9):
        return averaged(values, 0.9)

    @mistake("All values so far weigh the same. The older one is, the less it should count.")
    def mean_of_all_so_far(values, beta=0.9):
        return np.cumsum(values) / np.arange(1, len(values) + 1)

    @mistake("This is the plain mean over a window. Old values should fade out, each weighing β times the next.")
    def window(values, beta=0.9):
        size = max(1, round(1 / (1 - beta)))
        return np.array([values[max(0, i + 1 - size) : i + 1].mean() for i in range(len(values))], dtype=np.float64)

    @mistake("Each value is averaged with the raw value before it only. Keep the average m and go on from it.")
    def average_not_carried_on(values, beta=0.9):
        x = values.astype(np.float64)
        before = np.concatenate([np.zeros(min(1, len(x))), x[:-1]])
        return (beta * before + (1 - beta) * x) / (1 - beta ** np.arange(1.0, len(x) + 1))

    @mistake("Only the last average is returned. A curve is asked: one number for each value.")
    def last_one_only(values, beta=0.9):
        return averaged(values, beta)[-1]

    @mistake("The result is kept in whole numbers where the values are: make the array for it one of floats.")
    def in_whole_numbers(values, beta=0.9):
        return averaged(values, beta).astype(values.dtype)

    @mistake("A list is returned. Make an array of it.")
    def returns_a_list(values, beta=0.9):
        return averaged(values, beta).tolist()

    @variant
    def as_a_leaning_mean(values, beta=0.9):
        """Move the mean toward each value, in smaller and smaller steps."""
        s, out = 0.0, np.empty(len(values), dtype=np.float64)
        for t, value in enumerate(values, start=1):
            s += (value - s) * (1 - beta) / (1 - beta**t)
            out[t - 1] = s
        return out

    @variant
    def with_explicit_weights(values, beta=0.9):
        age = np.subtract.outer(np.arange(len(values)), np.arange(len(values)))
        weights = np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0.0)
        return weights @ values / weights.sum(axis=1)

    @variant
    def sums_divided(values, beta=0.9):
        """Divide a decaying sum of the values by a decaying sum of ones, in the dtype of the values."""
        total = count = 0.0
        out = values.astype(np.result_type(values, np.float32))
        for i in range(len(values)):
            total, count = beta * total + values[i], beta * count + 1
            out[i] = total / count
        return out

    @variant
    def in_place(values, beta=0.9):
        out, m = values if values.dtype.kind == "f" else values.astype(float), 0.0
        for i, value in enumerate(values.tolist()):
            m = beta * m + (1 - beta) * value
            out[i] = m / (1 - beta ** (i + 1))
        return out
