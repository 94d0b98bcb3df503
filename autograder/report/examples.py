"""Anonymous examples of students' answers.

An example is only the function that the exercise asks for, regenerated from its syntax tree. So comments, the layout,
and all other code are gone. Students may sign their work in a string, so strings are replaced, too, unless the
exercise's reference contains them. An example that still contains a part of its author's name is not shown.
"""

import ast
import inspect
import re
import textwrap
import warnings
from collections.abc import Iterable

from autograder.exercise import Exercise
from autograder.judging.cases import cached

LONGEST = 4000  # characters of an answer; longer ones make poor examples
MOST_LINES = 40
LEAST = 3  # letters; shorter parts of a name are not looked for
REMOVED = "..."


def example(source: str, exercise: type[Exercise], names: Iterable[str]) -> str:
    """Return an anonymous version of an answer, or "" if it cannot be shown.

    Parameters
    ----------
    source : str
        The answer.
    exercise : type[Exercise]
    names : iterable of str
        The student's ID, names, and email address.
    """
    function = _function(source, exercise.name)
    if function is None:
        return ""
    try:
        shown = ast.unparse(_Anonymous(_texts(exercise)).visit(function))
    except (RecursionError, ValueError):
        return ""
    lowered = shown.lower()
    parts = (part for name in names for part in re.split(r"[\W_]+", name.lower()) if len(part) >= LEAST)
    if shown.count("\n") >= MOST_LINES or any(part in lowered for part in parts):
        return ""
    return shown


def _function(source: str, name: str) -> ast.FunctionDef | None:
    """Return a function's last definition in an answer, or None if there is none or the answer cannot be parsed."""
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's `"\d"` concerns nobody who reads a report
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found[-1] if found else None


@cached
def _texts(exercise: type[Exercise]) -> set[str]:
    """Return the strings in an exercise's reference, such as the keys of `config`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(exercise.reference)))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


class _Anonymous(ast.NodeTransformer):
    """Removes docstrings, and replaces all strings except for those that are allowed."""

    def __init__(self, allowed: set[str]) -> None:
        self.allowed = allowed

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant):  # a docstring, or a string that does nothing
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body = [line for line in node.body if not isinstance(line, ast.Pass)] or node.body[:1]
        node.type_comment = None
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str | bytes) and node.value not in self.allowed:
            return ast.copy_location(ast.Constant(REMOVED), node)
        return node
