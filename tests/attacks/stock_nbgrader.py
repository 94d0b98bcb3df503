"""Grade notebooks as stock nbgrader does: run its `Execute` with a Jupyter kernel, then its `determine_grade`.

This script reads JSON from standard input: notebooks keyed by name, each with a list of cells and the files next to
the notebook. The test is the last cell, or the cell at index ``test``, and is worth one point. The script
writes the points for each notebook and all outputs of its cells to standard output, as JSON. `in_stock_nbgrader` runs
the script.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder.paths import ROOT

from ..kernels import sockets

MARK = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": "test", "schema_version": 3}


def grade(submission):
    cells = [new_code_cell(source) for source in submission["cells"]]
    test = cells[submission.get("test", -1)]
    test.metadata["nbgrader"] = MARK
    with tempfile.TemporaryDirectory() as folder:
        for name, text in submission["files"].items():
            Path(folder, name).write_text(text)
        settings = Config({"KernelManager": sockets()})
        execute = Execute(timeout=60, kernel_name="python3", shutdown_kernel="immediate", config=settings)
        try:
            execute.preprocess(new_notebook(cells=cells), {"metadata": {"path": folder}, "nbgrader": {}})
        except Exception as error:  # nbgrader stops here because of something in the submission
            return {"points": f"stops with {type(error).__name__}", "shown": ""}
    try:
        points, _ = determine_grade(test, logging.getLogger())
    except ValueError as error:
        points = str(error)
    return {"points": points, "shown": json.dumps([cell.outputs for cell in cells])}


def in_stock_nbgrader(submissions, environment=None):
    """Grade notebooks in another process.

    Parameters
    ----------
    submissions : dict
        For each notebook, keyed by its name, a dict with the keys ``cells``, ``files`` and, optionally, ``test``.
    environment : dict of str to str, optional

    Returns
    -------
    dict
        For each notebook, its ``points`` and everything that is ``shown`` below its cells.
    """
    run = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        cwd=ROOT,
        input=json.dumps(submissions),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


if __name__ == "__main__":
    submissions = json.load(sys.stdin)
    # A kernel can write to the standard output that it inherits, so let it inherit standard error instead.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with ProcessPoolExecutor(2) as pool:
        graded = dict(zip(submissions, pool.map(grade, submissions.values()), strict=True))
    with answers:
        json.dump(graded, answers)
