"""Adagrad, taken apart: a learning rate that falls as 1 / √t, and one scale per weight."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform


def step_numbers(gradients):
    """The step numbers, counting from 1, in a shape that broadcasts against the gradients."""
    return np.arange(1, len(gradients) + 1).reshape(-1, *[1] * (gradients.ndim - 1))


def falling_rates(gradients, learning_rate):
    """The correct first half of the answer: the learning rate at each step."""
    return learning_rate / np.sqrt(np.arange(1, len(gradients) + 1))


def running_scales(gradients):
    """The correct second half: the root mean square of the gradients up to each step."""
    return np.sqrt(np.cumsum(gradients**2, axis=0) / step_numbers(gradients))


class RootMeanSquareScale(Exercise):
    """Adagrad's step is a schedule times a scale."""

    name, points = "root_mean_square_scale", 4

    def reference(gradients, learning_rate=1e-2):
        """The two halves of Adagrad's rate at each step: a falling rate, and a scale for each weight.

            ηₜ = η / √t                           σₜ = √((g₁² + ... + gₜ²) / t)

        Their quotient is Adagrad's rate without ε:  ηₜ / σₜ = η / √(g₁² + ... + gₜ²).

        Parameters
        ----------
        gradients : ndarray (T, ...)
            The gradients of T steps, T at least 1; row t - 1 is that of step t, so t counts from 1.
        learning_rate : float
            η.

        Returns
        -------
        rates : ndarray (T,)
            ηₜ for t = 1 ... T.
        scales : ndarray (T, ...)
            σₜ, the root mean square of each weight's gradients up to and including step t.

        Notes
        -----
        All operations are elementwise, and only gradients of the past and the present count. `gradients` may be
        changed in place, but need not be.

        References
        ----------
        Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (2011),
        section 1.
        """
        t = np.arange(1, len(gradients) + 1)
        sums = np.cumsum(gradients**2, axis=0)
        return learning_rate / np.sqrt(t), np.sqrt((sums.T / t).T)

    def cases(rng):
        yield Case("one weight for each of three coordinates", gradients=signed(rng, 1, 3, 12, 3))
        yield Case(
            "another learning rate, weights in a matrix",
            gradients=signed(rng, 1, 3, 7, 2, 4),
            learning_rate=uniform(rng, 0.1, 0.5),
        )
        yield Case(
            "a constant gradient: the scale stays",
            gradients=np.ones((10, 1)) * signed(rng, 1, 3, 2),
            learning_rate=uniform(rng, 0.1, 0.5),
        )
        fading = signed(rng, 1, 3, 9, 2) * np.geomspace(30, 0.3, 9)[:, None]
        yield Case("gradients that fade", gradients=fading, learning_rate=uniform(rng, 0.1, 0.5))
        yield Case("a single step", gradients=signed(rng, 1, 3, 1, 3), learning_rate=uniform(rng, 0.1, 0.5))
        yield Case("float32 gradients", gradients=signed(rng, 1, 3, 8, 3).astype(np.float32))

    @mistake("t counts from 0, so the first rate divides by zero. The first step is t = 1.")
    def counts_from_zero(gradients, learning_rate=1e-2):
        t = np.arange(len(gradients))
        return learning_rate / np.sqrt(t), (np.sqrt(np.cumsum(gradients**2, axis=0).T / t)).T

    @mistake("The rates are one step ahead: divide by √t with t = 1 at the first step, not by √(t + 1).")
    def rates_one_ahead(gradients, learning_rate=1e-2):
        return learning_rate / np.sqrt(np.arange(2, len(gradients) + 2)), running_scales(gradients)

    @mistake("The rate falls like 1/t: the root is missing. Adagrad's falls like 1/√t.")
    def rates_without_root(gradients, learning_rate=1e-2):
        return learning_rate / np.arange(1, len(gradients) + 1), running_scales(gradients)

    @mistake("The rate does not fall. Divide it by √t: that is where Adagrad's slowing down is.")
    def constant_rate(gradients, learning_rate=1e-2):
        return np.full(len(gradients), learning_rate), running_scales(gradients)

    @mistake("The learning rate has no effect: it is the rate at step 1.")
    def rate_left_out(gradients, learning_rate=1e-2):
        return falling_rates(gradients, 1.0), running_scales(gradients)

    @mistake("The learning rate is always 1e-2. Use the argument; 1e-2 is only its default.")
    def rate_hard_coded(gradients, learning_rate=1e-2):
        return falling_rates(gradients, 1e-2), running_scales(gradients)

    @mistake("The scale is the root of a sum, as in Adagrad's cache. Here it is of a mean: divide by t under the root.")
    def sum_for_mean(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.sqrt(np.cumsum(gradients**2, axis=0))

    @mistake("The root is missing from the scale, so it has the size of a squared gradient.")
    def root_missing(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), running_scales(gradients) ** 2

    @mistake("The sum is divided by t outside the root. Take the mean first and then its root.")
    def divided_outside_the_root(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.sqrt(np.cumsum(gradients**2, axis=0)) / step_numbers(
            gradients
        )

    @mistake("The gradients are not squared: signs cancel. Square them, take the mean, then the root.")
    def not_squared(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.abs(np.cumsum(gradients, axis=0)) / step_numbers(gradients)

    @mistake("The scale is the mean of the absolute values. The root of the mean of squares is larger.")
    def mean_of_magnitudes(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.cumsum(np.abs(gradients), axis=0) / step_numbers(gradients)

    @mistake("The scale is a standard deviation: the mean is taken off first. Leave it in.")
    def standard_deviation(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.stack(
            [gradients[: t + 1].std(axis=0) for t in range(len(gradients))]
        )

    @mistake("Every step is scaled by all gradients, those of the future included. Use the first t only.")
    def looks_ahead(gradients, learning_rate=1e-2):
        whole = np.sqrt((gradients**2).mean(axis=0))
        return falling_rates(gradients, learning_rate), np.broadcast_to(whole, gradients.shape).copy()

    @mistake("The scale is that of the present gradient alone. It is a mean over all gradients so far.")
    def present_only(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.abs(gradients)

    @mistake("The present gradient is not in the scale yet. Up to and including step t, says the formula.")
    def past_only(gradients, learning_rate=1e-2):
        scales = running_scales(gradients)
        return falling_rates(gradients, learning_rate), np.concatenate([scales[:1], scales[:-1]])

    @mistake("All weights share one scale. Each has its own: take means over the steps only.")
    def one_scale_for_all(gradients, learning_rate=1e-2):
        squares = (gradients**2).reshape(len(gradients), -1).mean(axis=1)
        scales = np.sqrt(np.cumsum(squares) / np.arange(1, len(gradients) + 1))
        return falling_rates(gradients, learning_rate), np.ones_like(gradients) * scales.reshape(
            step_numbers(gradients).shape
        )

    @mistake("The sum runs over the weights, not over the steps. The steps are axis 0.")
    def wrong_axis(gradients, learning_rate=1e-2):
        return falling_rates(gradients, learning_rate), np.sqrt(
            np.cumsum(gradients**2, axis=-1) / step_numbers(gradients)
        )

    @mistake("This is RMSprop's leaky average, which forgets. Adagrad's mean weighs all steps the same.")
    def leaky(gradients, learning_rate=1e-2):
        mean, scales = gradients[0] ** 2, []
        for g in gradients:
            mean = 0.9 * mean + 0.1 * g**2
            scales.append(np.sqrt(mean))
        return falling_rates(gradients, learning_rate), np.stack(scales)

    @mistake("The second thing you return is the quotient of the two. Return the scale itself.")
    def quotient_for_scale(gradients, learning_rate=1e-2):
        rates = falling_rates(gradients, learning_rate)
        return rates, rates.reshape(step_numbers(gradients).shape) / running_scales(gradients)

    @mistake("The two are returned in the wrong order: first the rates, then the scales.")
    def wrong_order(gradients, learning_rate=1e-2):
        return running_scales(gradients), falling_rates(gradients, learning_rate)

    @variant
    def step_by_step(gradients, learning_rate=1e-2):
        total, scales, rates = np.zeros(gradients.shape[1:]), np.empty_like(gradients), []
        for t, g in enumerate(gradients, start=1):
            total = total + g * g
            scales[t - 1] = (total / t) ** 0.5
            rates.append(learning_rate * t**-0.5)
        return np.array(rates), scales

    @variant
    def in_place_with_a_running_mean(gradients, learning_rate=1e-2):
        gradients *= gradients
        for i in range(1, len(gradients)):
            gradients[i] = gradients[i - 1] + (gradients[i] - gradients[i - 1]) / (i + 1)
        return learning_rate * np.sqrt(1 / np.arange(1, len(gradients) + 1)), np.sqrt(gradients)

    @variant
    def by_norms(gradients, learning_rate=1e-2):
        t = np.arange(1.0, len(gradients) + 1)
        scales = [np.linalg.norm(gradients[:n], axis=0) / n**0.5 for n in range(1, len(gradients) + 1)]
        return learning_rate / t**0.5, np.array(scales)
