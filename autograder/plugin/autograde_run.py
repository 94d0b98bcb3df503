"""One run of `nbgrader autograde`: lists the submissions, and starts grading all of them in other processes."""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from tqdm import tqdm

from autograder.grading import events
from autograder.grading.job import Job, JobFields, grade, read_result, submission_digest
from autograder.grading.pool import LocalPool
from autograder.paths import verdict_file
from autograder.running.settings import require_sandbox
from autograder.safe_text import quoted
from autograder.sandbox import Unavailable
from autograder.student_ids import refusal

from .coursedir import SafeCourseDirectory
from .stale import graded_notebook, stale_sentence, stale_verdicts

if TYPE_CHECKING:
    from .exporter import JudgedExporter


class AutogradeRun:
    """The submissions of one run, and their results.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
        The running converter, after it has listed the submissions. The converter's list of submissions and its course
        directory are replaced.
    options : JudgedExporter
        The exporter, whose configurable options apply to the run.

    Raises
    ------
    NbGraderException
        If the assignment has not been generated, or if this machine cannot confine students' code and the
        configuration does not allow grading without a sandbox. nbgrader then exits with the reason, without a
        traceback.
    """

    def __init__(self, converter: Autograde, options: JudgedExporter) -> None:
        self.converter, self.options, self.log = converter, options, converter.log
        self.coursedir = converter.coursedir = SafeCourseDirectory.copy_of(converter.coursedir)
        self.assignment: str = self.coursedir.assignment_id
        try:
            self.released = self._find_released()
            if not options.grade_without_sandbox:
                require_sandbox()
        except (FileNotFoundError, Unavailable) as reason:
            self.log.error("%s", reason)
            raise NbGraderException(str(reason)) from None
        self.graded: dict[str, dict[str, Any]] = {}  # what `graded_notebook` says of the submissions that are skipped
        jobs = {student: self._job(student) for student in self._list_submissions()}
        self.futures = self._start({student: job for student, job in jobs.items() if self._needs_grading(student, job)})
        self.tally = events.Tally()
        self.progress = tqdm(total=len(self.futures), desc="grading", unit="submission", disable=None)
        if sentence := stale_sentence(stale_verdicts(jobs, self.graded), len(jobs), self.assignment):
            self.log.warning("%s", sentence)

    def result(self, student: str) -> dict[str, Any]:
        """Wait for the result of a student's submission, and return the result."""
        if student not in self.futures:
            self.futures |= self._start({student: self._job(student)})
        result = read_result(self.futures[student].result())
        self.progress.update()
        for sentence in events.sentences(student, result):
            self.log.warning("%s", sentence)
        self.tally.count(result)
        if self.tally.graded + self.tally.unreadable == len(self.futures):
            self.progress.close()
            self.log.info("%s: %s", self.assignment, self.tally)
        return result

    def _find_released(self) -> Path:
        path = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", self.assignment))
        path /= f"{self.assignment}.ipynb"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: run `nbgrader generate_assignment {self.assignment}` first.")
        return path.resolve()

    def _list_submissions(self) -> list[str]:
        """List the students who have a submission folder.

        Replace nbgrader's list of notebooks: in each folder, only the notebook with the released name is graded or, if
        it is missing, its only numbered copy. A submission without either file still gets a result.
        """
        pattern = self.converter._format_source(self.assignment, self.coursedir.student_id)
        regex = self.converter._format_source(re.escape(self.assignment), "(?P<student>.*)", escape=True)
        excluded = self.coursedir.student_id_exclude.split(",")
        students, assignments = [], {}
        for folder in sorted(glob.glob(pattern)):
            match = re.match(regex, folder, re.DOTALL)
            assert match is not None, "both patterns come from the same template"
            student = match["student"]
            if student in excluded:
                continue
            if reason := refusal(student):
                self.log.error("%s is not graded: %s", quoted(student), reason)
                continue
            students.append(student)
            assignments[folder] = [str(Path(folder) / self.released.name)]
        self.converter.assignments = assignments
        return students

    def _job(self, student: str) -> JobFields:
        folder = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, self.assignment))
        root = Path(self.coursedir.root)
        return vars(
            Job(
                course=str(root),
                released=str(self.released),
                submitted=str(folder / self.released.name),
                result=str(verdict_file(root, self.assignment, student)),
                assignment=self.assignment,
                student=student,
                run_demos=self.options.run_demos,
                cell_seconds=self.options.cell_seconds,
                confine=not self.options.grade_without_sandbox,
                fresh=self.converter.force,
            )
        )

    def _needs_grading(self, student: str, job: JobFields) -> bool:
        """Decide whether to grade a submission. Delete any output of an interrupted run or of an older submission."""
        output = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.assignment))
        if not output.exists() or self.converter.force:
            return True
        if self._note_if_graded(student, job):
            return False
        self.log.info("Regrading %s, because %s is incomplete or comes from an older submission", student, output)
        shutil.rmtree(output)
        return True

    def _note_if_graded(self, student: str, job: JobFields) -> bool:
        """Return whether there is a complete notebook of the submission, and if so, note what it says about itself."""
        output = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.assignment))
        notebook = graded_notebook(output / self.released.name)
        if notebook.get("graded") != submission_digest(job["submitted"]):
            return False
        self.graded[student] = notebook
        return True

    def _start(self, jobs: Mapping[str, JobFields]) -> dict[str, Future[str]]:
        """Start grading `jobs`, and return the futures of the results, keyed by student."""
        if not jobs:
            return {}
        executor = self._executor()
        futures = {student: executor.submit(grade, job) for student, job in jobs.items()}
        executor.shutdown(wait=False)
        return futures

    def _executor(self) -> Executor:
        if self.options.dask_scheduler:
            from dask.distributed import Client

            return Client(self.options.dask_scheduler).get_executor()
        return LocalPool(self.options.workers or None)
