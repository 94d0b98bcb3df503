"""The step at which rounding and truncation errors balance: the bottom of the U."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def step(value, derivative, formula, epsilon):
    """The step at which the derivative of the error bound is zero."""
    if formula == "forward":
        return float(np.sqrt(2 * epsilon * abs(value / derivative)))
    return float((1.5 * epsilon * abs(value / derivative)) ** (1 / 3))


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
        if formula == "forward":
            return float(np.sqrt(2 * epsilon * abs(value / derivative)))
        return float((1.5 * epsilon * abs(value / derivative)) ** (1 / 3))

    def cases(rng):
        yield Case("the centered difference", value=size(rng), derivative=size(rng))
        yield Case("the forward difference", value=size(rng), derivative=size(rng), formula="forward")
        yield Case("float32, centered", value=size(rng), derivative=size(rng), dtype="float32")
        yield Case("float32, forward", value=size(rng), derivative=size(rng), formula="forward", dtype="float32")
        yield Case("negative numbers, centered", value=-size(rng), derivative=size(rng))
        yield Case("negative numbers, forward", value=size(rng), derivative=-size(rng), formula="forward")

    @mistake("ε is always that of float64. Take it from the number type: in float32 it is 1.2e-7.")
    def epsilon_of_float64(value, derivative, formula="centered", dtype="float64"):
        return step(value, derivative, formula, np.finfo(np.float64).eps)

    @mistake("The formula is ignored and always centered. For the forward difference the second term is h |f''| / 2.")
    def always_centered(value, derivative, formula="centered", dtype="float64"):
        return step(value, derivative, "centered", np.finfo(dtype).eps)

    @mistake("The formula is ignored and always forward. For the centered difference the second term is h² |f'''| / 6.")
    def always_forward(value, derivative, formula="centered", dtype="float64"):
        return step(value, derivative, "forward", np.finfo(dtype).eps)

    @mistake("You made the two terms equal, which for the centered difference is not where their sum is smallest.")
    def terms_made_equal(value, derivative, formula="centered", dtype="float64"):
        epsilon = np.finfo(dtype).eps
        if formula == "forward":
            return step(value, derivative, formula, epsilon)
        return float((3 * epsilon * abs(value / derivative)) ** (1 / 3))

    @mistake("Only ε is used. How large the step should be also depends on the sizes of f and of its derivative.")
    def sizes_ignored(value, derivative, formula="centered", dtype="float64"):
        return float(np.finfo(dtype).eps ** (1 / 2 if formula == "forward" else 1 / 3))

    @mistake("The constant factor is left out: set the derivative of the bound to zero and keep its numbers.")
    def factor_left_out(value, derivative, formula="centered", dtype="float64"):
        ratio = np.finfo(dtype).eps * abs(value / derivative)
        return float(ratio ** (1 / 2 if formula == "forward" else 1 / 3))

    @mistake("f and its derivative have changed places: a large derivative asks for a small step.")
    def upside_down(value, derivative, formula="centered", dtype="float64"):
        return step(derivative, value, formula, np.finfo(dtype).eps)

    @mistake("A negative f or derivative makes the root fail. Only their magnitudes count.")
    def signs_kept(value, derivative, formula="centered", dtype="float64"):
        ratio = np.float64(np.finfo(dtype).eps) * value / derivative
        return float(np.sqrt(2 * ratio) if formula == "forward" else (1.5 * ratio) ** (1 / 3))

    @mistake("The root is left out: you solved for h² or h³.")
    def root_left_out(value, derivative, formula="centered", dtype="float64"):
        ratio = np.finfo(dtype).eps * abs(value / derivative)
        return float(2 * ratio if formula == "forward" else 1.5 * ratio)

    @mistake("ε here is the distance from 1 to the next number, np.finfo(dtype).eps, and not half of it.")
    def half_epsilon(value, derivative, formula="centered", dtype="float64"):
        return step(value, derivative, formula, np.finfo(dtype).eps / 2)

    @mistake("This is 1e-5, whatever the function. Compute the step from the sizes that you are given.")
    def always_1e_5(value, derivative, formula="centered", dtype="float64"):
        return 1e-5

    @mistake("You return the smallest bound, an error. What is asked is the step at which it is reached.")
    def the_error_itself(value, derivative, formula="centered", dtype="float64"):
        h = step(value, derivative, formula, np.finfo(dtype).eps)
        noise = float(np.finfo(dtype).eps) * abs(value) / h
        if formula == "forward":
            return noise + h * abs(derivative) / 2
        return noise / 2 + h**2 * abs(derivative) / 6

    @variant
    def with_a_table(value, derivative, formula="centered", dtype="float64"):
        epsilon = {"float64": 2.0**-52, "float32": 2.0**-23}[dtype]
        factor, power = {"forward": (2.0, 0.5), "centered": (1.5, 1 / 3)}[formula]
        return (factor * epsilon * np.abs(value) / np.abs(derivative)) ** power

    @variant
    def by_cube_root(value, derivative, formula="centered", dtype="float64"):
        noise = np.spacing(np.ones(1, dtype))[0].astype(np.float64) * abs(value)
        if formula == "centered":
            return np.cbrt(3 * noise / (2 * abs(derivative)))
        return np.exp(0.5 * np.log(2 * noise / abs(derivative)))
