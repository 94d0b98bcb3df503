"""The canonical notebook of a submission: our notebook, with the student's answers laid over it by ``grade_id``.

Cells that were duplicated, split, deleted, moved, retyped or re-scored cannot matter, because nothing but text is
taken from the submission. A student's own cells are kept as plain cells, after the cell that they followed.
"""

import copy
import hashlib
import re

# HTML, and TeX's \href, either of them spelled in entities.
RUNS = re.compile(r"<(?=[A-Za-z/!?])|h(?=ref)|&(?=#|bsol)")
# The target of a link or image that names a scheme other than the web's. A browser passes over spaces in it.
PASSED_OVER = r"[\\<\s\x00-\x1f]|&(?:Tab|NewLine);"
FOREIGN_LINK = re.compile(
    rf"(?<=\][(:])(?:{PASSED_OVER})*(?!https?:|mailto:|data:image/(?:png|jpeg|gif);)"
    rf"(?=[a-z](?:[a-z0-9+.-]|{PASSED_OVER})*(?::|&colon;))",
    re.IGNORECASE,
)
# For each of these that is not closed a converter reads all the rest of the text, which takes minutes for thousands.
OPENS = re.compile(r"\\begin\{[a-z]*\*?\}|\\\\[\[(]")
CLOSES = re.compile(r"\\end\{[a-z]*\*?\}|(?<!\\)\\\\[\])]")
MAX_OPEN = 20


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
    ours, theirs = notebook["cells"], list(submitted.cells) if submitted else []
    places = _places(ours, theirs)
    first = {}
    for cell, place in zip(theirs, places, strict=True):
        first.setdefault(place, cell)
    followers = _own_cells(ours, theirs, places, first)
    merged = [_plain(cell) for cell in followers.get(None, [])]
    for index, cell in enumerate(ours):
        merged.append(_overlaid(cell, first.get(index)))
        merged += [_plain(own) for own in followers.get(index, [])]
    _number(merged)
    notebook["cells"] = merged
    return notebook


def is_untouched(cell):
    """Whether a cell is exactly as it was handed out."""
    return cell["metadata"].get("gradlab", {}).get("untouched", False)


def harmless(markdown):
    """Markdown in which nothing is left that could run, or that stops a converter.

    An invisible space goes into each HTML tag, and before the target of each link or image that is not the web's:
    ``javascript:`` runs code, and what an ``attachment:`` names is not kept.
    """
    return FOREIGN_LINK.sub("\u200b\\g<0>", RUNS.sub("\\g<0>\u200b", _mostly_closed(markdown)))


def _mostly_closed(markdown):
    """Markdown with no more than `MAX_OPEN` formulas that are opened and never closed."""
    last = {match[0]: match.start() for match in CLOSES.finditer(markdown)}
    left = iter(range(MAX_OPEN))

    def kept_or_broken(match):
        closing = match[0].replace("begin", "end", 1).translate(str.maketrans("[(", "])"))
        kept = last.get(closing, -1) > match.start() or next(left, None) is not None
        return match[0] if kept else f"\\\u200b{match[0][1:]}"

    return OPENS.sub(kept_or_broken, markdown)


def _overlaid(cell, theirs):
    """Our cell, with the student's text in it where that is an answer or prose."""
    answer = cell["metadata"].get("nbgrader", {}).get("solution")
    prose = cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]
    if theirs is None or theirs.source == cell["source"] or not (answer or prose):
        cell["metadata"]["gradlab"] = {"untouched": True}
    else:
        cell["source"] = theirs.source if cell["cell_type"] == "code" else harmless(theirs.source)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


def _places(ours, theirs):
    """Which of our cells each submitted cell is, by its index; None for the student's own.

    A cell goes by its ``grade_id``, else by its id. Some tools drop both: then handed-out code is known by its text,
    and an answer by the function that it defines.
    """
    by_grade_id, by_id, by_text = {}, {}, {}
    for index, cell in enumerate(ours):
        if nbgrader := cell["metadata"].get("nbgrader"):
            by_grade_id[nbgrader["grade_id"]] = index
        else:
            by_text.setdefault(cell["source"], []).append(index)
        by_id[cell["id"]] = index
    places, last = [], -1
    for cell in theirs:
        place = by_grade_id.get(cell.grade_id) if cell.grade_id else by_id.get(cell.cell_id)
        if place is None and not cell.cell_id and not cell.grade_id:
            place = next((index for index in by_text.get(cell.source, []) if index > last), None)
        last = last if place is None else place
        places.append(place)
    for name, index in by_grade_id.items():
        if index not in places and ours[index]["metadata"]["nbgrader"]["solution"]:
            defines = re.compile(rf"^def {re.escape(name)}\b", re.MULTILINE)
            found = (n for n, cell in enumerate(theirs) if places[n] is None and defines.search(cell.source))
            if (number := next(found, None)) is not None:
                places[number] = index
    return places


def _own_cells(ours, theirs, places, first):
    """The student's own cells, by the index of our cell that they follow; None before the first.

    Handed-out code that was changed is kept as a cell of the student's own after ours, which runs first: what else
    needs the imports must not fail because a line was added that does not work here.
    """
    texts = {cell["source"] for cell in ours if "nbgrader" not in cell["metadata"]}
    own, anchor = {}, None
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


def _plain(submitted):
    cell = {"cell_type": submitted.cell_type, "metadata": {"gradlab": {"own": True}}}
    if submitted.cell_type == "code":
        return cell | {"source": submitted.source, "outputs": [], "execution_count": None}
    return cell | {"source": harmless(submitted.source)}


def _number(cells):
    """Ids for the student's own cells, from what they are and where."""
    for index, cell in enumerate(cells):
        if cell["metadata"].get("gradlab", {}).get("own"):
            cell["id"] = hashlib.sha256(f"{index}:{cell['source']}".encode()).hexdigest()[:12]
