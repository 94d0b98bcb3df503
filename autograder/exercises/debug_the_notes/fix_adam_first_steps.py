"""Are Adam's first steps gigantic without the bias correction?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class FixAdamFirstSteps(Exercise):
    """One set of notes says that Adam begins with gigantic steps unless its bias is corrected."""

    name, points = "fix_adam_first_steps", 2
    done = "You have measured how long Adam's first steps really are when nobody corrects the moments."
    driver = drivers.call
    picture = Picture("curve")
    tolerance = 1e-6  # with Adam's usual ε of 1e-8, the first step is shorter by 3e-7

    def reference(beta1, beta2, steps):
        """How long Adam's steps are WITHOUT bias correction, under a gradient that is always 1.

        The moments start at zero, and both are used as they are: the step is η m / √v, without ε.

        Parameters
        ----------
        beta1, beta2 : float
            The decay rates of the two moments.
        steps : int
            At least 1.

        Returns
        -------
        ndarray (steps,)
            The length of each step, in learning rates.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), section 3.
        """
        t = np.arange(1, steps + 1)
        m, v = 1 - beta1**t, 1 - beta2**t
        lengths = m / np.sqrt(v)
        return lengths

    def cases(rng):
        def usual():
            return {"beta1": uniform(rng, 0.88, 0.92), "beta2": uniform(rng, 0.997, 0.999)}

        yield Case("decay rates close to the usual ones", **usual(), steps=integer(rng, 50, 70))
        yield Case("the first step alone", **usual(), steps=1)
        yield Case("different decay rates", beta1=uniform(rng, 0.6, 0.8), beta2=uniform(rng, 0.95, 0.99), steps=20)
        yield Case("until the averages settle", beta1=0.9, beta2=uniform(rng, 0.95, 0.98), steps=400)

    @mistake(
        "What are the numerator and the denominator at the first step? As in the printed argument, your lengths are "
        "1/v. The step divides the first moment by the square root of the second."
    )
    def as_printed(beta1, beta2, steps):
        t = np.arange(1, steps + 1)
        v = 1 - beta2**t
        return 1 / v

    first_moment_left_out = mistake(
        "What is the numerator at the first step? You have the root in the denominator, but the first moment is "
        "missing from the numerator. It starts out too small as well, and that makes up for a lot.",
        {"= m / ": "= 1 / "},
    )
    root_left_out = mistake(
        "Is the step divided by v or by √v? You have the first moment, but the square root is missing.",
        {"np.sqrt(v)": "v"},
    )
    corrected = mistake(
        "Are any of your steps longer or shorter than one learning rate? None are, as in Adam with its correction. "
        "Leave the correction out.",
        {"m, v = 1 - beta1**t, 1 - beta2**t": "m = v = np.ones(steps)"},
    )
    rates_exchanged = mistake(
        "Which decay rate belongs to which moment? Yours are swapped: β₁ belongs to the first moment, β₂ to the "
        "second.",
        {"1 - beta1**t, 1 - beta2**t": "1 - beta2**t, 1 - beta1**t"},
    )
    one_late = mistake(
        "How many gradients have the moments seen at the first step? Just one. Your lengths start with that "
        "of the second step.",
        {"1, steps + 1": "2, steps + 2"},
    )
    distances = mistake(
        "Is this the length of each step, or how far you've come by then? You return the distances from the start. "
        "Return the length of each step.",
        {"return lengths": "return np.cumsum(lengths)"},
    )
    one_early = mistake(
        "What are the moments before the first gradient? Still 0, so the first length is 0/0, which is NaN. "
        "Start counting at 1.",
        {"1, steps + 1": "steps"},
    )
    second_moment_left_out = mistake(
        "Where does the second moment come in? You return only the first moment. Divide by the square root of the "
        "second.",
        {"m / np.sqrt(v)": "m"},
    )

    with_epsilon = variant({"np.sqrt(v)": "(np.sqrt(v) + 1e-8)"})

    @variant
    def by_running_it(beta1, beta2, steps):
        m = v = 0.0
        lengths = np.zeros(steps)
        for i in range(steps):
            m += (1 - beta1) * (1 - m)
            v += (1 - beta2) * (1 - v)
            lengths[i] = m / v**0.5
        return lengths
