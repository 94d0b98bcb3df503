"""The course page, assignments/README.md, agrees with the exercises."""

from autograder import catalogue
from autograder.notebooks.course_page import ROW, page_of, with_points, with_row
from autograder.paths import ROOT

TABLE = """
| | assignment | do first | hours | points |
|---|---|---|---|---|
| 1 | [gradients](gradients/gradients.ipynb)<br>what | nothing | 4 | 33 |
| 2 | [rules](rules/rules.ipynb)<br>how | 1 | 5 | 40 |

The hours apply to students.
"""


def test_course_page_lists_every_assignment_once_with_its_points():
    """If only the points are wrong, `make notebooks` corrects them."""
    rows = ROW.findall(page_of(ROOT).read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    assert {name: float(points) for _, name, _, points in rows} == {
        name: assignment.points for name, assignment in catalogue.assignments().items()
    }
    assert all((ROOT / "assignments" / link).is_file() for _, _, link, _ in rows)


def test_points_on_the_course_page_are_replaced_and_nothing_else():
    changed = with_points(TABLE, {"rules": 42.5, "other": 1})
    assert changed == TABLE.replace("| 5 | 40 |", "| 5 | 42.5 |")
    assert with_points(changed, {"rules": 40}) == TABLE


def test_new_row_comes_last_and_has_the_next_number():
    added = with_points(with_row(TABLE, "geometry"), {"geometry": 5})
    before, after = TABLE.split("\n\nThe hours")
    assert added.startswith(f"{before}\n| 3 | [geometry](geometry/geometry.ipynb)<br>")
    assert added.endswith(f" | 5 |\n\nThe hours{after}")
