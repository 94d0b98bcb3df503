"""A Taylor expansion, which is printed as an equality."""

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import rotated, signed, uniform
from gradlab import drivers


def moved(rng, size, ratio, scale=1.0):
    """The losses before and after a step; the loss falls by `ratio` times what the expansion predicts."""
    gradient, d = signed(rng, 1, 3, size), scale * signed(rng, 0.5, 1, size)
    hessian = rotated(rng, *rng.uniform(0.2, 0.9, size))
    d = -d * (1 if gradient @ d > 0 else -1)
    if abs(gradient @ d) < 0.6 * scale * size:  # the step is nearly along a contour, where the loss hardly changes
        d = -scale * gradient / 3
    fall = ratio * -(gradient @ d + d @ hessian @ d / 2)
    before = uniform(rng, 5, 9)
    return {
        "before": before,
        "after": float(before - fall),
        "gradient": gradient,
        "hessian": hessian,
        "d": d,
    }


class FixTaylor(Exercise):
    """One set of notes prints the second-order expansion of the loss with a plain equals sign."""

    name, points = "fix_taylor", 1
    driver = drivers.call

    def reference(before, after, gradient, hessian, d):
        """How far to trust the second-order expansion: the actual fall of the loss over the fall that it predicts.

        A step d was taken. The expansion about the old weights, from the gradient g and the Hessian H there, predicts
        by how much the loss falls; the losses measured before and after tell by how much it fell. Methods that choose
        how far to trust their model of the loss look at this ratio after each step.

        Parameters
        ----------
        before, after : float
            The loss before the step and after it.
        gradient : ndarray (D,)
            g, before the step.
        hessian : ndarray (D, D)
            H, before the step.
        d : ndarray (D,)
            The step: the new weights minus the old.

        Returns
        -------
        float
            Near 1 where the expansion is good; negative where the loss rose although a fall was predicted.

        References
        ----------
        Nocedal & Wright, "Numerical optimization" (2006), section 4.1, equation 4.4.
        """
        predicted = -(gradient @ d + d @ hessian @ d / 2)
        actual = before - after
        return actual / predicted

    def cases(rng):
        yield Case("a short step, on which the expansion is good", **moved(rng, 2, 1 + uniform(rng, 0.01, 0.02), 0.1))
        yield Case("a longer step: the loss falls less than predicted", **moved(rng, 3, uniform(rng, 0.3, 0.6)))
        yield Case("the loss falls more than predicted", **moved(rng, 3, uniform(rng, 1.3, 1.9)))
        yield Case("the loss rises, though a fall was predicted", **moved(rng, 2, -uniform(rng, 0.5, 2)))

    @mistake(
        "This trusts the equals sign, as the printed code does: the ratio is 1 before anything is measured. Where are "
        "the two measured losses used?"
    )
    def as_printed(before, after, gradient, hessian, d):
        predicted = -(gradient @ d + d @ hessian @ d / 2)
        actual = predicted  # L(w + d) = L(w) + g·d + ½ dᵀHd
        return actual / predicted

    first_order = mistake(
        "The prediction stops at the first order. The expansion has the curvature in it, too.",
        {" + d @ hessian @ d / 2": ""},
    )
    half_missing = mistake("The half is missing before the curvature.", {" / 2": ""})
    upside_down = mistake(
        "The fraction is upside down: the actual fall is divided by the predicted one.",
        {"actual / predicted": "predicted / actual"},
    )
    sign_turned = mistake("One of the two is a fall and the other a rise, so the sign is turned round.", {"-(": "("})
    difference = mistake(
        "This is how far the two falls are apart. What is asked is their ratio.", {"/ predicted": "- predicted"}
    )
    losses_compared = mistake(
        "The loss after the step is compared with the predicted loss. Compare by how much each has fallen.",
        {"actual / predicted": "after / (before - predicted)"},
    )

    as_rises = variant(
        {
            "-(gradient @ d + d @ hessian @ d / 2)": "gradient.dot(d) + 0.5 * (hessian @ d).dot(d)",
            "before - after": "float(after - before)",
        }
    )
