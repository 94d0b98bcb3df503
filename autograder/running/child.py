"""The student's side of grading: one confined process that runs cells and cases when the judge requests them.

The process holds the student's namespace, the public drivers, and the inputs of the requested cases, and judges
nothing. The student's code can forge any message that the process sends, so the judge trusts no message.
"""

import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np

from gradlab import drivers
from gradlab.checks.outcome import CaseResult
from gradlab.checks.run import run_case

from . import tampering
from .shell import CellShell, Stream, run_cell
from .wire import LENGTH, Value, decode, encode, frame_length

# The judge's requests, unlike a child's replies, can be trusted to have the right form.
Request: TypeAlias = dict[str, Any]
Reply: TypeAlias = dict[str, Any]


class Child:
    """Answers the judge's requests on a file descriptor until the judge closes the connection."""

    def __init__(self, fd: int, shell: CellShell) -> None:
        self.fd = fd
        self.shell = shell
        self.functions: dict[str, list[Any]] = {}
        self.handlers: dict[str, Callable[[Request], Reply]] = {
            "cell": self.handle_cell,
            "take": self.handle_take,
            "run": self.handle_run,
            "look": self.handle_look,
        }

    def serve(self) -> None:
        sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            request = self.receive()
            reply = self.handlers[request["do"]](request)
            self.send({"id": request["id"], **reply})

    def handle_cell(self, request: Request) -> Reply:
        with Interruptible():
            return {"outputs": run_cell(self.shell, request["source"])}
        return {"outputs": "[]"}

    def handle_take(self, request: Request) -> Reply:
        """Store the functions that an exercise checks, as they are defined at this point in the notebook."""
        names = request["functions"].split("|")
        missing = [name for name in names if not callable(self.shell.user_ns.get(name))]
        self.functions[request["exercise"]] = [self.shell.user_ns.get(name) for name in names]
        return {"missing": "|".join(missing)}

    def handle_run(self, request: Request) -> Reply:
        """Run cases of an exercise, one after another, with the functions that `handle_take` stored.

        The reply holds each case's result, keyed by the case's number. An interrupt ends the run, and so does a case
        that ran out of memory, because filling the memory takes seconds. The reply then lacks the remaining cases.
        """
        results = {}
        driver = getattr(drivers, request["driver"])
        functions = self.functions[request["exercise"]]
        with Interruptible():
            for number, case in request["cases"].items():
                oracles = {name: self.oracle(request["id"], number, name) for name in case["oracles"]}
                result = run_case(driver, functions, case["inputs"] | oracles)
                results[number] = as_message(result)
                if result.problem and result.problem.exception == "MemoryError":
                    break
        return {"ran": results}

    def handle_look(self, _: Request) -> Reply:
        return {"found": "|".join(tampering.detect(self.shell))}

    def oracle(self, request_id: int, number: str, name: str) -> Callable[..., Value]:
        """Return a stub for a function that only the judge can evaluate."""

        def ask(*arguments: object) -> Value:
            numbered = {str(i): as_argument(argument) for i, argument in enumerate(arguments)}
            self.send({"id": request_id, "case": number, "call": name, "arguments": numbered})
            answer = self.receive()
            if "error" in answer:
                raise ValueError(answer["error"])
            value: Value = answer["value"]
            return value

        ask.__name__ = name
        return ask

    def receive(self) -> Request:
        length = frame_length(self._read(LENGTH.size))
        message: Any = decode(self._read(length))
        return message

    def send(self, message: Reply) -> None:
        view = memoryview(encode(message))
        while view:
            view = view[os.write(self.fd, view) :]

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self.fd, size)
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def as_argument(value: object) -> object:
    """Convert a list, a tuple, ``x.flat``, or an array of a subclass to a plain array; return anything else as it is.

    In a notebook, the judge's functions accept all of these, and the grade must agree with `check`.
    """
    if not isinstance(value, (list, tuple, np.ndarray, np.flatiter)):
        return value
    try:
        return np.array(value)
    except ValueError:  # a ragged list
        return value


def as_message(result: CaseResult) -> Reply:
    """Return a `CaseResult` in the form in which the child sends it."""
    changed = "|".join(result.changed)
    if result.problem is None:
        return {"outputs": result.outputs, "changed": changed}
    problem = result.problem
    texts = {name: getattr(problem, name)[:500] for name in ("detail", "exception", "line", "got")}
    return {"problem": problem.kind, **texts, "function": problem.function, "changed": changed}


class Interruptible:
    """Lets the judge's SIGINT interrupt the student's code inside a ``with`` block. Outside, SIGINT is ignored."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> bool:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return kind is KeyboardInterrupt
