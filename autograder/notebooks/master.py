"""Turns a text master into the instructor's notebook: each placeholder becomes an exercise's cells.

In the master, a code cell with the tag ``exercise`` contains the name of an exercise, and a code cell with the tag
``written`` contains the name of a written question. All other cells are prose and demonstrations, which are kept.
"""

import ast
import hashlib
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.catalogue import Assignment
from autograder.exercise import Exercise, Written

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class MasterError(ValueError):
    """A notebook cannot be built from its master. The message says what to change."""


def instructor_notebook(text: str, assignment: Assignment) -> NotebookNode:
    """Build the instructor's notebook from a master.

    Parameters
    ----------
    text : str
        The master, in MyST Markdown.
    assignment : Assignment
        The assignment whose exercises and questions the placeholders name, each exactly once.

    Returns
    -------
    NotebookNode
        The notebook, with solutions and ``check.hidden`` calls but without outputs. Each cell's id depends only on the
        cell itself and on earlier cells that are equal to it.

    Raises
    ------
    MasterError
        If a placeholder is missing, is repeated or has an unknown name, if a reference has no docstring, or if a line
        would make a cell vanish.
    """
    if re.search(r"^\+\+\+ *\{", text, flags=re.MULTILINE):
        raise MasterError('a line like +++ {"..."} makes the cell after it vanish: use tags on code cells instead')
    cells, placed = [], []
    for cell in jupytext.reads(text, fmt="md:myst").cells:
        tags = cell.metadata.get("tags", [])
        if "exercise" in tags or "written" in tags:
            name = cell.source.strip()
            placed.append(name)
            cells += placeholder_cells(name, "exercise" in tags, assignment)
        elif cell.cell_type == "code":
            cells.append(new_code_cell(cell.source, metadata={"tags": tags} if tags else {}))
        elif cell.source.strip():
            cells.append(new_markdown_cell(cell.source))
    _check_placed(placed, assignment)
    _set_ids(cells)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def placeholder_cells(name: str, is_exercise: bool, assignment: Assignment) -> list[NotebookNode]:
    """Return the cells that replace one placeholder."""
    known = assignment.exercises if is_exercise else assignment.written
    if name not in known:
        raise MasterError(
            f"the master names {name!r}, but {assignment.name} only has {', '.join(known) or 'items of the other kind'}"
        )
    return exercise_cells(assignment.exercises[name]) if is_exercise else written_cells(assignment.written[name])


def exercise_cells(exercise: type[Exercise]) -> list[NotebookNode]:
    """Return the solution cell and the check cell of an exercise."""
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
    head, body = _split_body(source, exercise.reference)
    return f"{head}\n    {BEGIN}\n{body.rstrip()}\n    {END}"


def _split_body(source: str, function: Callable[..., Any]) -> tuple[str, str]:
    """Split a function's source into the lines up to the end of its docstring and the lines after it."""
    node = ast.parse(source).body[0]
    if not isinstance(node, ast.FunctionDef) or not ast.get_docstring(node):
        raise MasterError(f"{function.__qualname__} must have a docstring, which tells students what to write")
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


def _check_placed(placed: Sequence[str], assignment: Assignment) -> None:
    wanted = [*assignment.exercises, *assignment.written]
    twice = sorted({name for name in placed if placed.count(name) > 1})
    missing = [name for name in wanted if name not in placed]
    if twice or missing:
        raise MasterError(
            f"the master must name each exercise exactly once. Missing: {', '.join(missing) or 'none'}. "
            f"More than once: {', '.join(twice) or 'none'}."
        )
