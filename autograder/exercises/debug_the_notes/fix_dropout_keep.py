"""A probability of dropping that is used as the probability of keeping."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers, properties
from gradlab.checks.pictures import Picture


class FixDropoutKeep(Exercise):
    """At p = 0.5, nobody notices when a probability of dropping is used for keeping."""

    name, points = "fix_dropout_keep", 2
    done = "You have caught a mix-up of keeping and dropping that stays invisible at p = 0.5."
    driver = drivers.call_with_rngs
    judge = properties.drops_with_probability
    picture = Picture("mask", ("result / h",))

    def reference(h, drop, rng):
        """Inverted dropout in training: each unit of each example is DROPPED independently, with the given probability.

        Scale what is kept, so that each output stays the same on average over many masks.

        Parameters
        ----------
        h : ndarray (N, M)
            The outputs of M units for N examples.
        drop : float
            The probability of dropping a unit, at least 0 and below 1.
        rng : numpy.random.Generator
            The generator to draw from.

        Returns
        -------
        ndarray (N, M)
            The outputs, 0 where a unit is dropped.

        Notes
        -----
        You may change `h` in place.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), section 10.
        """
        keep = 1 - drop
        kept = rng.random(h.shape) < keep
        return h * kept / keep

    def cases(rng):
        # With 61 x 41 units, the fraction kept is never exactly 1 - drop, so scaling by that fraction always shows.
        for label, drop in (("dropping a fifth", 0.2), ("dropping three quarters", 0.75), ("dropping a tenth", 0.1)):
            yield Case(label, h=signed(rng, 1, 3, 61, 41), drop=drop, seed=int(rng.integers(10**6)))

    @mistake(
        "If you drop a fifth, how much should be kept? Count: as with the printed code, you keep the fraction that "
        "should be dropped. At 0.5, you wouldn't notice."
    )
    def as_printed(h, drop, rng):
        p = drop
        mask = (rng.random(h.shape) < p) / p
        return h * mask

    scale_of_the_other = mistake(
        "What do you divide by? The right fraction is kept, but it's divided by the fraction dropped. Divide "
        "by the fraction kept.",
        {"/ keep": "/ drop"},
    )
    not_scaled = mistake(
        "Is each output still the same on average? The right fraction is kept, but it isn't scaled, so the "
        "outputs get smaller.",
        {" / keep": ""},
    )
    multiplied = mistake(
        "Does the scale make up for what's dropped? You multiply what is kept by the fraction kept, which makes it "
        "smaller still. Divide instead.",
        {"/ keep": "* keep"},
    )
    nothing_dropped = mistake(
        "Are any of your outputs zero? You drop nothing. Draw which units to drop.", {"kept / keep": "keep"}
    )
    one_row = mistake(
        "Do different examples lose different units? All of yours have the same mask. Draw a number for every unit of "
        "every example.",
        {"h.shape": "h.shape[1]"},
    )
    generator_made_inside = mistake(
        "What happens if you're given a different generator? You drop the same units as before. Draw from the `rng` "
        "you're given.",
        {"rng.random": "np.random.default_rng(0).random"},
    )
    whole_rows = mistake(
        "Is each unit dropped independently? You keep or drop all units of an example together. Draw a number for "
        "every unit of every example.",
        {"h.shape": "(len(h), 1)"},
    )
    always_half = mistake(
        "Where does the probability come in? You always keep half of the units.",
        {"< keep": "< 0.5"},
    )
    scaled_twice = mistake(
        "What is each output on average, over many masks? It should stay the same, but you divide twice, so it "
        "grows. Divide once by 1 - drop.",
        {"/ keep": "/ keep**2"},
    )
    scaled_by_what_is_kept = mistake(
        "If two masks keep different numbers of units, what do you divide by? By the fraction that each one happens to "
        "keep, so your scale changes with each mask. Divide by 1 - drop.",
        {"/ keep": "/ kept.mean()"},
    )
    global_generator = mistake(
        "If you run this again with the same generator, do you get the same mask? No: some of your numbers come from "
        "elsewhere. Draw everything from `rng`.",
        {"rng.random": "np.random.random"},
    )

    in_place = variant({"return h * kept / keep": "h *= kept\nh /= keep\nreturn h"})
    by_choice = variant(
        {
            "rng.random(h.shape) < keep": "rng.binomial(1, keep, size=h.shape)",
            "h * kept / keep": "np.where(kept, h / keep, 0.0)",
        }
    )
