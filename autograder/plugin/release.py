"""`nbgrader release_assignment`, which tells students when their work is due: nbgrader's lists do not show them."""

from datetime import UTC
from pathlib import Path

import nbformat
from dateutil.tz import gettz
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeReleaseAssignment


class DatedRelease(ExchangeReleaseAssignment):
    """As nbgrader's, but below the title of each notebook stands when it is due, if the gradebook knows.

    The time is shown in ``c.Exchange.timezone``. Whoever changes it in the formgrader releases once more; who has
    fetched the notebook by then keeps what it said.
    """

    def do_copy(self, src, dest, log=None):
        """Copy the release folder, and write the due date into the copy."""
        super().do_copy(src, dest, log)
        due = self.due()
        for path in Path(dest).glob("*.ipynb") if due else ():
            notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
            announce(notebook, due)
            nbformat.write(notebook, path)

    def due(self):
        """When the assignment is due, in words; nothing where no date was set."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                due = None
        if due is None:
            return ""
        # The gradebook keeps UTC without saying so.
        due = due.replace(tzinfo=UTC).astimezone(gettz(self.timezone))
        return f"{due:%A} {due.day} {due:%B %Y, %H:%M %Z}"


def announce(notebook, due):
    """Write the due date into the first text of a notebook, below its title."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            title, _, rest = cell.source.partition("\n") if cell.source.startswith("# ") else ("", "", cell.source)
            cell.source = f"{title}\n\n**Due: {due}.**\n\n{rest.lstrip()}".strip()
            return
