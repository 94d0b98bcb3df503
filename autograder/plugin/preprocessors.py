"""Preprocessors that save points in the gradebook while grading, and read them for feedback."""

from logging import Logger
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor


class SaveVerdicts(NbGraderPreprocessor):
    """Saves the points of each check in the gradebook, as nbgrader's `SaveAutoGrades` does.

    `SaveAutoGrades` queries and commits for each cell; this class needs only one query and one commit per notebook. A
    grade that was entered by hand is kept. It is flagged for review if the answer or the automatic score has changed
    since then; stock nbgrader flags it in either case. An answer that is unchanged since the release gets nbgrader's
    comment "No response."; if the answer is to be graded by hand, it also gets 0 points.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            grades = {grade.name: grade for grade in submission.grades}
            comments = {comment.name: comment for comment in submission.comments}
            answers = resources["gradlab"]["answers"]
            for cell in nb.cells:
                if utils.is_grade(cell):
                    _save_grade(grades[cell.metadata.nbgrader.grade_id], cell, answers.same(cell), self.log)
                if utils.is_solution(cell):
                    _save_comment(comments[cell.metadata.nbgrader.grade_id], cell)
            gradebook.db.commit()
        # Only after the commit: if this process is killed in between, the next run flags the same grades once more.
        answers.save()
        return nb, resources


class GetGradesAndPending(GetGrades):
    """Reads the grades for feedback, and marks the answers that still have to be graded by hand."""

    def _get_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._get_score(cell, resources)
        names = (self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, *names)
        cell.metadata.nbgrader["pending"] = grade.needs_manual_grade and grade.manual_score is None


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
    comment.auto_comment = "No response." if unchanged else None
