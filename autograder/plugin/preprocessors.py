"""Preprocessors that save points in the gradebook while grading, and read them for feedback."""

import json
import os
from logging import Logger
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor

from autograder.grading.grader import CHECK
from autograder.sources import digest


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
            path = resources["gradlab"]["answers"]
            before, now = _read_answers(path), _answer_digests(nb)
            for cell in nb.cells:
                if utils.is_grade(cell):
                    name = cell.metadata.nbgrader.grade_id
                    answer = name if utils.is_solution(cell) else name.removesuffix(CHECK)
                    same = before.get(answer, "") == now.get(answer)
                    _save_grade(grades[name], cell, same, self.log)
                if utils.is_solution(cell):
                    _save_comment(comments[cell.metadata.nbgrader.grade_id], cell)
            gradebook.db.commit()
        # Only after the commit: if this process is killed in between, the next run flags the same grades once more.
        _write_answers(path, now)
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


def _answer_digests(nb: NotebookNode) -> dict[str, str]:
    """Return a digest of each answer, keyed by its ``grade_id``. White space around an answer makes no difference."""
    answers = (cell for cell in nb.cells if utils.is_solution(cell))
    return {cell.metadata.nbgrader.grade_id: digest(cell.source.strip()) for cell in answers}


def _read_answers(path: Path) -> dict[str, str]:
    """Return the digests of the answers that were graded last, or {} if they are unknown."""
    try:
        digests: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return digests


def _write_answers(path: Path, digests: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(digests), encoding="utf-8")
    os.replace(partial, path)


def _save_comment(comment: Comment, cell: NotebookNode) -> None:
    """Comment on an answer that is unchanged since the release."""
    unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = "No response." if unchanged else None
