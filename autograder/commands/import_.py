"""``import``: collect the submissions in a download from Canvas, Moodle, or Gradescope, or in plain folders."""

import logging
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from autograder.catalogue import assignments
from autograder.importing.download import NotADownload
from autograder.importing.platform import Platform
from autograder.importing.report import Report
from autograder.importing.roster_file import BadRoster
from autograder.importing.run import Import
from autograder.safe_text import escape

GUESSED = {
    Platform.CANVAS: (
        "Canvas does not say when they were submitted. For late ones, the time of the files in the download counts; "
        "all others count as on time. A roster's submitted_at column can give the exact times."
    ),
    Platform.MOODLE: (
        "The time of the files in the download counts, and Moodle sets it when it makes the zip. To use the "
        "submission times, give the grading worksheet with --roster."
    ),
    Platform.GRADESCOPE: "The time of the files in the download counts, because submission_metadata.yml has no other.",
    Platform.FOLDER: "The time of the files counts; a roster's submitted_at column can give different times.",
}


def run(course: Path, assignment: str, path: Path, platform: Platform, roster: Path | None) -> int:
    """Import a download into the course in the folder `course`, and print what became of its files.

    Returns
    -------
    int
        1 if a file matched nobody or was refused, if a student submitted no notebook, or if nothing could be imported;
        otherwise 0.
    """
    if assignment not in assignments():
        return _fail(f"There is no assignment {assignment!r}. The assignments are {', '.join(assignments())}.")
    if not (course / "nbgrader_config.py").exists():
        return _fail(f"{course} must be a course's folder. It has no nbgrader_config.py.")
    path, roster = path.absolute(), roster.absolute() if roster else None
    os.chdir(course)
    try:
        importing = Import(assignment, platform, _terminal())
        report = importing.run(path, roster)
    except (NotADownload, BadRoster) as error:
        return _fail(str(error))
    except SQLAlchemyError as error:
        return _fail(f"The gradebook cannot be read: {str(error).splitlines()[0]}.")
    except OSError as error:
        return _fail(f"The submissions cannot be written: {error}.")
    return _show(report, importing)


def _show(report: Report, importing: Import) -> int:
    for refusals, heading in (
        (report.unmatched, "These files match no student:"),
        (report.refused, "These files were refused:"),
        (report.missing, "These students have nothing to import:"),
        (report.doubts, "Look at these notebooks:"),
    ):
        if refusals:
            _warn(heading)
            for each in dict.fromkeys(refusals):
                _warn(f"    {each.shown}: {each.reason}")
    counts = f"{len(report.added)} new, {len(report.updated)} replaced, {len(report.unchanged)} unchanged"
    print(f"{importing.assignment}: {counts}; files that match no student: {len(report.unmatched)}.")
    if report.skipped:
        print(f"Notebooks that belong to other assignments were left out: {report.skipped}.")
    if report.guessed:
        zone = f"Times in zips are taken to be in the time zone {importing.zone_name} (c.Exchange.timezone)."
        print(f"Submissions without a submission time: {report.guessed}. {GUESSED[importing.platform]} {zone}")
    if report.added or report.updated:
        print(f"Next, run `nbgrader autograde {importing.assignment}`.")
    return int(bool(report.unmatched or report.refused or report.missing))


def _terminal() -> logging.Logger:
    """Return a logger that prints warnings and errors as plain sentences."""
    log = logging.getLogger(__name__)
    log.propagate = False
    log.setLevel(logging.WARNING)
    log.handlers[:] = [logging.StreamHandler()]
    return log


def _warn(line: str) -> None:
    print(escape(line), file=sys.stderr)


def _fail(sentence: str) -> int:
    """Print why nothing was imported, and return exit code 1."""
    _warn(sentence)
    return 1
