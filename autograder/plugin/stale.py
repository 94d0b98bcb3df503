"""Find the graded notebooks whose verdicts are stale: something that they depend on has changed since."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.grading.job import Job, JobFields, verdict_keys
from autograder.grading.keys import Reason, stale

Reasons = dict[str, dict[str, Reason]]  # keyed by student and by exercise


def graded_notebook(path: Path) -> dict[str, Any]:
    """Return what a graded notebook says about itself, or {} if the notebook is missing or incomplete.

    ``graded`` is the digest of the submission that it comes from, and ``keys`` the keys of its verdicts.
    """
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["metadata"]["gradlab"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def stale_verdicts(jobs: Mapping[str, JobFields], graded: Mapping[str, Mapping[str, Any]]) -> Reasons:
    """Return why verdicts are stale, keyed by student and by exercise, for each student with stale verdicts.

    Parameters
    ----------
    jobs : mapping
        The jobs of all submissions, keyed by student.
    graded : mapping
        What `graded_notebook` says about the submissions that are graded, keyed by student.
    """
    if not graded:
        return {}
    present = verdict_keys(Job(**jobs[next(iter(graded))]))
    found = {student: stale(notebook.get("keys", {}), present) for student, notebook in graded.items()}
    return {student: reasons for student, reasons in found.items() if reasons}


def stale_sentence(reasons: Reasons, total: int, assignment: str) -> str:
    """Say how many of `total` submissions have stale verdicts, and which command to run, or return "" if none has."""
    counts: Counter[str] = Counter()
    for of_student in reasons.values():
        counts.update({reason.graded_with for reason in of_student.values()})
    if not counts:
        return ""
    (first, count), *others = counts.most_common()
    listed = "".join(f"; {number} with {graded_with}" for graded_with, number in others)
    return (
        f"{count} of {total} submissions were graded with {first}{listed}: run `python -m autograder regrade "
        f"{assignment}`"
    )
