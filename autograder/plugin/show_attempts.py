"""Tells students on their feedback page which attempt counts, if `watch` grades the assignment."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.attempts.record import Damaged, read_record
from autograder.attempts.standing import counted_attempt, sentences
from autograder.paths import attempts_file

from .html_settings import AcceptsHTMLSettings
from .timestamps import shown_timezone


class ShowAttempts(AcceptsHTMLSettings, NbGraderPreprocessor):
    """Adds sentences to the feedback page: which attempt counts, how many are left, and when the next can be graded.

    It adds none if `watch` has graded none of the student's attempts.
    """

    course = Unicode("", help="The course's folder.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        try:
            record = read_record(attempts_file(self.course, names["assignment"], names["student"]))
            names["attempts"] = list(sentences(record, shown_timezone(self.config)))
            if attempt := counted_attempt(record):
                names["facts"] = [*names.get("facts", ()), ("Attempt", attempt)]
        except Damaged as problem:
            self.log.warning("%s", problem)
        return nb, resources
