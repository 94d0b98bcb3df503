"""The student's notebook as last saved, which is what will be graded: its code cells, in the order they run."""

import functools
import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from .bindings import bindings, may_set_more
from .demo_cells import graded_source

MAX_BYTES = 10_000_000  # larger notebooks are not graded
CHECK = "-check"


@dataclass(frozen=True)
class Place:
    """A statement that sets a name: see `Binding`. `cell` is the number of its cell among those that grading runs."""

    cell: int
    code: str
    needs: frozenset[str]


@dataclass(frozen=True)
class SavedNotebook:
    """The code cells that grading runs, and the time at which the notebook was saved.

    Attributes
    ----------
    seconds : float
        The time of the save, in seconds since the epoch.
    sources : tuple of str
        The sources of the cells. For a demo cell, only its imports and functions are included.
    checks : dict
        For each exercise, keyed by name, the number of cells in `sources` that are above its check.
    """

    seconds: float
    sources: tuple[str, ...]
    checks: dict[str, int]

    def places(self, name: str) -> list[Place]:
        """Return the statements that set a name, in order."""
        cells = ((number, bindings(source).get(name, ())) for number, source in enumerate(self.sources))
        return [Place(number, binding.code, binding.needs) for number, found in cells for binding in found]

    @functools.cached_property
    def may_set_more(self) -> bool:
        """Whether any cell may set names that `places` does not find."""
        return any(map(may_set_more, self.sources))


def saved_notebook(paths: Iterable[Path], exercise: str, demo_cells: Collection[str]) -> SavedNotebook | None:
    """Return the saved notebook that contains an exercise, or None if that notebook cannot be determined.

    Parameters
    ----------
    paths : iterable of Path
        The files that may be the open notebook. It can be determined if exactly one of them contains the exercise.
    exercise : str
        The exercise's name.
    demo_cells : collection of str
        The digests of the assignment's demo cells.
    """
    skipped = frozenset(demo_cells)
    notebooks = [_read(path, status.st_mtime_ns, skipped) for path in paths if (status := _status(path))]
    found = [notebook for notebook in notebooks if notebook and exercise in notebook.checks]
    return found[0] if len(found) == 1 else None


def _status(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status if status.st_size <= MAX_BYTES else None


@functools.lru_cache(maxsize=8)
def _read(path: Path, saved: int, demo_cells: frozenset[str]) -> SavedNotebook | None:
    """Return the notebook at `path`, last saved at the time `saved` in nanoseconds, or None if it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        sources, checks = list[str](), dict[str, int]()
        for cell in code:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if grade_id.endswith(CHECK):
                checks[grade_id.removesuffix(CHECK)] = len(sources)
            else:
                sources.append(graded_source("".join(cell["source"]), demo_cells))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return SavedNotebook(saved / 1e9, tuple(sources), checks)
