"""The course page, assignments/README.md, agrees with the exercises."""

import re

from autograder import catalogue
from autograder.paths import ROOT

ROW = re.compile(r"^\| (\d) \| \[(\w+)\]\((\S+)\) \|.*\| ([\d.]+) \|$", re.MULTILINE)


def test_course_page_lists_every_assignment_once_with_its_points():
    rows = ROW.findall((ROOT / "assignments" / "README.md").read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    assert {name: float(points) for _, name, _, points in rows} == {
        name: assignment.points for name, assignment in catalogue.assignments().items()
    }
    assert all((ROOT / "assignments" / link).is_file() for _, _, link, _ in rows)
