"""A function's source code as a student would write it in a notebook: under another name, with its helpers."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any


def standalone(function: Callable[..., Any], name: str) -> str:
    """Return Python source that defines `function` under the name `name` and needs nothing but ``np``.

    The source includes the imports, the constants, and the helper functions from `autograder` that the function uses,
    even those that its module imports from elsewhere.

    Parameters
    ----------
    function : function
        A plain function, or a function from the body of an exercise class.
    name : str

    Returns
    -------
    str
    """
    assert isinstance(function, FunctionType), f"{function!r} is not a plain function"
    helpers: dict[str, str] = {}
    imports: set[str] = set()
    tree = _parse(function)
    _collect_helpers(function, tree, helpers, imports)
    helpers.pop(function.__name__, None)
    parts = ["\n".join(sorted(imports)), *helpers.values(), _source(tree, name)]
    return "\n\n\n".join(part for part in parts if part)


def _collect_helpers(function: FunctionType, tree: ast.FunctionDef, helpers: dict[str, str], imports: set[str]) -> None:
    """Add the names that `function` uses to `helpers` (source keyed by name, in order of definition) or `imports`."""
    for used in _names_read(tree):
        value = function.__globals__.get(used)
        if used in helpers or value is None:
            continue
        if isinstance(value, FunctionType) and value.__module__.startswith("autograder."):
            helpers[used] = ""  # marks the helper as visited, so that a recursive helper is not searched forever
            tree_of_helper = _parse(value)
            _collect_helpers(value, tree_of_helper, helpers, imports)
            del helpers[used]  # the helper's own helpers must be defined before the helper
            helpers[used] = _source(tree_of_helper, used)
        elif used.isupper() and isinstance(value, (bool, int, float, str, tuple, list, dict)):
            helpers[used] = f"{used} = {_literal(value)}"
        elif isinstance(value, ModuleType) and used != "np":
            imports.add(f"import {value.__name__} as {used}")
        elif isinstance(value, type) and value.__module__ != "builtins":
            imports.add(f"from {value.__module__} import {used}")


def _literal(value: object) -> str:
    """Return Python source that evaluates to `value`. Python has no literals for infinity and NaN."""
    return re.sub(r"\b(inf|nan)\b", r"float('\1')", repr(value))


def _names_read(tree: ast.FunctionDef) -> dict[str, None]:
    """Return the names that a function and its defaults read, without duplicates, in breadth-first order."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return dict.fromkeys(node.id for node in names if isinstance(node.ctx, ast.Load))


def _parse(function: Callable[..., Any]) -> ast.FunctionDef:
    """Return the function's syntax tree, without decorators and annotations."""
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)
    node.decorator_list = []
    return _Untyped().visit(node)


class _Untyped(ast.NodeTransformer):
    """Removes annotations: students do not write them, and the names in them would have to be imported."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        return ast.Assign([node.target], node.value, lineno=node.lineno) if node.value else None


def _source(tree: ast.FunctionDef, name: str) -> str:
    """Return the function's source under a new name, without its docstring."""
    tree.name = name
    if ast.get_docstring(tree) and len(tree.body) > 1:
        tree.body = tree.body[1:]
    return ast.unparse(tree)
