"""Are Adam's first steps gigantic without the bias correction?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixAdamFirstSteps(Exercise):
    """Adam is said to begin with gigantic steps if its bias is not corrected."""

    name, points = "fix_adam_first_steps", 2
    driver = drivers.call

    def reference(beta1, beta2, steps):
        """How long Adam's steps are WITHOUT bias correction, under a gradient that is always 1.

        The moments start at zeros, and both are used as they are: the step is η m / √v, with no ε.

        Parameters
        ----------
        beta1, beta2 : float
            The decay rates of the two moments.
        steps : int
            At least 1.

        Returns
        -------
        ndarray (steps,)
            The length of each step in learning rates, the first step first.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), section 3.
        """
        t = np.arange(1, steps + 1)
        m, v = 1 - beta1**t, 1 - beta2**t
        lengths = m / np.sqrt(v)
        return lengths

    def cases(rng):
        yield Case("the usual decay rates", beta1=0.9, beta2=0.999, steps=60)
        yield Case("the first step alone", beta1=0.9, beta2=0.999, steps=1)
        yield Case("other decay rates", beta1=uniform(rng, 0.6, 0.8), beta2=uniform(rng, 0.95, 0.99), steps=20)
        yield Case("until the averages are full", beta1=0.9, beta2=uniform(rng, 0.95, 0.98), steps=400)

    @mistake(
        "This is the printed argument: a division by a second moment that is a thousandth of what it should be. What "
        "is under the line really, and what stands above it at the first step?"
    )
    def as_printed(beta1, beta2, steps):
        t = np.arange(1, steps + 1)
        v = 1 - beta2**t
        return 1 / v

    first_moment_left_out = mistake(
        "The root is there, and the first moment is not: it is too small at first, too, which makes up for much.",
        {"= m / ": "= 1 / "},
    )
    root_left_out = mistake(
        "The first moment is there, and the root is not: the step is divided by the root of the second moment.",
        {"np.sqrt(v)": "v"},
    )
    corrected = mistake(
        "This is Adam with its correction: every step is one learning rate. Leave the correction out.",
        {"m, v = 1 - beta1**t, 1 - beta2**t": "m = v = np.ones(steps)"},
    )
    rates_exchanged = mistake(
        "The decay rates have changed places: β₁ belongs to the first moment, β₂ to the second.",
        {"1 - beta1**t, 1 - beta2**t": "1 - beta2**t, 1 - beta1**t"},
    )
    one_late = mistake(
        "The counting starts too late: after the first step both moments have had one gradient, not two.",
        {"1, steps + 1": "2, steps + 2"},
    )
    distances = mistake(
        "These are the distances from the start. What is asked is the length of each step.",
        {"return lengths": "return np.cumsum(lengths)"},
    )

    @variant
    def by_running_it(beta1, beta2, steps):
        m = v = 0.0
        lengths = np.zeros(steps)
        for i in range(steps):
            m += (1 - beta1) * (1 - m)
            v += (1 - beta2) * (1 - v)
            lengths[i] = m / v**0.5
        return lengths
