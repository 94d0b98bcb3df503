"""The canonical notebook of a submission: our notebook, with the student's answers laid over it by ``grade_id``.

Cells that were duplicated, split, deleted, moved, retyped or re-scored cannot matter, because nothing but text is
taken from the submission. A student's own cells are kept as plain cells, after the cell that they followed.
"""

import copy
import hashlib
import re


def canonical_notebook(released, submitted):
    """Lay a submission over the released notebook.

    Parameters
    ----------
    released : dict
        As it was handed out: the notebook's JSON, with each source as one text.
    submitted : Submitted or None
        None stands for a submission without a readable notebook: nothing was answered.

    Returns
    -------
    dict
        Without outputs. Cells that are as they were handed out carry ``metadata.gradlab.untouched``.
    """
    notebook = copy.deepcopy(released)
    cells = list(submitted.cells) if submitted else []
    answers = _first_by(cells, lambda cell: cell.grade_id)
    by_id = _first_by(cells, lambda cell: "" if cell.grade_id else cell.cell_id)
    followers = _extras_by_anchor(notebook["cells"], cells)
    merged = [_plain(cell) for cell in followers.get(None, [])]
    for index, cell in enumerate(notebook["cells"]):
        merged.append(_overlaid(cell, answers, by_id))
        merged += [_plain(extra) for extra in followers.get(index, [])]
    _number(merged)
    notebook["cells"] = merged
    return notebook


def is_untouched(cell):
    """Whether a cell is exactly as it was handed out."""
    return cell["metadata"].get("gradlab", {}).get("untouched", False)


def harmless(markdown):
    """Markdown in which no HTML tag is left: an invisible space after each ``<`` that could open one."""
    return re.sub(r"<(?=[A-Za-z/!?])", "<\u200b", markdown)


def _overlaid(cell, answers, by_id):
    nbgrader = cell["metadata"].get("nbgrader")
    if nbgrader:
        theirs = answers.get(nbgrader["grade_id"]) if nbgrader["solution"] else None
    else:
        theirs = by_id.get(cell["id"])
    if theirs is None or theirs.source == cell["source"]:
        cell["metadata"]["gradlab"] = {"untouched": True}
    else:
        cell["source"] = theirs.source if cell["cell_type"] == "code" else harmless(theirs.source)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


def _extras_by_anchor(ours, theirs):
    """The student's own cells, by the index of our cell that they followed; None before the first."""
    place = {_name(cell): index for index, cell in enumerate(ours)}
    places = {}
    for index, cell in enumerate(ours):
        if "nbgrader" not in cell["metadata"]:
            places.setdefault(cell["source"], []).append(index)
    extras, anchor, seen = {}, None, set()
    for cell in theirs:
        name = ("grade", cell.grade_id) if cell.grade_id else ("id", cell.cell_id)
        if name in place:
            anchor = place[name]
            graded = ours[anchor]["metadata"].get("nbgrader")
            if name not in seen or (graded and not graded["solution"]):
                seen.add(name)
                continue
        elif cell.source in places:
            # Ours: a copy, or the cell itself in a notebook from a tool that drops ids.
            if not cell.cell_id:
                anchor = next((i for i in places[cell.source] if anchor is None or i > anchor), anchor)
            continue
        if cell.source.strip():
            extras.setdefault(anchor, []).append(cell)
    return extras


def _name(cell):
    nbgrader = cell["metadata"].get("nbgrader")
    return ("grade", nbgrader["grade_id"]) if nbgrader else ("id", cell["id"])


def _plain(submitted):
    cell = {"cell_type": submitted.cell_type, "metadata": {"gradlab": {"own": True}}}
    if submitted.cell_type == "code":
        return cell | {"source": submitted.source, "outputs": [], "execution_count": None}
    return cell | {"source": harmless(submitted.source)}


def _first_by(cells, key):
    found = {}
    for cell in cells:
        if key(cell):
            found.setdefault(key(cell), cell)
    return found


def _number(cells):
    """Ids for the student's own cells, from what they are and where."""
    for index, cell in enumerate(cells):
        if cell["metadata"].get("gradlab", {}).get("own"):
            cell["id"] = hashlib.sha256(f"{index}:{cell['source']}".encode()).hexdigest()[:12]
