"""Functions that make known mistakes: one mistake alone, two at once, or one in a correct variant of the solution.

Mistakes and variants that are edits of the reference can be combined if they change different places.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from autograder.edits import edited, overlap
from autograder.exercise import Exercise, Marked, variant


@dataclass(frozen=True)
class Combination:
    """A known mistake of an exercise, alone or together with another mistake or a variant."""

    exercise: type[Exercise]
    parts: tuple[Marked, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the mistakes."""
        return tuple(part.name for part in self.parts if not isinstance(part, variant))

    def function(self) -> Callable[..., Any]:
        """Return the function that makes these mistakes."""
        if len(self.parts) == 1:
            return self.parts[0].function
        name = "_and_".join(part.name for part in self.parts)
        return edited(self.exercise.reference, name, [place for part in self.parts for place in part.places])


def combinations(exercise: type[Exercise]) -> Iterator[Combination]:
    """Yield every known mistake alone, then in each variant, and then every pair of mistakes.

    A mistake is combined only with a variant or another mistake that changes different places.
    """
    for mistake in exercise.mistakes:
        yield Combination(exercise, (mistake,))
    mistakes = [mistake for mistake in exercise.mistakes if mistake.edits is not None]
    variants = [variant for variant in exercise.variants if variant.edits is not None]
    for parts in (*itertools.product(mistakes, variants), *itertools.combinations(mistakes, 2)):
        if not overlap([place for part in parts for place in part.places]):
            yield Combination(exercise, parts)
