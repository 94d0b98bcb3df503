"""The verdict on a gradient, given its relative error."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers

# Ranges of exponents of ten inside each band, some near each end of the band and none at a limit.
BANDS = {
    "wrong": ((-1.9, -1.3), (-0.7, 0.0)),
    "suspicious": ((-3.8, -3.2), (-2.8, -2.2)),
    "between": ((-6.8, -6.2), (-5.8, -5.2), (-4.8, -4.2)),
    "happy": ((-14.0, -9.0), (-7.8, -7.2)),
}


def errors(rng, *bands):
    """Errors from the given bands, several from each band, in random order."""
    return 10 ** rng.permutation([rng.uniform(*part) for band in bands for part in BANDS[band]])


class GradientVerdict(Exercise):
    """The verdict by bands of the relative error, with and without kinks."""

    name, points = "gradient_verdict", 2
    driver = drivers.for_each_array

    def reference(error, kinks=False):
        """What the relative error of a gradient, in the form "sum", tells about it.

            error above 1e-2              "wrong", most likely
            above 1e-4, up to 1e-2        "suspicious"
            above 1e-7, up to 1e-4        "fine" if the loss has kinks, "too high" if it has none
            up to 1e-7                    "happy"

        An error that is not a number is "wrong".

        Parameters
        ----------
        error : float
            Zero, positive or NaN.
        kinks : bool
            Whether the loss has kinks, as with ReLU, max-pooling or an SVM; tanh and softmax have none.

        Returns
        -------
        str
            "wrong", "suspicious", "fine", "too high" or "happy".
        """
        if np.isnan(error) or error > 1e-2:
            word = "wrong"
        elif error > 1e-4:
            word = "suspicious"
        elif error > 1e-7:
            word = "fine" if kinks else "too high"
        else:
            word = "happy"
        return word

    def cases(rng):
        yield Case("a loss without kinks", over="error", values=errors(rng, *BANDS))
        yield Case("a loss with kinks", over="error", values=errors(rng, *BANDS), kinks=True)
        values = rng.permutation([*errors(rng, "happy", "between"), np.nan])
        yield Case("an error that is not a number", over="error", values=values, kinks=True)
        values = rng.permutation([*errors(rng, "suspicious"), 0.0])
        yield Case("no error at all, and doubtful ones", over="error", values=values)
        yield Case("hopeless ones", over="error", values=errors(rng, "wrong", "between"))
        yield Case("exactly at a limit", over="error", values=rng.permutation([1e-2, 1e-4, 1e-7]), kinks=True)

    nan_is_happy = mistake(
        'NaN compares as false with everything, so it ends up as happy. Say "wrong" to it first.',
        {"np.isnan(error) or ": ""},
    )
    kinks_ignored = mistake(
        "kinks is ignored: up to 1e-4 is fine for a loss with kinks and too high for one without.",
        {'"fine" if kinks else ': ""},
    )
    always_forgiving = mistake(
        "Everything up to 1e-4 is fine for you. A loss without kinks must do better.", {' if kinks else "too high"': ""}
    )
    kinks_turned_round = mistake(
        "It is the other way round: a loss with kinks is forgiven errors up to 1e-4, a smooth one is not.",
        {"if kinks": "if not kinks"},
    )
    never_wrong = mistake(
        "The first question is whether the error is above 1e-4, so nothing is ever wrong. Ask about 1e-2 first.",
        {" or error > 1e-2": ""},
    )
    never_suspicious = mistake(
        "The band from 1e-4 to 1e-2 is missing: such an error is not wrong for certain, but suspicious.",
        {"1e-2": "1e-4"},
    )
    happy_too_early = mistake("You are happy up to 1e-4. Happiness begins at 1e-7.", {"1e-7": "1e-4"})
    turned_round = mistake(
        "Your comparisons are turned round: large errors are the bad ones.",
        {
            "np.isnan(error) or error > 1e-2": "error < 1e-7",
            "error > 1e-4": "error < 1e-4",
            "error > 1e-7": "error < 1e-2",
        },
    )
    too_strict = mistake(
        "Each limit is ten times too strict: they are 1e-2, 1e-4 and 1e-7.",
        {"1e-2": "1e-3", "1e-4": "1e-5", "1e-7": "1e-8"},
    )
    limits_left_out = mistake(
        "An error exactly at a limit falls on the wrong side: each band reaches up to its limit, with it.",
        {"> 1e-2": ">= 1e-2", "> 1e-4": ">= 1e-4", "> 1e-7": ">= 1e-7"},
    )
    other_spelling = mistake(
        'The words are not spelled as in the docstring: all small, "too high" with a blank.',
        {"return word": "return word.upper()"},
    )
    printed = mistake(
        "The function prints its verdict and returns None. Return the word.", {"return word": "print(word)"}
    )

    @variant
    def from_below(error, kinks=False):
        if error <= 1e-7:
            return "happy"
        if error <= 1e-4:
            return ["too high", "fine"][kinks]
        if error <= 1e-2:
            return "suspicious"
        return "wrong"

    @variant
    def by_searching(error, kinks=False):
        words = np.array(["happy", "fine" if kinks else "too high", "suspicious", "wrong"])
        return words[np.searchsorted([1e-7, 1e-4, 1e-2], error)]
