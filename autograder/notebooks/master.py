"""Turns a text master into the instructor's notebook: each placeholder becomes the cells of an exercise or a question.

In the master, a code cell with the tag ``exercise`` contains the name of an exercise, and a code cell with the tag
``written`` contains the name of a written question. All other cells are prose and demonstrations, which are kept.
"""

import ast
import hashlib
import inspect
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.catalogue import Assignment
from autograder.exercise import Exercise, Written

from .claims import without_claims
from .master_cells import MasterCell, read_cells
from .placement import placement_errors

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def instructor_notebook(text: str, assignment: Assignment, file: Path | None = None) -> NotebookNode:
    """Build the instructor's notebook from a master.

    Parameters
    ----------
    text : str
        The master, in MyST Markdown.
    assignment : Assignment
        The assignment whose exercises and questions the placeholders name, each exactly once.
    file : Path, optional
        Where the master is, for error messages.

    Returns
    -------
    NotebookNode
        The notebook, with solutions and ``check.hidden`` calls but without outputs. Each cell's id depends only on the
        cell itself and on earlier cells that are equal to it.

    Raises
    ------
    DefinitionError
        For the same reasons as in `checked_cells`.
    """
    cells = []
    for cell in checked_cells(text, assignment, file):
        name = cell.source.strip()
        if cell.is_placeholder:
            cells += (
                exercise_cells(assignment.exercises[name])
                if "exercise" in cell.tags
                else written_cells(assignment.written[name])
            )
        elif cell.is_code:
            cells.append(new_code_cell(cell.source, metadata={"tags": list(cell.tags)} if cell.tags else {}))
        elif name:
            cells.append(new_markdown_cell(without_claims(cell.source)))
    _set_ids(cells)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def checked_cells(text: str, assignment: Assignment, file: Path | None = None) -> list[MasterCell]:
    """Return the cells of a master that fits its assignment.

    Raises
    ------
    DefinitionError
        If a cell or its tags cannot be parsed, if a placeholder is missing, is repeated, or has an unknown name, or if
        the imports are missing.
    """
    cells = read_cells(text, file or Path(f"{assignment.name}.md"))
    for error in placement_errors(cells, assignment):
        raise error
    return cells


def exercise_cells(exercise: type[Exercise]) -> list[NotebookNode]:
    """Return an exercise's solution cell and check cell."""
    call = ", ".join([f'"{exercise.name}"', *exercise.function_names()])
    check = f"{BEGIN_HIDDEN}\ncheck.hidden({call})\n{END_HIDDEN}\ncheck({call})"
    return [
        new_code_cell(solution_source(exercise), metadata=_nbgrader(exercise.name, "code", solution=True)),
        new_code_cell(
            check,
            metadata=_nbgrader(f"{exercise.name}-check", "code", grade=True, locked=True, points=exercise.points),
        ),
    ]


def written_cells(written: Written) -> list[NotebookNode]:
    """Return the locked cell with the question, and the cell for the answer, which a person grades."""
    question = f"**Question ({written.points:g} points).** {written.question.strip()}"
    return [
        new_markdown_cell(question, metadata=_nbgrader(f"{written.name}-question", "markdown", locked=True)),
        new_markdown_cell(
            f"{BEGIN}\n{written.answer.strip()}\n{END}",
            metadata=_nbgrader(written.name, "markdown", grade=True, solution=True, points=written.points),
        ),
    ]


def solution_source(exercise: type[Exercise]) -> str:
    """Return the reference under the exercise's name, with its body, but not its docstring, in the solution region."""
    source = textwrap.dedent(inspect.getsource(exercise.reference))
    source = re.sub(r"\Adef reference\b", f"def {exercise.name}", source)
    head, body = _split_body(source)
    return f"{head}\n    {BEGIN}\n{body.rstrip()}\n    {END}"


def _split_body(source: str) -> tuple[str, str]:
    """Split a function's source into the lines up to the end of its docstring and the lines after it."""
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    lines = source.splitlines()
    end = node.body[0].end_lineno
    return "\n".join(lines[:end]), "\n".join(lines[end:])


def _nbgrader(
    grade_id: str,
    cell_type: str,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, dict[str, Any]]:
    fields: dict[str, Any] = {
        "cell_type": cell_type,
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        fields["points"] = float(points)
    return {"nbgrader": fields}


def _set_ids(cells: Sequence[NotebookNode]) -> None:
    """Give each cell an id that depends only on its content and on how many earlier cells are equal to it."""
    seen: dict[str, int] = {}
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.source
        key = hashlib.sha256(name.encode()).hexdigest()[:12]
        seen[key] = seen.get(key, 0) + 1
        cell["id"] = key if seen[key] == 1 else f"{key}-{seen[key]}"
