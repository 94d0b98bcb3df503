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
        return m / np.sqrt(v)

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

    @mistake("The root is there, and the first moment is not: it is too small at first, too, which makes up for much.")
    def first_moment_left_out(beta1, beta2, steps):
        return (1 - beta2 ** np.arange(1, steps + 1)) ** -0.5

    @mistake("The first moment is there, and the root is not: the step is divided by the root of the second moment.")
    def root_left_out(beta1, beta2, steps):
        t = np.arange(1, steps + 1)
        return (1 - beta1**t) / (1 - beta2**t)

    @mistake("This is Adam with its correction: every step is one learning rate. Leave the correction out.")
    def corrected(beta1, beta2, steps):
        return np.ones(steps)

    @mistake("The decay rates have changed places: β₁ belongs to the first moment, β₂ to the second.")
    def rates_exchanged(beta1, beta2, steps):
        t = np.arange(1, steps + 1)
        return (1 - beta2**t) / np.sqrt(1 - beta1**t)

    @mistake("The counting starts too late: after the first step both moments have had one gradient, not two.")
    def one_late(beta1, beta2, steps):
        t = np.arange(2, steps + 2)
        return (1 - beta1**t) / np.sqrt(1 - beta2**t)

    @mistake("These are the distances from the start. What is asked is the length of each step.")
    def distances(beta1, beta2, steps):
        t = np.arange(1, steps + 1)
        return np.cumsum((1 - beta1**t) / np.sqrt(1 - beta2**t))

    @variant
    def by_running_it(beta1, beta2, steps):
        m = v = 0.0
        lengths = np.zeros(steps)
        for i in range(steps):
            m += (1 - beta1) * (1 - m)
            v += (1 - beta2) * (1 - v)
            lengths[i] = m / v**0.5
        return lengths
