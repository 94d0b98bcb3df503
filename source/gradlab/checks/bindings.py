"""Find the names that a cell sets and those that it changes, without running the cell."""

import ast
import functools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BRANCHES = (ast.If, ast.IfExp, ast.BoolOp, ast.Try, ast.TryStar, ast.Match, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

DEEPEST = 200  # nesting levels; a cell with deeper nesting is not read

# Calls that may set names not visible in the source. IPython turns magics into calls.
UNSEEN = {"exec", "globals", "push", "run_cell_magic", "run_line_magic"}
HARMLESS = {"matplotlib", "load_ext", "reload_ext", "autoreload", "config", "pip", "timeit", "precision"}  # magics

# Methods that change a list, a deque, a set, or a dict, and change it further if they are called again.
CHANGING = {"append", "extend", "insert", "pop", "popleft", "appendleft", "remove", "popitem"}


@dataclass(frozen=True)
class Binding:
    """A statement at the top level of a cell that sets a name.

    Attributes
    ----------
    code : str
        The statement without comments, docstrings, or layout, so that equal code gives equal text.
    needs : frozenset of str
        The names from other cells that must be set before the statement runs: those that the statement, or one above it
        in the cell, reads as it runs. The names in a function's body are not included.
    """

    code: str
    needs: frozenset[str]


@functools.lru_cache(maxsize=4096)
def bindings(source: str) -> dict[str, tuple[Binding, ...]]:
    """Return the statements of a cell that set names, keyed by name and in order.

    Parameters
    ----------
    source : str
        The cell's source, which may contain IPython's magics. A cell that cannot be parsed gives an empty dict.
    """
    found: dict[str, tuple[Binding, ...]] = {}
    needs = frozenset[str]()
    for node in _statements(source) or ():
        needs |= frozenset(_needs(node)) - found.keys()
        for name in set(_assigned_by(node)):
            found[name] = (*found.get(name, ()), Binding(_code(node, name), needs - {name}))
    return found


def assigned_names(source: str) -> set[str]:
    """Return the names that a cell sets at its top level, by assignment, import, loop, or definition."""
    return set(bindings(source))


@functools.lru_cache(maxsize=4096)
def updated_names(source: str) -> frozenset[str]:
    """Return the names whose new values a cell computes from their old values, as in ``rate *= 0.5``."""
    updated: set[str] = set()
    new: set[str] = set()
    for node in _statements(source) or ():
        name = _updated_by(node)
        updated |= {name} - new - {""}
        new |= set(_assigned_by(node)) - {name}
    return frozenset(updated)


@functools.lru_cache(maxsize=4096)
def may_set_more(source: str) -> bool:
    """Return whether a cell may set names that `bindings` does not see."""
    statements = _statements(source)
    if statements is None:
        return True
    nodes = [each for node in statements for each in ast.walk(node)]
    stars = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes)
    calls = any(isinstance(node, ast.Call) and _called(node) in UNSEEN and not _harmless(node) for node in nodes)
    return stars or calls


def _statements(source: str) -> list[ast.stmt] | None:
    """Return a cell's statements, or None if they are nested too deeply or, even with magics converted, not Python."""
    try:
        return _parsed(source)
    except SyntaxError:
        return _statements_with_magics(source)
    except (ValueError, RecursionError, MemoryError):
        return None


def _statements_with_magics(source: str) -> list[ast.stmt] | None:
    from IPython.core.inputtransformer2 import TransformerManager  # not above, because the grader never needs it

    first, _, rest = source.lstrip().partition("\n")
    if first.split(maxsplit=1)[:1] in (["%%time"], ["%%capture"]):
        return _statements(rest)
    try:
        return _parsed(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python showed these warnings when the cell ran
        tree = ast.parse(source)
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise ValueError("the code is nested too deeply")
    return tree.body


def _assigned_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement sets, but not those set inside functions, classes, or comprehensions."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
    elif not isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
        for child in ast.iter_child_nodes(node):
            yield from _assigned_by(child)


def _needs(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement reads when it runs, as in a function's defaults. Branches don't count."""
    children: list[ast.AST] = list(ast.iter_child_nodes(node))
    local: set[str] = set()
    if isinstance(node, BRANCHES):
        children = []
    elif isinstance(node, FUNCTIONS):
        children = [*node.decorator_list, *_defaults(node)]
    elif isinstance(node, ast.Lambda):
        children = list(_defaults(node))
    elif isinstance(node, (ast.ClassDef, *COMPREHENSIONS)):
        stored = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
        local = {each.id for each in stored}
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    for child in children:
        yield from (name for name in _needs(child) if name not in local)


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]


def _updated_by(node: ast.stmt) -> str:
    """Return the name whose new value a statement computes from its old value, or "" if there is none."""
    if isinstance(node, ast.AugAssign):
        return _base(node.target)
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id if node.targets[0].id in _needs(node.value) else ""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) in CHANGING:
        return _base(node.value.func)
    return ""


def _base(node: ast.expr) -> str:
    """Return the variable at the start of an expression such as ``config["t"]`` or ``items.append``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _harmless(node: ast.Call) -> bool:
    """Return whether a call is a magic that sets no names."""
    magic = node.args[0] if node.args else None
    return isinstance(magic, ast.Constant) and magic.value in HARMLESS


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


def _code(node: ast.stmt, name: str) -> str:
    """Return the code of a statement that sets a name. For an import, return only the part that sets the name."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        kept = [alias for alias in node.names if name in (alias.asname, alias.name.partition(".")[0])]
        node = ast.ImportFrom(node.module, kept, node.level) if isinstance(node, ast.ImportFrom) else ast.Import(kept)
    return ast.dump(_WithoutDocstrings().visit(node))
