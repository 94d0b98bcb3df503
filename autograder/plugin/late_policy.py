"""What handing in late costs, and who was given more time.

    c.LatePolicy.percent_per_day = 10      # in nbgrader_config.py; 0, nothing, unless set
    c.LatePolicy.most = 50
    c.LatePolicy.grace_minutes = 15

More time is given in ``extensions.csv`` in the course's folder, one line each; ``*`` stands for every assignment:

    student_id,assignment,days
    ada,update_rules,2
    emmy,*,7
"""

import csv
import math
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Unicode

DAY = 24 * 60 * 60
COLUMNS = ["student_id", "assignment", "days"]


class LatePolicy(LateSubmissionPlugin):
    """A share of the points for each day that was begun, after a grace period."""

    percent_per_day = Float(0.0, min=0, max=100, help="What each day costs, of the points earned.").tag(config=True)
    most = Float(100.0, min=0, max=100, help="What lateness costs at most, in percent.").tag(config=True)
    grace_minutes = Float(0.0, min=0, help="So much later is not late.").tag(config=True)

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        """The points to take off, or None where this policy takes none."""
        if self.percent_per_day == 0:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        seconds = total_seconds_late - 60 * self.grace_minutes
        days = math.ceil(seconds / DAY) if seconds > 0 else 0
        return score * min(days * self.percent_per_day, self.most) / 100


class Penalties(AssignLatePenalties):
    """Grants the extensions, then assigns the penalty of the policy.

    It runs when a submission is graded and again when feedback is written: by then a person may have given points.
    """

    extensions = Unicode("extensions.csv", help="The file of who was given more time.").tag(config=True)

    def preprocess(self, nb, resources):
        path = Path(self.extensions)
        if path.exists():
            names = resources["nbgrader"]
            days = granted(path, names["student"], names["assignment"])
            with Gradebook(names["db_url"]) as gradebook:
                if gradebook.find_assignment(names["assignment"]).duedate is not None:
                    gradebook.grant_extension(names["assignment"], names["student"], days=days)
        return super().preprocess(nb, resources)


def granted(path, student, assignment):
    """How many days more a student was given for an assignment; the most generous line counts.

    Raises
    ------
    ValueError
        If the file is not as it must be, with the line.
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != COLUMNS:
            raise ValueError(f"{path} must begin with the line {','.join(COLUMNS)}. Got {rows.fieldnames}.")
        days = [
            _days(path, rows.line_num, row["days"])
            for row in rows
            if row["student_id"] == student and row["assignment"] in (assignment, "*")
        ]
    return max(days, default=0.0)


def _days(path, line, text):
    try:
        days = float(text)
    except (TypeError, ValueError):
        days = math.nan
    if not 0 <= days <= 366:
        raise ValueError(f"{path}, line {line}: days must be a number from 0 to 366. Got {text!r}.")
    return days
