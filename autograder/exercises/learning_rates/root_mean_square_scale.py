"""Adagrad, taken apart: a learning rate that falls as 1 / √t, and one scale per weight."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform


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
        rates = learning_rate / np.sqrt(t)
        sums = np.cumsum(gradients**2, axis=0)
        means = (sums.T / t).T
        scales = np.sqrt(means)
        return rates, scales

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

    counts_from_zero = mistake(
        "t counts from 0, so the first rate divides by zero. The first step is t = 1.",
        {"np.arange(1, len(gradients) + 1)": "np.arange(len(gradients))"},
    )
    rates_one_ahead = mistake(
        "The rates are one step ahead: divide by √t with t = 1 at the first step, not by √(t + 1).",
        {"np.sqrt(t)": "np.sqrt(t + 1)"},
    )
    rates_without_root = mistake(
        "The rate falls like 1/t: the root is missing. Adagrad's falls like 1/√t.", {"np.sqrt(t)": "t"}
    )
    constant_rate = mistake(
        "The rate does not fall. Divide it by √t: that is where Adagrad's slowing down is.",
        {"/ np.sqrt(t)": "* np.ones(len(gradients))"},
    )
    rate_left_out = mistake("The learning rate has no effect: it is the rate at step 1.", {"learning_rate /": "1 /"})
    rate_hard_coded = mistake(
        "The learning rate is always 1e-2. Use the argument; 1e-2 is only its default.", {"learning_rate /": "1e-2 /"}
    )
    sum_for_mean = mistake(
        "The scale is the root of a sum, as in Adagrad's cache. Here it is of a mean: divide by t under the root.",
        {"(sums.T / t).T": "sums"},
    )
    root_missing = mistake(
        "The root is missing from the scale, so it has the size of a squared gradient.", {"np.sqrt(means)": "means"}
    )
    divided_outside_the_root = mistake(
        "The sum is divided by t outside the root. Take the mean first and then its root.",
        {"(sums.T / t).T": "sums", "np.sqrt(means)": "(np.sqrt(means).T / t).T"},
    )
    not_squared = mistake(
        "The gradients are not squared: signs cancel. Square them, take the mean, then the root.",
        {"gradients**2": "gradients", "np.sqrt(means)": "np.abs(means)"},
    )
    mean_of_magnitudes = mistake(
        "The scale is the mean of the absolute values. The root of the mean of squares is larger.",
        {"gradients**2": "np.abs(gradients)", "np.sqrt(means)": "means"},
    )
    standard_deviation = mistake(
        "The scale is a standard deviation: the mean is taken off first. Leave it in.",
        {"np.sqrt(means)": "np.array([gradients[:n].std(axis=0) for n in t])"},
    )
    looks_ahead = mistake(
        "Every step is scaled by all gradients, those of the future included. Use the first t only.",
        {"(sums.T / t).T": "np.ones_like(sums) * sums[-1] / len(sums)"},
    )
    present_only = mistake(
        "The scale is that of the present gradient alone. It is a mean over all gradients so far.",
        {"(sums.T / t).T": "gradients**2"},
    )
    past_only = mistake(
        "The present gradient is not in the scale yet. Up to and including step t, says the formula.",
        {"rates, scales": "rates, np.concatenate([scales[:1], scales[:-1]])"},
    )
    one_scale_for_all = mistake(
        "All weights share one scale. Each has its own: take means over the steps only.",
        {"sums.T / t": "np.ones_like(sums.T) * sums.reshape(len(t), -1).mean(axis=1) / t"},
    )
    wrong_axis = mistake(
        "The sum runs over the weights, not over the steps. The steps are axis 0.", {"axis=0": "axis=-1"}
    )
    leaky = mistake(
        "This is RMSprop's leaky average, which forgets. Adagrad's mean weighs all steps the same.",
        {
            "means = (sums.T / t).T": "means = gradients**2\n"
            "for i in range(1, len(means)):\n    means[i] = 0.9 * means[i - 1] + 0.1 * means[i]"
        },
    )
    quotient_for_scale = mistake(
        "The second thing you return is the quotient of the two. Return the scale itself.",
        {"rates, scales": "rates, (rates / scales.T).T"},
    )
    wrong_order = mistake(
        "The two are returned in the wrong order: first the rates, then the scales.",
        {"rates, scales": "scales, rates"},
    )

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

    by_norms = variant(
        {
            "np.sqrt(t)": "t**0.5",
            "np.sqrt(means)": "np.array([np.linalg.norm(gradients[:n], axis=0) / n**0.5 for n in t])",
        }
    )
