"""The step with the smallest total of rounding and truncation errors: the bottom of the U."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def size(rng):
    """A number between 0.01 and 100."""
    return float(10 ** rng.uniform(-2, 2))


class BestStep(Exercise):
    """A step that is too small is as bad as one that is too large. You can compute the best step in between."""

    name, points = "best_step", 2
    done = "You can compute the best step for a difference formula instead of guessing it."
    driver = drivers.call
    tolerance = 3e-3  # with ε as it is usually printed, 2.2e-16 and 1.2e-7, the step is off by up to half a percent

    def reference(value, derivative, formula="centered", dtype="float64"):
        """The step h that minimizes the bound on the total error of a difference formula.

            "forward":  ε |f| / h   +  h |f''| / 2        f'' in `derivative`
            "centered":  ε |f| / 2h  +  h² |f'''| / 6      f''' in `derivative`

        The first term comes from rounding f and grows as h shrinks. The second, which shrinks with h, is what the
        formula leaves out. ε is the machine epsilon of the dtype, the distance from 1 to the next number. At the
        minimum, the bound's derivative with respect to h is zero.

        Parameters
        ----------
        value : float
            f at the point. It may be negative, but not zero.
        derivative : float
            The second derivative at the point for "forward", the third for "centered". It may be negative, but not
            zero.
        formula : str
            "forward" or "centered".
        dtype : str
            The dtype in which f is computed, "float64" or "float32".

        Returns
        -------
        float

        References
        ----------
        Goldberg, "What every computer scientist should know about floating-point arithmetic" (1991); Press, Teukolsky,
        Vetterling & Flannery, "Numerical recipes" (2007), section 5.7.
        """
        epsilon = float(np.finfo(dtype).eps)
        ratio = epsilon * abs(value / derivative)
        if formula == "forward":
            h = np.sqrt(2 * ratio)
        else:
            h = (1.5 * ratio) ** (1 / 3)
        return float(h)

    def cases(rng):
        yield Case("the centered difference", value=size(rng), derivative=size(rng))
        yield Case("the forward difference", value=size(rng), derivative=size(rng), formula="forward")
        yield Case("float32, centered", value=size(rng), derivative=size(rng), dtype="float32")
        yield Case("float32, forward", value=size(rng), derivative=size(rng), formula="forward", dtype="float32")
        yield Case("negative numbers, centered", value=-size(rng), derivative=size(rng))
        yield Case("negative numbers, forward", value=size(rng), derivative=-size(rng), formula="forward")

    epsilon_of_float64 = mistake(
        "Which ε do you use when f is computed in float32? You use float64's every time. "
        "`np.finfo(dtype).eps` is right for both.",
        {"finfo(dtype)": "finfo(np.float64)"},
    )
    printed_epsilon_of_float64 = mistake(
        "Is 2.2e-16 the ε of float32, too? You use it for both dtypes. In float32 it is 1.2e-7.",
        {"float(np.finfo(dtype).eps)": "2.2e-16"},
    )
    always_centered = mistake(
        "Does `formula` make a difference in your code? You return the centered difference's step for both formulas. "
        "For the forward difference, the second term of the bound is h |f''| / 2.",
        {'formula == "forward"': "False"},
    )
    always_forward = mistake(
        "Does `formula` make a difference in your code? You return the forward difference's step for both formulas. "
        "For the centered difference, the second term of the bound is h² |f'''| / 6.",
        {'formula == "forward"': "True"},
    )
    terms_made_equal = mistake(
        "Is the sum of two terms smallest where they are equal? For the forward difference it happens to be, but not "
        "for the centered one, where your h³ is twice as large as it should be. Set the derivative of the whole bound "
        "to zero, and keep the 2 in the denominator of ε |f| / 2h.",
        {"1.5 * ratio": "3 * ratio"},
    )
    sizes_ignored = mistake(
        "What if f is a thousand times larger? Your step stays the same, because it depends on ε alone. "
        "The best step also depends on the sizes of f and its derivative.",
        {" * abs(value / derivative)": "", "2 * ratio": "ratio", "1.5 * ratio": "ratio"},
    )
    factor_left_out = mistake(
        "What became of the numbers in the bound, the 2 and the 6? Both of your steps are off by a constant factor. "
        "Set the derivative of the bound to zero and keep its numbers.",
        {"2 * ratio": "ratio", "1.5 * ratio": "ratio"},
    )
    forward_factor_left_out = mistake(
        "What became of the 2 in the forward difference's bound? Your step for it is off by a constant factor: h² "
        "should be 2 ε |f| / |f''|.",
        {"2 * ratio": "ratio"},
    )
    upside_down = mistake(
        "Should a large derivative make the step longer or shorter? Shorter. In your formula, f and its derivative "
        "have traded places.",
        {"value / derivative": "derivative / value"},
    )
    signs_kept = mistake(
        "What does your formula do if f or its derivative is negative? It gives NaN. Only their magnitudes count, so "
        "take absolute values.",
        {"abs(value / derivative)": "np.float64(value / derivative)"},
    )

    @mistake(
        "What is (-8) ** (1/3) in Python? A complex number, which `float` refuses. Only the magnitudes of f and its "
        "derivative count, so take absolute values first."
    )
    def signs_kept_by_python(value, derivative, formula="centered", dtype="float64"):
        ratio = float(np.finfo(dtype).eps) * value / derivative
        return float(np.sqrt(2 * ratio) if formula == "forward" else (1.5 * ratio) ** (1 / 3))

    root_left_out = mistake(
        "Do you stop at h² or h³? Take the square root or the cube root to get h itself.",
        {"np.sqrt": "", " ** (1 / 3)": ""},
    )
    square_root_for_both = mistake(
        "Which power of h do you solve for in the centered difference? It is h³, so take the cube root, not the "
        "square root.",
        {"(1.5 * ratio) ** (1 / 3)": "np.sqrt(1.5 * ratio)"},
    )
    power_of_one_third = mistake(
        "What does Python make of `x ** 1 / 3`? It takes the first power and then divides by 3. For a cube root, put "
        "parentheses around 1 / 3.",
        {"** (1 / 3)": "** 1 / 3"},
    )
    formulas_exchanged = mistake(
        "Which formula gets which step? You have them the other way around: the forward difference takes the square "
        "root, the centered one the cube root.",
        {'formula == "forward"': 'formula == "centered"'},
    )
    half_epsilon = mistake(
        "Is your ε the distance from 1 to the next number? Your steps fit an ε that is half as large. Take "
        "`np.finfo(dtype).eps` as it is.",
        {".eps": ".eps / 2"},
    )

    @mistake("Your step is always 1e-5, whatever the function. Compute it from the arguments.")
    def always_1e_5(value, derivative, formula="centered", dtype="float64"):
        return 1e-5

    the_error_itself = mistake(
        "Do you return a step or an error? You return the bound's smallest value. Return the h that gives it.",
        {
            "return float(h)": "noise, derivative = epsilon * abs(value) / h, abs(derivative)\n"
            'error = noise + h * derivative / 2 if formula == "forward" else noise / 2 + h**2 * derivative / 6\n'
            "return float(error)"
        },
    )

    two_outside_the_root = mistake(
        "Is the 2 inside the root? Your step for the forward difference is too long by a factor of √2: h² should be 2 "
        "ε |f| / |f''|.",
        {"2 * ratio": "4 * ratio"},
    )
    centered_factor_left_out = mistake(
        "What became of the numbers in the centered difference's bound? Your step for it is off by a constant factor: "
        "h³ should be 1.5 ε |f| / |f'''|.",
        {"1.5 * ratio": "ratio"},
    )
    derivative_ignored = mistake(
        "What if the derivative is a thousand times larger? Your step stays the same. Divide by the derivative's "
        "magnitude.",
        {"value / derivative": "value"},
    )
    value_ignored = mistake(
        "What if f is a thousand times larger? Your step stays the same. Multiply by the magnitude of f.",
        {"value / derivative": "1 / derivative"},
    )
    whole_division = mistake(
        "Is your step for the centered difference always 1? An exponent of 1 // 3 gives that, because 1 // 3 is 0 in "
        "Python: write 1 / 3.",
        {"(1 / 3)": "(1 // 3)"},
    )
    resolution_for_epsilon = mistake(
        "Is your ε the distance from 1 to the next number? Yours is 1e-15 in float64 and 1e-6 in float32, which is "
        "`np.finfo(dtype).resolution`. Take `np.finfo(dtype).eps`.",
        {".eps": ".resolution"},
    )
    smallest_number_for_epsilon = mistake(
        "Is your ε the distance from 1 to the next number? Yours is the smallest positive normal number, "
        "`np.finfo(dtype).tiny`. Take `np.finfo(dtype).eps`.",
        {".eps": ".tiny"},
    )
    rounded_epsilon = mistake(
        "How large is ε? Yours seems to be 1e-16 in float64 and 1e-7 in float32, both too small. Take "
        "`np.finfo(dtype).eps`.",
        {"float(np.finfo(dtype).eps)": '{"float64": 1e-16, "float32": 1e-7}[dtype]'},
    )

    centered_step_too_short = mistake(
        "Where does the factor in the centered difference's step come from? h³ should be 1.5 ε |f| / |f'''|, and yours "
        "is half of that.",
        {"1.5 * ratio": "0.75 * ratio"},
    )

    epsilon_as_printed = variant({"float(np.finfo(dtype).eps)": '{"float64": 2.2e-16, "float32": 1.2e-7}[dtype]'})

    @variant
    def with_a_table(value, derivative, formula="centered", dtype="float64"):
        epsilon = {"float64": 2.0**-52, "float32": 2.0**-23}[dtype]
        factor, power = {"forward": (2.0, 0.5), "centered": (1.5, 1 / 3)}[formula]
        return (factor * epsilon * np.abs(value) / np.abs(derivative)) ** power

    by_cube_root = variant(
        {
            "float(np.finfo(dtype).eps)": "np.spacing(np.ones(1, dtype))[0]",
            "(1.5 * ratio) ** (1 / 3)": "np.cbrt(1.5 * ratio)",
        }
    )
