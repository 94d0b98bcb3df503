"""A Taylor expansion printed as an equality."""

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
    done = "You can measure how far to trust a quadratic model of the loss, as trust-region methods do at each step."
    driver = drivers.call

    def reference(before, after, gradient, hessian, d):
        """How far to trust the second-order expansion: the loss's actual fall divided by the predicted one.

        You have taken a step d. The expansion around the old weights, with the gradient g and the Hessian H there,
        predicts how far the loss falls; the losses before and after the step say how far it fell. Trust-region methods
        look at this ratio after each step.

        Parameters
        ----------
        before, after : float
            The loss before and after the step.
        gradient : ndarray (D,)
            The gradient g, before the step.
        hessian : ndarray (D, D)
            The Hessian H, before the step.
        d : ndarray (D,)
            The step: the new weights minus the old.

        Returns
        -------
        float
            Near 1 if the expansion is good; negative if the loss rose although a fall was predicted.

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
        "Where do the two measured losses come in? Nowhere: as in the printed code, your ratio is 1 whatever they "
        "are. Divide the measured fall by the predicted one."
    )
    def as_printed(before, after, gradient, hessian, d):
        predicted = -(gradient @ d + d @ hessian @ d / 2)
        actual = predicted  # L(w + d) = L(w) + g·d + ½ dᵀHd
        return actual / predicted

    first_order = mistake(
        "Is the slope all that the expansion knows? The curvature term, ½ dᵀHd, is missing from your prediction.",
        {" + d @ hessian @ d / 2": ""},
    )
    half_missing = mistake(
        "What's the factor in front of the curvature term? It's ½, and yours is missing.", {" / 2": ""}
    )
    upside_down = mistake(
        "Which fall is divided by which? Your fraction is upside down: it should be the actual fall over the "
        "predicted one.",
        {"actual / predicted": "predicted / actual"},
    )
    sign_turned = mistake(
        "Are both of your numbers falls? One is a fall and the other a rise, so your ratio has the wrong sign.",
        {"-(": "("},
    )
    difference = mistake(
        "Do you divide or subtract? You return how far apart the two falls are. Return their ratio.",
        {"/ predicted": "- predicted"},
    )
    losses_compared = mistake(
        "Do you compare losses or how much they fell? You divide the loss after the step by the predicted one. "
        "Compare the falls.",
        {"actual / predicted": "after / (before - predicted)"},
    )
    curvature_subtracted = mistake(
        "What sign does the curvature term have? The same as the slope's: add the two before you turn the rise into a "
        "fall.",
        {" + d @": " - d @"},
    )
    half_of_everything = mistake(
        "What does the ½ belong to? Only to the curvature term; you halve the slope, too.",
        {"(gradient @ d + d @ hessian @ d / 2)": "(gradient @ d + d @ hessian @ d) / 2"},
    )
    curvature_along_the_gradient = mistake(
        "Along which direction do you take the curvature? Along the gradient. Take it along the step d.",
        {"d @ hessian @ d": "gradient @ hessian @ gradient"},
    )

    as_rises = variant(
        {
            "-(gradient @ d + d @ hessian @ d / 2)": "gradient.dot(d) + 0.5 * (hessian @ d).dot(d)",
            "before - after": "float(after - before)",
        }
    )
