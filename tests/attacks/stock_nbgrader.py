"""Grade notebooks as stock nbgrader does: run its `Execute` with a Jupyter kernel, then its `determine_grade`.

This script reads JSON from standard input: notebooks keyed by name, each with a list of cells and the files next to
the notebook. The test is the last cell, or the cell whose index ``test`` gives, and is worth one point. The script
writes the points of each notebook and all outputs of its cells to standard output, as JSON.
"""

import json
import logging
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade

MARK = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": "test", "schema_version": 3}


def grade(submission):
    cells = [new_code_cell(source) for source in submission["cells"]]
    test = cells[submission.get("test", -1)]
    test.metadata["nbgrader"] = MARK
    with tempfile.TemporaryDirectory() as folder:
        for name, text in submission["files"].items():
            Path(folder, name).write_text(text)
        execute = Execute(timeout=60, kernel_name="python3")
        execute.preprocess(new_notebook(cells=cells), {"metadata": {"path": folder}, "nbgrader": {}})
    try:
        points, _ = determine_grade(test, logging.getLogger())
    except ValueError as error:
        points = str(error)
    return {"points": points, "shown": json.dumps([cell.outputs for cell in cells])}


if __name__ == "__main__":
    submissions = json.load(sys.stdin)
    with ProcessPoolExecutor(2) as pool:
        graded = dict(zip(submissions, pool.map(grade, submissions.values()), strict=True))
    json.dump(graded, sys.stdout)
