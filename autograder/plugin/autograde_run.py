"""One run of `nbgrader autograde`: puts the submissions in order and has all of them graded ahead of time."""

import glob
import json
import re
import shutil
from pathlib import Path

from nbgrader.converters.base import NbGraderException
from tqdm import tqdm

from autograder.grading.job import Job, grade, read_result, submission_digest
from autograder.grading.pool import LocalPool
from autograder.paths import verdict_file
from autograder.running.settings import require_sandbox
from autograder.sandbox import Unavailable

from .coursedir import WaryCourseDirectory


class Run:
    """The submissions of one run and their results.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
        After it has listed the submissions; its list is completed and put in order here.
    options : JudgedExporter

    Raises
    ------
    NbGraderException
        If the assignment has not been generated, or students' code cannot be confined on this host and nobody has
        allowed that. nbgrader then ends with the reason and without a traceback.
    """

    def __init__(self, converter, options):
        self.converter, self.options, self.log = converter, options, converter.log
        self.coursedir = converter.coursedir = WaryCourseDirectory.of(converter.coursedir)
        self.assignment = self.coursedir.assignment_id
        try:
            self.released = self._released()
            if not options.grade_without_sandbox:
                require_sandbox()
        except (FileNotFoundError, Unavailable) as reason:
            self.log.error("%s", reason)
            raise NbGraderException(str(reason)) from None
        students = self._list_submissions()
        jobs = {student: self._job(student) for student in students}
        self.futures = self._start({student: job for student, job in jobs.items() if self._to_do(student, job)})
        self.progress = tqdm(total=len(self.futures), desc="grading", unit="submission", disable=None)

    def result(self, student):
        """The result of a student's submission, when it is there."""
        if student not in self.futures:
            self.futures |= self._start({student: self._job(student)})
        result = read_result(self.futures[student].result())
        self.progress.update()
        if result["problem"]:
            self.log.warning("%s: zero points: %s", student, result["problem"])
        return result

    def _released(self):
        path = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", self.assignment))
        path /= f"{self.assignment}.ipynb"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing: run `nbgrader generate_assignment {self.assignment}` first.")
        return path.resolve()

    def _list_submissions(self):
        """Every student's folder is graded, with exactly the notebook that was handed out, there or not."""
        pattern = self.converter._format_source(self.assignment, self.coursedir.student_id)
        form = self.converter._format_source(re.escape(self.assignment), "(?P<student>.*)", escape=True)
        name = re.compile(form, re.DOTALL)
        students, assignments = [], {}
        for folder in sorted(glob.glob(pattern)):
            student = name.match(folder)["student"]
            if re.search(r"[*?\[\]\x00-\x1f\x7f]", student):
                # nbgrader reads such a name as a pattern, and then copies what must not be copied; or it writes
                # the name to a terminal, which obeys control characters.
                self.log.error(
                    "%r is not graded: a student's name may not contain * ? [ ] or control characters", student
                )
                continue
            students.append(student)
            assignments[folder] = [str(Path(folder) / self.released.name)]
        self.converter.assignments = assignments
        return students

    def _job(self, student):
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

    def _to_do(self, student, job):
        """Whether a submission is to be graded; what an interrupted or outdated run left of it is removed."""
        output = Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, self.assignment))
        if not output.exists() or self.converter.force:
            return True
        if graded_submission(output / self.released.name) == submission_digest(job["submitted"]):
            return False
        self.log.info("%s is graded again: %s is unfinished or of another submission", student, output)
        shutil.rmtree(output)
        return True

    def _start(self, jobs):
        """Have `jobs` graded, and return what will be their results."""
        if not jobs:
            return {}
        executor = self._executor()
        futures = {student: executor.submit(grade, job) for student, job in jobs.items()}
        executor.shutdown(wait=False)
        return futures

    def _executor(self):
        if self.options.dask_scheduler:
            from dask.distributed import Client

            return Client(self.options.dask_scheduler).get_executor()
        return LocalPool(self.options.workers or None)


def graded_submission(path):
    """What identifies the submission that a graded notebook was made from; None if the notebook is not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["metadata"]["gradlab"]["graded"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
