"""Find the names from outside that an exercise's functions use, such as imported modules: students lack these."""

import ast
import builtins
import dis
import inspect
import sys
import textwrap
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

from autograder.errors import DefinitionError, error_in
from autograder.exercise import Exercise, Marked, variant

GIVEN = {"np", *dir(builtins)}  # every notebook imports NumPy
UNKNOWN = object()


def outside_errors(exercise: type[Exercise]) -> Iterator[DefinitionError]:
    """Yield an error for each name from outside that the reference, a variant, or a mistake uses but must not use."""
    names = _names_in_signature(exercise) | _names_from_outside(exercise.reference.__code__)
    for name, line in names.items():
        sentence = _sentence(exercise, "the reference", name, exercise.reference.__globals__.get(name, UNKNOWN))
        yield DefinitionError(sentence, exercise.reference.__code__.co_filename, line)
    for marked in (*exercise.variants, *exercise.mistakes) if not names else ():
        yield from _outside_of(exercise, marked)


def _outside_of(exercise: type[Exercise], marked: Marked) -> Iterator[DefinitionError]:
    what = f"{'variant' if isinstance(marked, variant) else 'mistake'} `{marked.name}`"
    try:
        function: Any = marked.function
    except NameError as error:  # in a default value
        yield error_in(exercise, marked.name, _sentence(exercise, what, str(error.name), UNKNOWN))
        return
    for name, line in _names_from_outside(function.__code__).items():
        value = function.__globals__.get(name, UNKNOWN)
        if _is_helper(exercise, name, value) or _is_itself_the_mistake(exercise, marked, name, value):
            continue
        sentence = _sentence(exercise, what, name, value)
        if marked.edits is None:
            yield DefinitionError(sentence, function.__code__.co_filename, line)
        else:
            yield error_in(exercise, marked.name, sentence)


def _sentence(exercise: type[Exercise], what: str, name: str, value: object) -> str:
    defined = _is_helper(exercise, name, value) or (value is UNKNOWN and name not in sys.stdlib_module_names)
    return (
        f"{what} of {exercise.name} uses `{name}`, which students do not have. Use np instead, or "
        f"{'define' if defined else 'import'} it inside the function."
    )


def _names_from_outside(code: CodeType) -> dict[str, int]:
    """Return the global names that a function and the functions inside it use, each with the line of its first use."""
    found: dict[str, int] = {}
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL" and instruction.argval not in GIVEN:
            places = instruction.positions
            found.setdefault(instruction.argval, (places and places.lineno) or code.co_firstlineno)
        elif isinstance(instruction.argval, CodeType):
            found = _names_from_outside(instruction.argval) | found
    return found


def _names_in_signature(exercise: type[Exercise]) -> dict[str, int]:
    """Return the names in the reference's defaults and annotations, which are part of what students get."""
    lines, first = inspect.getsourcelines(exercise.reference)
    (function,) = ast.parse(textwrap.dedent("".join(lines))).body
    assert isinstance(function, ast.FunctionDef)
    signature = [function.args, *filter(None, [function.returns])]
    names = [node for part in signature for node in ast.walk(part) if isinstance(node, ast.Name)]
    return {node.id: first + node.lineno - 1 for node in names if node.id not in GIVEN}


def _is_helper(exercise: type[Exercise], name: str, value: object) -> bool:
    """Return whether students who write this variant or mistake would write the named function or constant, too."""
    if isinstance(value, ModuleType) or value is UNKNOWN:
        return False
    course = exercise.__module__.partition(".")[0]
    return name.isupper() or str(getattr(value, "__module__", "")).partition(".")[0] == course


def _is_itself_the_mistake(exercise: type[Exercise], marked: Marked, name: str, value: object) -> bool:
    """Return whether a mistake uses a name that is defined nowhere.

    Students' answers do so, too, when they rely on a variable from another cell.
    """
    has = vars(sys.modules[exercise.__module__])
    return (
        not isinstance(marked, variant) and value is UNKNOWN and name not in has and name not in sys.stdlib_module_names
    )
