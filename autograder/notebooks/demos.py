"""Demo cells, which only draw plots or train networks, and which grading therefore skips.

Grading skips a demo cell that a student has not changed, because the cell takes far more time than the answers. Only
the parts that take no time are run: imports, and definitions of functions without decorators or computed defaults. An
answer may use these imports and functions, but not the variables that the cell sets.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gradlab.checks.bindings import assigned_names
from gradlab.checks.demo_cells import definitions


def is_demo(cell: Mapping[str, Any]) -> bool:
    """Return whether a cell is code with the tag ``demo``."""
    return cell["cell_type"] == "code" and "demo" in cell["metadata"].get("tags", [])


def missing_names(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return, in alphabetical order, the names that are missing during grading because only demo cells set them."""
    demos, others = _sources(cells)
    kept = {name for source in (*others, *map(definitions, demos)) for name in assigned_names(source)}
    return sorted({name for source in demos for name in assigned_names(source)} - kept)


def _sources(cells: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [c["source"] for c in code if is_demo(c)], [c["source"] for c in code if not is_demo(c)]


def demo_sources(cells: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the sources of all demo cells."""
    yield from _sources(cells)[0]
