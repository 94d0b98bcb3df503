"""A function's source as one would write it in a notebook: renamed, with the helpers that it uses."""

import ast
import inspect
import re
import textwrap
import types


def standalone(function, name):
    """Python text that defines `function` under `name` and needs nothing but ``np``.

    Helpers and constants are taken from the function's module, and from those that it imported them from, as far as
    they belong to the course.

    Parameters
    ----------
    function : function
        Plain, or from the body of an exercise.
    name : str

    Returns
    -------
    str
    """
    helpers, imports = {}, set()
    _collect(function, helpers, imports)
    helpers.pop(function.__name__, None)
    parts = ["\n".join(sorted(imports)), *helpers.values(), _source(function, name)]
    return "\n\n\n".join(part for part in parts if part)


def _collect(function, helpers, imports):
    for used in _names(function):
        value = function.__globals__.get(used)
        if used in helpers or value is None:
            continue
        if isinstance(value, types.FunctionType) and value.__module__.startswith("autograder."):
            helpers[used] = None  # taken, before its own helpers are looked at
            _collect(value, helpers, imports)
            helpers[used] = helpers.pop(used) or _source(value, used)
        elif used.isupper() and isinstance(value, (bool, int, float, str, tuple, list, dict)):
            helpers[used] = f"{used} = {_literal(value)}"
        elif isinstance(value, types.ModuleType) and used != "np":
            imports.add(f"import {value.__name__} as {used}")
        elif isinstance(value, type) and value.__module__ != "builtins":
            imports.add(f"from {value.__module__} import {used}")


def _literal(value):
    """The value as Python reads it back: infinity has no literal."""
    return re.sub(r"\b(inf|nan)\b", r"float('\1')", repr(value))


def _names(function):
    """The names that a function's text reads, in its defaults, too."""
    loads = (node for node in ast.walk(_parsed(function)) if isinstance(node, ast.Name))
    return dict.fromkeys(node.id for node in loads if isinstance(node.ctx, ast.Load))


def _parsed(function):
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    node.decorator_list = []
    return _Untyped().visit(node)


class _Untyped(ast.NodeTransformer):
    """Drops annotations, which students do not write and whose names would need imports."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.Assign | None:
        return ast.Assign([node.target], node.value, lineno=node.lineno) if node.value else None


def _source(function, name):
    """The function's text without decorators and docstring, under its new name."""
    node = _parsed(function)
    node.name = name
    if ast.get_docstring(node) and len(node.body) > 1:
        node.body = node.body[1:]
    return ast.unparse(node)
