"""Frames that a student's process forges and sends directly to the judge earn no points."""

import json
import re

import pytest

from autograder.demo.students import Student

TOOLS = """\
import gc, json, os, struct, sys, threading, time
import numpy as np
from autograder.running.wire import encode

def current_request():
    "Return the request that is being handled, from the stack frame of its handler."
    frame = sys._getframe()
    while frame is not None:
        if isinstance(frame.f_locals.get("request"), dict):
            return frame.f_locals["request"]
        frame = frame.f_back

def reply(**values):
    return encode({"id": current_request()["id"], **values})

def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(3, view):]

def forged(request):
    "Return a reply that claims full points, although the judge ignores such claims."
    outputs = {number: {"outputs": {"w": np.zeros((10, 3))}, "changed": "", "passed": True, "score": 1.0, "error": 0.0}
               for number in request["cases"]}
    return {"id": request["id"], "ran": outputs, "score": 99.0, "points": 99.0, "passed": True}"""
# The public cases call sgd 36 times. All later calls come from hidden cases.
AT_HIDDEN = """\
calls = 0

def sgd(w, dw, config=None):
    global calls
    calls += 1
    if calls > 36:
        {attack}
    return w, config or {{}}"""
READER = """\
from autograder.running.wire import decode

def exactly(size):
    data = b""
    while len(data) < size:
        data += os.read(3, size - len(data))
    return data

def answer_requests(count):
    for _ in range(count):
        request = decode(exactly(*struct.unpack("<I", exactly(4))))
        more = forged(request) if request["do"] == "run" else {"outputs": "[]", "missing": "", "found": ""}
        send(encode({"id": request["id"], **more}))"""
TAKES_OVER = READER + "\nsend(reply(outputs='[]'))\nanswer_requests(1000)"
COMPETES = READER + "\nthreading.Thread(target=answer_requests, args=(1,), daemon=True).start()"
# The attack sleeps so that the judge reads this reply before the genuine one.
FAKE_VERDICT = """\
table = {"result": {"text/plain": "37.0", "text/html": "<p>sgd: 4 of 4 cases pass, 1 of 1 points</p>"}}
send(reply(outputs=json.dumps([table, {"stream": "stdout", "text": "all right"}])))
time.sleep(0.2)"""


def frame(body):
    return f"send(struct.pack('<I', {len(body)}) + {body!r})"


