"""Grades one submission: file in, file out. Any executor can run it, on any machine that sees the course's files."""

import functools
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder import catalogue
from autograder.judging.judge import decide_all, draw, failed_verdict, public_cases, verdict
from autograder.judging.seeds import course_secret, seed
from autograder.notebooks.canonical import canonical_notebook, is_untouched
from autograder.notebooks.intake import Unreadable, read_submission
from autograder.running.settings import zygote_settings
from autograder.running.submission_run import Cell, CheckCell, Limits, SubmissionRun
from autograder.running.tampering import NAMES
from autograder.running.zygote_host import ZygoteHost

from .cell_outputs import cell_outputs, report, verdict_output, with_guides

CHECK = "-check"


@dataclass(frozen=True)
class Job:
    """One submission to grade. Every field is plain, so that it travels as JSON.

    Attributes
    ----------
    course : str
        The course's root folder.
    released : str
        The notebook that was handed out.
    submitted : str
        Where the submitted notebook is, or should be.
    result : str
        The file to write.
    assignment, student : str
    run_demos : bool
        Whether untouched cells tagged ``demo`` are run.
    cell_seconds : float
        Processor time for a cell.
    confine : bool
        Whether to run in the sandbox.
    fresh : bool
        Whether to grade although there is a result already.
    """

    course: str
    released: str
    submitted: str
    result: str
    assignment: str
    student: str
    run_demos: bool = False
    cell_seconds: float = 30.0
    confine: bool = True
    fresh: bool = False


def grade(job):
    """Grade a submission and write the result.

    Parameters
    ----------
    job : dict
        The fields of a `Job`.

    Returns
    -------
    str
        The path of the result, JSON: ``notebook`` (graded), ``verdicts``, ``problem``, ``cpu`` (seconds of the
        student's processes), ``peak`` (bytes of memory), ``key`` (what the result depends on) and ``submission``
        (what identifies the submitted notebook).
    """
    job = Job(**job)
    key = job_key(job)
    result = Path(job.result)
    if not job.fresh and read_result(result).get("key") == key:
        return str(result)
    graded = Grading(job).run() | {"key": key, "submission": submission_digest(job.submitted)}
    result.parent.mkdir(parents=True, exist_ok=True)
    partial = result.with_suffix(".partial")
    partial.write_text(json.dumps(graded), encoding="utf-8")
    os.replace(partial, result)
    return str(result)


