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
    """A verdict for each range of the relative error, with and without kinks."""

    name, points = "gradient_verdict", 2
    done = "You can turn a relative error into a verdict, and know why a kink makes you more lenient."
    driver = drivers.for_each_array

    def reference(error, kinks=False):
        """What a gradient's relative error, in its "sum" form, says about it.

            above 1e-2                    "wrong", most likely
            above 1e-4, up to 1e-2        "suspicious"
            above 1e-7, up to 1e-4        "fine" if the loss has kinks, "too high" if it has none
            up to 1e-7                    "happy"

        If the error is NaN, the gradient is "wrong".

        Parameters
        ----------
        error : float
            Zero, positive, or NaN.
        kinks : bool
            Whether the loss has kinks. ReLU, max-pooling, and SVMs do; tanh and softmax don't.

        Returns
        -------
        str
            "wrong", "suspicious", "fine", "too high", or "happy".
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
        yield Case("NaN among the errors", over="error", values=values, kinks=True)
        values = rng.permutation([*errors(rng, "suspicious"), 0.0])
        yield Case("zero and suspicious errors", over="error", values=values)
        yield Case("large and medium errors", over="error", values=errors(rng, "wrong", "between"))
        yield Case("exactly at a limit", over="error", values=rng.permutation([1e-2, 1e-4, 1e-7]), kinks=True)

    nan_is_happy = mistake(
        'What does NaN > 1e-2 give? False: NaN is not greater than any number, so it ends up as "happy". Check for '
        'NaN first: it is "wrong".',
        {"np.isnan(error) or ": ""},
    )
    kinks_ignored = mistake(
        'Do you use `kinks`? Between 1e-7 and 1e-4, your verdict is always "too high". It is "fine" if the loss has '
        "kinks.",
        {'"fine" if kinks else ': ""},
    )
    always_forgiving = mistake(
        'Do you use `kinks`? Between 1e-7 and 1e-4, your verdict is always "fine". It is "too high" if the loss has no '
        "kinks.",
        {' if kinks else "too high"': ""},
    )
    kinks_turned_round = mistake(
        'Which loss has an excuse for a larger error? The one with kinks. You have "fine" and "too high" the wrong '
        "way around.",
        {"if kinks": "if not kinks"},
    )
    never_wrong = mistake(
        'When do you say "wrong"? Never, unless the error is NaN. An error above 1e-2 is "wrong", so test for 1e-2 '
        "before you test for 1e-4.",
        {" or error > 1e-2": ""},
    )
    never_suspicious = mistake(
        'What do you say between 1e-4 and 1e-2? You say "wrong", which is too harsh. It is "suspicious".',
        {"1e-2": "1e-4"},
    )
    happy_too_early = mistake('When may you be "happy"? Only up to 1e-7; you are happy up to 1e-4.', {"1e-7": "1e-4"})
    turned_round = mistake(
        "Which errors are the bad ones? The large ones. Your comparisons are the wrong way around.",
        {
            "np.isnan(error) or error > 1e-2": "error < 1e-7",
            "error > 1e-4": "error < 1e-4",
            "error > 1e-7": "error < 1e-2",
        },
    )
    too_strict = mistake(
        "Where are the limits? Each of yours is ten times too strict: they should be 1e-2, 1e-4, and 1e-7.",
        {"1e-2": "1e-3", "1e-4": "1e-5", "1e-7": "1e-8"},
    )
    happy_to_1e_6 = mistake('When may you be "happy"? Only up to 1e-7; your limit seems to be 1e-6.', {"1e-7": "1e-6"})
    wrong_from_1e_3 = mistake(
        'When do you say "wrong"? You already call some errors below 1e-2 wrong, as with a limit of 1e-3.',
        {"1e-2": "1e-3"},
    )
    limits_left_out = mistake(
        "Which side does an error exactly at a limit belong to? The better one: each band includes its upper limit.",
        {"> 1e-2": ">= 1e-2", "> 1e-4": ">= 1e-4", "> 1e-7": ">= 1e-7"},
    )
    other_spelling = mistake(
        'Are your verdicts spelled as in the docstring? There they are all lowercase, and "too high" has a space.',
        {"return word": "return word.upper()"},
    )
    suspicious_without_kinks = mistake(
        'What do you say between 1e-7 and 1e-4 if the loss has no kinks? You say "suspicious", but that begins above '
        '1e-4. The word is "too high".',
        {'"too high"': '"suspicious"'},
    )
    underscore_for_a_space = mistake(
        'Are your verdicts spelled as in the docstring? "too high" has a space, not an underscore.',
        {'"too high"': '"too_high"'},
    )
    printed = mistake(
        "Does your function return anything? It returns None. Return the verdict instead of printing it.",
        {"return word": "print(word)"},
    )

    @mistake(
        'Does every error get its own verdict? Yours is always "happy". Compare the error with 1e-2, 1e-4, and 1e-7.'
    )
    def always_happy(error, kinks=False):
        return "happy"

    suspicious_from_1e_3 = mistake(
        'Where does "suspicious" begin? Above 1e-4; some errors above it are not suspicious to you, as with a limit of '
        "1e-3.",
        {"> 1e-4": "> 1e-3"},
    )
    suspicious_from_1e_5 = mistake(
        'Where does "suspicious" begin? Above 1e-4; some errors below it are already suspicious to you, as with a '
        "limit of 1e-5.",
        {"> 1e-4": "> 1e-5"},
    )
    wrong_without_kinks = mistake(
        'What do you say between 1e-4 and 1e-2 if the loss has no kinks? You say "wrong". It is "suspicious", '
        "with kinks or without.",
        {"error > 1e-2": "error > (1e-2 if kinks else 1e-4)"},
    )
    happy_forgotten = mistake(
        'What do you return for an error up to 1e-7? None, as if no `return` were reached. Return "happy" there.',
        {'word = "happy"': "word = None"},
    )

    capitalized = mistake(
        "Are your verdicts spelled as in the docstring? Yours begin with a capital letter, but they should be all "
        "lowercase.",
        {"return word": "return word.capitalize()"},
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
