"""A function's source as one would write it in a notebook: renamed, with the helpers that it uses."""

import ast
import inspect
import textwrap
import types


def standalone(function, name):
    """Python text that defines `function` under `name` and needs nothing but ``np``.

    Helpers are taken from the function's module, and from those that it imported them from, as far as they belong
    to the course.

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
    parts = ["\n".join(sorted(imports)), *reversed(helpers.values()), _source(function, name)]
    return "\n\n\n".join(part for part in parts if part)


def _collect(function, helpers, imports):
    for used in _global_names(function.__code__):
        value = function.__globals__.get(used)
        if used in helpers or value is None:
            continue
        if isinstance(value, types.FunctionType) and value.__module__.startswith("autograder."):
            helpers[used] = _source(value, used)
            _collect(value, helpers, imports)
        elif isinstance(value, type) and value.__module__ != "builtins":
            imports.add(f"from {value.__module__} import {used}")


def _global_names(code):
    names = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= dict.fromkeys(_global_names(constant))
    return names


def _source(function, name):
    """The function's text without decorators and docstring, under its new name."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    node = tree.body[0]
    node.name, node.decorator_list = name, []
    if ast.get_docstring(node) and len(node.body) > 1:
        node.body = node.body[1:]
    return ast.unparse(node)
