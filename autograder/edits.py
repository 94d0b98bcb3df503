"""Functions that are written as edits to a reference solution.

An edit is a piece of text that occurs exactly once in the reference, and its replacement:

    {"w - step": "w + step"}

Edits compose: two edits that change different places in the reference can be applied together. The judge uses such
combinations to recognize an answer that makes two known mistakes, or that makes one known mistake in a correct variant
of the solution.
"""

import ast
import functools
import inspect
import itertools
import linecache
import textwrap
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

NUMBERS = itertools.count(1)  # distinguish edited functions that have the same name

Edits = Mapping[str, str]
Span = tuple[int, int, str]  # the start and the (exclusive) end of the characters to replace, and the new text


def spans(source: str, edits: Edits) -> list[Span]:
    """Find the places that `edits` change, in the order in which they occur in `source`.

    Parameters
    ----------
    source : str
    edits : dict of str to str
        Replacements, keyed by the text they replace. If there are several lines, every line but the first is indented
        relative to the line of `source` in which the replaced text starts.

    Returns
    -------
    list of tuple
        The start and end of each place, and its replacement.

    Raises
    ------
    ValueError
        If a piece of text does not occur exactly once, or if two pieces overlap.
    """
    found = []
    for old, new in edits.items():
        starts = [start for start in _occurrences(source, old.partition("\n")[0]) if _at(source, start, old)]
        if len(starts) != 1:
            raise ValueError(f"an edit must replace text that occurs exactly once. {old!r} occurs {len(starts)} times.")
        (start,) = starts
        found.append((start, start + len(_indented(source, start, old)), _indented(source, start, new)))
    found.sort()
    if overlap(found):
        raise ValueError(f"edits must replace pieces of text that don't overlap. Got {list(edits)}.")
    return found


def _occurrences(source: str, text: str) -> list[int]:
    """Return where `text` starts in `source`. The occurrences may overlap."""
    starts, start = [], source.find(text)
    while start >= 0:
        starts.append(start)
        start = source.find(text, start + 1)
    return starts


def _at(source: str, start: int, text: str) -> bool:
    """Return whether `text`, indented like the line that contains `start`, occurs at `start` in `source`."""
    return source.startswith(_indented(source, start, text), start)


def _indented(source: str, start: int, text: str) -> str:
    """Indent every line of `text` but the first like the line of `source` that contains `start`."""
    line = source[source.rfind("\n", 0, start) + 1 :]
    return text.replace("\n", "\n" + " " * (len(line) - len(line.lstrip(" "))))


def overlap(places: Iterable[Span]) -> bool:
    """Return whether two of the places share a character, so that the edits cannot be applied together."""
    return any(end > start for (_, end, _), (start, _, _) in itertools.pairwise(sorted(places)))


@functools.cache  # hundreds of combinations are made from one reference
def editable(function: Callable[..., Any]) -> str:
    """Return the source that edits apply to: that of `function`, without its docstring and indentation."""
    source = textwrap.dedent(inspect.getsource(function))
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    if ast.get_docstring(node) is None:
        return source
    lines = source.splitlines(keepends=True)
    docstring = node.body[0]
    assert docstring.end_lineno is not None
    return "".join(lines[: docstring.lineno - 1] + lines[docstring.end_lineno :])


def edited(function: Callable[..., Any], name: str, places: Iterable[Span]) -> Callable[..., Any]:
    """Return a copy of `function` with changes, under another name.

    `inspect.getsource` and tracebacks find the changed source as long as the new function exists.

    Parameters
    ----------
    function : function
        A function that uses no global name except ``np`` and built-ins, such as an exercise's reference.
    name : str
        The name of the new function.
    places : iterable of tuple
        The changes, as returned by `spans`. Changes from several edits may be combined, but must not overlap.

    Raises
    ------
    SyntaxError
        If the changed source is not valid Python.
    """
    source = editable(function)
    for start, end, new in sorted(places, reverse=True):
        source = source[:start] + new + source[end:]
    source = source.replace(f"def {function.__name__}(", f"def {name}(", 1)
    file = f"<{function.__module__}.{function.__qualname__}: {name}, edit {next(NUMBERS)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"np": np, "__name__": function.__module__}
    exec(compile(source, file, "exec"), namespace)
    # Without a reference from its own globals, the function is freed as soon as nothing uses it, and so is its source.
    changed: Callable[..., Any] = namespace.pop(name)
    weakref.finalize(changed, linecache.cache.pop, file, None).atexit = False
    return changed
