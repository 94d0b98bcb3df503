"""The step at which rounding and truncation errors balance: the bottom of the U."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def size(rng):
    """A number of magnitude 0.01 to 100."""
    return float(10 ** rng.uniform(-2, 2))


class BestStep(Exercise):
    """Too small a step is as bad as too large a one; the best one in between can be computed."""

    name, points = "best_step", 2
    driver = drivers.call
    tolerance = 1e-6  # np.finfo(np.float32).eps is itself a float32, so answers with it are less precise

    def reference(value, derivative, formula="centered", dtype="float64"):
        """The step h at which the bound on a difference formula's whole error is smallest.

            "forward":  ε |f| / h   +  h |f''| / 2        f'' in `derivative`
            "centered":  ε |f| / 2h  +  h² |f'''| / 6      f''' in `derivative`

        The first term is what rounding f to the nearest number does, and grows as h shrinks; the second is what the
        formula leaves out, and shrinks with h. ε is the machine epsilon of the number type, the distance from 1 to
        the next number. The bound is smallest where its derivative in h is zero.

        Parameters
        ----------
        value : float
            f at the point, of either sign, not zero.
        derivative : float
            The second derivative at the point for "forward", the third for "centered"; of either sign, not zero.
        formula : str
            "forward" or "centered".
        dtype : str
            The number type in which f is computed, "float64" or "float32".

        Returns
        -------
        float

        References
        ----------
        Press, Teukolsky, Vetterling and Flannery, "Numerical recipes" (2007), section 5.7.
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
        "ε is always that of float64. Take it from the number type: in float32 it is 1.2e-7.",
        {"finfo(dtype)": "finfo(np.float64)"},
    )
    always_centered = mistake(
        "The formula is ignored and always centered. For the forward difference the second term is h |f''| / 2.",
        {'formula == "forward"': "False"},
    )
    always_forward = mistake(
        "The formula is ignored and always forward. For the centered difference the second term is h² |f'''| / 6.",
        {'formula == "forward"': "True"},
    )
    terms_made_equal = mistake(
        "You made the two terms equal, which for the centered difference is not where their sum is smallest.",
        {"1.5 * ratio": "3 * ratio"},
    )
    sizes_ignored = mistake(
        "Only ε is used. How large the step should be also depends on the sizes of f and of its derivative.",
        {" * abs(value / derivative)": "", "2 * ratio": "ratio", "1.5 * ratio": "ratio"},
    )
    factor_left_out = mistake(
        "The constant factor is left out: set the derivative of the bound to zero and keep its numbers.",
        {"2 * ratio": "ratio", "1.5 * ratio": "ratio"},
    )
    upside_down = mistake(
        "f and its derivative have changed places: a large derivative asks for a small step.",
        {"value / derivative": "derivative / value"},
    )
    signs_kept = mistake(
        "A negative f or derivative makes the root fail. Only their magnitudes count.",
        {"abs(value / derivative)": "np.float64(value / derivative)"},
    )
    root_left_out = mistake("The root is left out: you solved for h² or h³.", {"np.sqrt": "", " ** (1 / 3)": ""})
    half_epsilon = mistake(
        "ε here is the distance from 1 to the next number, np.finfo(dtype).eps, and not half of it.",
        {".eps": ".eps / 2"},
    )

    @mistake("This is 1e-5, whatever the function. Compute the step from the sizes that you are given.")
    def always_1e_5(value, derivative, formula="centered", dtype="float64"):
        return 1e-5

    the_error_itself = mistake(
        "You return the smallest bound, an error. What is asked is the step at which it is reached.",
        {
            "return float(h)": "noise, derivative = epsilon * abs(value) / h, abs(derivative)\n"
            'error = noise + h * derivative / 2 if formula == "forward" else noise / 2 + h**2 * derivative / 6\n'
            "return float(error)"
        },
    )

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
