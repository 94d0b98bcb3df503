"""A job grades one submission from a file and writes the result to a file.

Any executor can run jobs, on any machine with access to the course's files.
"""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gradlab
from autograder.atomic import write_text
from autograder.judging.seeds import course_secret
from autograder.notebooks.canonical import read_released
from autograder.notebooks.intake import Submitted, Unreadable, read_or_reason
from autograder.notebooks.mismatch import mismatch
from autograder.notebooks.versions import releases
from autograder.paths import secret_file

from .grader import CHECK, Connect, Grader
from .host import zygote_host
from .keys import Key, exercise_keys


@dataclass(frozen=True)
class Job:
    """One submission to grade. All fields are plain values, so that a job can be sent as JSON.

    Attributes
    ----------
    course : str
        The course's root folder.
    released : str
        The path of the notebook that was released to students.
    submitted : str
        The path where the submitted notebook is expected.
    result : str
        The file to write the result to.
    assignment, student : str
    run_demos : bool
        Whether to run untouched cells tagged ``demo``.
    cell_seconds : float
        The CPU time allowed per cell, in seconds.
    submission_seconds : float
        The wall-clock time allowed for the whole submission, in seconds.
    confine : bool
        Whether to run the student's code in the sandbox.
    fresh : bool
        Whether to grade even if there is an up-to-date result.
    previous : str
        The file with an earlier result for the same submission, or "". Its verdicts whose keys are current are kept.
    """

    course: str
    released: str
    submitted: str
    result: str
    assignment: str
    student: str
    run_demos: bool = False
    cell_seconds: float = 30.0
    submission_seconds: float = 600.0
    confine: bool = True
    fresh: bool = False
    previous: str = ""


JobFields = dict[str, Any]  # the fields of a `Job`, keyed by name

NOT_IN_KEY = ("fresh", "previous", "result")  # the fields of a job that cannot change its verdicts


def grade(job: dict[str, Any], connect: Connect | None = None, stopped: str = "") -> str:
    """Grade a submission and write the result, unless there is an up-to-date result.

    Parameters
    ----------
    job : dict
        The fields of a `Job`.
    connect : callable () -> ZygoteConnection, optional
        Returns the connection to the zygote. By default, this process's own zygote is used.
    stopped : str
        If an earlier judge of this submission had to be stopped, the reason; the submission then gets no points.
        Otherwise empty.

    Returns
    -------
    str
        The path of the result. The file is a JSON object with the keys ``notebook`` (graded), ``verdicts``,
        ``problem``, ``remark`` (on the name of the submitted file), ``stopped`` and ``tampering`` (see `events`),
        ``cpu`` (CPU time of the student's processes, in seconds), ``peak`` (their peak memory, in bytes), ``key``
        (a digest of what the result depends on), ``submission`` (the digest of the submitted notebook), and
        ``mismatch`` (why the notebook may be the wrong one, or ""). Each verdict has its own ``key``, too; see `keys`.
    """
    the_job = Job(**job)
    return grade_submitted(the_job, read_or_reason(the_job.submitted), connect, stopped)


def grade_submitted(
    job: Job, submitted: Submitted | Unreadable, connect: Connect | None = None, stopped: str = ""
) -> str:
    """Grade a submission that has already been read, and write the result as `grade` does.

    The submission is read only once, and everything in the result comes from that reading. ``collect --update`` may
    replace the file in the meantime. If the result had the new file's digest, the new file would never be graded.
    """
    key = job_key(job, submitted.digest)
    result = Path(job.result)
    if not job.fresh and read_result(result).get("key") == key:
        return str(result)
    graded = Grader(
        connect or functools.partial(zygote_host, job.course, job.confine),
        Path(job.released),
        job.assignment,
        job.student,
        secret=course_secret(secret_file(job.course)),
        run_demos=job.run_demos,
        cell_seconds=job.cell_seconds,
        submission_seconds=job.submission_seconds,
    ).grade(submitted, stopped)
    for name, present in verdict_keys(job).items():
        graded["verdicts"][name]["key"] = present
    graded |= {"key": key, "submission": submitted.digest, "mismatch": _mismatch(job, submitted)}
    if job.previous:
        keep_current_verdicts(graded, read_result(job.previous))
    write_text(result, json.dumps(graded))  # on a cluster, a worker that was cut off may be writing the same file
    return str(result)


def verdict_keys(job: Job) -> dict[str, Key]:
    """Return the current key of each verdict on a submission, keyed by exercise."""
    secret = course_secret(secret_file(job.course))
    return exercise_keys(Path(job.released), job.assignment, secret, job.run_demos, job.cell_seconds)


def keep_current_verdicts(result: dict[str, Any], previous: Mapping[str, Any]) -> None:
    """Put those verdicts from a previous result whose keys are current into a new result for the same submission.

    An answer that uses random numbers, or almost all the time that it is allowed, can get a different verdict in
    another run. If only `adam` has changed, the verdicts on all other exercises must stay.
    """
    if previous.get("submission") != result["submission"] or previous["problem"] or result["problem"]:
        return
    before = {grade_id: cell["outputs"] for grade_id, cell in _checks(previous["notebook"])}
    for grade_id, cell in _checks(result["notebook"]):
        name = grade_id.removesuffix(CHECK)
        kept = previous["verdicts"].get(name)
        if kept and kept.get("key") == result["verdicts"][name]["key"]:
            cell["outputs"] = before[grade_id]
            result["verdicts"][name] = kept


def _checks(notebook: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the ``grade_id`` and the cell of each check in a graded notebook."""
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade") and not nbgrader.get("solution"):
            yield nbgrader["grade_id"], cell


def _mismatch(job: Job, submitted: Submitted | Unreadable) -> str:
    """Return why a notebook may be the wrong one, or "" if it seems right or cannot be read."""
    if isinstance(submitted, Unreadable):
        return ""
    earlier = releases(job.course, job.assignment)
    return mismatch(submitted, read_released(Path(job.released)), job.assignment, earlier)


def read_result(path: Path | str) -> dict[str, Any]:
    """Read a result that `grade` wrote. Return an empty dict if the file is missing or incomplete."""
    try:
        result: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return result


def submission_digest(path: Path | str) -> str:
    """Return the text that identifies the submission at `path`: its digest, or the reason why it cannot be read."""
    return read_or_reason(path).digest


def job_key(job: Job, digest: str) -> str:
    """Return a digest of everything that a result depends on. If the digest changes, the submission is graded again.

    Parameters
    ----------
    job : Job
    digest : str
        The submission's digest.
    """
    fields = {name: value for name, value in asdict(job).items() if name not in NOT_IN_KEY}
    key = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    key.update(code_digest().encode())
    key.update(course_secret(secret_file(job.course)))
    key.update(Path(job.released).read_bytes())
    key.update(digest.encode())
    return key.hexdigest()


@functools.cache
def code_digest() -> str:
    """Return a digest of the grader's and gradlab's code. Results from other versions of the code are out of date."""
    digest = hashlib.sha256()
    for package in (Path(__file__).parents[1], Path(gradlab.__file__).parent):
        for path in sorted(package.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
