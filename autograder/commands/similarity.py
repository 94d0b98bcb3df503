"""``similarity``: find pairs of submissions that are more alike than the exercises explain."""

import os
from pathlib import Path

from autograder import catalogue
from autograder.similarity.page import as_json, page
from autograder.similarity.pairs import Findings, find_pairs
from autograder.similarity.submissions import read_class

from .errors import fail

NOTE = "These are places to look, not a verdict: students who used the same source write similar answers, too."


def run(course: Path, assignment: str, html: Path | None, json: Path | None) -> int:
    """Compare an assignment's collected submissions, print the pairs that stand out, and write them to files.

    Parameters
    ----------
    course : Path
    assignment : str
    html, json : Path or None
        The files to write. Only their owner can read them.

    Returns
    -------
    int
        0 if the submissions were compared, whether or not a pair stands out, and otherwise 1.
    """
    known = catalogue.assignments()
    if assignment not in known:
        return fail(f"there is no assignment {assignment!r}. The assignments are {', '.join(known)}.")
    if not (course / "nbgrader_config.py").exists():
        return fail(f"{course} must be a course's folder. It has no nbgrader_config.py.")
    html, json = (path and path.absolute() for path in (html, json))
    os.chdir(course)
    try:
        submissions = read_class(course, assignment)
    except FileNotFoundError as error:
        return fail(str(error))
    findings = find_pairs(known[assignment], submissions)
    _print(findings, len(submissions.unreadable))
    try:
        if html is not None:
            _write(html, page(known[assignment], submissions, findings))
        if json is not None:
            _write(json, as_json(known[assignment], submissions, findings))
    except OSError as error:
        return fail(f"{error.filename} cannot be written: {error.strerror}.")
    return 0


def _print(findings: Findings, unreadable: int) -> None:
    for pair in findings.pairs:
        alone = sum(count == 1 for count in pair.as_close.values())
        exercises = "exercise" if alone == 1 else "exercises"
        print(f"{' and '.join(pair.students)}: score {pair.score}; nobody else is as close in {alone} {exercises}")
    for name, reason in findings.undecidable.items():
        print(f"{name} is undecidable: {reason}.")
    if unreadable:
        print(f"{unreadable} submissions could not be read.")
    if findings.pairs:
        print(f"{len(findings.pairs)} of {findings.compared_pairs} pairs score more than {findings.threshold}. {NOTE}")
    else:
        print(f"No pair stands out among {len(findings.students)} submissions.")


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, because it names students."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
