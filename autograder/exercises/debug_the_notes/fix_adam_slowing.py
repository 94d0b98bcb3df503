"""Does Adam lower its learning rate on its own?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixAdamSlowing(Exercise):
    """Two sets of notes say that Adam needs no schedule because it already lowers its learning rate."""

    name, points = "fix_adam_slowing", 1
    driver = drivers.call

    def reference(gradients, beta1, beta2):
        """How long the steps of Adam are, in learning rates, for one weight with these gradients.

        Both moments leak, are means of what they saw most recently, and are corrected for their start at zeros; ε is
        left out. Under a gradient of constant size and sign every step is one learning rate long, the ten-thousandth,
        too.

        Parameters
        ----------
        gradients : ndarray (T,)
            The weight's gradient at each step; none is zero.
        beta1, beta2 : float
            The decay rates of the first and of the second moment.

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
        # In the first two cases every entry of the answer is 1, so these cases have a lower weight.
        steady, below = np.full(300, uniform(rng, 2, 5)), np.full(40, -uniform(rng, 2, 5))
        yield Case("a steady gradient", gradients=steady, beta1=0.9, beta2=0.999, weight=0.25)
        yield Case("a steady gradient below zero", gradients=below, beta1=0.8, beta2=0.99, weight=0.25)
        yield Case("changing gradients", gradients=signed(rng, 1, 9, 30), beta1=0.9, beta2=0.999)
        yield Case(
            "gradients that get ten times smaller",
            gradients=np.append(rng.uniform(10, 30, 20), rng.uniform(1, 3, 40)),
            beta1=uniform(rng, 0.7, 0.8),
            beta2=uniform(rng, 0.9, 0.95),
        )

    @mistake(
        "These steps get shorter for ever, as those of the printed code do. Give it a gradient of 1 at every step: "
        "what does v become, and what should a mean of ones be?"
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
        "The second moment is Adagrad's sum of squares here. It must forget.", {"beta2 * v": "v", "(1 - beta2) * ": ""}
    )
    full_weight = mistake(
        "The second moment forgets, but the new square enters with its full weight: the mean is far too large.",
        {"(1 - beta2) * ": ""},
    )
    correction_lost = mistake(
        "The second moment forgets now, and the correction of both moments is gone.",
        {" / (1 - beta1**t)": "", " / (1 - beta2**t)": ""},
    )
    rate_of_the_first = mistake(
        "The second moment takes the decay rate of the first, so it forgets far too fast.",
        {"beta2 * v + (1 - beta2)": "beta1 * v + (1 - beta1)"},
    )
    magnitudes_averaged = mistake(
        "The second moment takes the root already: it averages squares, and the root is taken of the mean.",
        {"g**2": "abs(g)"},
    )
    always_one = mistake(
        "Every step is said to be one learning rate long. That holds while the gradient stays the same.",
        {"abs(m_hat) / size": "1.0"},
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
