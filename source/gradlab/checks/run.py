"""Run a student's function on one case, and return plain values or the problem that prevented them.

The notebook, a submission's sandboxed process, and the judge (for the reference) all run cases with this code.
"""

import functools
import inspect
import io
import sysconfig
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..typing import Outputs
from .console import captured, quiet
from .foreign import Foreign, describe, describe_contents
from .outcome import CaseResult, Problem

SCALARS = (bool, int, float, str, type(None))

GRADLAB = Path(__file__).parents[1]
INSTALLED = {path for name, path in sysconfig.get_paths().items() if name in ("stdlib", "purelib", "platlib")}


class Unexpected(Exception):
    """Raised by a driver if a function returns a value that the driver cannot use."""

    def __init__(self, expected: str, got: object) -> None:
        self.got = describe(got)
        super().__init__(f"expected {expected}, got {describe_contents(got)}")


class WrongParameters(Exception):
    """Raised in place of a TypeError if a function does not have the parameters that it is called with."""


@dataclass
class Calls:
    """A record of a case's calls: the arguments changed in place, and the number of the last function called."""

    changed: list[str] = field(default_factory=list)
    last: int = 0


def run_case(
    driver: Callable[..., Outputs],
    functions: Sequence[Any],
    inputs: dict[str, Any],
    keep_printed: bool = False,
    on_debug: Callable[[], None] | None = None,
) -> CaseResult:
    """Call `driver` with the student's function (and its partners) on one case.

    Parameters
    ----------
    driver : callable
        ``driver(*functions, **inputs) -> dict`` of named outputs, from `gradlab.drivers`.
    functions : sequence of callable
        The function to check, followed by the functions checked together with it.
    inputs : dict
        The case's arguments. Arrays are copied for every call, so the caller's arrays never change.
    keep_printed : bool
        Whether to keep printed output and warnings in the result. By default, they are discarded.
    on_debug : callable, optional
        Called before ``breakpoint()`` starts the debugger, if printed text is kept.

    Returns
    -------
    CaseResult
        The outputs, or the problem if the student's code raised an exception. KeyboardInterrupt is re-raised.
    """
    noted = Calls()
    calls: dict[str, int] = {}
    watched = [_watch(function, number, noted) for number, function in enumerate(functions)]
    given = {name: _counted(value, name, calls) if callable(value) else _copy(value) for name, value in inputs.items()}
    printed = io.StringIO()
    problem, outputs = None, None
    try:
        with captured(on_debug) if keep_printed else quiet() as printed:
            outputs = driver(*watched, **given)
            outputs = {name: plain(value) for name, value in outputs.items()}
    except NotImplementedError:
        problem = Problem("not_written", "write this function first, and run its cell")
    except Unexpected as error:
        problem = Problem("wrong_return", str(error), got=error.got)
    except WrongParameters as error:
        problem = Problem("wrong_parameters", _sentence(error.__cause__), "TypeError", got=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        problem = Problem("error", _sentence(error), exception=type(error).__name__, line=student_line(error))
    return CaseResult(
        outputs=None if problem else outputs,
        problem=problem and replace(problem, function=noted.last),
        changed=_unique(noted.changed),
        calls={} if problem else calls,
        printed=printed.getvalue() if keep_printed else "",
    )


def plain(value: Any) -> Any:
    """Convert `value` to an ordinary array, number, text, or None; if that is impossible, to a `Foreign`.

    An instance of an array subclass, such as one that claims to equal everything, becomes an ordinary array.
    """
    if type(value) in SCALARS:
        return value
    if isinstance(value, np.str_):
        return str(value)
    if isinstance(value, np.ndarray):
        base = np.array(np.ndarray.view(value, np.ndarray), order="C")
        if base.dtype.kind in "fiubU":
            return base
        return Foreign(f"an array of dtype {base.dtype}")
    if isinstance(value, np.generic) and value.dtype.kind in "fiubU":
        return np.asarray(value)
    return Foreign(describe(value))


def _watch(function: Any, number: int, noted: Calls) -> Any:
    """Wrap `function` to pass it copies of arrays, and to note its calls and the names of arguments it modifies."""
    if not callable(function):
        return function

    @functools.wraps(function, assigned=("__name__",), updated=())
    def watched(*args: Any, **kwargs: Any) -> Any:
        args_given = [_copy_array(value) for value in args]
        kwargs_given = {name: _copy_array(value) for name, value in kwargs.items()}
        noted.last = number
        try:
            result = function(*args_given, **kwargs_given)
        except TypeError as error:
            if _fits(function, args, kwargs):
                raise
            raise WrongParameters(", ".join(inspect.signature(function).parameters)) from error
        pairs = [*zip(args, args_given, strict=True), *((kwargs[name], kwargs_given[name]) for name in kwargs)]
        if any(_differs(before, after) for before, after in pairs):
            names = [*_parameter_names(function, len(args)), *kwargs]
            noted.changed.extend(name for name, pair in zip(names, pairs, strict=True) if _differs(*pair))
        return result

    return watched


def _counted(function: Callable[..., Any], name: str, calls: dict[str, int]) -> Callable[..., Any]:
    """Wrap `function`, an argument of a case, so that its calls are counted in ``calls[name]``."""
    calls[name] = 0

    def counted(*args: Any) -> Any:
        calls[name] += 1
        return function(*args)

    return counted


def _copy_array(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return _copy_array(value)


def _differs(before: Any, after: Any) -> bool:
    return isinstance(before, np.ndarray) and before.tobytes() != after.tobytes()


def _fits(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Return whether `function` has parameters for these arguments. If that is unknown, assume that it does."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(count)]


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _sentence(error: BaseException | None) -> str:
    """Return the name and message of an exception, like the last line of a traceback."""
    text = str(error).strip().splitlines()
    return type(error).__name__ + (f": {text[0][:200]}" if text else "")


def student_line(error: BaseException) -> str:
    """Return the innermost traceback line in the student's code, not in gradlab, Python, or an installed package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.line and not Path(frame.filename).is_relative_to(GRADLAB) and not _is_installed(frame.filename):
            return frame.line.strip()[:120]
    return ""


def _is_installed(file: str) -> bool:
    return any(Path(file).is_relative_to(folder) for folder in INSTALLED)
