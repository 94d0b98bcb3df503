"""Errors in the files that a course's author writes, and the file and line of each error."""

import ast
import functools
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType


class DefinitionError(ValueError):
    """An exercise or a master cannot be used as it is written. The message is one line, with the file and line number.

    Parameters
    ----------
    sentence : str
        What is wrong, and what to do.
    file : path
    line : int
    """

    def __init__(self, sentence: str, file: Path | str, line: int) -> None:
        self.place = f"{_shown(Path(file))}:{line}"
        super().__init__(f"{self.place}: {' '.join(sentence.split())}")


def error_in(owner: type | ModuleType, part: str, sentence: str) -> DefinitionError:
    """Return the error that `sentence` describes, located where a class or a module defines `part`.

    If its source does not define `part`, the error is located where the class or the module begins.
    """
    sources = [source for each in getattr(owner, "__mro__", [owner]) if (source := source_of(each))]
    for file, node in sources:
        lines = definitions(node.body).get(part)
        if lines:
            return DefinitionError(sentence, file, lines[-1])
    if not sources:
        return DefinitionError(sentence, owner.__name__, 1)
    return DefinitionError(sentence, sources[0][0], getattr(sources[0][1], "lineno", 1))


def error_in_value(value: object, sentence: str) -> DefinitionError:
    """Return the error that `sentence` describes, located where a module defines the variable that holds `value`."""
    for module in [module for module in sys.modules.values() if isinstance(module, ModuleType)]:
        for name in [name for name, each in vars(module).items() if each is value]:
            source = source_of(module)
            if source and name in definitions(source[1].body):
                return error_in(module, name, sentence)
    return DefinitionError(sentence, type(value).__name__, 1)


def source_of(owner: type | ModuleType) -> tuple[Path, ast.ClassDef | ast.Module] | None:
    """Return the file that defines a class or a module, and its syntax tree, or None if there is no such file."""
    path = getattr(owner if isinstance(owner, ModuleType) else sys.modules.get(owner.__module__), "__file__", None)
    if path is None:
        return None
    file = Path(path)
    tree = _parsed(file.read_text(encoding="utf-8"))
    if isinstance(owner, ModuleType):
        return file, tree
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == owner.__name__]
    return (file, classes[-1]) if classes else None  # of classes with the same name, Python keeps the last one


def definitions(body: Iterable[ast.stmt]) -> dict[str, list[int]]:
    """Return the lines on which these statements define functions, classes, or variables, keyed by name."""
    found: dict[str, list[int]] = {}
    for node in body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        for name in names:
            found.setdefault(name, []).append(node.lineno)
    return found


@functools.lru_cache(maxsize=4)
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _shown(file: Path) -> Path:
    """Return a path to print in a terminal: relative to the current folder if the file is in it, otherwise as given."""
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
