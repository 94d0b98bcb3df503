"""Which of two features affects the loss more: the one in 0..1, or the one in 100..200?"""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed
from gradlab import drivers


def features(rng, *ranges, count=12):
    """Examples with one feature per range, targets, and weights that are larger for smaller features."""
    low, high = np.array(ranges).T
    X = rng.uniform(low, high, (count, len(low)))
    w = signed(rng, 1, 2, len(low)) / np.abs(ranges).max(axis=1)
    # The errors have both signs, but most are positive, so that no average is close to zero.
    error = np.where(np.arange(count) % 4 == 1, -0.3, 1.0) * rng.uniform(0.5, 1, count)
    return {"X": X, "y": X @ w - error, "w": w}


class FixFeatureScales(Exercise):
    """One set of notes says that a feature in 0..1 moves the loss far more than one in 100..200."""

    name, points = "fix_feature_scales", 2
    done = "You have measured which feature dominates the loss: the one with large values, not the one with small ones."
    driver = drivers.call

    def reference(X, y, w):
        """How steep the loss is along each weight, which is what gradient descent uses.

        The model is linear, and the loss is half the mean squared error: L(w) = mean((X w - y)²) / 2.

        Parameters
        ----------
        X : ndarray (N, D)
            N examples with D features.
        y : ndarray (N,)
            The targets.
        w : ndarray (D,)
            The weights, one per feature.

        Returns
        -------
        ndarray (D,)
            The magnitude of the loss's derivative with respect to each weight.

        References
        ----------
        LeCun, Bottou, Orr & Müller, "Efficient BackProp" (1998), section 4.3.
        """
        error = X @ w - y
        slopes = X.T @ error / len(y)
        return np.abs(slopes)

    def cases(rng):
        yield Case("a feature in 0..1 next to one in 100..200", **features(rng, (0, 1), (100, 200)))
        yield Case("four features of different sizes", **features(rng, (0, 1), (-30, -20), (5, 9), (100, 200)))
        yield Case("features of the same size", **features(rng, (1, 2), (1, 2), (-2, -1), count=20))
        yield Case("a single example", **features(rng, (0.1, 1), (100, 200), count=1))

    @mistake(
        "What is changed, and what is held fixed? Like the printed code, you return the slopes along the features. "
        "But features are data; gradient descent changes the weights."
    )
    def as_printed(X, y, w):
        error = X @ w - y
        slopes = error[:, None] * w
        return np.abs(slopes).mean(axis=0)

    magnitudes_averaged = mistake(
        "Do examples that pull in opposite directions cancel? Not in your code, because you drop the sign example by "
        "example. Average first, then take the magnitude.",
        {"X.T @ error": "np.abs(X.T) @ np.abs(error)"},
    )
    summed = mistake(
        "Is the loss a sum or a mean? You add up the examples' slopes. Divide by the number of examples.",
        {" / len(y)": ""},
    )
    twice = mistake(
        "What's left of the ½ when you differentiate a square? Nothing: it cancels the 2. Your slopes are twice as "
        "steep as they should be.",
        {"return ": "return 2 * "},
    )
    signs_kept = mistake(
        "Can steepness be negative? Your signs are still there. Return magnitudes.", {"np.abs(slopes)": "slopes"}
    )
    sizes_of_the_features = mistake(
        "What happens to the slope if the errors get larger? It should get steeper, but you return just the mean "
        "magnitudes of the features. Multiply by the errors before you average.",
        {"X.T @ error": "np.abs(X).sum(axis=0)"},
    )
    curvatures = mistake(
        "Do you return slopes or curvatures? The mean square of each feature is the curvature along its weight. A "
        "slope contains the errors, too.",
        {"X.T @ error": "(X**2).sum(axis=0)"},
    )
    halved = mistake(
        "What's left of the ½ when you differentiate a square? Nothing: it cancels the 2. Your slopes are only half "
        "as steep as they should be.",
        {"len(y)": "(2 * len(y))"},
    )
    divided_by_features = mistake(
        "What is the mean taken over? You divide by the number of features. Divide by the number of examples.",
        {"len(y)": "len(w)"},
    )
    times_the_weights = mistake(
        "Is this how much the loss changes with the weight itself, or with a relative change in it? You multiply "
        "each slope by its weight. Leave that out.",
        {"np.abs(slopes)": "np.abs(slopes * w)"},
    )

    @variant
    def example_by_example(X, y, w):
        total = np.zeros(len(w))
        for x, target in zip(X, y, strict=True):
            total += (x.dot(w) - target) * x
        return np.absolute(total / len(X))

    @variant
    def by_differences(X, y, w):
        """Centered differences of a quadratic are exact up to rounding."""

        def loss(w):
            return np.mean((X @ w - y) ** 2) / 2

        steps = np.eye(len(w)) / np.abs(X).max(axis=0)
        return np.array([abs(loss(w + h) - loss(w - h)) / (2 * h.sum()) for h in steps])
