"""Regrade submissions with stale verdicts in a scratch folder, show what would change, and save the new results.

Saving goes through `nbgrader autograde`. The new results are put in place, and the old graded notebooks are removed, so
the run finds submissions whose results are ready and whose notebooks are missing. If it is killed, the next
`nbgrader autograde` completes it.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.grading.grader import CHECK
from autograder.grading.job import JobFields, grade, read_result
from autograder.paths import build_folder

from .autograde_run import AutogradeRun
from .exporter import JudgedExporter
from .stale import stale_verdicts

SAME = 1e-9  # points


@dataclass(frozen=True)
class Change:
    """A score that a regrade changes. `by_hand` is the score that was set by hand and stays, or None."""

    student: str
    exercise: str
    old: float
    new: float
    reason: str
    by_hand: float | None


class ListingRun(AutogradeRun):
    """Lists the submissions, and notes which are graded. Grades nothing, and changes nothing."""

    def __init__(self, converter: Autograde, options: JudgedExporter) -> None:
        self.listed: dict[str, JobFields] = {}
        super().__init__(converter, options)

    def _needs_grading(self, student: str, job: JobFields) -> bool:
        self.listed[student] = job
        self._note_if_graded(student, job)
        return False


class ListingExporter(JudgedExporter):
    """Has the grading options, and lists the submissions."""

    kind_of_run = ListingRun
    run: ListingRun


class Regrade:
    """An assignment's stale verdicts.

    Use the object as a context manager; at the end, it removes its scratch folder.

    Parameters
    ----------
    course : Path
        The course's folder, which becomes the current folder.
    assignment : str

    Attributes
    ----------
    reasons : dict
        Why verdicts are stale, keyed by student and by exercise.
    graded, waiting : int
        The number of submissions that are graded, and of those that `nbgrader autograde` still has to grade.
    failed : dict of str to str
        Why submissions could not be graded again, keyed by student.

    Raises
    ------
    NbGraderException
        If the assignment has not been generated, or if this machine cannot confine students' code.
    """

    def __init__(self, course: Path, assignment: str) -> None:
        os.chdir(course)
        self.course, self.assignment = course, assignment
        self.app = AutogradeApp()
        self.app.initialize([assignment, "--log-level=CRITICAL"])
        self.app.coursedir.assignment_id = assignment
        self.run = ListingExporter(parent=Autograde(coursedir=self.app.coursedir, parent=self.app)).run
        self.reasons = stale_verdicts(self.run.listed, self.run.graded)
        self.graded, self.waiting = len(self.run.graded), len(self.run.listed) - len(self.run.graded)
        self.results: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, str] = {}
        build_folder(course).mkdir(exist_ok=True)
        self._scratch = tempfile.TemporaryDirectory(dir=build_folder(course), prefix=".regrade-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.cleanup()

    def grade(self) -> Iterator[str]:
        """In the scratch folder, grade the submissions whose verdicts are stale. Yield each student who is graded."""
        if not self.reasons:
            return
        executor = self.run.executor()
        try:
            futures = {executor.submit(grade, self._scratch_job(student)): student for student in self.reasons}
            for future in as_completed(futures):
                student = futures[future]
                try:
                    self.results[student] = read_result(future.result())
                except Exception as error:  # in the course or on the host, not in the submission
                    self.failed[student] = f"{type(error).__name__}: {error}"
                yield student
        finally:  # after Ctrl-C, don't wait for the rest of the class
            executor.shutdown(wait=len(self.results) + len(self.failed) == len(self.reasons))

    def changes(self) -> list[Change]:
        """Return the scores that change, sorted by student and exercise."""
        saved = saved_scores(self.app.coursedir, self.assignment)
        found = []
        for student, result in sorted(self.results.items()):
            for exercise, verdict in result["verdicts"].items():
                old, by_hand = saved.get((student, exercise), (0.0, None))
                if abs(verdict["score"] - old) > SAME:
                    known = self.reasons[student].get(exercise)
                    reason = known.sentence if known else result["problem"] or "an earlier run did not save its score"
                    found.append(Change(student, exercise, old, verdict["score"], reason, by_hand))
        return found

    def save(self) -> None:
        """Put the new results in place, and have nbgrader save them in the gradebook.

        Raises
        ------
        NbGraderException
            If nbgrader cannot save a result.
        """
        coursedir = self.run.coursedir
        for student in self.results:
            final = Path(self.run.listed[student]["result"])
            final.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self._scratch_job(student)["result"], final)
            shutil.rmtree(coursedir.format_path(coursedir.autograded_directory, student, self.assignment))
        others = [student for student in self.run.listed if student not in self.results]
        self.app.coursedir.student_id_exclude = ",".join(others)
        self.app.log_level = logging.ERROR
        Autograde(coursedir=self.app.coursedir, parent=self.app).start()

    def _scratch_job(self, student: str) -> JobFields:
        job = self.run.listed[student]
        result = Path(self._scratch.name) / Path(job["result"]).name
        return job | {"result": str(result), "previous": job["result"], "fresh": False}


def saved_scores(coursedir: CourseDirectory, assignment: str) -> dict[tuple[str, str], tuple[float, float | None]]:
    """Return the automatic scores in the gradebook, and those set by hand, keyed by student and exercise."""
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        rows = (
            gradebook.db.query(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score, Grade.manual_score)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .filter(Assignment.name == assignment)
            .all()
        )
    return {(student, name.removesuffix(CHECK)): (score or 0.0, by_hand) for student, name, score, by_hand in rows}
