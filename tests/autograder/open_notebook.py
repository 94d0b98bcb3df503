"""A notebook that is edited, run, and saved as in JupyterLab, so that its checks and its grade can be compared."""

import functools
import html
import os
import re
import shutil
import time

import nbformat

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.grading.grader import Grader
from autograder.grading.host import zygote_host
from autograder.notebooks.intake import read_or_reason
from autograder.paths import ROOT

from ..kernels import start_kernel


class OpenNotebook:
    """A released notebook that is open in an editor, with a kernel. Its cells have ids, as in JupyterLab."""

    def __init__(self, folder, assignment):
        self.released = ROOT / "assignments" / assignment / f"{assignment}.ipynb"
        self.path = folder / self.released.name
        self.exercises = catalogue.assignments()[assignment].exercises
        shutil.copy(self.released.with_name("checks.npz"), folder)
        self.book = nbformat.read(self.released, as_version=4)
        self.manager, self.client = start_kernel(folder)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def cell(self, grade_id):
        return next(c for c in self.book.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)

    def above(self, name, source):
        """Add a cell above the answer to an exercise, and run it."""
        return self._insert(self.book.cells.index(self.cell(name)), source)

    def at_the_end(self, source):
        return self._insert(len(self.book.cells), source)

    def _insert(self, place, source):
        self.book.cells.insert(place, nbformat.v4.new_code_cell(source))
        self.run(self.book.cells[place])
        return self.book.cells[place]

    def solution(self, name, line=""):
        """Return the reference solution, with `line` added at the start of the function."""
        source = standalone(self.exercises[name].reference, name)
        start = source.index("):\n", source.index(f"def {name}(")) + 3
        return source[:start] + (f"    {line}\n" if line else "") + source[start:]

    def write(self, name, source):
        """Write an answer into its cell, and run the cell."""
        self.cell(name).source = source
        self.run(self.cell(name))

    def run(self, cell):
        """Run a cell in the notebook, or a line in a console. Return the messages that the kernel sends."""
        source, cell_id = (cell, None) if isinstance(cell, str) else (cell.source, cell.id)
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": False}
        metadata = {"cellId": cell_id} if cell_id else {}
        request = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(request)
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            if message["content"].get("execution_state") == "idle":
                return messages
            messages.append(message)

    def save(self):
        nbformat.write(self.book, self.path)
        now = time.time()
        os.utime(self.path, (now, now))  # a file system's own clock may be a few milliseconds behind

    def check(self, name, call=""):
        """Run a check. Return the fraction of the points earned, and the text below the table."""
        shown = [m["content"] for m in self.run(call or self.cell(f"{name}-check")) if "data" in m["content"]]
        below = re.sub("<.*?>", "", shown[-1]["data"]["text/html"].rpartition("</table>")[2])
        return float(shown[-1]["data"]["text/plain"]) / self.exercises[name].points, html.unescape(below)

    def grade(self):
        """Grade the saved notebook. Return the fraction of the points earned in each exercise."""
        host = functools.partial(zygote_host, str(ROOT), True)
        grader = Grader(host, self.released, self.path.stem, "ada", secret=bytes(32))
        verdicts = grader.grade(read_or_reason(self.path))["verdicts"]
        return {name: verdict["score"] / verdict["points"] for name, verdict in verdicts.items()}
