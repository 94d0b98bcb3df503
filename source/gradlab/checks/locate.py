"""Say where wrong numbers are: from a certain step onward, only in the last entry, or only in one row."""

import numpy as np

from ..drivers._rows import Rows
from ..typing import Array
from .closeness import equal, wrong_entries
from .relations import number_relation
from .rounding import rounding

# A sequence hardly changes if its largest change is below this fraction of the largest expected change.
TINY_CHANGE = 1e-3
# How a phrase about such a sequence, or about one that stays the same, begins.
STILL = ("never changes", "hardly changes")


@np.errstate(over="ignore", invalid="ignore")  # near the largest double, sums overflow, and no relation holds
def place_of_error(want: Array, got: Array, tolerance: float, rows: Rows | None, start: Array | None) -> str:
    """Say where `got` is wrong and, if something simple applies, how.

    Parameters
    ----------
    want, got : ndarray, same shape
        Finite numbers, some of which are wrong.
    tolerance : float
        The largest relative error of a correct entry.
    rows : Rows or None
        The meaning of the first axis, if it counts steps or calls.
    start : ndarray or None
        The value before the first row, for outputs that move from row to row.

    Returns
    -------
    str
        A phrase with a verb, such as "is right up to step 1 and wrong from step 2 onward". It contains no number from
        the case. Empty if every entry is wrong and nothing simple applies.
    """
    wrong: Array = wrong_entries(got, want, tolerance)
    if rows and want.ndim and len(want) > 1:
        return _place_in_sequence(want, got, wrong, rows, start)
    relation = _relation(want, got)
    return relation or ("" if wrong.all() else _place_in_array(want, wrong))


def _relation(want: Array, got: Array) -> str:
    return number_relation(want, got) or rounding(want, got)


def _place_in_sequence(want: Array, got: Array, wrong: Array, rows: Rows, start: Array | None) -> str:
    if _is_still(want, got):
        changes = STILL[0] if (got == got[0]).all() else STILL[1]
        if start is not None and start.shape == got[0].shape and equal(start, got[0]):
            return changes
        return f"{changes} after the first {rows.word}"
    for late, shifted, mine in (("late", want[:-1], got[1:]), ("early", want[1:], got[:-1])):
        # If all rows are the same, a match proves nothing.
        if equal(shifted, mine) and not equal(np.broadcast_to(mine[0], mine.shape), mine):
            return f"comes one {rows.word} too {late}"
    bad: Array = np.asarray(wrong.reshape(len(wrong), -1).any(axis=1))
    if start is None and bad.all() and (relation := _relation(want, got)):
        return relation
    first = int(bad.argmax())
    if bad[first:].all():
        where = f"is right up to {rows.word} {first} and wrong from {rows.word} {first + 1} onward" if first else ""
        where = where or f"is wrong from the first {rows.word} onward"
    elif bad.sum() == 1:
        where = f"is wrong only at {rows.word} {first + 1}"
    else:
        where = f"is first wrong at {rows.word} {first + 1}, but right again later"
    return where + _first_wrong_row(want, got, first, rows, start)


def _is_still(want: Array, got: Array) -> bool:
    """Return whether the rows of `got` are equal, up to changes that are tiny even next to those in `want`."""
    if not equal(np.broadcast_to(got[0], got.shape), got) or equal(np.broadcast_to(want[0], want.shape), want):
        return False
    changes = [np.abs(np.asarray(rows, np.float64) - rows[0]).max() for rows in (got, want)]
    return bool(changes[0] <= TINY_CHANGE * changes[1])


def _first_wrong_row(want: Array, got: Array, first: int, rows: Rows, start: Array | None) -> str:
    """Say how the first wrong row is wrong. For an output that moves, compare its change since the previous row."""
    mine, right = np.asarray(got[first]), np.asarray(want[first])
    if start is None:
        relation = _relation(right, mine) or _relation(want, got)
        return f": there it {relation}" if relation else ""
    before = want[first - 1] if first else np.broadcast_to(np.asarray(start, want.dtype), right.shape)
    if equal(before, mine):
        return f": there it does not move in this {rows.word}"
    if rounded := rounding(right, mine):
        return f": there it {rounded}"
    # The difference of two close numbers has fewer correct digits. Look for a relation only if enough are left.
    moved = np.abs(right - before)
    if not moved.size or moved.max() < 1e-4 * np.abs(right).max():
        return ""
    relation = number_relation(right - before, mine - before)
    return f": the change in this {rows.word} {relation}" if relation else ""


def _place_in_array(want: Array, wrong: Array) -> str:
    """Say which entries are wrong, given that some are right."""
    if not want.ndim:
        return ""
    if wrong.ndim == 2 and wrong.shape[0] == wrong.shape[1] and (wrong == np.eye(len(wrong), dtype=bool)).all():
        return "is wrong only on the diagonal"
    if (wrong == (want == 0)).all():
        return "is wrong only where it should be zero"
    names = ("entry", "") if wrong.ndim == 1 else ("row", "column")
    for axis, name in enumerate(names[: wrong.ndim]):
        along: Array = np.asarray(wrong.any(axis=tuple(i for i in range(wrong.ndim) if i != axis)))
        if name and along.sum() == 1 and len(along) > 1:
            number = int(along.argmax())
            which = {0: "first ", len(along) - 1: "last "}.get(number)
            return f"is wrong only in the {which}{name}" if which else f"is wrong only in one {name}"
    return f"is wrong in {'some' if wrong.mean() < 0.5 else 'many'} entries and right in the others"


def worst_entry(want: Array, got: Array, tolerance: float, rows: Rows | None) -> tuple[int, ...]:
    """Return the index of the wrong entry to show: the worst or, in a sequence, the worst in the first wrong row."""
    wrong = wrong_entries(got, want, tolerance)
    difference = np.where(wrong, np.abs(np.asarray(got, np.float64) - np.asarray(want, np.float64)), -1.0)
    if rows and want.ndim and len(want) > 1:
        first = int(wrong.reshape(len(wrong), -1).any(axis=1).argmax())
        within = np.unravel_index(int(difference[first].argmax()), difference[first].shape)
        return (first, *map(int, within))
    return tuple(map(int, np.unravel_index(int(difference.argmax()), difference.shape)))
