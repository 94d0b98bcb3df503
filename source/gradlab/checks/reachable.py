"""Find the global names that a function uses, directly or in the notebook's functions that it calls."""

import dis
import functools
import hashlib
import inspect
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any, TypeAlias

import numpy as np

Fingerprint: TypeAlias = dict[str, object]

LARGEST = 1 << 18  # bytes of the largest array whose numbers are compared
DEEPEST = 4  # nesting levels of lists and dicts whose items are compared


def used_names(functions: Iterable[Any], namespace: dict[str, Any]) -> set[str]:
    """Return the global names that functions use, directly or in the notebook's functions that they call.

    Parameters
    ----------
    functions : iterable of callable
    namespace : dict
        The notebook's variables, keyed by name.
    """
    return {name for each in _reached_functions(functions, namespace) for name in _names_in(each.__code__)}


def _reached_functions(functions: Iterable[Any], namespace: dict[str, Any]) -> list[FunctionType]:
    """Return the given functions that the notebook defines, and the notebook's functions that they call."""
    found: list[FunctionType] = []
    waiting = [each for function in functions for each in _functions_in(function)]
    while waiting:
        function = waiting.pop()
        if function.__globals__ is namespace and function not in found:
            found.append(function)
            waiting += [each for name in _names_in(function.__code__) for each in _functions_in(namespace.get(name))]
    return found


def fingerprint(functions: Iterable[Any], namespace: dict[str, Any]) -> Fingerprint:
    """Return, for each global name that functions use, something that changes if the name gets a different value.

    Only functions and plain data count, not large arrays or objects of other types.

    Parameters
    ----------
    functions : iterable of callable
    namespace : dict
        The notebook's variables, keyed by name.
    """
    used = used_names(functions, namespace)
    return {name: _print(namespace[name]) for name in used if name in namespace}


def kept_values(functions: Iterable[Any], namespace: dict[str, Any]) -> Fingerprint:
    """Return a fingerprint of the variables, defaults, and function attributes that keep their values between calls.

    Parameters
    ----------
    functions : iterable of callable
    namespace : dict
        The notebook's variables, keyed by name.

    Returns
    -------
    dict
        The keys are phrases that name a variable, a parameter's default, or a function's attribute.
    """
    given = list(functions)
    kept = {f"`{name}`": value for name, value in fingerprint(given, namespace).items()}
    for function in _reached_functions(given, namespace):
        defaults = {**_defaults_of(function), **(function.__kwdefaults__ or {})}
        kept |= {f"the default of `{name}`": _print(value) for name, value in defaults.items()}
        kept |= {f"`{function.__name__}.{name}`": _print(value) for name, value in vars(function).items()}
    return kept


def _defaults_of(function: FunctionType) -> dict[str, Any]:
    defaults = function.__defaults__ or ()
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))


def changed_names(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Return the names in both fingerprints whose values differ, in alphabetical order."""
    return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])


def _functions_in(value: Any) -> list[FunctionType]:
    """Return the functions that run if `value` is called: itself, the function that it wraps, or a class's methods."""
    if isinstance(value, functools.partial):
        value = value.func
    if isinstance(value, type):
        return [each for each in vars(value).values() if isinstance(each, FunctionType)]
    found = inspect.unwrap(value) if isinstance(getattr(value, "__wrapped__", None), FunctionType) else value
    return [found] if isinstance(found, FunctionType) else []


def _names_in(code: CodeType) -> Iterator[str]:
    """Yield the global names that code reads. ``co_names`` would also include attributes, as in ``np.mean``."""
    yield from (each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _print(value: Any, depth: int = 0) -> object:
    if isinstance(value, FunctionType):
        return _code_print(value.__code__)
    if value is None or isinstance(value, (bool, int, float, complex, str, np.generic)):
        return repr(value)
    if isinstance(value, np.ndarray) and value.nbytes <= LARGEST and value.dtype.kind in "fiubcU":
        return value.shape, str(value.dtype), hashlib.sha256(value.tobytes()).hexdigest()
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        return type(value).__name__, tuple(_print(each, depth + 1) for each in value[:1000])
    if isinstance(value, dict) and depth < DEEPEST:
        return tuple((repr(key)[:100], _print(each, depth + 1)) for key, each in list(value.items())[:1000])
    return type(value).__name__


def code_print(function: Any) -> object:
    """Return a value that changes if a function's code changes."""
    return _print(function)


def _code_print(code: CodeType) -> tuple[object, ...]:
    constants = (_code_print(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return code.co_code, tuple(constants), code.co_names
