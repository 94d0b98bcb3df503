"""Checks whether two ``checks.npz`` files contain the same public cases, up to rounding.

A different CPU, BLAS, or Python version may round the last digits of a matrix product or a square root differently.
Only floating-point numbers may differ, and only by such rounding. Names, texts, shapes, dtypes, integers, and
everything else must be equal, except for a few of the functions that make two known mistakes at once: their results can
depend on rounding.
"""

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.checks import store
from gradlab.checks.foreign import Foreign
from gradlab.checks.known_mistakes import Program
from gradlab.checks.public_exercise import PublicExercise
from gradlab.checks.signatures import Signature
from gradlab.typing import Array

# The allowed differences, keyed by dtype: one relative to the largest number in the array, and one absolute.
#
# The first difference is relative to the largest number, because rounding leaves an error of about the same size in all
# numbers of an array. Double precision has 16 digits. Finite differences lose the most digits: with a step of 1e-5,
# relative differences of about 2e-10 have been seen on other CPUs. An author's change alters a number by far more
# than 1e-8. The absolute difference is for arrays that contain only rounding noise, such as 4e-16 for the standard
# deviation of equal numbers. Even the sign of such noise may differ.
ALLOWED = {"float64": (1e-8, 1e-14), "float32": (1e-5, 1e-7), "float16": (5e-3, 1e-4)}
FROM_FLOAT32 = (1e-4, 1e-7)  # for float64 numbers that were computed from float32 outputs
MOST_DIFFERENT = 0.02  # the fraction of the pairs of mistakes that may differ, not counting one pair


def same_cases(old: Path, new: Path) -> bool:
    """Return whether two files contain the same public cases up to rounding, or False if `old` cannot be read.

    The contents of the files are compared, not their bytes. In a file, equal arrays are stored only once, so a
    difference in a single digit can change where all later numbers are stored.
    """
    try:
        before = store.load(old)
    except ValueError:  # the file is damaged or has a different version
        return False
    return same_up_to_rounding(before, store.load(new))


def same_up_to_rounding(old: Any, new: Any) -> bool:
    """Return whether two values, as `gradlab.checks.store` keeps them, differ by no more than rounding."""
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        return _same_array(old, new)
    if isinstance(old, float):
        return _same_array(np.asarray(old), np.asarray(new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(same_up_to_rounding(old[name], new[name]) for name in old)
    if isinstance(old, tuple):
        return len(old) == len(new) and all(map(same_up_to_rounding, old, new))
    if isinstance(old, functools.partial):
        return old.func is new.func and same_up_to_rounding(old.keywords, new.keywords)
    if isinstance(old, Foreign):
        return bool(old.description == new.description)
    if isinstance(old, PublicExercise):
        same = _same_fields(dataclasses.replace(old, programs=()), dataclasses.replace(new, programs=()))
        return same and _same_programs(old.programs, new.programs)
    if isinstance(old, Signature):
        tolerance = FROM_FLOAT32 if old.structure & 1 else None  # see `Signature`
        return bool(old.structure == new.structure) and _same_array(old.numbers, new.numbers, tolerance)
    if dataclasses.is_dataclass(old):
        return _same_fields(old, new)
    return bool(old == new)


def _same_fields(old: Any, new: Any) -> bool:
    return all(same_up_to_rounding(getattr(old, f.name), getattr(new, f.name)) for f in dataclasses.fields(old))


def _same_programs(old: Sequence[Program], new: Sequence[Program]) -> bool:
    """Return whether the programs are the same, except for a few of those that make two mistakes at once.

    Two mistakes at once can give a result that depends on rounding, such as a difference of nearly equal numbers or a
    verdict at its threshold. Rounding also determines whether a result is exactly that of a single mistake.
    """
    singles = [[program for program in programs if len(program.names) == 1] for programs in (old, new)]
    before, after = ({p.names: p for p in programs if len(p.names) > 1} for programs in (old, new))
    different = [names for names in before.keys() | after.keys() if not _same_pair(before.get(names), after.get(names))]
    return same_up_to_rounding(*map(tuple, singles)) and len(different) <= MOST_DIFFERENT * len(before) + 1


def _same_pair(old: Program | None, new: Program | None) -> bool:
    return old is not None and new is not None and same_up_to_rounding(old.signatures, new.signatures)


def _same_array(old: Array, new: Array, tolerance: tuple[float, float] | None = None) -> bool:
    if old.dtype != new.dtype or old.shape != new.shape:
        return False
    if old.dtype.kind != "f":
        return np.array_equal(old, new)
    finite = np.isfinite(old)
    if not np.array_equal(finite, np.isfinite(new)) or not np.array_equal(old[~finite], new[~finite], equal_nan=True):
        return False
    if not finite.any():
        return True
    relative, absolute = tolerance or ALLOWED.get(old.dtype.name, ALLOWED["float64"])
    before, after = old[finite].astype(np.float64), new[finite].astype(np.float64)
    allowed = relative * np.abs(before).max() + absolute
    return bool(np.abs(before / 2 - after / 2).max() <= allowed / 2)  # halved, so that the difference can't overflow
