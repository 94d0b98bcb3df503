"""Find names that an answer uses and that grading will not have, because only a cell that grading skips sets them."""

import ast
import dis
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FunctionType
from typing import Any


def missing_when_graded(
    functions: Sequence[Any], shell: Any, demo_names: Iterable[str], demo_cells: Iterable[str]
) -> list[str]:
    """Return the names that grading will not have, in alphabetical order.

    Parameters
    ----------
    functions : sequence of callable
        The functions to check. The functions of the notebook that they call are searched too.
    shell : IPython shell
        The shell of the notebook's kernel.
    demo_names : iterable of str
        The names that only demo cells set.
    demo_cells : iterable of str
        The digests of the demo cells.
    """
    suspects = set(demo_names).intersection(_used_names(functions, shell.user_ns))
    if not suspects:
        return []
    skipped = set(demo_cells)
    own = [source for source in shell.user_ns.get("In", []) if cell_digest(source) not in skipped]
    return sorted(suspects - {name for source in own for name in assigned_names(shell.transform_cell(source))})


def cell_digest(source: str) -> str:
    """Return a short digest of a cell's source, without white space at its ends."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def assigned_names(source: str) -> set[str]:
    """Return the names that a cell sets at its top level, by assignment, import, loop or definition."""
    try:
        return set(_assigned(ast.parse(source)))
    except SyntaxError:
        return set()


def _assigned(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child.name
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.Name):
            if isinstance(child.ctx, ast.Store):
                yield child.id
        elif not isinstance(child, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield from _assigned(child)


def _used_names(functions: Iterable[Any], namespace: dict[str, Any]) -> set[str]:
    """Return the global names that functions use, directly or in functions of the same notebook that they call."""
    names: set[str] = set()
    waiting = [function for function in functions if isinstance(function, FunctionType)]
    while waiting:
        function = waiting.pop()
        used = set(_names_in(function.__code__)) - names
        names |= used
        called = [namespace[name] for name in used if isinstance(namespace.get(name), FunctionType)]
        waiting += [each for each in called if each.__globals__ is namespace]
    return names


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the global names that code reads. Its ``co_names`` would also hold attributes, as in ``np.mean``."""
    yield from (each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
