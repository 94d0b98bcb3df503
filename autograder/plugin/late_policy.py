"""The policy on late work, which ``nbgrader_config.py`` sets.

By default, late work is not penalized. Each setting is optional:

    c.LatePolicy.percent_per_day = 10            # percent of the points earned, for each day or part of a day
    c.LatePolicy.most = 50                       # maximum penalty, in percent
    c.LatePolicy.grace_minutes = 15              # grace period, in minutes
    c.LatePolicy.late_days = 4                   # days that each student may be late without a penalty, in total
    c.LatePolicy.late_days_per_assignment = 2    # how many of these a student may use for one assignment
"""

import glob
import math
import os
import re
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Assignment, Gradebook, Student
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, Integer, TraitError, Unicode
from traitlets.config import LoggingConfigurable

from .extensions import read_extensions
from .html_settings import AcceptsHTMLSettings
from .late_rules import DAY, LateRules

ROUNDING_ERROR = 1e-6  # more than the error of a sum of points, in hundredths


class LatePolicy(LateSubmissionPlugin):
    """Subtracts a percentage of the points for each day, or part of a day, after a grace period and late days."""

    percent_per_day = Float(
        0.0, min=0, max=100, help="Penalty for each day or part of a day, in percent of the points earned."
    ).tag(config=True)
    most = Float(100.0, min=0, max=100, help="Maximum penalty, in percent of the points earned.").tag(config=True)
    grace_minutes = Float(0.0, min=0, help="Grace period, in minutes.").tag(config=True)
    late_days = Integer(
        0, min=0, help="How many days each student may be late without a penalty, over all assignments."
    ).tag(config=True)
    late_days_per_assignment = Integer(
        None, allow_none=True, min=0, help="How many late days a student may use for one assignment; by default, all."
    ).tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points to subtract; None means no penalty. Without a policy, nbgrader's own setting decides.

        Penalties are whole hundredths of a point, rounded down. The points, the penalty, and the score are shown and
        exported in hundredths, so they add up.
        """
        if self.percent_per_day == 0:
            return super().late_submission_penalty(student_id, score, total_seconds_late)
        seconds = total_seconds_late - 60 * self.grace_minutes
        days = math.ceil(seconds / DAY) if seconds > 0 else 0
        hundredths = score * min(days * self.percent_per_day, self.most)
        return math.floor(hundredths + ROUNDING_ERROR) / 100


class Penalties(AcceptsHTMLSettings, AssignLatePenalties):
    """Grants extensions, deducts late days, and assigns late penalties.

    This preprocessor runs when a submission is graded and again when feedback is generated, because written answers
    may have been graded by hand in between. `load_late_rules` reads the rules before the first submission.
    """

    extensions = Unicode("extensions.csv", help="The CSV file that lists deadline extensions.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        rules = getattr(self.parent, "late_rules", None)
        if rules is None:  # the exporter is not ours
            rules = self.load_rules(getattr(getattr(self.parent, "parent", None), "coursedir", None))
            if self.parent is not None:
                self.parent.late_rules = rules
        with Gradebook(names["db_url"]) as gradebook:
            names["days_late"], names["late_days"] = rules.apply(gradebook, names["student"], names["assignment"])
        return nb, resources

    def load_rules(self, coursedir: CourseDirectory | None = None) -> LateRules:
        """Read and check the policy and the extensions. Without a course directory, names are not checked.

        Raises
        ------
        ValueError
            If a setting or a line in the file is wrong. The message says which one, and what to do.
        """
        policy, path = self.load_policy(), Path(self.extensions)
        if coursedir is None:
            return LateRules(policy, read_extensions(path), self.log)
        path = Path(coursedir.root, path)
        known = partial(_students, coursedir), partial(_assignments, coursedir)
        return LateRules(policy, read_extensions(path, *known), self.log)

    def load_policy(self) -> LateSubmissionPlugin:
        """Return the policy with its settings.

        Raises
        ------
        ValueError
            If a setting is wrong or does not exist.
        """
        unknown = set(self.config.LatePolicy) - set(LatePolicy.class_trait_names(config=True))
        if unknown:
            raise ValueError(f"nbgrader_config.py sets c.LatePolicy.{min(unknown)}, but there is no such setting.")
        try:
            return self.plugin_class(parent=self)
        except TraitError as error:
            raise ValueError(f"A setting of c.LatePolicy in nbgrader_config.py is wrong. {error}") from None


def load_late_rules(exporter: LoggingConfigurable) -> LateRules:
    """Read and check the rules for one run of nbgrader.

    Parameters
    ----------
    exporter : nbconvert.exporters.Exporter
        The exporter of a converter that has a course directory.

    Raises
    ------
    NbGraderException
        If a setting or a line in ``extensions.csv`` is wrong. nbgrader then exits with the reason, without a traceback.
    """
    try:
        converter: Any = exporter.parent
        return Penalties(parent=exporter).load_rules(converter.coursedir)
    except (ValueError, TraitError) as reason:
        exporter.log.error("%s", reason)
        raise NbGraderException(str(reason)) from None


def load_policy(owner: LoggingConfigurable) -> LateSubmissionPlugin:
    """Return the policy on late work, with the settings in the configuration of `owner`.

    Raises
    ------
    SystemExit
        If a setting is wrong. The log gives the reason.
    """
    try:
        return Penalties(parent=owner).load_policy()
    except (ValueError, TraitError) as reason:
        owner.log.error("%s", reason)
        raise SystemExit(1) from None


def _students(coursedir: CourseDirectory) -> set[str]:
    """Return the students in the gradebook and those who have submitted something."""
    pattern = coursedir.format_path(coursedir.submitted_directory, "*", "*")
    regex = coursedir.format_path(coursedir.submitted_directory, "(?P<student>[^/]*)", "[^/]*", escape=True)
    matches = (re.fullmatch(regex, folder, re.DOTALL) for folder in glob.glob(pattern))
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        known = {student for (student,) in gradebook.db.query(Student.id)}
    return known | {match["student"] for match in matches if match}


def _assignments(coursedir: CourseDirectory) -> set[str]:
    """Return the assignments in the gradebook and those that have a folder in the course."""
    folders = glob.glob(coursedir.format_path(coursedir.source_directory, ".", "*"))
    folders += glob.glob(os.path.join(glob.escape(coursedir.root), "assignments", "*", ""))
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        known = {name for (name,) in gradebook.db.query(Assignment.name)}
    return known | {Path(folder).name for folder in folders}
