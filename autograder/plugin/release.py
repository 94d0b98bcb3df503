"""`nbgrader release_assignment`, with due dates in the notebooks: nbgrader's own lists do not show them to students.

A release that is older than its exercises, its master, or the instructor's notebook is refused.
"""

from logging import Logger
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeReleaseAssignment

from .timestamps import shown_time


class ReleaseWithDueDate(ExchangeReleaseAssignment):
    """Writes the due date, if the gradebook has one, below the title of each released notebook.

    The time is shown in the time zone ``c.Exchange.timezone``. If you change the due date in the formgrader, release
    the assignment again; notebooks that students have already fetched keep the old date.
    """

    def init_src(self) -> None:
        """Find the release folder, and refuse it if it is out of date."""
        from .generate import outdated_release  # here, because every nbgrader command imports this module

        super().init_src()
        if reason := outdated_release(self.coursedir, self.coursedir.assignment_id):
            self.fail(reason)

    def do_copy(self, src: str, dest: str, log: Logger | None = None) -> None:
        """Copy the release folder, and insert the due date in the copy."""
        super().do_copy(src, dest, log)
        due = self.due_date()
        for path in Path(dest).glob("*.ipynb") if due else ():
            notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
            insert_due_date(notebook, due)
            nbformat.write(notebook, path)

    def due_date(self) -> str:
        """Return the due date as text, or an empty string if none is set."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                due = None
        if due is None:
            return ""
        return shown_time(due, self.timezone)


def insert_due_date(notebook: NotebookNode, due: str) -> None:
    """Insert the due date in a notebook's first Markdown cell, below the title if the cell has one."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            title, _, rest = cell.source.partition("\n") if cell.source.startswith("# ") else ("", "", cell.source)
            cell.source = f"{title}\n\n**Due: {due}.**\n\n{rest.lstrip()}".strip()
            return
