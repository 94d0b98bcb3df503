"""The rules by which one run of nbgrader treats late work: the policy and the extensions.

`LateRules.apply` records a student's extensions and late penalties in the gradebook. They depend only on the rules and
on the submissions in the gradebook, never on the order in which assignments are graded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from logging import Logger
from typing import NamedTuple

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.plugins import LateSubmissionPlugin
from sqlalchemy.orm import contains_eager, selectinload

from .extensions import Extensions
from .late_days import LateDays, Lateness, count, deduct, summarize

DAY = 24 * 60 * 60  # seconds


class Standing(NamedTuple):
    """What students are told about a submission's lateness.

    `days` is the number of days late. `sentence` is about the student's late days, or "" if the course has none.
    """

    days: int
    sentence: str


@dataclass(frozen=True)
class LateRules:
    """A policy on late work, which may be any plugin for late penalties, and the extensions."""

    policy: LateSubmissionPlugin
    extensions: Extensions
    log: Logger

    def apply(self, gradebook: Gradebook, student: str, assignment: str) -> Standing:
        """Record the extension and the late penalty for a student's submission in the gradebook.

        If the course has late days, record them for the student's other submissions, too: late days that are used for
        one assignment are not available for those that are due later.
        """
        submissions = find_submissions(gradebook, student, None if late_day_budget(self.policy) else assignment)
        if self.extensions.path is not None:
            for submission in submissions:
                submission.extension = self.extensions.granted(student, submission.name) or None
        days = {submission.name: days_late(self.policy, submission) for submission in submissions}
        late_days = deduct_late_days(self.policy, submissions)
        for submission in submissions:
            used = late_days.used[submission.name]
            old = total_penalty(submission)
            self._set_penalties(student, submission, days[submission.name], used)
            new = total_penalty(submission)
            if submission.name == assignment:
                self._log(student, assignment, days[assignment], used, new)
            elif not math.isclose(old, new, abs_tol=1e-9):
                self.log.warning(
                    "%s's late penalty for %s was %g points and is now %g, because late days, extensions, or scores "
                    "have changed. Run `nbgrader generate_feedback %s` again.",
                    *(student, submission.name, old, new, submission.name),
                )
        gradebook.db.commit()
        if not late_day_budget(self.policy):
            return Standing(days[assignment], "")
        sentence = summarize(days[assignment], late_days.used[assignment], late_days.left)
        return Standing(days[assignment], sentence)

    def _set_penalties(self, student: str, submission: SubmittedAssignment, days: int, used: int) -> None:
        """Set the penalties of the submission's notebooks."""
        seconds = seconds_late(submission) - used * DAY
        covered = seconds <= 0 or (late_day_budget(self.policy) > 0 and days == used)
        for notebook in submission.notebooks:
            score = 0.0 if covered else notebook.score
            penalty = None if covered else self.policy.late_submission_penalty(student, score, seconds)
            notebook.late_submission_penalty = None if penalty is None else min(max(0.0, penalty), score)

    def _log(self, student: str, assignment: str, days: int, used: int, penalty: float) -> None:
        if days or penalty:
            self.log.info(
                "%s submitted %s %s late, used %s, and gets a late penalty of %g points",
                *(student, assignment, count(days, "day"), count(used, "late day"), penalty),
            )


def find_submissions(gradebook: Gradebook, student: str, assignment: str | None = None) -> list[SubmittedAssignment]:
    """Return a student's submissions in the gradebook: the one for an assignment, or all if `assignment` is None."""
    query = (
        gradebook.db.query(SubmittedAssignment)
        .join(SubmittedAssignment.assignment)
        .options(contains_eager(SubmittedAssignment.assignment), selectinload(SubmittedAssignment.notebooks))
        .filter(SubmittedAssignment.student_id == student)
    )
    return list(query if assignment is None else query.filter(Assignment.name == assignment))


def seconds_late(submission: SubmittedAssignment) -> float:
    """Return the time between the student's own due date and the submission, or 0 if the submission is not late."""
    # nbgrader cannot compute this for a submission that has an extension, but no due date.
    return 0.0 if submission.assignment.duedate is None else float(submission.total_seconds_late)


def total_penalty(submission: SubmittedAssignment) -> float:
    """Return the total late penalty for the submission's notebooks, in points."""
    return sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)


def days_late(policy: LateSubmissionPlugin, submission: SubmittedAssignment) -> int:
    """Return the number of days late, after the policy's grace period. A part of a day counts as a day."""
    grace = 60 * getattr(policy, "grace_minutes", 0.0)
    return max(0, math.ceil((seconds_late(submission) - grace) / DAY))


def late_day_budget(policy: LateSubmissionPlugin) -> int:
    """Return the late days that each student has in the course, or 0 if the policy has none."""
    return getattr(policy, "late_days", 0)


def deduct_late_days(policy: LateSubmissionPlugin, submissions: Sequence[SubmittedAssignment]) -> LateDays:
    """Deduct one student's late days for that student's submissions."""
    lateness = [
        Lateness(each.assignment.duedate or datetime.max, each.name, days_late(policy, each)) for each in submissions
    ]
    return deduct(lateness, late_day_budget(policy), getattr(policy, "late_days_per_assignment", None))
