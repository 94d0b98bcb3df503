"""Collects the numbers of a report from the gradebook, from the judge's results, and from the submitted folders."""

import glob
import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory

from autograder import catalogue
from autograder.grading.job import read_result
from autograder.paths import verdict_file
from autograder.student_ids import refusal

from .course import course_numbers
from .grades import Grades, read_grades, read_roster
from .numbers import Numbers, assignment_numbers
from .results import read_results


class NothingToReport(Exception):
    """There is nothing that a report could show. The message says why, and what to do."""


class CourseRecords:
    """The gradebook and the folders of a course.

    Parameters
    ----------
    course : Path
        The course's folder, which becomes the current folder.
    """

    def __init__(self, course: Path) -> None:
        os.chdir(course)
        app = NbGrader()
        app.initialize([f"--log-level={logging.getLevelName(logging.ERROR)}"])
        self.coursedir: CourseDirectory = app.coursedir
        self.course = Path(self.coursedir.root)

    def assignment(self, name: str) -> Numbers:
        """Return the numbers in the report on an assignment.

        Raises
        ------
        NothingToReport
            If the assignment is not in the gradebook, or if it is not ours but has the name of one of ours.
        """
        with self._gradebook() as gradebook:
            roster = read_roster(gradebook)
            try:
                grades = read_grades(gradebook, name)
            except MissingEntry:
                reason = f"{name} is not in the gradebook: run `nbgrader generate_assignment {name}` first."
                raise NothingToReport(reason) from None
        exercises = catalogue.assignments()[name].exercises
        if not any(item.is_exercise and item.name in exercises for item in grades.graded):
            raise NothingToReport(f"{name} in this course is not gradlab's: only `report --course` can include it.")
        waiting = [student for student in self._collected(name) if student not in grades.submissions]
        return assignment_numbers(
            grades,
            roster | {student: () for student in waiting if student not in roster},
            waiting,
            exercises,
            read_results(self.course, name, grades.submissions),
        )

    def whole_course(self) -> Numbers:
        """Return the numbers in the report on the course.

        Raises
        ------
        NothingToReport
            If no submission has been graded.
        """
        with self._gradebook() as gradebook:
            roster = read_roster(gradebook)
            every = [read_grades(gradebook, assignment.name) for assignment in gradebook.assignments]
        graded = [grades for grades in every if grades.submissions]
        if not graded:
            raise NothingToReport("The gradebook has no graded submission: run `nbgrader autograde ASSIGNMENT` first.")
        unreadable = {grades.assignment: self._unreadable(grades) for grades in graded}
        now = datetime.now(UTC).replace(tzinfo=None)  # like nbgrader's due dates
        return course_numbers(self.coursedir.course_id, graded, roster, unreadable, now)

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)

    def _collected(self, assignment: str) -> list[str]:
        """List the students who have a submission folder and an ID that `autograde` accepts."""
        folders = self.coursedir.submitted_directory
        regex = self.coursedir.format_path(folders, "(?P<student>[^/]*)", re.escape(assignment), escape=True)
        found = glob.glob(self.coursedir.format_path(folders, "*", assignment))
        matches = (re.fullmatch(regex, folder, re.DOTALL) for folder in found)
        return sorted(match["student"] for match in matches if match and not refusal(match["student"]))

    def _unreadable(self, grades: Grades) -> list[str]:
        files = {student: verdict_file(self.course, grades.assignment, student) for student in grades.submissions}
        return [student for student, file in files.items() if read_result(file).get("problem")]
