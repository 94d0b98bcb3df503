"""Build the judge's requests to a child, and check the child's replies, which may contain anything.

`SubmissionRun` sends these requests. Anything in a reply that was not requested is dropped here.
"""

import json
from collections.abc import Sequence
from typing import Any, TypeAlias

from autograder.exercise import Case, Exercise, Oracle
from gradlab.checks.foreign import Foreign
from gradlab.checks.outcome import PROBLEMS, CaseResult, Problem

from .wire import Value

Output: TypeAlias = dict[str, Any]


def parse_outputs(text: Value) -> list[Output]:
    """Return a cell's outputs, given a child's JSON text. Items that have none of the forms below are dropped.

    Returns
    -------
    list of dict
        Each item is ``{"stream", "text"}``, ``{"error", "value", "traceback"}``, ``{"display": {mime: text}}`` or
        ``{"result": {mime: text}}``.
    """
    try:
        items = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return []
    return [item for item in items if _is_output(item)] if isinstance(items, list) else []


def _is_output(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    if set(item) == {"stream", "text"}:
        return item["stream"] in ("stdout", "stderr") and isinstance(item["text"], str)
    if set(item) == {"error", "value", "traceback"}:
        lines = item["traceback"]
        return (
            isinstance(item["error"], str)
            and isinstance(item["value"], str)
            and isinstance(lines, list)
            and all(isinstance(line, str) for line in lines)
        )
    for kind in ("display", "result"):
        if set(item) == {kind} and isinstance(item[kind], dict):
            return all(isinstance(key, str) and isinstance(value, str) for key, value in item[kind].items())
    return False


def parse_names(text: Value) -> tuple[str, ...]:
    """Split a child's text into names at each ``|``. Keep at most 20 names, and at most 100 characters of each."""
    return tuple(name[:100] for name in text.split("|")[:20] if name) if isinstance(text, str) else ()


class CasesRequest:
    """A request to run cases of an exercise. It also answers calls to oracles and parses the reply."""

    def __init__(self, exercise: type[Exercise], cases: Sequence[Case]) -> None:
        self.oracles: list[dict[str, Oracle]] = [
            {name: value for name, value in case.inputs.items() if isinstance(value, Oracle)} for case in cases
        ]
        self.functions = len(exercise.function_names())
        self.calls = [dict.fromkeys(oracles, 0) for oracles in self.oracles]
        self.message = {
            "do": "run",
            "exercise": exercise.name,
            "driver": exercise.driver.__name__,
            "cases": {
                str(number): {
                    "inputs": {name: value for name, value in case.inputs.items() if name not in oracles},
                    "oracles": dict.fromkeys(oracles, True),
                }
                for number, (case, oracles) in enumerate(zip(cases, self.oracles, strict=True))
            },
        }

    def answer_call(self, case: Value, name: Value, arguments: list[Value]) -> object:
        """Evaluate an oracle in the judge's process, where the student's code cannot see the oracle's data."""
        if not isinstance(case, str) or not isinstance(name, str):
            raise TypeError("the case and the function's name must be strings")
        number = int(case)
        oracle, calls = self.oracles[number][name], self.calls[number]
        calls[name] += 1
        if calls[name] > oracle.limit:
            raise RuntimeError(f"{name} may be called at most {oracle.limit} times")
        if any(isinstance(argument, Foreign) for argument in arguments):
            raise TypeError(f"the arguments of {name} must be numbers, arrays, strings, or None")
        result: object = oracle.function(*arguments)
        return result

    def parse_reply(self, results: Value) -> list[CaseResult]:
        """Return the results in a child's reply, in case order, up to the first missing result."""
        parsed: list[CaseResult] = []
        for number, calls in enumerate(self.calls):
            values = results.get(str(number)) if isinstance(results, dict) else None
            if not isinstance(values, dict):
                break
            parsed.append(_parse_result(values, calls, self.functions))
        return parsed


def _parse_result(values: dict[str, Value], calls: dict[str, int], functions: int) -> CaseResult:
    """Return the `CaseResult` of one case, given the child's report, which may contain anything."""
    changed = parse_names(values.get("changed"))
    outputs = values.get("outputs")
    if isinstance(outputs, dict):
        return CaseResult(outputs=outputs, changed=changed, calls=calls)
    kind = values.get("problem")
    if not isinstance(kind, str) or kind not in PROBLEMS:
        return CaseResult(problem=Problem("no_answer"))
    texts = {name: _text(values.get(name)) for name in ("detail", "exception", "line", "got")}
    number = values.get("function")
    function = number if type(number) is int and number in range(functions) else 0
    return CaseResult(problem=Problem(kind, **texts, function=function), changed=changed)


def _text(value: Value) -> str:
    return value[:500] if isinstance(value, str) else ""
