"""The public cases of an assignment in one file, ``checks.npz``: numbers and labels, but no pickles or code.

The file holds ``index``, a JSON text in UTF-8, and, for each dtype, one row with all numbers of that dtype. The index
gives the position of each array in its row. The index also names drivers, properties and oracles, which must be public
functions of gradlab.
"""

import functools
import json
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .. import drivers, oracles, properties
from ..typing import Array, Config, Outputs
from .foreign import Foreign
from .ignored import Scalar
from .known_mistakes import KnownMistake, Program, without_shapes
from .outcome import Outcome, Problem, Property
from .pictures import Picture
from .signatures import Signature, identity

VERSION = 4

# The distinct arrays of each dtype, keyed by their bytes. Each entry holds the array's position in the row, and the
# array's numbers.
Rows = dict[str, dict[bytes, tuple[int, Array]]]


@dataclass(frozen=True)
class PublicCase:
    """A case that students may see.

    `expected` is None if a property decides. `scalars` names the numbers among the inputs on which the expected
    outputs depend.
    """

    label: str
    inputs: Config
    expected: Outputs | None
    truth: Config | None
    tolerance: float
    weight: float = 1.0
    scalars: tuple[Scalar, ...] = ()


@dataclass(frozen=True)
class PublicExercise:
    """The parts of an exercise that `check` needs.

    Attributes
    ----------
    name : str
    points : float
    driver : str
        The name of a driver.
    judge : str
        The name of a property; "" if outputs are compared, "secret" for a property that only the judge has.
    functions : tuple of str
        The names of the functions that `check` is called with.
    cases : tuple of PublicCase
    mistakes : tuple of KnownMistake
    programs : tuple of Program
        The functions that make one of these mistakes or two, if outputs are compared; empty otherwise.
    seconds : float
        The processor time that the grader allows for all cases.
    demo_names : tuple of str
        The names that only demo cells of the notebook set, so that grading will not have them.
    demo_cells : tuple of str
        The digests of the notebook's demo cells.
    done : str
        What a student can do after earning full marks.
    picture : Picture or None
        What a failing check draws, if anything.
    parameters : tuple of str
        The names of the parameters in the template of the function.
    """

    name: str
    points: float
    driver: str
    judge: str
    functions: tuple[str, ...]
    cases: tuple[PublicCase, ...]
    mistakes: tuple[KnownMistake, ...]
    programs: tuple[Program, ...] = ()
    seconds: float = 10.0
    demo_names: tuple[str, ...] = ()
    demo_cells: tuple[str, ...] = ()
    done: str = ""
    picture: Picture | None = None
    parameters: tuple[str, ...] = ()


def save(path: str | PathLike[str], exercises: Iterable[PublicExercise]) -> None:
    """Write `exercises` to `path`; the same exercises always give the same bytes."""
    rows: Rows = {}
    index = {"version": VERSION, "exercises": [_pack_exercise(e, rows) for e in exercises]}
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    arrays: dict[str, Any] = {
        dtype: np.concatenate([numbers for _, numbers in rows[dtype].values()]) for dtype in sorted(rows)
    }
    np.savez_compressed(path, index=np.frombuffer(text, dtype=np.uint8), **arrays)


