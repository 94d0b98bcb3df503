"""Adam, with a step number t that is never defined."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import large_gradients, signed, uniform
from gradlab import drivers


class FixAdamState(Exercise):
    """A listing of Adam uses t without ever setting it, just as another one uses Adagrad's cache."""

    name, points = "fix_adam_state", 1
    done = "Your Adam keeps its own count of steps, so the correction is right from the first step on."
    driver = drivers.call

    def reference(w, gradients, rate, beta1, beta2):
        """Apply Adam to a sequence of gradients.

        With both moments corrected for starting at zero, the first step is η long for every weight, whatever its
        gradient is. Under a steady gradient, so are all the others.

        Parameters
        ----------
        w : ndarray (...)
            The weights at the start, of any shape.
        gradients : ndarray (T, ...)
            The gradient at each step.
        rate : float
            η.
        beta1, beta2 : float
            The decay rates of the two moments. ε is 1e-8.

        Returns
        -------
        ndarray (...)
            The weights after all steps.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
        """
        m, v = np.zeros_like(w), np.zeros_like(w)
        for t, dw in enumerate(gradients, 1):
            m = beta1 * m + (1 - beta1) * dw
            v = beta2 * v + (1 - beta2) * dw**2
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            w = w - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        return w

    def cases(rng):
        def given(gradients, *shape, **settings):
            return {
                "w": signed(rng, 1, 3, *shape),
                "gradients": gradients,
                "rate": uniform(rng, 0.05, 0.2),
                "beta1": 0.9,
                "beta2": 0.999,
                **settings,
            }

        yield Case("one step", **given(large_gradients(rng, 1, 3), 3))
        yield Case("ten steps", **given(large_gradients(rng, 10, 3), 3))
        yield Case("a steady gradient", **given(np.tile(large_gradients(rng, 2, 3), (12, 1, 1)), 2, 3))
        betas = {"beta1": uniform(rng, 0.5, 0.7), "beta2": uniform(rng, 0.9, 0.95)}
        yield Case("different decay rates", **given(large_gradients(rng, 8, 3), 3, **betas))

    @mistake(
        "Where does your t come from? As in the printed code, nothing sets it. It's the number of the step, starting "
        "at 1."
    )
    def as_printed(w, gradients, rate, beta1, beta2):
        m = v = 0
        for dw in gradients:
            m = beta1 * m + (1 - beta1) * dw
            v = beta2 * v + (1 - beta2) * dw**2
            m_hat = m / (1 - beta1**t)  # noqa: F821
            v_hat = v / (1 - beta2**t)  # noqa: F821
            w = w - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        return w

    moments_from_nowhere = mistake(
        "Before the first gradient, what are m and v? Nothing sets them. Start both at zero.",
        {"m, v = np.zeros_like(w), np.zeros_like(w)\n": ""},
    )
    counts_from_zero = mistake(
        "What is t at the first step? Yours is 0, so the corrections divide by 0. The first step is number 1.",
        {"(gradients, 1)": "(gradients)"},
    )
    t_stays_one = mistake(
        "Does t change from step to step? You correct every step as if it were the first. Count the steps.",
        {"t, dw in enumerate(gradients, 1):": "dw in gradients:\n    t = 1"},
    )
    counts_from_two = mistake(
        "What is t at the first step? Yours is 2, and too large by 1 at every step after that. The first step is "
        "number 1.",
        {"(gradients, 1)": "(gradients, 2)"},
    )
    starts_at_the_first_gradient = mistake(
        "What are the moments before the first gradient? Yours start at the first gradient and its square, but the "
        "corrections are for moments that start at zero.",
        {"np.zeros_like(w), np.zeros_like(w)": "gradients[0], gradients[0] ** 2"},
    )
    forgets_at_every_step = mistake(
        "Do the moments remember earlier steps? Yours start over at zero every time. Set them before the loop.",
        {"m = beta1": "m = v = np.zeros_like(w)\nm = beta1"},
    )
    second_moment_from_ones = mistake(
        "What is v before the first gradient? Yours starts at one, and the correction makes it far too large. Start "
        "it at zero.",
        {", np.zeros_like(w)": ", np.ones_like(w)"},
    )
    not_corrected = mistake(
        "Is the first step η long? Yours isn't, because you use the moments without their corrections. Divide m by 1 "
        "- β₁ᵗ and v by 1 - β₂ᵗ.",
        {" / (1 - beta1**t)": "", " / (1 - beta2**t)": ""},
    )
    corrected_moments_kept = mistake(
        "Which moments are carried over to the next step? You carry over the corrected ones, so they're corrected "
        "again and again. Keep m and v themselves.",
        {"m_hat = m": "m_hat = m = m", "v_hat = v": "v_hat = v = v"},
    )
    one_array_for_both = mistake(
        "Are m and v two separate arrays? Updating one of yours changes the other as well: `m = v = ...` gives a "
        "single array two names.",
        {
            "m, v = np.zeros_like(w), np.zeros_like(w)": "m = v = np.zeros_like(w)",
            "m = beta1 * m + (1 - beta1) * dw": "m += (1 - beta1) * (dw - m)",
            "v = beta2 * v + (1 - beta2) * dw**2": "v += (1 - beta2) * (dw**2 - v)",
        },
    )

    second_moment_not_corrected = mistake(
        "Are both moments corrected? Only your first one is. The second starts at zero, too: divide it by 1 - β₂ᵗ.",
        {"v / (1 - beta2**t)": "v"},
    )
    first_moment_not_corrected = mistake(
        "Are both moments corrected? Only your second one is. The first starts at zero, too: divide it by 1 - β₁ᵗ.",
        {"m / (1 - beta1**t)": "m"},
    )
    rates_exchanged = mistake(
        "Which decay rate belongs to which moment? β₁ to the first, and β₂ to the second. Yours are swapped where the "
        "moments are updated.",
        {
            "beta1 * m + (1 - beta1) * dw": "beta2 * m + (1 - beta2) * dw",
            "beta2 * v + (1 - beta2) * dw**2": "beta1 * v + (1 - beta1) * dw**2",
        },
    )

    t_counts_all_steps = mistake(
        "What is t at the first step? Yours is the total number of steps. Count the steps as you take them.",
        {"t, dw in enumerate(gradients, 1):": "dw in gradients:\n    t = len(gradients)"},
    )

    @variant
    def counting_by_hand(w, gradients, rate, beta1, beta2):
        m = v = 0
        for t in range(1, len(gradients) + 1):
            dw = gradients[t - 1]
            m = m + (1 - beta1) * (dw - m)
            v = v + (1 - beta2) * (dw * dw - v)
            rate_now = rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
            w = w - rate_now * m / (np.sqrt(v) + 1e-8)
        return w
