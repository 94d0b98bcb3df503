"""A dropout mask from the wrong distribution, and on the wrong side."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers, properties


class FixDropoutMask(Exercise):
    """One set of notes makes a mask with randn(...) > p."""

    name, points = "fix_dropout_mask", 1
    driver = drivers.call_with_rngs
    judge = properties.is_dropout_mask

    def reference(h, p, rng):
        """A dropout mask for the output of a layer: each unit of each example is kept with probability p, by itself.

        Parameters
        ----------
        h : ndarray (N, M)
            The outputs of M units for N examples; only the shape matters.
        p : float
            The probability of KEEPING a unit.
        rng : numpy.random.Generator
            What to draw from.

        Returns
        -------
        ndarray (N, M) of bool or of 0 and 1
            True or 1 where a unit is kept. Nothing is scaled here.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 4.
        """
        drawn = rng.random(h.shape)
        mask = drawn < p
        return mask

    def cases(rng):
        for label, p in (("keeping half", 0.5), ("keeping a quarter", 0.25), ("keeping nine in ten", 0.9)):
            yield Case(label, h=signed(rng, 1, 3, 60, 40), p=p, seed=int(rng.integers(10**6)))

    @mistake(
        "This keeps the share that the printed code keeps. Count it for p = 0.5 and for p = 0.9. From which "
        "distribution must a number come, and on which side of p must it fall, for its chance to be p?"
    )
    def as_printed(h, p, rng):
        drawn = rng.standard_normal(h.shape)
        return drawn > p

    normal_below = mistake(
        "The side is right now. But a normal number is below p with another probability than p.",
        {"rng.random": "rng.standard_normal"},
    )
    uniform_above = mistake(
        "The distribution is right now. But a uniform number is above p with probability 1 - p.",
        {"drawn < p": "drawn > p"},
    )
    always_half = mistake("Half of the units are kept whatever p is: p is not used.", {"drawn < p": "drawn < 0.5"})
    one_row = mistake(
        "All examples share one row of the mask. Draw a number for every unit of every example.",
        {"mask =": "drawn[:] = drawn[0]\nmask ="},
    )
    whole_rows = mistake(
        "A whole example is kept or dropped. Draw a number for every unit of every example.",
        {"mask =": "drawn[:] = drawn[:, :1]\nmask ="},
    )
    scaled = mistake(
        "The mask is divided by p. What is asked is the mask alone, of 0 and 1.", {"return mask": "return mask / p"}
    )
    applied = mistake(
        "You return the outputs with the mask applied. What is asked is the mask alone.",
        {"return mask": "return h * mask"},
    )
    generator_made_inside = mistake(
        "A generator made inside draws the same mask every time. Draw from the one that is handed in.",
        {"rng.random": "np.random.default_rng(0).random"},
    )

    binomial = variant({"drawn = rng.random(h.shape)\nmask = drawn < p": "mask = rng.binomial(1, p, h.shape)"})

    @variant
    def one_by_one(h, p, rng):
        mask = np.zeros_like(h)
        for i in np.ndindex(h.shape):
            mask[i] = rng.uniform() >= 1 - p
        return mask
