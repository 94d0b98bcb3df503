"""A text master becomes the instructor's notebook: each placeholder turns into an exercise's cells.

In the master an exercise is one code cell with the tag ``exercise`` that holds its name, a question one with the
tag ``written``. Everything else is prose and demonstrations, kept as it is.
"""

import ast
import hashlib
import inspect
import re
import textwrap

import jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class MasterError(ValueError):
    """A master that cannot be built, with what to change."""


def instructor_notebook(text, assignment):
    """The instructor's notebook of a master.

    Parameters
    ----------
    text : str
        The master, MyST Markdown.
    assignment : Assignment
        Whose exercises the placeholders name; each must be named exactly once.

    Returns
    -------
    NotebookNode
        With solutions and hidden calls, without outputs, with cell ids that depend on the contents alone.

    Raises
    ------
    MasterError
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
    _number(cells)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def placeholder_cells(name, is_exercise, assignment):
    """The cells that stand for one placeholder."""
    known = assignment.exercises if is_exercise else assignment.written
    if name not in known:
        raise MasterError(
            f"the master names {name!r}, and {assignment.name} has only {', '.join(known) or 'none of that kind'}"
        )
    return exercise_cells(known[name]) if is_exercise else written_cells(known[name])


def exercise_cells(exercise):
    """The solution cell and the check cell."""
    call = ", ".join([f'"{exercise.name}"', exercise.name, *exercise.partners])
    check = f"{BEGIN_HIDDEN}\ncheck.hidden({call})\n{END_HIDDEN}\ncheck({call})"
    return [
        new_code_cell(solution_source(exercise), metadata=_nbgrader(exercise.name, "code", solution=True)),
        new_code_cell(
            check,
            metadata=_nbgrader(f"{exercise.name}-check", "code", grade=True, locked=True, points=exercise.points),
        ),
    ]


def written_cells(written):
    """The locked question and the cell for the answer, which a person marks."""
    question = f"**Question ({written.points:g} points).** {written.question.strip()}"
    return [
        new_markdown_cell(question, metadata=_nbgrader(f"{written.name}-question", "markdown", locked=True)),
        new_markdown_cell(
            f"{BEGIN}\n{written.answer.strip()}\n{END}",
            metadata=_nbgrader(written.name, "markdown", grade=True, solution=True, points=written.points),
        ),
    ]


def solution_source(exercise):
    """The reference as a student would have written it: signature and docstring outside the solution region."""
    source = textwrap.dedent(inspect.getsource(exercise.reference))
    source = re.sub(r"\Adef reference\b", f"def {exercise.name}", source)
    head, body = _split_body(source, exercise.reference)
    return f"{head}\n    {BEGIN}\n{body.rstrip()}\n    {END}"


def _split_body(source, function):
    """The lines up to the end of the docstring, and those after it."""
    node = ast.parse(source).body[0]
    if not ast.get_docstring(node):
        raise MasterError(f"{function.__qualname__} needs a docstring: it is what the student reads")
    lines = source.splitlines()
    end = node.body[0].end_lineno
    return "\n".join(lines[:end]), "\n".join(lines[end:])


def _nbgrader(grade_id, cell_type, grade=False, solution=False, locked=False, points=None):
    fields = {
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


def _number(cells):
    """Give each cell an id from what it is, so that ids stay when other cells change."""
    seen = {}
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.source
        key = hashlib.sha256(name.encode()).hexdigest()[:12]
        seen[key] = seen.get(key, 0) + 1
        cell["id"] = key if seen[key] == 1 else f"{key}-{seen[key]}"


def _check_placed(placed, assignment):
    wanted = [*assignment.exercises, *assignment.written]
    twice = sorted({name for name in placed if placed.count(name) > 1})
    missing = [name for name in wanted if name not in placed]
    if twice or missing:
        raise MasterError(
            f"each exercise stands in the master once. Missing: {', '.join(missing) or 'none'}. "
            f"More than once: {', '.join(twice) or 'none'}."
        )
