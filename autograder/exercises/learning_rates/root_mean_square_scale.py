"""Adagrad, taken apart: a learning rate that falls as 1 / √t, and one scale per weight."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab.checks.pictures import Picture


class RootMeanSquareScale(Exercise):
    """Adagrad's step is a schedule times a scale."""

    name, points = "root_mean_square_scale", 4
    done = "You have taken Adagrad apart into a falling schedule and a scale for each weight."
    picture = Picture("curve")

    def reference(gradients, learning_rate=1e-2):
        """The two halves of Adagrad: a learning rate that falls, and a scale for each weight.

            ηₜ = η / √t                           σₜ = √((g₁² + ... + gₜ²) / t)

        Leaving out ε, Adagrad multiplies each gradient by ηₜ / σₜ = η / √(g₁² + ... + gₜ²).

        Parameters
        ----------
        gradients : ndarray (T, ...)
            The gradients of T >= 1 steps. Row t - 1 belongs to step t, so t counts from 1.
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
        All operations are elementwise, and only past and current gradients count. You may change `gradients` in
        place.

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
        yield Case("three weights", gradients=signed(rng, 1, 3, 12, 3))
        yield Case(
            "a different learning rate, weights in a matrix",
            gradients=signed(rng, 1, 3, 7, 2, 4),
            learning_rate=uniform(rng, 0.1, 0.5),
        )
        yield Case(
            "a constant gradient: the scale stays the same",
            gradients=np.ones((10, 1)) * signed(rng, 1, 3, 2),
            learning_rate=uniform(rng, 0.1, 0.5),
        )
        fading = signed(rng, 1, 3, 9, 2) * np.geomspace(30, 0.3, 9)[:, None]
        yield Case("gradients that fade", gradients=fading, learning_rate=uniform(rng, 0.1, 0.5))
        yield Case("a single step", gradients=signed(rng, 1, 3, 1, 3), learning_rate=uniform(rng, 0.1, 0.5))
        yield Case("float32 gradients", gradients=signed(rng, 1, 3, 8, 3).astype(np.float32))

    counts_from_zero = mistake(
        "What is t at the first step? In your rates it's 0, so the first one divides by zero. Count from 1.",
        {"np.arange(1, len(gradients) + 1)": "np.arange(len(gradients))"},
    )
    rates_one_ahead = mistake(
        "What is your first learning rate? It should be learning_rate itself, divided by √1. Your rates are one step "
        "ahead.",
        {"np.sqrt(t)": "np.sqrt(t + 1)"},
    )
    rates_without_root = mistake(
        "How fast do your rates fall? Like 1/t, which is too fast. Adagrad's fall like 1/√t: take the square root.",
        {"np.sqrt(t)": "t"},
    )
    rates_rise = mistake(
        "Do your rates fall? They rise: divide by √t instead of multiplying by it.", {"/ np.sqrt(t)": "* np.sqrt(t)"}
    )
    constant_rate = mistake(
        "Where does Adagrad slow down? In the rates, and yours stay constant. Divide by √t.",
        {"/ np.sqrt(t)": "* np.ones(len(gradients))"},
    )
    rate_left_out = mistake(
        "What do your rates start from? Always from 1, so learning_rate has no effect. Multiply by it.",
        {"learning_rate /": "1 /"},
    )
    rate_hard_coded = mistake(
        "What if the learning rate isn't 1e-2? That is only the default, and you always use it. Use the argument.",
        {"learning_rate /": "1e-2 /"},
    )
    sum_for_mean = mistake(
        "Is your scale the root of a mean or of a sum? Of a sum, as in Adagrad's cache. Divide by t under the root.",
        {"(sums.T / t).T": "sums"},
    )
    divided_by_all_steps = mistake(
        "How many gradients are in the mean at step t? Only t of them, but you divide by the number of all steps. "
        "Divide by t.",
        {"(sums.T / t).T": "sums / len(gradients)"},
    )
    root_missing = mistake(
        "How large is your scale? As large as a squared gradient: take the square root of the mean.",
        {"np.sqrt(means)": "means"},
    )
    divided_outside_the_root = mistake(
        "Do you divide by t before or after the square root? After, so the scale comes out too small. Take the mean "
        "first and then its root.",
        {"(sums.T / t).T": "sums", "np.sqrt(means)": "(np.sqrt(means).T / t).T"},
    )
    not_squared = mistake(
        "What happens to the gradients' signs in your mean? They cancel, because nothing is squared. Square the "
        "gradients, take the mean, and then the root.",
        {"gradients**2": "gradients", "np.sqrt(means)": "np.abs(means)"},
    )
    mean_of_magnitudes = mistake(
        "What kind of mean is your scale? A mean of absolute values, which is smaller. Square the gradients, take the "
        "mean, and then the root.",
        {"gradients**2": "np.abs(gradients)", "np.sqrt(means)": "means"},
    )
    standard_deviation = mistake(
        "What do you measure the gradients from? From their mean, so your scale is a standard deviation. Don't "
        "subtract the mean.",
        {"np.sqrt(means)": "np.array([gradients[:n].std(axis=0) for n in t])"},
    )
    looks_ahead = mistake(
        "Which gradients are known at step t? Only the first t, but you scale every step by all of them, "
        "including those still to come.",
        {"(sums.T / t).T": "np.ones_like(sums) * sums[-1] / len(sums)"},
    )
    present_only = mistake(
        "How many gradients are in your scale? Only the current one. Take the mean over all of them so far.",
        {"(sums.T / t).T": "gradients**2"},
    )
    past_only = mistake(
        "Which gradients are in your scale at step t? Not the current one: your scales are a step behind. Include "
        "the gradient of step t.",
        {"rates, scales": "rates, np.concatenate([scales[:1], scales[:-1]])"},
    )
    one_scale_for_all = mistake(
        "How many scales are there at each step? Only one in your code, the same for all weights. Each weight has "
        "its own, so average over the steps only.",
        {"sums.T / t": "np.ones_like(sums.T) * sums.reshape(len(t), -1).mean(axis=1) / t"},
    )
    wrong_axis = mistake(
        "Which axis holds the steps? Axis 0, but your sum runs along the last one, over the weights.",
        {"axis=0": "axis=-1"},
    )
    axis_forgotten = mistake(
        "Along which axis do you add up the squares? Along none: without `axis`, np.cumsum flattens the array first. "
        "The steps are on axis 0.",
        {", axis=0)": ")"},
    )
    axis_forgotten_and_reshaped = mistake(
        "Along which axis do you add up the squares? Along none: without `axis`, np.cumsum flattens the array first, "
        "so each weight's sum includes the others'. The steps are on axis 0.",
        {", axis=0)": ").reshape(gradients.shape)"},
    )
    leaky = mistake(
        "Does your scale forget old gradients? Yes: this is RMSprop's leaky average. Adagrad's mean gives every step "
        "the same weight.",
        {
            "means = (sums.T / t).T": "means = gradients**2\n"
            "for i in range(1, len(means)):\n    means[i] = 0.9 * means[i - 1] + 0.1 * means[i]"
        },
    )
    quotient_for_scale = mistake(
        "What is the second thing you return? The learning rate divided by the scale. Return the scale itself.",
        {"rates, scales": "rates, (rates / scales.T).T"},
    )
    wrong_order = mistake(
        "In what order do you return the two? The rates come first, and then the scales.",
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
