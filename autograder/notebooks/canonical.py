"""A submission's canonical notebook: our released notebook, with the student's answers in the answer cells.

From the submission, only text gets into our cells, so it doesn't matter if cells were duplicated, split, deleted, or
moved, or if their types or points were changed. The student's own cells are kept as plain cells, after the cell that
they followed.
"""

import copy
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .intake import Submitted, SubmittedCell

Cell = dict[str, Any]

# The start of an HTML tag or of TeX's \href, either of which may be spelled with HTML entities.
ACTIVE = re.compile(r"<(?=[A-Za-z/!?])|h(?=ref)|&(?=#|bsol)")
# The target of a link or image, if its scheme is not a web scheme. Browsers ignore white space in a scheme, and in a
# quote, Markdown ignores the `>` at the start of each line.
IGNORED = r"[\\<>\s\x00-\x1f]|&(?:Tab|NewLine);"
FOREIGN_LINK = re.compile(
    rf"(?<=\][(:])(?:{IGNORED})*(?!https?:|mailto:|data:image/(?:png|jpeg|gif);)"
    rf"(?=[a-z](?:[a-z0-9+.-]|{IGNORED})*(?::|&colon;))",
    re.IGNORECASE,
)
# For each formula that is opened and never closed, a converter reads all of the remaining text. With thousands of such
# formulas, the conversion takes minutes.
OPENS = re.compile(r"\\begin\{[a-z]*\*?\}|\\\\[\[(]")
CLOSES = re.compile(r"\\end\{[a-z]*\*?\}|(?<!\\)\\\\[\])]")
MAX_OPEN = 20


def read_released(path: Path) -> dict[str, Any]:
    """Read a released notebook as JSON, and join the lines of each cell's source.

    This doesn't use nbformat: importing it takes a second, and its validation takes longer than grading an exercise.
    """
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def canonical_notebook(released: dict[str, Any], submitted: Submitted | None) -> dict[str, Any]:
    """Put a submission's answers into a copy of the released notebook.

    Parameters
    ----------
    released : dict
        The released notebook's JSON, with each cell's source as a single string.
    submitted : Submitted or None
        The submitted cells. If None, the submission has no readable notebook, and all cells are as released.

    Returns
    -------
    dict
        The canonical notebook, without outputs. Cells that are exactly as released have
        ``metadata.gradlab.untouched``.
    """
    notebook = copy.deepcopy(released)
    ours, theirs = notebook["cells"], list(submitted.cells) if submitted else []
    places = _places(ours, theirs)
    first: dict[int | None, SubmittedCell] = {}
    for cell, place in zip(theirs, places, strict=True):
        first.setdefault(place, cell)
    own = _own_cells(ours, theirs, places, first)
    merged = [_plain(cell) for cell in own.get(None, [])]
    for index, cell in enumerate(ours):
        merged.append(_overlaid(cell, first.get(index)))
        merged += [_plain(cell) for cell in own.get(index, [])]
    _set_ids(merged)
    notebook["cells"] = merged
    return notebook


def is_untouched(cell: Cell) -> bool:
    """Return whether a cell is exactly as released."""
    return bool(cell["metadata"].get("gradlab", {}).get("untouched", False))


def harmless(markdown: str) -> str:
    """Change Markdown so that hardly anything in it can run, or keep a converter busy, whatever program shows it.

    Markdown has too many forms for a list to be complete, so our own pages don't rely on this function: see
    `autograder.plugin.safe_html`.

    An invisible space is inserted into each HTML tag and each TeX ``href``, and before each link or image target whose
    scheme is not a web scheme. For example, ``javascript:`` runs code, and ``attachment:`` names a file that is not
    kept.
    """
    return FOREIGN_LINK.sub("\u200b\\g<0>", ACTIVE.sub("\\g<0>\u200b", _mostly_closed(markdown)))


def _mostly_closed(markdown: str) -> str:
    """Change Markdown so that at most `MAX_OPEN` formulas are opened and never closed."""
    last = {match[0]: match.start() for match in CLOSES.finditer(markdown)}
    left = iter(range(MAX_OPEN))

    def kept_or_broken(match: re.Match[str]) -> str:
        closing = match[0].replace("begin", "end", 1).translate(str.maketrans("[(", "])"))
        kept = last.get(closing, -1) > match.start() or next(left, None) is not None
        return match[0] if kept else f"\\\u200b{match[0][1:]}"

    return OPENS.sub(kept_or_broken, markdown)


