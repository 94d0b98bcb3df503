"""The public cases of an assignment in one file, ``checks.npz``: numbers and labels, no pickle and no code.

The file holds one text, ``index`` (JSON in UTF-8), and for each dtype all its numbers in one row, into which the
index points. Drivers, properties and oracles are named in it, and only public functions of gradlab are ever called.
"""

import functools
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import drivers, oracles, properties
from .compare import Foreign
from .known_mistakes import KnownMistake
from .outcome import CaseResult, Outcome, Problem

VERSION = 2


@dataclass(frozen=True)
class PublicCase:
    """One case that a student may see. `expected` is None where a property decides."""

    label: str
    inputs: dict
    expected: dict | None
    truth: dict | None
    tolerance: float
    weight: float = 1.0


@dataclass(frozen=True)
class PublicExercise:
    """What `check` needs of an exercise. `judge` names a property; "secret" one that only the judge has.

    `mistakes` holds a `KnownMistake` each.
    """

    name: str
    points: float
    driver: str
    judge: str
    functions: tuple
    cases: tuple
    mistakes: tuple


def save(path, exercises):
    """Write `exercises` to `path`, the same bytes for the same exercises."""
    rows = {}
    index = {"version": VERSION, "exercises": [_pack_exercise(e, rows) for e in exercises]}
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    np.savez(
        path,
        index=np.frombuffer(text, dtype=np.uint8),
        **{dtype: np.concatenate([part for _, part in rows[dtype].values()]) for dtype in sorted(rows)},
    )


def load(path):
    """Read a ``checks.npz``.

    Returns
    -------
    dict of str to PublicExercise

    Raises
    ------
    ValueError
        If the file is of another version.
    """
    with np.load(Path(path), allow_pickle=False) as file:
        rows = dict(file)
        index = json.loads(rows.pop("index").tobytes())
        if index["version"] != VERSION:
            raise ValueError(
                f"{path} must be of version {VERSION}. Got {index['version']}: "
                "update gradlab, or fetch the assignment again."
            )
        return {entry["name"]: _unpack_exercise(entry, rows) for entry in index["exercises"]}


def public_function(module, name):
    """The function `name` that `module` exports, and nothing else that the module can see."""
    if name not in module.__all__:
        raise ValueError(f"{module.__name__} has no function {name!r}")
    return getattr(module, name)


def _pack_exercise(exercise, rows):
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
            }
            for case in exercise.cases
        ],
        "mistakes": [
            {
                "name": mistake.name,
                "hint": mistake.hint,
                "runs": [_pack_run(ran, rows) for ran in mistake.runs],
                "outcomes": [_pack_outcome(outcome) for outcome in mistake.outcomes],
            }
            for mistake in exercise.mistakes
        ],
    }


def _unpack_exercise(entry, rows):
    cases = tuple(
        PublicCase(
            label=case["label"],
            inputs=_unpack(case["inputs"], rows),
            expected=_unpack(case["expected"], rows),
            truth=_unpack(case["truth"], rows),
            tolerance=case["tolerance"],
            weight=case["weight"],
        )
        for case in entry["cases"]
    )
    mistakes = tuple(
        KnownMistake(
            m["name"],
            m["hint"],
            runs=tuple(_unpack_run(ran, rows) for ran in m["runs"]),
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
    )


def _pack_run(ran, rows):
    if ran.problem is not None:
        return {"problem": [ran.problem.kind, ran.problem.exception]}
    return {"outputs": _pack(ran.outputs, rows)}


def _unpack_run(entry, rows):
    if "problem" in entry:
        kind, exception = entry["problem"]
        return CaseResult(problem=Problem(kind, exception=exception))
    return CaseResult(outputs=_unpack(entry["outputs"], rows))


def _pack_outcome(outcome):
    problem = outcome.problem and [outcome.problem.kind, outcome.problem.exception]
    return {"passed": outcome.passed, "problem": problem, "finding": outcome.finding}


def _unpack_outcome(entry):
    problem = entry["problem"] and Problem(entry["problem"][0], exception=entry["problem"][1])
    return Outcome(entry["passed"], problem=problem, finding=entry["finding"])


def _pack(value, rows):
    if isinstance(value, dict):
        return {"dict": {name: _pack(item, rows) for name, item in value.items()}}
    if isinstance(value, np.ndarray):
        # Equal arrays share a place: in most cases most mistakes give what is right.
        row = rows.setdefault(value.dtype.name, {})
        start, _ = row.setdefault(value.tobytes(), (sum(part.size for _, part in row.values()), value.ravel()))
        return {"array": [value.dtype.name, start, list(value.shape)]}
    if isinstance(value, functools.partial):
        public_function(oracles, value.func.__name__)
        return {"oracle": value.func.__name__, "given": _pack(value.keywords, rows)}
    if value is None or type(value) in (bool, int, float, str):
        return {"value": value}
    if isinstance(value, Foreign):  # what a known mistake gives where numbers are expected
        return {"foreign": value.description}
    raise TypeError(f"a public case may hold arrays, scalars, text, None and dicts of these. Got {value!r}.")


def _unpack(entry, rows):
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


def driver_of(exercise):
    """The driver's function."""
    return public_function(drivers, exercise.driver)


def judge_of(exercise):
    """The property's function, or None where outputs are compared or only the judge can decide."""
    return public_function(properties, exercise.judge) if exercise.judge not in ("", "secret") else None
