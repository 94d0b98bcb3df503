"""Code shared by all properties: the types of cases and returned values, and checks for values of the wrong form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ..checks.compare import difference
from ..checks.foreign import describe
from ..checks.outcome import Outcome, Problem

Returned = dict[str, Any]
Shape = tuple[int | None, ...]  # None allows any size

NUMBERS, REAL, WHOLE = "fiub", "f", "iu"
WORDS = {REAL: "real numbers", WHOLE: "whole numbers"}


class Case(Protocol):
    """What a property reads from a case: its inputs and, if the property needs more, its truth."""

    @property
    def inputs(self) -> dict[str, Any]: ...

    @property
    def truth(self) -> Any: ...


def verdict(finding: str) -> Outcome:
    """Return an outcome with this finding. The outcome passes if the finding is empty."""
    return Outcome(not finding, finding=finding)


def first(findings: Iterable[str]) -> str:
    """Return the first finding that is not empty, or an empty string."""
    return next(filter(None, findings), "")


def wrong_names(returned: Returned, names: Iterable[str], expected: str = "") -> Outcome | None:
    """Return a problem unless the outputs have exactly these names; `expected` describes the expected outputs."""
    names = list(names)
    if set(returned) == set(names):
        return None
    problem = Problem("wrong_names", f"expected {expected or ', '.join(names)}", got=difference(names, returned))
    return Outcome(False, problem=problem)


def wrong_array(
    name: str, value: Any, shape: Shape, dtypes: str = NUMBERS, each: str = "", kind: str = "wrong_type"
) -> Outcome | None:
    """Return a problem unless `value` is an array of this shape with one of these kinds of dtype.

    Parameters
    ----------
    name : str
        The output's name, for the message.
    value : anything
    shape : tuple of int or None
        The expected shape, in which None allows any size.
    dtypes : str
        NumPy's letters for the allowed kinds of dtype.
    each : str
        A description of the first axis, such as "from every call", if the driver stacked the results of several calls.
        The message then omits this axis, because students never see it.
    kind : str
        The kind of problem to report for a wrong dtype.

    Returns
    -------
    Outcome or None
        The problem, or None if the array is as expected.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind not in dtypes:
        return Outcome.failed(
            kind, f"{name}: expected an array of {WORDS.get(dtypes, 'numbers')}, got {describe(value)}"
        )
    if _fits(value.shape, shape):
        return None
    wanted, got = (_written(sizes[1:] if each else sizes) for sizes in (shape, value.shape))
    detail = f"{name}: expected shape {wanted}{each and ' '}{each}, got shape {got}"
    extra = value.ndim > len(shape) and _fits(value.squeeze().shape, [size for size in shape if size != 1])
    finding = f"`{name}` has an extra axis of length 1" if extra else ""
    return Outcome(False, problem=Problem("wrong_shape", detail, got=f"{value.ndim} axes"), finding=finding)


def _fits(sizes: Sequence[int], shape: Sequence[int | None]) -> bool:
    return len(sizes) == len(shape) and all(a in (None, b) for a, b in zip(shape, sizes, strict=True))


def wrong_arrays(
    returned: Returned, shapes: Mapping[str, Shape], dtypes: str = NUMBERS, each: str = "", kind: str = "wrong_type"
) -> Outcome | None:
    """Return the first problem with several arrays of these names and shapes, as in `wrong_array`, or None."""
    problems = (wrong_array(name, returned[name], shape, dtypes, each, kind) for name, shape in shapes.items())
    return next((problem for problem in problems if problem), None)


def _written(shape: Shape) -> str:
    sizes = ["..." if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