def load(path: str | PathLike[str]) -> dict[str, PublicExercise]:
    """Read the exercises in a ``checks.npz`` file.

    Returns
    -------
    dict of str to PublicExercise
        The exercises, keyed by name.

    Raises
    ------
    ValueError
        If the file is damaged, or if its version is not `VERSION`. The message says what to do.
    """
    path = Path(path)
    index, rows = _read(path)
    if index["version"] != VERSION:
        raise ValueError(
            f"{path} must have version {VERSION}. Got {index['version']}: "
            "update gradlab, or fetch the assignment again."
        )
    try:
        return {entry["name"]: _unpack_exercise(entry, rows) for entry in index["exercises"]}
    except Exception as error:  # a file that did not come from `save` may be wrong in any way
        raise _damaged(path, f"its contents don't fit together ({type(error).__name__})") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the index and the rows of numbers in a file."""
    if path.stat().st_size == 0:
        raise _damaged(path, "it is empty")
    if not zipfile.is_zipfile(path):
        raise _damaged(path, "it is a different kind of file, or it is truncated")
    try:
        with np.load(path, allow_pickle=False) as file:
            rows = dict(file)
        index = json.loads(rows.pop("index").tobytes())
        return {"version": index["version"], "exercises": index["exercises"]}, rows
    except Exception as error:  # damaged bytes raise errors of a dozen kinds, in zipfile, zlib, NumPy and json
        raise _damaged(path, f"it does not hold public cases ({type(error).__name__})") from None


def _damaged(path: Path, reason: str) -> ValueError:
    return ValueError(
        f"{path.name} cannot be read: {reason}. Fetch the assignment again, and put its {path.name} next to your "
        f"notebook, in {path.resolve().parent}. Your answers are in the notebook and stay as they are."
    )


def public_function(module: ModuleType, name: str) -> Callable[..., Any]:
    """Return the function `name` of `module`.

    Raise ValueError unless the module exports the function. It is not enough that the module imports the function.
    """
    if name not in module.__all__:
        raise ValueError(
            f"{module.__name__} has no function {name!r}. In a notebook: update gradlab, or fetch the assignment again."
        )
    return getattr(module, name)


def _pack_exercise(exercise: PublicExercise, rows: Rows) -> dict[str, Any]:
    return {
        "name": exercise.name,
        "points": exercise.points,
        "driver": exercise.driver,
        "judge": exercise.judge,
        "functions": list(exercise.functions),
        "cases": [
            {
                "label": case.label,
                "tolerance": case.tolerance,
                "weight": case.weight,
                "inputs": _pack(case.inputs, rows),
                "expected": _pack(case.expected, rows),
                "truth": _pack(case.truth, rows),
                "scalars": case.scalars,
            }
            for case in exercise.cases
        ],
        "mistakes": [
            {
                "name": mistake.name,
                "hint": mistake.hint,
                "outcomes": [_pack_outcome(outcome) for outcome in mistake.outcomes],
            }
            for mistake in exercise.mistakes
        ],
        "programs": _pack_programs(exercise, rows),
        "seconds": exercise.seconds,
        "demo_names": list(exercise.demo_names),
        "demo_cells": list(exercise.demo_cells),
        "done": exercise.done,
        "picture": exercise.picture and asdict(exercise.picture),
        "parameters": list(exercise.parameters),
    }


def _unpack_exercise(entry: dict[str, Any], rows: dict[str, Array]) -> PublicExercise:
    cases = tuple(
        PublicCase(
            label=case["label"],
            inputs=_unpack(case["inputs"], rows),
            expected=_unpack(case["expected"], rows),
            truth=_unpack(case["truth"], rows),
            tolerance=case["tolerance"],
            weight=case["weight"],
            scalars=tuple(map(tuple, case["scalars"])),
        )
        for case in entry["cases"]
    )
    mistakes = tuple(
        KnownMistake(
            m["name"],
            m["hint"],
            outcomes=tuple(map(_unpack_outcome, m["outcomes"])),
        )
        for m in entry["mistakes"]
    )
    return PublicExercise(
        entry["name"],
        entry["points"],
        entry["driver"],
        entry["judge"],
        tuple(entry["functions"]),
        cases,
        mistakes,
        tuple(_unpack_programs(entry["programs"], mistakes, rows)),
        entry["seconds"],
        tuple(entry["demo_names"]),
        tuple(entry["demo_cells"]),
        entry["done"],
        _unpack_picture(entry["picture"]),
        tuple(entry["parameters"]),
    )


def _unpack_picture(entry: dict[str, Any] | None) -> Picture | None:
    return Picture(entry["kind"], tuple(entry["shown"])) if entry else None


def _pack_programs(exercise: PublicExercise, rows: Rows) -> dict[str, Any]:
    """Pack the programs case by case, because on most cases, most programs share a signature with another one."""
    positions = {mistake.name: number for number, mistake in enumerate(exercise.mistakes)}
    names = [[positions[name] for name in program.names] for program in exercise.programs]
    cases = []
    for case in range(len(exercise.cases)):
        distinct: dict[tuple[int, bytes], int] = {}
        signatures = [program.signatures[case] for program in exercise.programs]
        keys = [(each.structure, each.numbers.tobytes()) for each in signatures]
        index = np.array([distinct.setdefault(key, len(distinct)) for key in keys], dtype=np.uint16)
        numbers = [np.frombuffer(part) for _, part in distinct]
        cases.append(
            {
                "index": _pack(index, rows),
                "structures": [structure for structure, _ in distinct],
                "counts": [part.size for part in numbers],
                "numbers": _pack(np.concatenate(numbers) if numbers else np.zeros(0), rows),
            }
        )
    return {"names": names, "cases": cases}


def _unpack_programs(
    entry: dict[str, Any], mistakes: Sequence[KnownMistake], rows: dict[str, Array]
) -> Iterator[Program]:
    columns = []
    for case in entry["cases"]:
        parts = np.split(_unpack(case["numbers"], rows), np.cumsum(case["counts"])[:-1]) if case["counts"] else []
        unknown = [np.zeros(part.size) for part in parts]
        distinct = [Signature(*each) for each in zip(case["structures"], parts, unknown, strict=True)]
        columns.append([distinct[i] for i in _unpack(case["index"], rows).tolist()])
    for numbers, signatures in zip(entry["names"], zip(*columns, strict=True), strict=False):
        yield Program(tuple(mistakes[number].name for number in numbers), signatures)


def _pack_problem(problem: Problem) -> dict[str, str]:
    """Return the fields that identify the problem of an outcome that a property decided."""
    kind, exception, quoted, got = identity(problem)
    fields = {
        "kind": kind,
        "exception": exception,
        "detail": " ".join(quoted) if exception else "",
        "got": without_shapes(got),
    }
    return {name: value for name, value in fields.items() if value}


def _pack_outcome(outcome: Outcome) -> dict[str, Any]:
    problem = outcome.problem and _pack_problem(outcome.problem)
    return {"passed": outcome.passed, "problem": problem, "finding": outcome.finding}


def _unpack_outcome(entry: dict[str, Any]) -> Outcome:
    problem = Problem(**entry["problem"]) if entry["problem"] else None
    return Outcome(entry["passed"], problem=problem, finding=entry["finding"])


def _pack(value: Any, rows: Rows) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"dict": {name: _pack(item, rows) for name, item in value.items()}}
    if isinstance(value, np.ndarray):
        # Equal arrays are stored only once, because most mistakes give the right result in most cases.
        row = rows.setdefault(value.dtype.name, {})
        start, _ = row.setdefault(value.tobytes(), (sum(numbers.size for _, numbers in row.values()), value.ravel()))
        return {"array": [value.dtype.name, start, list(value.shape)]}
    if isinstance(value, functools.partial):
        public_function(oracles, value.func.__name__)
        return {"oracle": value.func.__name__, "given": _pack(value.keywords, rows)}
    if value is None or type(value) in (bool, int, float, str):
        return {"value": value}
    if isinstance(value, Foreign):  # what a known mistake returns instead of numbers
        return {"foreign": value.description}
    raise TypeError(f"a public case may hold arrays, scalars, text, None and dicts of these. Got {value!r}.")


def _unpack(entry: dict[str, Any], rows: dict[str, Array]) -> Any:
    if "dict" in entry:
        return {name: _unpack(item, rows) for name, item in entry["dict"].items()}
    if "array" in entry:
        dtype, start, shape = entry["array"]
        return rows[dtype][start : start + math.prod(shape)].reshape(shape).copy()
    if "oracle" in entry:
        return functools.partial(public_function(oracles, entry["oracle"]), **_unpack(entry["given"], rows))
    if "foreign" in entry:
        return Foreign(entry["foreign"])
    return entry["value"]


def driver_of(exercise: PublicExercise) -> Callable[..., Outputs]:
    """Return the driver function of `exercise`."""
    return public_function(drivers, exercise.driver)


def judge_of(exercise: PublicExercise) -> Property | None:
    """Return the property of `exercise`, or None if outputs are compared or if only the judge has the property."""
    return public_function(properties, exercise.judge) if exercise.judge not in ("", "secret") else None
