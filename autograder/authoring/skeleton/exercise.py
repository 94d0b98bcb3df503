"""A weighted mean. Replace it with your own exercise; docs/private.md describes every part."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


class YourExercise(Exercise):
    """The mean of some values, in which each value has a weight."""

    name, points = "your_exercise", 2
    # Students read this line when they earn full credit: what they have built, or what they can do now.
    done = "You have `your_exercise`, a mean in which some values count more than others."
    # How the function is called on each case. To list the other ways: python -c "help('gradlab.drivers')"
    driver = drivers.call

    # Students get the signature and the docstring. The body becomes the solution; it may use np, but no other name from
    # outside the function.
    def reference(values, weights):
        """Weighted mean: Σ wᵢ vᵢ / Σ wᵢ.

        Parameters
        ----------
        values : ndarray (N,)
            The values vᵢ.
        weights : ndarray (N,)
            The weights wᵢ, all of them positive.

        Returns
        -------
        float
        """
        total = np.sum(weights * values)
        return total / np.sum(weights)

    # The labels are the same for every student; the numbers are not. Each case earns its share of the points.
    def cases(rng):
        yield Case("five values", values=rng.normal(size=5), weights=rng.uniform(1, 4, size=5))
        weights = rng.uniform(1, 4, size=8)
        yield Case("weights that add up to 1", values=rng.normal(size=8), weights=weights / weights.sum())
        yield Case("one very large weight", values=rng.normal(size=3), weights=rng.uniform([1, 1, 90], [4, 4, 99]))

    # What students get wrong, as a change to the reference. Students who make the mistake read the hint.
    not_divided = mistake(
        "Must the weights add up to 1? You return the weighted sum. Divide it by the sum of the weights.",
        {"total / np.sum(weights)": "total"},
    )
    divided_by_the_number = mistake(
        "What should you divide by? You divide by the number of values. Divide by the sum of their weights.",
        {"/ np.sum(weights)": "/ len(values)"},
    )

    # Write a mistake as a function if it is not a small change to the reference.
    @mistake(
        "Do all values count? You return the one with the largest weight. Add up all of them, each times its weight."
    )
    def only_the_heaviest(values, weights):
        return values[np.argmax(weights)]

    # Correct answers that are written differently. They must get full credit.
    @variant
    def with_average(values, weights):
        return np.average(values, weights=weights)

    @variant
    def in_a_loop(values, weights):
        total = 0.0
        for value, weight in zip(values, weights, strict=True):
            total += weight * value
        return total / sum(weights)
