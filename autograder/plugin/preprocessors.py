"""Preprocessors that save points in the gradebook while grading, and read them for feedback."""

from logging import Logger
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from .feedback_summary import NO_RESPONSE
from .gradebook import comments_by_name, grades_by_name, one_commit
from .html_settings import AcceptsHTMLSettings
from .submission_facts import facts
from .timestamps import shown_timezone


class SaveVerdicts(NbGraderPreprocessor):
    """Saves a submission and the points of each check in the gradebook, in one commit.

    nbgrader's own steps for this, the last of which is `SaveAutoGrades`, query and commit for each cell. A grade that
    was entered by hand is kept. It is flagged for review if the answer or the automatic score has changed since then;
    stock nbgrader always flags it. An answer that is unchanged since the release gets nbgrader's comment "No
    response."; if the answer is to be graded by hand, it also gets 0 points.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        timestamp = resources["gradlab"]["timestamp"]
        gradebook = Gradebook(names["db_url"])
        with one_commit(gradebook):
            gradebook.update_or_create_student(names["student"])
            known = {"timestamp": timestamp} if timestamp else {}
            gradebook.update_or_create_submission(names["assignment"], names["student"], **known)
            submission = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            grades = grades_by_name(gradebook, submission)
            comments = comments_by_name(gradebook, submission)
            answers = resources["gradlab"]["answers"]
            for cell in nb.cells:
                if utils.is_grade(cell):
                    _save_grade(grades[cell.metadata.nbgrader.grade_id], cell, answers.same(cell), self.log)
                if utils.is_solution(cell):
                    _save_comment(comments[cell.metadata.nbgrader.grade_id], cell)
        # Only after the commit: if this process is killed in between, the next run flags the same grades once more.
        answers.save()
        return nb, resources


class GetGradesAndPending(AcceptsHTMLSettings, NbGraderPreprocessor):
    """Reads the grades for feedback, as nbgrader's `GetGrades` does, and marks answers still to be graded by hand.

    `GetGrades` queries for each cell; this class needs five queries per notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            grades = grades_by_name(gradebook, submission)
            comments = comments_by_name(gradebook, submission)
            for cell in nb.cells:
                if utils.is_solution(cell):
                    cell.metadata.nbgrader["comment"] = comments[cell.metadata.nbgrader.grade_id].comment
                if utils.is_grade(cell):
                    _show_grade(grades[cell.metadata.nbgrader.grade_id], cell)
            penalty = submission.late_submission_penalty or 0
            names |= {
                "score": submission.score - penalty,
                "max_score": submission.max_score,
                "late_penalty": penalty,
                "bonus": sum(grade.extra_credit or 0 for grade in grades.values()),
                "facts": facts(submission.assignment, names.get("days_late", 0), shown_timezone(self.config)),
            }
        return nb, resources


def _show_grade(grade: Grade, cell: NotebookNode) -> None:
    """Put a grade into the cell's metadata, where `feedback_summary` finds it. Its score includes the bonus."""
    cell.metadata.nbgrader.update(
        score=grade.score,
        points=grade.max_score,
        pending=grade.needs_manual_grade and grade.manual_score is None,
        automatic=grade.auto_score,
        by_hand=grade.manual_score,
        bonus=grade.extra_credit or 0.0,
    )


def _save_grade(grade: Grade, cell: NotebookNode, same_answer: bool, log: Logger) -> None:
    """Save the points of a graded cell, and whether the cell has to be graded by hand."""
    before = grade.auto_score
    grade.auto_score, _ = utils.determine_grade(cell, log)
    if grade.manual_score is None:
        grade.needs_manual_grade = grade.auto_score is None
    elif not (same_answer and grade.auto_score == before):
        grade.needs_manual_grade = True


def _save_comment(comment: Comment, cell: NotebookNode) -> None:
    """Comment on an answer that is unchanged since the release."""
    unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = NO_RESPONSE if unchanged else None