ARRAY = b"m\x01\x00s\x02\x00\x00\x00ida"
NOT_FRAMES = {
    "length": "send(b'\\xff\\xff\\xff\\xff' + bytes(1000))",
    "empty": frame(b""),
    "unknown": frame(b"pickle"),
    "negative-size": frame(ARRAY + b"\x00\x01" + b"\xff" * 8 + bytes(8)),
    "huge-size": frame(ARRAY + b"\x00\x02" + b"\x00" * 7 + b"\x7f" + b"\x00" * 7 + b"\x7f" + bytes(8)),
    "nan-size": frame(ARRAY + b"\x00\x01" + b"\x00\x00\x00\x00\x00\x00\xf8\x7f" + bytes(8)),
    "deep": frame(b"m\x01\x00s\x00\x00\x00\x00" * 200 + b"N"),
    "repeated-key": frame(b"m\x02\x00" + b"s\x01\x00\x00\x00aN" * 2),
    "id-is-an-array": "send(encode({'id': np.arange(3.0), 'outputs': '[]'}))",
    "id-is-a-dict": "send(encode({'id': {'id': 1}, 'outputs': '[]'}))",
    "id-is-guessed": "for i in range(1000): send(encode({'id': i, 'ran': {}, 'outputs': '[]'}))",
    "closes-descriptor": "os.close(3)",
    "replaces-descriptor": "os.dup2(os.open('mine', os.O_CREAT | os.O_RDWR), 3)",
    "drips": "for i in range(20):\n    os.write(3, b'\\x10'); time.sleep(0.05)\nos._exit(0)",
    "exits-now": "os._exit(0)",
    "raises-exit": "import _thread; _thread.interrupt_main(); os.kill = None; sys.exit(0)",
}
# These attacks leave a frame behind for the next request, so they may cost points in other exercises, too.
LEAVES_FRAMES = {
    "repeats-its-id": "send(reply(outputs='[]') * 50)",
    "calls-nothing": "send(reply(call='gradient', case='0', arguments={}))",
    "calls-nonsense": "send(reply(call=np.zeros(3), case=None, arguments=np.zeros(3)))",
    "verdict": FAKE_VERDICT,
    "takes-over": TAKES_OVER,
    "competes-for-requests": COMPETES,
    "competes-and-exits": COMPETES + "\nos._exit(0)",
}
# A short sleep gives the judge time to read a forged reply before its sender exits.
IN_AN_ANSWER = {
    "forges-now": "send(encode(forged(current_request()))); time.sleep(0.1); os._exit(0)",
    "forges-oddly": "send(reply(ran={'0': {'outputs': {'w': {'w': 'w'}}, 'changed': np.zeros(2)}, '7': 'x'}))",
    "forges-nothing": "send(reply(ran=np.zeros(3), changed={'a': 1})); os._exit(0)",
    "claims-problems": "send(reply(ran={'0': {'problem': '<script>', 'detail': {}}})); os._exit(0)",
    "exits": "os._exit(0)",
    "exits-later": "import atexit; atexit.register(send, encode(forged(current_request()))); raise SystemExit(0)",
    "interrupts": "raise KeyboardInterrupt",
}


def in_answer(name, attack):
    """Return a student whose sgd attacks when the hidden cases call it."""
    answer = AT_HIDDEN.format(attack=attack.replace("\n", "\n        "))
    return Student(f"framer-{name}", "", answers={"sgd": answer}, first=(TOOLS,))


def in_cell(name, attack):
    """Return a student who attacks in a separate cell and whose sgd does nothing."""
    return Student(f"framer-{name}", "", answers={"sgd": AT_HIDDEN.format(attack="pass")}, first=(TOOLS, attack))


SUBMISSIONS = [
    *(in_cell(name, attack) for name, attack in (NOT_FRAMES | LEAVES_FRAMES).items()),
    *(in_answer(name, attack) for name, attack in IN_AN_ANSWER.items()),
]


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_forged_frame_earns_no_points(student, course, full):
    scores = course.scores(student.name)
    assert scores["sgd"] == 0
    assert all(score <= full[name] for name, score in scores.items())
    # An attack that swallows the judge's request to run the attacker's own cell leaves no function to judge.
    assert re.search("0 of 4 cases pass|<code>sgd</code> is not defined", course.reported(student.name, "sgd"))


@pytest.mark.parametrize("name", NOT_FRAMES)
def test_invalid_frame_costs_no_points_in_other_exercises(name, course, full):
    assert course.scores(f"framer-{name}") == full | {"sgd": 0}


def test_fake_verdict_is_not_displayed(course):
    assert "1 of 1 points" not in course.reported("framer-verdict", "sgd")
    outputs = [output for cell in course.autograded("framer-verdict").cells for output in cell.get("outputs", [])]
    results = [output for output in outputs if output.output_type == "execute_result"]
    assert len(results) == len(course.scores("framer-verdict")), "each check must have exactly one result, the judge's"


def test_forged_frames_do_not_stop_the_batch(course, full):
    assert course.run.returncode == 0, course.errors(course.run)
    assert course.scores("honest") == full


def test_verdicts_do_not_contain_text_from_frames(course):
    verdicts = course.verdicts("framer-claims-problems")
    assert set(verdicts["sgd"]["problems"]) <= {"no_answer", "not_run", "crashed"}
    assert "<script>" not in json.dumps(verdicts)
