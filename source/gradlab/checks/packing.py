"""Turn exercises into JSON-serializable values, with their numbers in one row per dtype, and back."""

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from .. import oracles
from ..typing import Array
from .foreign import Foreign
from .known_mistakes import KnownMistake, Program, without_shapes
from .outcome import Outcome, Problem
from .pictures import Picture
from .public_exercise import PublicCase, PublicExercise, public_function
from .signatures import Signature, identity

# The distinct arrays of each dtype, keyed by their bytes. Each entry holds the array's position in the row, and the
# array's numbers.
Rows = dict[str, dict[bytes, tuple[int, Array]]]


def pack_exercise(exercise: PublicExercise, rows: Rows) -> dict[str, Any]:
    """Return an exercise as JSON-serializable values, and add its numbers to `rows`."""
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
                "inputs": pack(case.inputs, rows),
                "expected": pack(case.expected, rows),
                "truth": pack(case.truth, rows),
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
        "returned": list(exercise.returned),
    }


def unpack_exercise(entry: dict[str, Any], rows: dict[str, Array]) -> PublicExercise:
    """Return the exercise that `pack_exercise` has packed, given the numbers of each dtype."""
    cases = tuple(
        PublicCase(
            label=case["label"],
            inputs=unpack(case["inputs"], rows),
            expected=unpack(case["expected"], rows),
            truth=unpack(case["truth"], rows),
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
        tuple(entry.get("returned", ())),  # missing in files from before version 0.2
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
                "index": pack(index, rows),
                "structures": [structure for structure, _ in distinct],
                "counts": [part.size for part in numbers],
                "numbers": pack(np.concatenate(numbers) if numbers else np.zeros(0), rows),
            }
        )
    return {"names": names, "cases": cases}


def _unpack_programs(
    entry: dict[str, Any], mistakes: Sequence[KnownMistake], rows: dict[str, Array]
) -> Iterator[Program]:
    columns = []
    for case in entry["cases"]:
        parts = np.split(unpack(case["numbers"], rows), np.cumsum(case["counts"])[:-1]) if case["counts"] else []
        unknown = [np.zeros(part.size) for part in parts]
        distinct = [Signature(*each) for each in zip(case["structures"], parts, unknown, strict=True)]
        columns.append([distinct[i] for i in unpack(case["index"], rows).tolist()])
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


def pack(value: Any, rows: Rows) -> dict[str, Any]:
    """Return a value in JSON-serializable form, and add its numbers to `rows`. Raise TypeError if that fails."""
    if isinstance(value, dict):
        return {"dict": {name: pack(item, rows) for name, item in value.items()}}
    if isinstance(value, np.ndarray):
        # Equal arrays, such as inputs that cases share, are stored only once.
        row = rows.setdefault(value.dtype.name, {})
        start, _ = row.setdefault(value.tobytes(), (sum(numbers.size for _, numbers in row.values()), value.ravel()))
        return {"array": [value.dtype.name, start, list(value.shape)]}
    if isinstance(value, functools.partial):
        public_function(oracles, value.func.__name__)
        return {"oracle": value.func.__name__, "given": pack(value.keywords, rows)}
    if value is None or type(value) in (bool, int, float, str):
        return {"value": value}
    if isinstance(value, Foreign):  # such a value has only a description
        return {"foreign": value.description}
    raise TypeError(f"a public case may hold arrays, scalars, text, None, oracles, and dicts of these. Got {value!r}.")


def unpack(entry: dict[str, Any], rows: dict[str, Array]) -> Any:
    """Return the value that `pack` has packed."""
    if "dict" in entry:
        return {name: unpack(item, rows) for name, item in entry["dict"].items()}
    if "array" in entry:
        dtype, start, shape = entry["array"]
        return rows[dtype][start : start + math.prod(shape)].reshape(shape).copy()
    if "oracle" in entry:
        return functools.partial(public_function(oracles, entry["oracle"]), **unpack(entry["given"], rows))
    if "foreign" in entry:
        return Foreign(entry["foreign"])
    return entry["value"]
