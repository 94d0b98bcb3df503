"""The course page, assignments/README.md: its table has one line per assignment, and a build fills in the points."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

ROW = re.compile(r"^\| (?P<number>\d+) \| \[(?P<name>\w+)\]\((?P<link>\S+)\).*\| (?P<points>[\d.]+) \|$", re.MULTILINE)


def page_of(course: Path | str) -> Path:
    """Return the path of a course's page."""
    return Path(course) / "assignments" / "README.md"


def names_in_order(text: str, assignments: Iterable[str]) -> list[str]:
    """Return the assignments in the order in which the page lists them. Those that are not on the page come last."""
    order = [row["name"] for row in ROW.finditer(text)]
    return sorted(assignments, key=lambda name: order.index(name) if name in order else len(order))


def with_row(text: str, name: str) -> str:
    """Return the page with a line for a new assignment at the end of the table. The next build fills in the points."""
    rows = list(ROW.finditer(text))
    end, number = (rows[-1].end(), int(rows[-1]["number"]) + 1) if rows else (len(text.rstrip()), 1)
    row = f"| {number} | [{name}]({name}/{name}.ipynb)<br>what students learn | nothing | 1 | 0 |"
    return f"{text[:end]}\n{row}{text[end:] or chr(10)}"


def with_points(text: str, points: Mapping[str, float]) -> str:
    """Return the page with these points, keyed by assignment."""

    def filled(row: re.Match[str]) -> str:
        if row["name"] not in points:
            return row[0]
        return f"{row[0][: row.start('points') - row.start()]}{points[row['name']]:g} |"

    return ROW.sub(filled, text)
