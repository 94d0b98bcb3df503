"""Which answers in a submission are the same as when it was last graded, so that their scores can stay.

The digests of the answers are kept outside ``build/autograded``, because nbgrader deletes a graded notebook before it
grades the submission again.
"""

import json
from pathlib import Path

from nbformat import NotebookNode
from nbgrader import utils

from autograder.atomic import write_text
from autograder.grading.grader import CHECK
from autograder.sources import digest


class Answers:
    """The answers in a graded notebook, compared with those that were graded last.

    Parameters
    ----------
    path : Path
        The file with the digests of the answers that were graded last (see `autograder.paths.answers_file`).
    notebook : NotebookNode
    """

    def __init__(self, path: Path, notebook: NotebookNode) -> None:
        self.path = path
        cells = (cell for cell in notebook.cells if utils.is_solution(cell))
        self.digests = {cell.metadata.nbgrader.grade_id: digest(cell.source.strip()) for cell in cells}
        try:
            self.before: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.before = {}

    def same(self, graded: NotebookNode) -> bool:
        """Return whether the answer to which a graded cell belongs is known to be the same as before.

        Parameters
        ----------
        graded : NotebookNode
            A written answer, or the check of an answer.
        """
        name = graded.metadata.nbgrader.grade_id
        answer = name if utils.is_solution(graded) else name.removesuffix(CHECK)
        return answer in self.before and self.before[answer] == self.digests.get(answer)

    def save(self) -> None:
        """Save the digests for the next run.

        Call this after the points have been saved. If the process is killed in between, the next run compares with the
        earlier answers again, and flags the same grades for review.
        """
        write_text(self.path, json.dumps(self.digests))
