"""``report``: write a report on what a graded class knows, as a page and as JSON."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from autograder import catalogue
from autograder.paths import build_folder
from autograder.report.page import assignment_page, course_page
from autograder.report.sources import CourseRecords, NothingToReport

from .backup import Course
from .errors import fail


def run(
    course: Path,
    assignment: str | None,
    whole_course: bool = False,
    html: Path | None = None,
    json_file: Path | None = None,
) -> int:
    """Write the report on an assignment or on the whole course, and print where it is.

    Parameters
    ----------
    course : Path
        The course's folder.
    assignment : str or None
    whole_course : bool
        Whether to report on the course. If so, `assignment` must be None.
    html, json_file : Path or None
        The files to write. By default, they are in ``build/report/``.

    Returns
    -------
    int
        0 if the report is written; 1 if there is nothing to report, or if a file cannot be written.
    """
    if (assignment is None) != whole_course:
        return fail("name an assignment, as in `report update_rules`, or ask for the course with `report --course`.")
    known = catalogue.assignments()
    if assignment is not None and assignment not in known:
        return fail(f"there is no assignment {assignment!r}. The assignments are {', '.join(known)}.")
    if not (course / "nbgrader_config.py").exists():
        return fail(f"{course} must be a course's folder. It has no nbgrader_config.py.")
    if not Course.at(course).gradebook.holds_anything():
        return fail("there is no gradebook yet: grade an assignment first.")
    folder = build_folder(course) / "report"
    name = assignment or "course"
    files = (Path.cwd() / (html or folder / f"{name}.html"), Path.cwd() / (json_file or folder / f"{name}.json"))
    try:
        records = CourseRecords(course)
        today = f"{date.today():%Y-%m-%d}"
        if assignment is None:
            numbers = records.whole_course()
            page = course_page(numbers, today)
        else:
            numbers = records.assignment(assignment)
            page = assignment_page(numbers, today)
        for file, text in zip(files, (page, _as_json(numbers)), strict=True):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(file)
    except NothingToReport as reason:
        return fail(str(reason))
    except SQLAlchemyError as error:
        return fail(f"the gradebook cannot be read: {error}")
    except OSError as error:
        return fail(f"the report cannot be written: {error}")
    return 0


def _as_json(numbers: Mapping[str, Any]) -> str:
    return json.dumps(numbers, indent=1, allow_nan=False) + "\n"
