"""The student's side: one confined process that runs cells and cases as it is told, and judges nothing.

It holds the student's namespace, the public drivers and the inputs of the case at hand. Whatever it sends
back may be forged by the code that runs in it, and is read as such.
"""

import os
import signal
import sys

from gradlab import drivers
from gradlab.checks.run import run_case

from . import tampering
from .shell import Stream, run_cell
from .wire import LENGTH, decode, encode, frame_length


class Child:
    """Answers the judge's requests on a file descriptor until it is closed."""

    def __init__(self, fd, shell):
        self.fd = fd
        self.shell = shell
        self.taken = {}
        self.answers = {"cell": self.cell, "take": self.take, "run": self.run, "look": self.look}

    def serve(self):
        sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            request = self.receive()
            answer = self.answers[request["do"]](request)
            self.send({"id": request["id"], **answer})

    def cell(self, request):
        with Interruptible():
            return {"outputs": run_cell(self.shell, request["source"])}
        return {"outputs": "[]"}

    def take(self, request):
        """Keep the functions that an exercise is checked with, as they are defined now."""
        names = request["functions"].split("|")
        missing = [name for name in names if not callable(self.shell.user_ns.get(name))]
        self.taken[request["exercise"]] = [self.shell.user_ns.get(name) for name in names]
        return {"missing": "|".join(missing)}

    def run(self, request):
        """Run cases of an exercise, one after the other, with the functions that were taken for it.

        Answers with what each gave, by its number; where an interrupt ended them, those after it are missing.
        """
        ran = {}
        driver = getattr(drivers, request["driver"])
        functions = self.taken[request["exercise"]]
        with Interruptible():
            for number, case in request["cases"].items():
                oracles = {name: self.oracle(request["id"], number, name) for name in case["oracles"]}
                ran[number] = as_message(run_case(driver, functions, case["inputs"] | oracles))
        return {"ran": ran}

    def look(self, _):
        return {"found": "|".join(tampering.found(self.shell))}

    def oracle(self, request_id, number, name):
        """A stand-in for a function that only the judge can evaluate."""

        def ask(*arguments):
            given = {str(i): argument for i, argument in enumerate(arguments)}
            self.send({"id": request_id, "case": number, "call": name, "arguments": given})
            answer = self.receive()
            if "error" in answer:
                raise ValueError(answer["error"])
            return answer["value"]

        ask.__name__ = name
        return ask

    def receive(self):
        length = frame_length(self._read(LENGTH.size))
        return decode(self._read(length))

    def send(self, message):
        view = memoryview(encode(message))
        while view:
            view = view[os.write(self.fd, view) :]

    def _read(self, size):
        parts = []
        while size:
            part = os.read(self.fd, size)
            if not part:
                os._exit(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def as_message(ran):
    """A `CaseResult` as the wire carries it."""
    changed = "|".join(ran.changed)
    if ran.problem is None:
        return {"outputs": ran.outputs, "changed": changed}
    detail, exception = ran.problem.detail[:500], ran.problem.exception[:80]
    return {"problem": ran.problem.kind, "detail": detail, "exception": exception, "changed": changed}


class Interruptible:
    """While a student's code runs, the judge's SIGINT ends it; at any other time it is ignored."""

    def __enter__(self):
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, kind, *_):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return kind is KeyboardInterrupt
