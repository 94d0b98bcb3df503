"""Short signatures of results: two functions that give the same numbers on a case have the same signature.

The public cases of an exercise come with the signatures of hundreds of wrong answers, because their full results would
take far too much space. For each output, a signature holds one number: the sum of its entries, each times a fixed
weight.
"""

import functools
import re
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import Array, Floats
from .foreign import Foreign
from .outcome import CaseResult, Problem

# Two functions that compute the same thing have the same results up to rounding (SAME). If no program agrees that
# closely, look for one that differs no more than published forms of an update rule that put epsilon in different places
# differ from each other (SIMILAR). Rounding in float32 is coarser (SAME_SINGLE).
SAME, SIMILAR = 1e-9, 1e-7
SAME_SINGLE = 1e-4

QUOTED = re.compile(r"'[^']*'|\d+")


@dataclass(frozen=True)
class Signature:
    """The signature of one result.

    Attributes
    ----------
    structure : int
        A checksum of everything but finite numbers: names, shapes, kinds of number, texts, which entries are NaN or
        infinite, or the problem. Its lowest bit says whether there are float32 numbers.
    numbers : ndarray (outputs,)
        One number for each output with numbers, in the order of the outputs' names.
    sizes : ndarray (outputs,)
        The same sums over absolute values, to which differences are relative. Zeros if unknown.
    fractions : bool
        Whether there are numbers other than integers, infinity, and NaN. Unlike words and integers, fractions hardly
        ever agree by chance. False if unknown.
    """

    structure: int
    numbers: Floats
    sizes: Floats
    fractions: bool = False

    @property
    def says_something(self) -> bool:
        """Whether the result contains a finite number other than zero, or no numbers at all, as with a problem."""
        return not self.numbers.size or bool(self.sizes.any())

    def matches(self, known: "Signature", tolerance: float) -> bool:
        """Return whether two signatures are equal, up to a tolerance relative to the sizes of this one."""
        if self.structure >> 1 != known.structure >> 1 or self.numbers.shape != known.numbers.shape:
            return False
        single = (self.structure | known.structure) & 1
        allowed = 2 * (SAME_SINGLE if single else tolerance) * self.sizes
        return bool((np.abs(self.numbers - known.numbers) <= allowed + 1e-300).all())


def signature(result: CaseResult) -> Signature:
    """Return the signature of a result, whose outputs may be something other than arrays."""
    if result.problem is not None:
        return Signature(_checksum(identity(result.problem)), np.zeros(0), np.zeros(0))
    parts: list[object] = []
    sums: list[tuple[float, float]] = []
    single, fractions = False, False
    for name, value in sorted((result.outputs or {}).items()):
        if value is None or isinstance(value, (str, Foreign)):
            parts.append((name, value.description if isinstance(value, Foreign) else value, type(value).__name__))
            continue
        array = np.asarray(value)
        single = single or array.dtype == np.float32
        parts.append((name, array.shape, array.dtype.kind, _without_numbers(array)))
        if array.dtype.kind in "fiub":
            sums.append(_weighted_sums(array))
        fractions = fractions or _has_fractions(array)
    numbers, sizes = np.array(sums, dtype=np.float64).reshape(-1, 2).T
    return Signature(_checksum(parts) & ~1 | single, numbers, sizes, fractions)


def identity(problem: Problem) -> tuple[str, str, list[str], str]:
    """Return what two problems must share to count as the same.

    The class of an exception is not enough, because a `ValueError` can mean anything. Only the quoted names and the
    numbers in its message count, because the words differ between versions of Python.
    """
    return problem.kind, problem.exception, QUOTED.findall(problem.detail), problem.got


def _checksum(value: object) -> int:
    return zlib.crc32(repr(value).encode()) & ~1


def _without_numbers(array: Array) -> Any:
    """Return what an array holds besides finite numbers: words, or the places of NaN and infinity."""
    if array.dtype.kind == "U":
        return array.tolist()
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return None
    return np.where(np.isfinite(array), 0.0, array).astype(np.float16).tobytes()


def _has_fractions(array: Array) -> bool:
    if array.dtype.kind != "f":
        return False
    finite = array[np.isfinite(array)]
    return bool((finite != np.rint(finite)).any())


def _weighted_sums(array: Array) -> tuple[float, float]:
    # Long doubles, and sums of huge doubles, can overflow. Such a sum never matches any other.
    values = np.where(np.isfinite(array), array, 0).astype(np.float64).ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        weighted = values * _weights(values.size)
        return float(weighted.sum()), float(np.abs(weighted).sum())


@functools.lru_cache(maxsize=256)
def _weights(size: int) -> Floats:
    """Return fixed weights between 0.5 and 1.5, without a pattern that an array could share."""
    positions = np.arange(1, size + 1, dtype=np.float64)
    weights: Floats = 0.5 + (positions * positions * 0.6180339887498949) % 1.0
    return weights
