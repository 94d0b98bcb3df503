"""A probability of dropping that is used as the probability of keeping."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers, properties


class FixDropoutKeep(Exercise):
    """With p = 0.5, a probability of dropping that is used for keeping goes unnoticed."""

    name, points = "fix_dropout_keep", 2
    driver = drivers.call_with_rngs
    judge = properties.drops_with_probability

    def reference(h, drop, rng):
        """Inverted dropout in training: each unit of each example is DROPPED with the given probability, by itself.

        What is kept is scaled such that each output is, on average over the masks, what it was.

        Parameters
        ----------
        h : ndarray (N, M)
            The outputs of M units for N examples.
        drop : float
            The probability of dropping a unit, at least 0 and below 1.
        rng : numpy.random.Generator
            What to draw from.

        Returns
        -------
        ndarray (N, M)
            0 where a unit is dropped.

        Notes
        -----
        `h` may be changed in place, but need not be.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 10.
        """
        keep = 1 - drop
        kept = rng.random(h.shape) < keep
        return h * kept / keep

    def cases(rng):
        for label, drop in (("dropping a fifth", 0.2), ("dropping three quarters", 0.75), ("dropping a tenth", 0.1)):
            yield Case(label, h=signed(rng, 1, 3, 60, 40), drop=drop, seed=int(rng.integers(10**6)))

    @mistake(
        "This drops what should be kept and keeps what should be dropped, as the printed code does. At 0.5 the two are "
        "the same: count what is kept at 0.2."
    )
    def as_printed(h, drop, rng):
        p = drop
        mask = (rng.random(h.shape) < p) / p
        return h * mask

    scale_of_the_other = mistake(
        "The right share is kept, and scaled as if it were the other one: divide by the share that is kept.",
        {"/ keep": "/ drop"},
    )
    not_scaled = mistake(
        "The right share is kept, but it is not scaled: the outputs get smaller on average.", {" / keep": ""}
    )
    multiplied = mistake(
        "What is kept is multiplied by the share that is kept. Divide by it, to make up for what is dropped.",
        {"/ keep": "* keep"},
    )
    nothing_dropped = mistake(
        "Nothing is dropped: the outputs are only scaled. Draw which units are dropped.", {"kept / keep": "keep"}
    )
    one_row = mistake(
        "All examples share one row of the mask. Draw a number for every unit of every example.",
        {"h.shape": "h.shape[1]"},
    )
    generator_made_inside = mistake(
        "A generator made inside drops the same units every time. Draw from the one that is handed in.",
        {"rng.random": "np.random.default_rng(0).random"},
    )

    in_place = variant({"return h * kept / keep": "h *= kept\nh /= keep\nreturn h"})
    by_choice = variant(
        {
            "rng.random(h.shape) < keep": "rng.binomial(1, keep, size=h.shape)",
            "h * kept / keep": "np.where(kept, h / keep, 0.0)",
        }
    )
