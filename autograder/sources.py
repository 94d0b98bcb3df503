"""Digests of source code: which files of autograder and gradlab a module depends on, and what they contain.

These digests, and never file times, determine whether a grade or a build is out of date: a clone or a copy
changes the times. A digest is the same on every machine.
"""

import ast
import functools
import hashlib
import importlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import gradlab

from .paths import ROOT

HOMES = {"autograder": ROOT / "autograder", "gradlab": Path(gradlab.__file__).parent}
PUBLIC = ("drivers", "oracles", "properties")  # packages whose functions exercises use as, for example, `drivers.call`


def digest(*parts: str | bytes) -> str:
    """Return a digest of strings and bytes, as 16 hexadecimal digits."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()[:16]


def source_digest(modules: Iterable[str]) -> str:
    """Return a digest of the source of modules, which are given by their full names."""
    return digest(*(part for module in sorted(modules) for part in (module, source(module))))


def code_digest(modules: Iterable[str]) -> str:
    """Return a digest of modules' code, which changes only if they may behave differently."""
    return digest(*(part for module in sorted(modules) for part in (module, code(module))))


def source(module: str) -> str:
    """Return the source of a module in autograder or gradlab."""
    path = _path(module)
    assert path is not None, module
    return path.read_text(encoding="utf-8")


def code(module: str) -> str:
    """Return the code of a module, as `stripped` returns it."""
    return stripped(source(module))


@functools.cache  # a module is part of the keys of many exercises
def stripped(text: str) -> str:
    """Return Python source without docstrings, lines with only a comment, and blank lines."""
    lines = text.split("\n")  # as Python counts lines; `splitlines` also splits at form feeds
    left_out: set[int] = set()
    inside_strings: set[int] = set()
    for node in _statements_and_tall_expressions(ast.parse(text)):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            inside_strings.update(range(node.lineno + 1, (node.end_lineno or 0) + 1))
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and _has_docstring(node):
            docstring, *rest = node.body
            own_lines = docstring.lineno > getattr(node, "lineno", 0)
            if own_lines and rest and rest[0].lineno > (docstring.end_lineno or 0):  # else the code needs it
                left_out.update(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    left_out |= {n for n, line in enumerate(lines, 1) if n not in inside_strings and line.lstrip()[:1] in ("", "#")}
    return "".join(f"{line}\n" for number, line in enumerate(lines, 1) if number not in left_out)


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def _statements_and_tall_expressions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree's nodes, except for single-line expressions, of which there are ten times as many."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        left += (
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.expr) or child.lineno != child.end_lineno
        )


def modules_in(*packages: str) -> list[str]:
    """Return the full names of all modules in packages of autograder or gradlab."""
    found = []
    for package in packages:
        head, *rest = package.split(".")
        folder = HOMES[head].joinpath(*rest)
        for path in sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]:
            parts = path.relative_to(HOMES[head]).with_suffix("").parts
            found.append(".".join([head, *(part for part in parts if part != "__init__")]))
    return found


def dependencies(roots: Iterable[str], within: Sequence[str], without: Collection[str] = ()) -> set[str]:
    """Return `roots` and all modules that they import directly or indirectly.

    Using a gradlab function as in ``drivers.call`` counts as importing the module that defines it.

    Parameters
    ----------
    roots : iterable of str
        Full names of modules.
    within : sequence of str
        Prefixes of the names of the modules to follow, such as "gradlab.checks.".
    without : collection of str
        Modules to leave out, together with what only they import.
    """
    found: set[str] = set()
    left = [root for root in roots if root not in without]
    while left:
        module = left.pop()
        found.add(module)
        new = {name for name in _used(module) if name.startswith(tuple(within))}
        left += new - found - set(without) - set(left)
    return found


@functools.cache
def _used(module: str) -> frozenset[str]:
    """Return the full names of the modules of autograder and gradlab that a module uses."""
    path = _path(module)
    assert path is not None, module
    parts = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [name for node in ast.walk(tree) for name in (*_imported(node, parts), *_attribute(node))]
    return frozenset(name for name in names if _path(name) is not None)


def _imported(node: ast.AST, package: Sequence[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else ()
        name = ".".join([*base, *filter(None, [node.module])])
        yield name
        yield from (f"{name}.{alias.name}" for alias in node.names)


def _attribute(node: ast.AST) -> Iterator[str]:
    """If a node uses a public gradlab function, as in ``drivers.call``, yield the module that defines the function."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in PUBLIC:
        package = importlib.import_module(f"gradlab.{node.value.id}")
        if function := getattr(package, node.attr, None):
            yield getattr(function, "__module__", "")


@functools.cache
def _path(module: str) -> Path | None:
    """Return a module's file, or None if autograder and gradlab have no module with this name."""
    head, *rest = module.split(".")
    if head not in HOMES:
        return None
    folder = HOMES[head].joinpath(*rest)
    candidates = [folder / "__init__.py", *([folder.with_suffix(".py")] if rest else [])]
    return next((path for path in candidates if path.is_file()), None)
