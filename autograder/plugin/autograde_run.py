"""One run of `nbgrader autograde`: lists the submissions, has other processes grade them, and saves the results.

A result is saved first in the gradebook, in one commit, and then in ``build/autograded``. So if there is a complete
notebook, its grades are in the gradebook, and the next run can complete a run that was killed.
"""

from __future__ import annotations

import glob
import re
import shutil
from concurrent.futures import Executor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder.grading import events
from autograder.grading.cluster import ClusterPool
from autograder.grading.job import Job, JobFields, grade, read_result, submission_digest
from autograder.grading.pool import GradingError, LocalPool
from autograder.paths import verdict_file
from autograder.running.settings import require_sandbox
from autograder.safe_text import quoted
from autograder.sandbox import Unavailable
from autograder.student_ids import refusal

from .class_run import ClassRun, own_messages_only
from .coursedir import SafeCourseDirectory
from .gradebook import count_to_mark
from .stale import graded_notebook, stale_sentence, stale_verdicts

if TYPE_CHECKING:
    from .exporter import JudgedExporter


class AutogradeRun:
    """The submissions in one run, and their results.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
        The running converter, after it has listed the submissions. Its list of submissions, its course directory, and
        its loop over the submissions are replaced.
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
            self.cluster = self._cluster()
            if not (self.cluster or options.grade_without_sandbox):
                require_sandbox()
        except (FileNotFoundError, Unavailable, GradingError) as reason:
            self.log.error("%s", reason)
            raise NbGraderException(str(reason)) from None
        self.graded: dict[str, dict[str, Any]] = {}  # what `graded_notebook` says about skipped submissions
        jobs = {student: self._job(student) for student in self._list_submissions()}
        with own_messages_only(self.log):
            self.jobs = {student: job for student, job in jobs.items() if self._needs_grading(student, job)}
        self.tally = events.Tally(skipped=len(jobs) - len(self.jobs))
        converter.convert_notebooks = self.convert
        if sentence := stale_sentence(stale_verdicts(jobs, self.graded), len(jobs), self.assignment):
            self.log.warning("%s", sentence)

    def convert(self) -> None:
        """Grade the submissions that need it, and save them. nbgrader calls this method instead of its own loop."""
        with ClassRun(self.converter, "grading", len(self.jobs)) as shown:
            if self.jobs:
                self._grade(shown)
            elif self.cluster:
                self.cluster.shutdown()
        tally = replace(self.tally, to_mark=count_to_mark(self.coursedir.db_url, self.assignment))
        self.log.info("%s: %s", self.assignment, tally)
        shown.raise_if_any_failed()

    def _grade(self, shown: ClassRun) -> None:
        for preprocessor in self.converter.autograde_preprocessors:
            self.options.register_preprocessor(preprocessor)
        with self.executor() as executor:
            students = {executor.submit(grade, job): student for student, job in self.jobs.items()}
            for future in as_completed(students):
                with shown.submission(students[future]):
                    self._save(students[future], read_result(future.result()), shown)

    def _save(self, student: str, result: dict[str, Any], shown: ClassRun) -> None:
        """Save a submission's result in the gradebook, and then its graded notebook."""
        converter = self.converter
        converter.notebooks = [self.jobs[student]["submitted"]]
        converter.run_pre_convert_hook()
        converter.init_destination(self.assignment, student)  # removes the output of an earlier run
        resources = converter.init_single_notebook_resources(converter.notebooks[0])
        converter.write_single_notebook(*self.options.graded_notebook(result, resources))
        converter.set_permissions(self.assignment, student)
        converter.run_post_convert_hook()
        for sentence in events.sentences(student, result):
            shown.warn(sentence)
        self.tally.count(result)
        scores = result["verdicts"].values()
        earned, points = (sum(verdict[key] for verdict in scores) for key in ("score", "points"))
        shown.done(f"{student}: {earned:g} of {points:g} points")

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
            return self._is_newer(student)
        self.log.info("Regrading %s, because %s is incomplete or comes from an older submission", student, output)
        shutil.rmtree(output)
        return True

    def _is_newer(self, student: str) -> bool:
        """Return whether a submission came later than the one that was graded. If so, nbgrader deletes the output."""
        if not self.converter.init_destination(self.assignment, student):
            return False
        del self.graded[student]
        return True

    def _note_if_graded(self, student: str, job: JobFields) -> bool:
        """Return whether the submission has a complete graded notebook.

        If so, record what the graded notebook says about itself.
        """
        output = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.assignment))
        notebook = graded_notebook(output / self.released.name)
        if notebook.get("graded") != submission_digest(job["submitted"]):
            return False
        self.graded[student] = notebook
        return True

    def executor(self) -> Executor:
        """Return the executor that grades: the cluster that the configuration names or, by default, this machine."""
        return self.cluster or LocalPool(self.options.workers or None)

    def _cluster(self) -> ClusterPool | None:
        if not self.options.dask_scheduler:
            return None
        confine = not self.options.grade_without_sandbox
        return ClusterPool(self.options.dask_scheduler, self.released, confine, self.log.warning)
