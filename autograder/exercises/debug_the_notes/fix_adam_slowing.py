"""Does Adam lower its learning rate on its own?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class FixAdamSlowing(Exercise):
    """Two sets of notes say that Adam needs no schedule because it already lowers its learning rate."""

    name, points = "fix_adam_slowing", 1
    done = "You have shown that Adam does not slow down under a steady gradient, so it still needs a schedule."
    driver = drivers.call
    picture = Picture("curve")

    def reference(gradients, beta1, beta2):
        """How long Adam's steps are, in learning rates, for one weight with these gradients.

        Both moments are leaky averages, corrected for starting at zero; leave out ε. Under a gradient that stays
        the same, every step is one learning rate long, even the ten-thousandth.

        Parameters
        ----------
        gradients : ndarray (T,)
            The weight's gradient at each step. None is zero.
        beta1, beta2 : float
            The decay rates of the first and second moments.

        Returns
        -------
        ndarray (T,)
            The length of each step, without a sign.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
        """
        m = v = 0.0
        steps = []
        for g in gradients:
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            t = len(steps) + 1
            m_hat, size = m / (1 - beta1**t), np.sqrt(v / (1 - beta2**t))
            steps.append(abs(m_hat) / size)
        return np.array(steps)

    def cases(rng):
        # In the first two cases, every entry of the answer is 1, so these cases earn nothing.
        steady, below = np.full(300, uniform(rng, 2, 5)), np.full(40, -uniform(rng, 2, 5))
        yield Case("a steady gradient", gradients=steady, beta1=0.9, beta2=0.999, weight=0)
        yield Case("a steady negative gradient", gradients=below, beta1=0.8, beta2=0.99, weight=0)
        yield Case("changing gradients", gradients=signed(rng, 1, 9, 30), beta1=0.9, beta2=0.999)
        yield Case(
            "gradients that get ten times smaller",
            gradients=np.append(rng.uniform(10, 30, 20), rng.uniform(1, 3, 40)),
            beta1=uniform(rng, 0.7, 0.8),
            beta2=uniform(rng, 0.9, 0.95),
        )

    @mistake(
        "If the gradient is 1 at every step, what does v become, and what should a mean of ones be? As in the printed "
        "code, your v keeps everything it has seen, so the steps get shorter and shorter. Let v forget some of it "
        "at every step."
    )
    def as_printed(gradients, beta1, beta2):
        m = v = 0.0
        steps = []
        for g in gradients:
            m = beta1 * m + (1 - beta1) * g
            v = v + (1 - beta2) * g**2
            t = len(steps) + 1
            m_hat, size = m / (1 - beta1**t), np.sqrt(v / (1 - beta2**t))
            steps.append(abs(m_hat) / size)
        return np.array(steps)

    sum_of_squares = mistake(
        "Does the second moment ever forget anything? Yours is Adagrad's: a plain sum of squares. Make it leak.",
        {"beta2 * v": "v", "(1 - beta2) * ": ""},
    )
    full_weight = mistake(
        "If the gradient is always 1, does the second moment become 1? Yours forgets now, but each new square enters "
        "with its full weight. Multiply it by 1 - β₂.",
        {"(1 - beta2) * ": ""},
    )
    correction_lost = mistake(
        "What happened to the corrections? You use the moments just as they are, although they start at zero. Correct "
        "both of them.",
        {" / (1 - beta1**t)": "", " / (1 - beta2**t)": ""},
    )
    rate_of_the_first = mistake(
        "Which decay rate does the second moment use? Yours uses the first moment's, but it should use β₂.",
        {"beta2 * v + (1 - beta2)": "beta1 * v + (1 - beta1)"},
    )
    magnitudes_averaged = mistake(
        "What does the second moment average? Yours averages the magnitudes of the gradients. Average their squares; "
        "the root comes later.",
        {"g**2": "abs(g)"},
    )
    always_one = mistake(
        "Is every step one learning rate long, whatever the gradients are? Only while the gradient stays the "
        "same. Work it out from the two moments.",
        {"abs(m_hat) / size": "1.0"},
    )
    first_correction_lost = mistake(
        "Are both of your moments corrected for starting at zero? The second one is, but the first one isn't.",
        {" / (1 - beta1**t)": ""},
    )
    second_correction_lost = mistake(
        "Are both of your moments corrected for starting at zero? The first one is, but the second one isn't.",
        {" / (1 - beta2**t)": ""},
    )
    counts_from_zero = mistake(
        "What is 1 - β₁ᵗ at your first step? t is 0 there, so the corrections divide by 0. The first step is number 1.",
        {"len(steps) + 1": "len(steps)"},
    )
    sign_kept = mistake(
        "Can a length be negative? Some of yours have the sign of the first moment. Return their magnitudes.",
        {"abs(m_hat)": "m_hat"},
    )

    @variant
    def by_weights(gradients, beta1, beta2):
        found = []
        for t in range(1, len(gradients) + 1):
            ages = np.arange(t)[::-1]
            first, second = beta1**ages, beta2**ages
            mean, square = first @ gradients[:t] / first.sum(), second @ gradients[:t] ** 2 / second.sum()
            found.append(np.abs(mean) / np.sqrt(square))
        return np.array(found)
