"""Decide what a failing check draws, from numbers that student code returned."""

import re
from typing import Any

import numpy as np

from ...drivers._rows import ROWS, Rows
from ...typing import Array, Floats, Outputs
from ..closeness import wrong_entries
from ..locate import worst_entry
from ..outcome import Outcome
from .curves import Curves, draw_curves
from .declaration import Picture
from .images import draw_image
from .masks import draw_masks
from .places import draw_places

FEWEST, MOST = 5, 500  # points of a curve; fewer are quicker to read as numbers
LARGEST = 100_000  # entries of the largest array that is drawn
LONGEST = 15_000  # characters of the longest picture

# Faults, found by properties, that cannot be seen in a picture of one or two calls.
INVISIBLE = re.compile("dtype|rng|seed|independently|depends|apart")
RESULT = re.compile(r"result( \d+)?|values")


def draw(declared: Picture | None, function: str, driver: str, case: Any, outcome: Outcome, outputs: Outputs) -> str:
    """Draw the outputs of a failing public case.

    Parameters
    ----------
    declared : Picture or None
        The picture that the exercise declares, if any.
    function : str
        The name of the student's function.
    driver : str
        The name of the driver.
    case : PublicCase
    outcome : Outcome
    outputs : dict
        The student's outputs; any value may be something other than an array.

    Returns
    -------
    str
        SVG for the report; empty if there is nothing to draw, for example because the outputs have the wrong shape,
        there are too few or too many numbers, or no difference would be visible.
    """
    if declared is None or outcome.passed:
        return ""
    with np.errstate(all="ignore"):
        if declared.kind == "curve":
            drawn = _curve(function, driver, case, outcome, outputs)
        elif declared.kind == "image":
            drawn = _image(case, outcome, outputs)
        elif outcome.problem or INVISIBLE.search(outcome.finding):
            drawn = ""
        elif declared.kind == "mask":
            drawn = _masks(declared, case, outputs)
        else:
            drawn = _places(declared, case, outputs)
    return drawn if len(drawn) <= LONGEST else ""


def _curve(function: str, driver: str, case: Any, outcome: Outcome, outputs: Outputs) -> str:
    rows = ROWS.get(driver)
    for name in _wrong_outputs(case, outcome):
        want, got = _comparable(case, outputs, name)
        if want is None or got is None or not FEWEST <= len(want) <= MOST:
            continue
        wrong = _wrong(got, want, case.tolerance)
        entry = _entry(want, got, wrong, case.tolerance, rows)
        column: tuple[Any, ...] = (slice(None), *entry)
        x, across = _positions(driver, case, len(want), rows.word if rows else "step")
        order = np.argsort(x, kind="stable")
        mine, right, differs = got[column][order], want[column][order], wrong[column][order]
        curves = Curves(x[order], right, mine, differs, across, _name(function, name, entry))
        start = np.asarray(case.inputs.get(rows.start.get(name)) if rows else None)
        if start.dtype.kind == "f" and start.shape == want.shape[1:]:
            curves = curves.from_start(float(start[entry]))
        return draw_curves(curves)
    return ""


def _image(case: Any, outcome: Outcome, outputs: Outputs) -> str:
    for name in _wrong_outputs(case, outcome):
        want, got = _comparable(case, outputs, name)
        if want is not None and got is not None and want.size and (want.ndim == 2 or want.shape[2:] == (3,)):
            return draw_image(want, got, _wrong(got, want, case.tolerance))
    return ""


def _masks(declared: Picture, case: Any, outputs: Outputs) -> str:
    known = case.inputs | outputs
    masks = {item: value for item in declared.shown if (value := _value(item, known)) is not None}
    shapes = {value.shape for value in masks.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) < 2:
        return ""
    return draw_masks({name: value.reshape(len(value), -1) for name, value in masks.items()})


def _places(declared: Picture, case: Any, outputs: Outputs) -> str:
    images, windows = (_value(item, case.inputs | outputs) for item in declared.shown)
    if images is None or windows is None or windows.ndim != 4 or windows.shape[:2] != images.shape[:2]:
        return ""
    if windows.shape[2] > images.shape[2] or windows.shape[3] > images.shape[3]:
        return ""
    return draw_places(images, windows)


def _wrong_outputs(case: Any, outcome: Outcome) -> list[str]:
    """Return the names that the driver gives to the wrong outputs."""
    if not outcome.parts:
        return []
    return [name for name, part in zip(case.expected, outcome.parts, strict=True) if not part.passed]


def _comparable(case: Any, outputs: Outputs, name: str) -> tuple[Floats | None, Floats | None]:
    """Return the expected and the returned output if both are real arrays of the same shape, otherwise (None, None)."""
    want, got = (_numbers(each.get(name), "f") for each in (case.expected, outputs))
    return (want, got) if want is not None and got is not None and want.shape == got.shape else (None, None)


def _numbers(value: Any, kinds: str) -> Floats | None:
    """Convert an array to float64. Return None for an array that is empty or too large, and for any other value."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in kinds or not value.ndim:
        return None
    return value.astype(np.float64) if 0 < value.size <= LARGEST else None


def _value(item: str, known: dict[str, Any]) -> Floats | None:
    """Return the value of a name or a quotient of two names, or None if it cannot be computed."""
    arrays = [_numbers(known.get(name), "fiub") for name in item.split(" / ")]
    found = [array for array in arrays if array is not None]
    if len(found) < len(arrays) or found[0].shape != found[-1].shape:
        return None
    return found[0] if len(found) == 1 else found[0] / found[1]


def _wrong(got: Floats, want: Floats, tolerance: float) -> Array:
    wrong: Array = wrong_entries(got, want, tolerance) | ~np.isfinite(got)
    return wrong


def _entry(want: Floats, got: Floats, wrong: Array, tolerance: float, rows: Rows | None) -> tuple[int, ...]:
    """Return the index, within one row, of the entry whose curve is drawn, which is the one that the report names."""
    finite = np.isfinite(got)
    if finite.all():
        return worst_entry(want, got, tolerance, rows)[1:]
    return tuple(map(int, np.argwhere(~finite)[0][1:]))


def _positions(driver: str, case: Any, count: int, word: str) -> tuple[Floats, str]:
    """Return the positions of a curve's points, and their name: the argument that changes, or a count from 1."""
    values = _numbers(case.inputs.get("values"), "fiu") if driver == "sweep" else None
    if values is not None and values.shape == (count,):
        return values, case.inputs["over"]
    return np.arange(1.0, count + 1), word


def _name(function: str, output: str, entry: tuple[int, ...]) -> str:
    """Return the name of what a curve shows, such as "w[2]", or "value 1 of f"."""
    number = RESULT.fullmatch(output)
    name = output if not number else f"value{number[1]} of {function}" if number[1] else function
    return f"{name}[{', '.join(map(str, entry))}]" if entry else name
