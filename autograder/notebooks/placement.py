"""Checks that a master has one placeholder per exercise and question, below the imports that answers need."""

import inspect
import re
from collections.abc import Collection, Iterator, Sequence

from autograder.catalogue import Assignment, suggestion
from autograder.errors import DefinitionError, error_in, error_in_value
from gradlab.checks.bindings import assigned_names

from .master_cells import MasterCell


def placement_errors(cells: Sequence[MasterCell], assignment: Assignment) -> Iterator[DefinitionError]:
    """Yield what is wrong with the placeholders in an assignment's master."""
    known: dict[str, Collection[str]] = {"exercise": assignment.exercises, "written": assignment.written}
    placeholders: dict[str, MasterCell] = {}
    for cell in cells:
        name = cell.source.strip()
        if cell.is_placeholder:
            (tag,) = set(cell.tags) & set(known)
            if name not in known[tag]:
                others = suggestion(name, known[tag]) if known[tag] else f"It has none with the tag `{tag}`."
                yield cell.error(f"{assignment.name} has no `{name}` for the tag `{tag}`. {others}")
            if name in placeholders:
                yield cell.error(f"`{name}` already has a placeholder, on line {placeholders[name].line}.")
            placeholders.setdefault(name, cell)
        elif cell.is_code and (name in assignment.exercises or name in assignment.written):
            tag = "exercise" if name in assignment.exercises else "written"
            yield cell.error(
                f"a cell that names `{name}` needs the tag `{tag}`: write `:tags: [{tag}]` above the name."
            )
    yield from _missing(placeholders, assignment)
    yield from _imports(cells, assignment)


def _missing(placeholders: Collection[str], assignment: Assignment) -> Iterator[DefinitionError]:
    sentence = "`{}` has no placeholder in the notebook. Add a code cell with the tag `{}` and this name to {}.md."
    for name, exercise in assignment.exercises.items():
        if name not in placeholders:
            yield error_in(exercise, "name", sentence.format(name, "exercise", assignment.name))
    for name, written in assignment.written.items():
        if name not in placeholders:
            yield error_in_value(written, sentence.format(name, "written", assignment.name))


def _imports(cells: Sequence[MasterCell], assignment: Assignment) -> Iterator[DefinitionError]:
    """Yield an error if the cells above the first exercise, except for demos, lack imports that exercises need."""
    references = [getattr(exercise, "reference", None) for exercise in assignment.exercises.values()]
    uses_numpy = any(re.search(r"\bnp\b", inspect.getsource(each)) for each in references if inspect.isfunction(each))
    wanted = {"np": "import numpy as np"} if uses_numpy else {}
    wanted["check"] = "from gradlab import check"
    for cell in cells:
        if "exercise" in cell.tags:
            missing = "` and `".join(wanted.values())
            if wanted:
                yield cell.error(f"no cell above this exercise has the imports it needs: add one with `{missing}`.")
            return
        if cell.is_code and "demo" not in cell.tags:
            for name in assigned_names(cell.source):
                wanted.pop(name, None)
