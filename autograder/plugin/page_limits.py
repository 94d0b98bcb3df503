"""What a page shows of a submission: formatted text up to a limit, longer text as it is, and outputs of known kinds.

Formatting a million characters takes fifteen seconds. On some text, a converter's time might even grow with the square
of the length: we know of no such text, but can't rule it out. So we limit the length of the text that is formatted, in
each cell and in the whole page. Longer text is shown as it is, with a sentence that says so. Released text doesn't
count, because it is ours.
"""

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from .picture_size import is_moderate
from .safe_html import only_allowed

# Characters that are formatted in one cell, and in all cells of a page together.
MOST_IN_CELL = {"markdown": 10_000, "code": 10_000}
MOST_IN_PAGE = {"markdown": 50_000, "code": 100_000}
WORDS = {"markdown": "text", "code": "code"}
UNITS = {"markdown": "characters and table cells", "code": "characters"}
PICTURES = ("image/png", "image/jpeg")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def text_size(markdown: str) -> int:
    """Return the number of characters plus the most table cells that padding short rows could produce."""
    lines = markdown.split("\n")
    return len(markdown) + len(lines) * max(line.count("|") for line in lines)


class LimitPage(Preprocessor):
    """Marks the cells that are shown without formatting, and keeps only outputs that cannot run."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        room = dict(MOST_IN_PAGE)
        for cell in nb.cells:
            cell.pop("attachments", None)
            ours = cell.metadata.setdefault("gradlab", NotebookNode())
            if not (ours.get("untouched") or ours.get("guide")):
                _mark(cell, ours, room)
            is_check = cell.metadata.get("nbgrader", {}).get("grade", False)
            for output in cell.get("outputs", ()):
                if "data" in output:
                    output.data, output.metadata = _shown(output.data, is_check), NotebookNode()
        return nb, resources


def _mark(cell: NotebookNode, ours: NotebookNode, room: dict[str, int]) -> None:
    """If a student's cell must be shown without formatting, record the reason in the cell."""
    kind = "code" if cell.cell_type == "code" else "markdown"
    cell.cell_type = kind
    size = text_size(cell.source) if kind == "markdown" else len(cell.source)
    if size > MOST_IN_CELL[kind]:
        ours.plain = f"only {WORDS[kind]} of up to {MOST_IN_CELL[kind]:,} {UNITS[kind]} is formatted"
    elif size > room[kind]:
        ours.plain = f"this page formats only {MOST_IN_PAGE[kind]:,} characters of your {WORDS[kind]}"
    else:
        room[kind] -= size


def _shown(data: NotebookNode, is_check: bool) -> NotebookNode:
    """Return the forms of an output that are shown: text, a picture, and, for a check, its report."""
    shown = NotebookNode({kind: data[kind] for kind in ("text/plain", *PICTURES) if _is_safe(data.get(kind), kind)})
    if is_check and "text/html" in data:
        shown["text/html"] = only_allowed(data["text/html"])
    return shown or NotebookNode({"text/plain": f"[output left out: {', '.join(map(str, data))[:200]}]"})


def _is_safe(value: object, kind: str) -> bool:
    return isinstance(value, str) and (kind not in PICTURES or (bool(BASE64.fullmatch(value)) and is_moderate(value)))
