"""A dropout mask drawn from the wrong distribution and compared with p the wrong way around."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, signed
from gradlab import drivers, properties
from gradlab.checks.pictures import Picture


class FixDropoutMask(Exercise):
    """One set of notes makes a mask with randn(...) > p."""

    name, points = "fix_dropout_mask", 1
    done = "Your mask keeps the fraction it is asked to keep, because it draws uniform numbers."
    driver = drivers.call_with_rngs
    judge = properties.is_dropout_mask
    picture = Picture("mask", ("result",))

    def reference(h, p, rng):
        """A dropout mask for a layer's output: each unit of each example is kept independently, with probability p.

        Parameters
        ----------
        h : ndarray (N, M)
            The outputs of M units for N examples. Only the shape matters.
        p : float
            The probability of KEEPING a unit.
        rng : numpy.random.Generator
            The generator to draw from.

        Returns
        -------
        ndarray (N, M) of bool or of 0 and 1
            True or 1 where a unit is kept. Don't scale anything.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 4.
        """
        drawn = rng.random(h.shape)
        mask = drawn < p
        return mask

    def cases(rng):
        for label, p in (("keeping half", 0.5), ("keeping a quarter", 0.25), ("keeping nine in ten", 0.9)):
            # If the shape were always the same, a hard-coded mask that passed once would pass again.
            h = signed(rng, 1, 3, integer(rng, 50, 70), integer(rng, 40, 60))
            yield Case(label, h=h, p=p, seed=int(rng.integers(10**6)))

    @mistake(
        "What fraction of the units do you keep for p = 0.5, and for p = 0.9? Count: as with the printed code, it's "
        "too small for both, and too large for p = 0.25. Numbers from what distribution are below p with probability "
        "p?"
    )
    def as_printed(h, p, rng):
        drawn = rng.standard_normal(h.shape)
        return drawn > p

    normal_below = mistake(
        "From what distribution do you draw? Count the units that are kept: too many for p = 0.25 and p = 0.5, too "
        "few for p = 0.9. A uniform number in 0..1 is below p with probability p; a normal one isn't.",
        {"rng.random": "rng.standard_normal"},
    )
    uniform_above = mistake(
        "On which side of p must a uniform number fall? You keep the fraction 1 - p. Keep the units on the other side.",
        {"drawn < p": "drawn > p"},
    )
    always_half = mistake(
        "Does p make any difference? You keep half of the units, whatever p is.", {"drawn < p": "drawn < 0.5"}
    )
    one_row = mistake(
        "Do different examples lose different units? All of yours have the same mask. Draw a number for every unit of "
        "every example.",
        {"mask =": "drawn[:] = drawn[0]\nmask ="},
    )
    whole_rows = mistake(
        "Is each unit kept independently? You keep or drop all units of an example together. Draw a number for every "
        "unit of every example.",
        {"mask =": "drawn[:] = drawn[:, :1]\nmask ="},
    )
    scaled = mistake(
        "Is a unit that's kept marked with 1? You mark it with a different number. Return 0s and 1s, and leave the "
        "scaling for later.",
        {"return mask": "return mask / p"},
    )
    applied = mistake(
        "Does your mask hold nothing but 0s and 1s? Yours holds many different numbers. Return the mask alone, "
        "without multiplying it by anything.",
        {"return mask": "return h * mask"},
    )
    generator_made_inside = mistake(
        "What happens if you're given a different generator? Your mask stays the same. Draw from the `rng` you're "
        "given.",
        {"rng.random": "np.random.default_rng(0).random"},
    )
    global_generator = mistake(
        "If you run this again with the same generator, do you get the same mask? No: some of your numbers come from "
        "elsewhere. Draw everything from `rng`.",
        {"rng.random": "np.random.random"},
    )
    nothing_dropped = mistake(
        "Is anything dropped? No: you keep every unit. Compare each number you draw with p.",
        {"drawn < p": "drawn < 1"},
    )

    binomial = variant({"drawn = rng.random(h.shape)\nmask = drawn < p": "mask = rng.binomial(1, p, h.shape)"})

    @variant
    def one_by_one(h, p, rng):
        mask = np.zeros_like(h)
        for i in np.ndindex(h.shape):
            mask[i] = rng.uniform() >= 1 - p
        return mask