def _overlaid(cell: Cell, theirs: SubmittedCell | None) -> Cell:
    """Return our cell, with the student's text in it if the cell is an answer or prose."""
    answer = cell["metadata"].get("nbgrader", {}).get("solution")
    prose = cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]
    if theirs is None or theirs.source == cell["source"] or not (answer or prose):
        cell["metadata"]["gradlab"] = {"untouched": True}
    else:
        cell["source"] = theirs.source if cell["cell_type"] == "code" else harmless(theirs.source)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


def _places(ours: Sequence[Cell], theirs: Sequence[SubmittedCell]) -> list[int | None]:
    """Return, for each submitted cell, the index of our cell that it belongs to, or None if it is the student's own.

    Cells are identified by their ``grade_id`` or, if they have none, by their id. Some tools drop both ids. In
    that case, our cells are recognized by their text, and answers by the rules in `_unmarked_answer`.
    """
    by_grade_id: dict[str, int] = {}
    by_id: dict[str, int] = {}
    by_text: dict[str, list[int]] = {}
    for index, our_cell in enumerate(ours):
        nbgrader = our_cell["metadata"].get("nbgrader")
        if nbgrader:
            by_grade_id[nbgrader["grade_id"]] = index
        if not nbgrader or not nbgrader["solution"]:
            by_text.setdefault(our_cell["source"], []).append(index)
        by_id[our_cell["id"]] = index
    places: list[int | None] = []
    last = -1
    for cell in theirs:
        place = by_grade_id.get(cell.grade_id) if cell.grade_id else by_id.get(cell.cell_id)
        if place is None and not cell.cell_id and not cell.grade_id:
            place = next((index for index in by_text.get(cell.source, []) if index > last), None)
        last = last if place is None else place
        places.append(place)
    for name, index in by_grade_id.items():
        if index not in places and ours[index]["metadata"]["nbgrader"]["solution"]:
            found = _unmarked_answer(name, index, ours[index]["cell_type"], theirs, places)
            if found is not None:
                places[found] = index
    return places


def _unmarked_answer(
    name: str, index: int, cell_type: str, theirs: Sequence[SubmittedCell], places: Sequence[int | None]
) -> int | None:
    """Return the index of the cell that holds the answer for our cell at `index`, although no id says so, or None.

    An exercise is answered by the function of that name, and a written question by the Markdown cell right below it.
    """
    unplaced = [number for number, place in enumerate(places) if place is None]
    if cell_type == "code":
        defines = re.compile(rf"^def {re.escape(name)}\b", re.MULTILINE)
        return next((number for number in unplaced if defines.search(theirs[number].source)), None)
    below = (number for number in unplaced if number and places[number - 1] == index - 1)
    return next((number for number in below if theirs[number].cell_type == "markdown"), None)


def _own_cells(
    ours: Sequence[Cell],
    theirs: Sequence[SubmittedCell],
    places: Sequence[int | None],
    first: dict[int | None, SubmittedCell],
) -> dict[int | None, list[SubmittedCell]]:
    """Return the student's own cells, keyed by the index of our cell that they follow, or by None if they come first.

    Released code that the student changed is kept as one of the student's own cells, after our cell. Our cell runs
    first, so that its imports are available even if a line that the student added does not work here.
    """
    texts = {cell["source"] for cell in ours if "nbgrader" not in cell["metadata"]}
    own: dict[int | None, list[SubmittedCell]] = {}
    anchor = None
    for cell, place in zip(theirs, places, strict=True):
        if place is not None:
            anchor = place
            nbgrader = ours[place]["metadata"].get("nbgrader")
            code = nbgrader is None and ours[place]["cell_type"] == "code"
            again = cell is not first[place]
            kept = (again and (nbgrader is None or nbgrader["solution"])) or (code and cell.source not in texts)
        else:
            kept = cell.source not in texts
        if kept and cell.source.strip():
            own.setdefault(anchor, []).append(cell)
    return own


def _plain(submitted: SubmittedCell) -> Cell:
    cell: Cell = {"cell_type": submitted.cell_type, "metadata": {"gradlab": {"own": True}}}
    if submitted.cell_type == "code":
        return cell | {"source": submitted.source, "outputs": [], "execution_count": None}
    return cell | {"source": harmless(submitted.source)}


def _set_ids(cells: Sequence[Cell]) -> None:
    """Give the student's own cells ids that depend on their text and position."""
    for index, cell in enumerate(cells):
        if cell["metadata"].get("gradlab", {}).get("own"):
            cell["id"] = hashlib.sha256(f"{index}:{cell['source']}".encode()).hexdigest()[:12]
