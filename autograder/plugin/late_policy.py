"""Late penalties and deadline extensions.

By default, late work is not penalized. To penalize it, set a policy in ``nbgrader_config.py``:

    c.LatePolicy.percent_per_day = 10      # percent of the points earned, for each day or part of a day
    c.LatePolicy.most = 50                 # maximum penalty, in percent
    c.LatePolicy.grace_minutes = 15        # grace period, in minutes

To give a student more time, add a line to ``extensions.csv`` in the course folder; ``*`` means every assignment:

    student_id,assignment,days
    ada,update_rules,2
    emmy,*,7
"""

import csv
import math
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Unicode

DAY = 24 * 60 * 60  # seconds
COLUMNS = ["student_id", "assignment", "days"]


class LatePolicy(LateSubmissionPlugin):
    """Subtracts a percentage of the points for each day, or part of a day, after a grace period."""

    percent_per_day = Float(
        0.0, min=0, max=100, help="Penalty for each day or part of a day, in percent of the points earned."
    ).tag(config=True)
    most = Float(100.0, min=0, max=100, help="Maximum penalty, in percent of the points earned.").tag(config=True)
    grace_minutes = Float(0.0, min=0, help="Grace period, in minutes.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to subtract; None means no penalty. Without a policy, nbgrader's own setting decides."""
        if self.percent_per_day == 0:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        seconds = total_seconds_late - 60 * self.grace_minutes
        days = math.ceil(seconds / DAY) if seconds > 0 else 0
        return score * min(days * self.percent_per_day, self.most) / 100


class Penalties(AssignLatePenalties):
    """Grants extensions, and then assigns the late penalty.

    This preprocessor runs when a submission is graded and again when feedback is generated, because written answers
    may have been graded by hand in between.
    """

    extensions = Unicode("extensions.csv", help="The CSV file that lists deadline extensions.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        path = Path(self.extensions)
        if path.exists():
            names = resources["nbgrader"]
            days = extension_days(path, names["student"], names["assignment"])
            with Gradebook(names["db_url"]) as gradebook:
                if gradebook.find_assignment(names["assignment"]).duedate is not None:
                    gradebook.grant_extension(names["assignment"], names["student"], days=days)
        return super().preprocess(nb, resources)


def extension_days(path: Path, student: str, assignment: str) -> float:
    """Return a student's extension in days. If several lines of the file apply, the longest extension counts.

    Raises
    ------
    ValueError
        If the file is malformed. The message names the line.
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"{path} must begin with the line {','.join(COLUMNS)}. Got the columns {rows.fieldnames}.")
        days = [
            _parse_days(path, rows.line_num, row["days"])
            for row in rows
            if row["student_id"] == student and row["assignment"] in (assignment, "*")
        ]
    return max(days, default=0.0)


def _parse_days(path: Path, line: int, text: str | None) -> float:
    try:
        days = float(text or "")
    except ValueError:
        days = math.nan
    if not 0 <= days <= 366:
        raise ValueError(f"{path}, line {line}: days must be a number from 0 to 366. Got {text!r}.")
    return days
