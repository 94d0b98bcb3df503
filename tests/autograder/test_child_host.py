"""The judge's side of a child accepts only the reply to its latest request, whatever else the child sends."""

import contextlib
import socket
import subprocess
import threading

import pytest

from autograder.running.child_host import ChildHost
from autograder.running.watchdog import Died, Limit
from autograder.running.wire import LENGTH, decode, encode, frame_length

LIMIT = Limit(cpu=30.0, wall=30.0)


class Child:
    """A process for the judge to watch, and a thread that answers in its name.

    `answer` gets all requests so far, as dicts, and returns the bytes to send.
    """

    def __init__(self, scratch, answer):
        self.process = subprocess.Popen(["sleep", "1000"])
        ours, self.theirs = socket.socketpair()
        self.host = ChildHost(self.process.pid, ours, scratch, lambda _: {"status": self.process.wait()})
        self.answer, self.requests = answer, []
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        # The host may close the connection while there are bytes that it has not read.
        with self.theirs, self.theirs.makefile("rb") as stream, contextlib.suppress(ConnectionError):
            while header := stream.read(LENGTH.size):
                self.requests.append(decode(stream.read(frame_length(header))))
                self.theirs.sendall(self.answer(self.requests))

    def close(self):
        self.host.close()
        self.thread.join()


@pytest.fixture
def child(tmp_path):
    """Start children that answer as the given function says, and close them at the end."""
    started = []

    def start(answer):
        started.append(Child(tmp_path, answer))
        return started[-1].host

    yield start
    for each in started:
        each.close()


def reply(request, **values):
    return encode({"id": request["id"], **values})


def test_reply_with_the_requests_id_is_accepted(child):
    host = child(lambda requests: reply(requests[-1], found=len(requests)))
    assert [host.ask({"do": "look"}, LIMIT).values for _ in range(2)] == [{"found": 1}, {"found": 2}]


FORGED = {
    "no id": lambda requests: encode({"found": ""}),
    "another id": lambda requests: reply({"id": requests[-1]["id"] ^ 1}),
    "an id that is text": lambda requests: reply({"id": str(requests[-1]["id"])}),
    "a number": lambda requests: encode(1),
    "None": lambda requests: encode(None),
    "a frame that announces 4 GB": lambda requests: b"\xff\xff\xff\xff",
    "a frame that is not valid": lambda requests: LENGTH.pack(1) + b"Z",
    "a call with another id": lambda requests: reply({"id": 0}, call="f", case="0", arguments={}),
}


@pytest.mark.parametrize("answer", FORGED.values(), ids=FORGED)
def test_reply_to_no_request_ends_the_child(answer, child):
    with pytest.raises(Died, match="the process sent an invalid reply"):
        child(answer).ask({"do": "look"}, LIMIT)


ANSWERS_TO_OTHERS = {
    "the reply to an earlier request, again": lambda requests: reply(requests[0]),
    "two replies to one request": lambda requests: 2 * reply(requests[-1]),
}


@pytest.mark.parametrize("answer", ANSWERS_TO_OTHERS.values(), ids=ANSWERS_TO_OTHERS)
def test_reply_cannot_answer_another_exercises_request(answer, child):
    """Each request has its own random id, so a reply cannot be sent ahead or twice."""
    host = child(answer)
    host.ask({"do": "run", "exercise": "sgd"}, LIMIT)
    with pytest.raises(Died, match="the process sent an invalid reply"):
        host.ask({"do": "run", "exercise": "adam"}, LIMIT)


CALLS = {
    "an unknown function": {"case": "0", "call": "solve", "arguments": {}},
    "no arguments": {"case": "0", "call": "f"},
    "arguments that are a number": {"case": "0", "call": "f", "arguments": 1},
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_call_that_cannot_be_answered_gets_an_error_and_the_run_goes_on(call, child):
    def answer(requests):
        return reply(requests[-1], **(call if "do" in requests[-1] else {"error": requests[-1]["error"]}))

    def on_call(case, name, arguments):
        raise ValueError(f"there is no function {name!r}")

    assert child(answer).ask({"do": "run"}, LIMIT, on_call).values["error"]
