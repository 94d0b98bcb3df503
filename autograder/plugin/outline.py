"""The headings of a feedback page: one title, levels in order, and the section that teaches each exercise."""

import re
from html import escape, unescape
from typing import NamedTuple

# What the template and our Markdown renderer write. Whatever a student writes has been escaped by then, and
# `autograder.plugin.safe_html` lets no `id` through, so a submission can add headings, but none of the other parts.
PARTS = re.compile(
    r'<div class="(?P<cell>released|changed|own)">'
    r'|<section class="\w+" id="(?P<graded>[^"]*)"'
    r"|<h(?P<level>[1-6])>(?P<heading>.*?)</h(?P=level)>",
    re.DOTALL,
)
LONGEST = 80  # characters in a section's title


class Section(NamedTuple):
    """A section of the notebook. `title` is HTML without tags."""

    id: str
    title: str


class Outline(NamedTuple):
    """The cells of a page with their headings in order.

    Attributes
    ----------
    html : str
        The cells without the notebook's title. Their headings have ids, start at level 2, and skip no levels.
    title : str
        The notebook's title, as HTML; empty if the notebook does not begin with one.
    sections : dict of str to Section
        The section that precedes each graded cell, keyed by the cell's ``grade_id``. Headings in the cells that a
        student has added do not count.
    """

    html: str
    title: str
    sections: dict[str, Section]


def outline(cells: str) -> Outline:
    """Put a page's headings in order.

    Parameters
    ----------
    cells : str
        The HTML of all cells, as our template writes them.
    """
    headings = _Headings()
    return Outline(PARTS.sub(headings.part, cells), headings.title, headings.sections)


class _Headings:
    """Rewrites the headings that it is given, in the order of the page."""

    def __init__(self) -> None:
        self.title = ""
        self.sections: dict[str, Section] = {}
        self._section: Section | None = None
        self._cell, self._level, self._count = "", 2, 0

    def part(self, match: re.Match[str]) -> str:
        if match["heading"] is not None:
            return self._heading(int(match["level"]), match["heading"])
        self._cell = match["cell"] or ""
        if match["graded"] and self._section:
            self.sections[unescape(match["graded"])] = self._section
        return match[0]

    def _heading(self, level: int, html: str) -> str:
        if level == 1 and self._cell == "released" and not (self.title or self._count):
            self.title = html
            return ""
        self._count += 1
        self._level = max(2, min(level, self._level + 1))
        name = f"section-{self._count}"
        if self._cell in ("released", "changed"):
            text = unescape(re.sub("<[^>]*>", "", html))
            self._section = Section(name, escape(text[:LONGEST]))
        return f'<h{self._level} id="{name}">{html}</h{self._level}>'
