"""nbgrader's bookkeeping of a graded notebook: into the gradebook while grading, out of it for feedback."""

from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor


class SaveVerdicts(NbGraderPreprocessor):
    """Writes each check's points to the gradebook, as nbgrader's `SaveAutoGrades` does.

    In one query and one commit instead of one a cell. A grade that a person gave is kept and marked for review; an
    answer that is as it was handed out gets nbgrader's comment that there is no response, and, where a person would
    have marked it, no points.
    """

    def preprocess(self, nb, resources):
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            grades = {grade.name: grade for grade in submission.grades}
            comments = {comment.name: comment for comment in submission.comments}
            for cell in nb.cells:
                if utils.is_grade(cell):
                    save_grade(grades[cell.metadata.nbgrader.grade_id], cell, self.log)
                if utils.is_solution(cell):
                    save_comment(comments[cell.metadata.nbgrader.grade_id], cell)
            gradebook.db.commit()
        return nb, resources


class GetMarks(GetGrades):
    """Reads the grades for feedback, and which of them wait for a person."""

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        names = (self.notebook_id, self.assignment_id, self.student_id)
        grade = self.gradebook.find_grade(cell.metadata.nbgrader.grade_id, *names)
        cell.metadata.nbgrader["pending"] = grade.needs_manual_grade and grade.manual_score is None


def save_grade(grade: Grade, cell, log):
    """The points of a check cell, or that a person has to mark it."""
    grade.auto_score, _ = utils.determine_grade(cell, log)
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def save_comment(comment: Comment, cell):
    """That an answer was left as it was handed out, if it was."""
    unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
    comment.auto_comment = "No response." if unchanged else None