def read_result(path):
    """A result that `grade` wrote, or an empty dict if there is none that is whole."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def read_released(path):
    """A notebook that we handed out: its JSON, with each source as one text.

    Read without nbformat, which takes a second to import and longer to validate than an exercise to grade.
    """
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def job_key(job):
    """What a result depends on: change any of it and the submission is graded anew."""
    fields = {name: value for name, value in asdict(job).items() if name != "fresh"}
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    digest.update(_code_digest().encode())
    digest.update(course_secret(secret_path(job.course)))
    digest.update(Path(job.released).read_bytes())
    digest.update(submission_digest(job.submitted).encode())
    return digest.hexdigest()


def submission_digest(path):
    """What identifies a submitted notebook: a digest of it, or why it cannot be read."""
    try:
        return read_submission(path).digest
    except Unreadable as reason:
        return str(reason)


def secret_path(course):
    return Path(course) / "build" / "course_secret"


class Grading:
    """The grading of one submission."""

    def __init__(self, job):
        self.job = job
        self.assignment = catalogue.assignments()[job.assignment]
        self.secret = course_secret(secret_path(job.course))
        self.problem, self.cpu, self.peak = "", 0.0, 0

    def run(self):
        try:
            submitted = read_submission(self.job.submitted)
        except Unreadable as reason:
            submitted, self.problem = None, str(reason)
        released = read_released(self.job.released)
        self.notebook = canonical_notebook(released, submitted)
        verdicts = self._unread() if submitted is None else self._run()
        self.notebook["cells"] = list(with_guides(self.notebook["cells"], self.assignment.written))
        return {
            "notebook": self.notebook,
            "verdicts": verdicts,
            "problem": self.problem,
            "cpu": self.cpu,
            "peak": self.peak,
        }

    def _unread(self):
        verdicts = {}
        for cell in self.notebook["cells"]:
            if exercise := self._exercise(cell):
                found = failed_verdict(exercise, f"Nothing could be graded: {self.problem}.")
                verdicts[exercise.name] = self._show(cell, found)
        return verdicts

    def _run(self):
        steps = self._steps()
        limits = Limits(cell=self.job.cell_seconds)
        record = SubmissionRun(zygote_host(self.job.course, self.job.confine), self._side_files(), steps, limits).run()
        self.cpu, self.peak = record.cpu, record.peak
        verdicts = {}
        for step in steps:
            cell = self.notebook["cells"][step.key]
            if isinstance(step, Cell):
                cell["outputs"] = cell_outputs(record.outputs.get(step.key, []), record.stopped.get(step.key, ""))
                cell["execution_count"] = 1
            else:
                verdicts[step.exercise.name] = self._judge(cell, step, record)
        return verdicts

    def _steps(self):
        steps = []
        for index, cell in enumerate(self.notebook["cells"]):
            if cell["cell_type"] != "code":
                continue
            if exercise := self._exercise(cell):
                hidden = draw(exercise, self._seed(exercise))
                steps.append(CheckCell(index, exercise, public_cases(exercise)[0], hidden))
            elif self.job.run_demos or not (is_untouched(cell) and "demo" in cell["metadata"].get("tags", [])):
                steps.append(Cell(index, cell["source"]))
        return steps

    def _exercise(self, cell):
        """The exercise that a check cell checks, or None for other cells."""
        nbgrader = cell["metadata"].get("nbgrader", {})
        if not nbgrader.get("grade") or nbgrader.get("solution"):
            return None
        name = nbgrader["grade_id"].removesuffix(CHECK)
        if name not in self.assignment.exercises:
            raise ValueError(
                f"the released notebook checks {name!r}, which {self.assignment.name} does not have: build and "
                "generate the assignment again"
            )
        return self.assignment.exercises[name]

    def _seed(self, exercise):
        return seed(self.secret, self.job.assignment, exercise.name, self.job.student)

    def _side_files(self):
        """Beside the notebook lie the files that were handed out with it, and none that were handed in."""
        beside = Path(self.job.released).parent.iterdir()
        return [path for path in beside if path.suffix != ".ipynb" and path.is_file()]

    def _judge(self, cell, step, record):
        exercise, name = step.exercise, step.exercise.name
        found = verdict(exercise, step.hidden, record.hidden[name])
        public = decide_all(exercise, *public_cases(exercise), record.public[name])
        known = [name for name in NAMES if name in record.tampering]
        return self._show(cell, found, public, known) | {"seed": str(self._seed(exercise))}

    def _show(self, cell, found, public=(), tampering=()):
        """Put a verdict into its cell; returns its summary."""
        shown = report(found, public, tampering)
        points = float(cell["metadata"]["nbgrader"]["points"])
        score = points * (found.score / found.points)  # in this order, full marks stay full marks
        cell["outputs"] = [verdict_output(shown, score)]
        cell["execution_count"] = 1
        return {
            "score": score,
            "points": points,
            "cases": [[label, outcome.passed] for label, outcome in zip(found.labels, found.outcomes, strict=True)],
            "problems": sorted({outcome.problem.kind for outcome in found.outcomes if outcome.problem}),
            "mistake": found.mistake.name if found.mistake else "",
            "hint": found.mistake.hint if found.mistake else "",
            "tampering": list(tampering),
        }


@functools.cache
def zygote_host(course, confine):
    """The zygote of this process, started when it is first needed."""
    return ZygoteHost(zygote_settings(Path(course), confine), cache=Path(course) / "build" / "cache" / "matplotlib")


@functools.cache
def _code_digest():
    """A digest of the grader and of gradlab, so that results of other versions are not used."""
    import gradlab

    digest = hashlib.sha256()
    for root in (Path(__file__).parents[1], Path(gradlab.__file__).parent):
        for path in sorted(root.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
