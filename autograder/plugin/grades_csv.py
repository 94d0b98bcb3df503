"""Grades as CSV: one file for the course, and one per assignment with points per exercise; or files for a platform.

If the course has late days, an additional file lists how many each student has used.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, Student
from nbgrader.plugins import ExportPlugin, LateSubmissionPlugin
from traitlets import Dict, Unicode, default

from gradlab.checks.report import number

from .identities import load_identities
from .late_policy import load_policy
from .late_rules import deduct_late_days, find_submissions, late_day_budget
from .platform_csv import FORMATS, exercise_name
from .safe_csv import Row, write_csv
from .student_grades import StudentGrades, read_grades

STUDENT_COLUMNS = ["student_id", "last_name", "first_name", "email"]
COURSE_COLUMNS = [
    "assignment", "duedate", "timestamp", *STUDENT_COLUMNS,
    "raw_score", "late_submission_penalty", "score", "max_score", "status",
]  # fmt: skip
POSSIBLE = "points possible"  # in the student_id column of the row with the points possible


class GradesExport(ExportPlugin):
    """The plugin of ``nbgrader export``: writes ``grades.csv`` and, for each assignment, ``grades/<assignment>.csv``.

    ``grades.csv`` has one row per student and assignment. The file of an assignment has a row of points possible, and
    one row per student, with the name, the points for each exercise and each written answer, the late penalty, the
    total, and the status. Students who submitted nothing get zeros. If the course has late days, ``late_days.csv`` has
    one row per student, with the late days used for each assignment, in order of due date, and those left.

    With a format, only ``grades/<format>/<assignment>.csv`` is written for each assignment.
    """

    format = Unicode(help="The platform whose format the files have: canvas, moodle, or gradescope.").tag(config=True)
    titles = Dict(help="What Canvas calls each assignment; by default, the name in this course.").tag(config=True)
    course = Unicode("", help="The course's folder.").tag(config=True)

    @default("format")
    def _format_default(self) -> str:
        # nbgrader fixes its options before it reads our configuration. It puts all others, such as --format, here.
        return str(self.config.get("format", ""))

    def export(self, gradebook: Gradebook) -> None:
        if self.format and self.format not in FORMATS:
            self.log.error("The format must be canvas, moodle, or gradescope. Got %r.", self.format)
            raise SystemExit(1)
        students = [s for s in gradebook.students if not self.student or s.id in map(str, self.student)]
        chosen = [a for a in gradebook.assignments if not self.assignment or a.name in map(str, self.assignment)]
        course = Path(self.course) if self.course else None
        grades = {a.name: [read_grades(gradebook, a, student, course) for student in students] for a in chosen}
        path = Path(self.to or "grades.csv")
        if self.format:
            self._write_for_platform(path.with_suffix("") / self.format, chosen, grades)
        else:
            self._write(path, chosen, grades)
            self._write_late_days(path.with_name("late_days.csv"), gradebook, students)
        self._warn(grades)

    def _write(self, path: Path, assignments: Sequence[Assignment], grades: dict[str, list[StudentGrades]]) -> None:
        folder = path.with_suffix("")
        folder.mkdir(parents=True, exist_ok=True)
        for assignment in assignments:
            cells = [cell for notebook in assignment.notebooks for cell in notebook.grade_cells]
            names = [cell.name for cell in cells]
            columns = [*STUDENT_COLUMNS, *map(exercise_name, names), "late_submission_penalty", "total", "status"]
            possible = {exercise_name(cell.name): number(cell.max_score) for cell in cells}
            possible |= {"student_id": POSSIBLE, "total": number(assignment.max_score)}
            rows = [possible, *(_points_row(names, each) for each in grades[assignment.name])]
            write_csv(folder / f"{assignment.name}.csv", columns, rows)
        write_csv(path, COURSE_COLUMNS, [_course_row(a, each) for a in assignments for each in grades[a.name]])
        self.log.info("Wrote the grades to %s and, by exercise, to %s", path, folder)

    def _write_for_platform(
        self, folder: Path, assignments: Sequence[Assignment], grades: dict[str, list[StudentGrades]]
    ) -> None:
        for assignment in assignments:
            known = load_identities(self.course, self.format, assignment.name) if self.course else {}
            title = str(self.titles.get(assignment.name, assignment.name))
            columns, rows = FORMATS[self.format](assignment, title, grades[assignment.name], known)
            write_csv(folder / f"{assignment.name}.csv", columns, rows, for_people=False)
        self.log.info("Wrote the grades for %s to %s", self.format, folder)

    def _write_late_days(self, path: Path, gradebook: Gradebook, students: Iterable[Student]) -> None:
        policy = load_policy(self)
        if not late_day_budget(policy):
            return
        names = [assignment.name for assignment in gradebook.assignments if assignment.duedate]
        rows = [_late_days_row(gradebook, policy, names, student) for student in students]
        write_csv(path, [*STUDENT_COLUMNS, *names, "used", "left"], rows)
        self.log.info("Wrote the late days to %s", path)

    def _warn(self, grades: dict[str, list[StudentGrades]]) -> None:
        """Say how many written answers count as 0 points because nobody has graded them."""
        for assignment, of_students in grades.items():
            answers = [each.to_mark for each in of_students if each.to_mark]
            if answers:
                self.log.warning(
                    "%s: %d written answers in %d submissions are not graded yet, and count as 0 points",
                    *(assignment, sum(answers), len(answers)),
                )


def _student_fields(student: Student) -> dict[str, object]:
    return dict(zip(STUDENT_COLUMNS, (student.id, student.last_name, student.first_name, student.email), strict=True))


def _course_row(assignment: Assignment, grades: StudentGrades) -> Row:
    return _student_fields(grades.student) | {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "timestamp": grades.timestamp,
        "raw_score": number(grades.raw_score),
        "late_submission_penalty": number(grades.penalty),
        "score": number(grades.score),
        "max_score": number(assignment.max_score),
        "status": grades.status,
    }


def _points_row(names: Iterable[str], grades: StudentGrades) -> Row:
    return (
        _student_fields(grades.student)
        | {exercise_name(name): number(grades.points.get(name, 0.0)) for name in names}
        | {
            "late_submission_penalty": number(grades.penalty),
            "total": number(grades.score),
            "status": grades.status,
        }
    )


def _late_days_row(gradebook: Gradebook, policy: LateSubmissionPlugin, names: Iterable[str], student: Student) -> Row:
    late_days = deduct_late_days(policy, find_submissions(gradebook, student.id))
    used = {name: late_days.used.get(name, 0) for name in names}
    return _student_fields(student) | used | {"used": sum(used.values()), "left": late_days.left}
