"""Shows formulas and code in docstrings line by line. There, they are blocks indented below a paragraph."""

from typing import Any

from sphinx.application import Sphinx


def mark_blocks(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Put reStructuredText's mark ``::`` above each block that is indented below a paragraph that is not."""
    marked: list[str] = []
    paragraph = blank = False  # whether the last text was not indented, and whether an empty line follows it
    for line in lines:
        indented = line.startswith("    ")
        starts_block = indented and paragraph and blank and not line.lstrip().startswith((">>>", "- ", "* "))
        if starts_block:
            marked += ["::", ""]
        marked.append(line)
        blank = not line.strip()
        paragraph = paragraph if blank else not indented
    lines[:] = marked


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, ahead of napoleon, which turns sections into fields."""
    app.connect("autodoc-process-docstring", mark_blocks, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
