"""Frames written straight to the judge: from a process that does what it likes, on the descriptor that it has."""

import json
import re

import pytest

from autograder.demo.students import Student

HANDS = """\
import gc, json, os, struct, sys, threading, time
import numpy as np
from autograder.running.wire import encode

def asked():
    "The request that is being answered: it lies in a frame below this one."
    frame = sys._getframe()
    while frame is not None:
        if isinstance(frame.f_locals.get("request"), dict):
            return frame.f_locals["request"]
        frame = frame.f_back

def answered(**values):
    return encode({"id": asked()["id"], **values})

def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(3, view):]

def forged(request):
    "The frame that an answer with full marks would be, if the child had any say in it."
    outputs = {number: {"outputs": {"w": np.zeros((10, 3))}, "changed": "", "passed": True, "score": 1.0, "error": 0.0}
               for number in request["cases"]}
    return {"id": request["id"], "ran": outputs, "score": 99.0, "points": 99.0, "passed": True}"""
# The public cases of sgd call it 36 times; what comes after that are the hidden ones.
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
TAKES_OVER = READER + "\nsend(answered(outputs='[]'))\nanswer_requests(1000)"
READS_BESIDE = READER + "\nthreading.Thread(target=answer_requests, args=(1,), daemon=True).start()"
FAKE_VERDICT = """\
table = {"result": {"text/plain": "37.0", "text/html": "<p>sgd: 4 of 4 cases pass, 1 of 1 points</p>"}}
send(answered(outputs=json.dumps([table, {"stream": "stdout", "text": "all right"}])))
time.sleep(0.2)"""


def frame(body):
    return f"send(struct.pack('<I', {len(body)}) + {body!r})"


ARRAY = b"m\x01\x00s\x02\x00\x00\x00ida"
NOT_FRAMES = {
    "length": "send(b'\\xff\\xff\\xff\\xff' + bytes(1000))",
    "no-value": frame(b""),
    "unknown": frame(b"pickle"),
    "negative-size": frame(ARRAY + b"\x00\x01" + b"\xff" * 8 + bytes(8)),
    "huge-size": frame(ARRAY + b"\x00\x02" + b"\x00" * 7 + b"\x7f" + b"\x00" * 7 + b"\x7f" + bytes(8)),
    "nan-size": frame(ARRAY + b"\x00\x01" + b"\x00\x00\x00\x00\x00\x00\xf8\x7f" + bytes(8)),
    "deep": frame(b"m\x01\x00s\x00\x00\x00\x00" * 200 + b"N"),
    "twice-a-key": frame(b"m\x02\x00" + b"s\x01\x00\x00\x00aN" * 2),
    "id-is-an-array": "send(encode({'id': np.arange(3.0), 'outputs': '[]'}))",
    "id-is-a-dict": "send(encode({'id': {'id': 1}, 'outputs': '[]'}))",
    "id-is-guessed": "for i in range(1000): send(encode({'id': i, 'ran': {}, 'outputs': '[]'}))",
    "closes": "os.close(3)",
    "covers": "os.dup2(os.open('mine', os.O_CREAT | os.O_RDWR), 3)",
    "drips": "for i in range(20):\n    os.write(3, b'\\x10'); time.sleep(0.05)\nos._exit(0)",
    "leaves": "os._exit(0)",
    "raises-exit": "import _thread; _thread.interrupt_main(); os.kill = None; sys.exit(0)",
}
# These leave a frame behind that the next request meets: whom it costs is the sender's affair.
LEAVES_FRAMES = {
    "id-of-before": "send(answered(outputs='[]') * 50)",
    "calls-nothing": "send(answered(call='gradient', case='0', arguments={}))",
    "calls-nonsense": "send(answered(call=np.zeros(3), case=None, arguments=np.zeros(3)))",
    "verdict": FAKE_VERDICT,
    "takes-over": TAKES_OVER,
    "reads-beside": READS_BESIDE,
    "reads-beside-and-leaves": READS_BESIDE + "\nos._exit(0)",
}
IN_AN_ANSWER = {
    "forges-now": "send(encode(forged(asked()))); time.sleep(0.1); os._exit(0)",
    "forges-oddly": "send(answered(ran={'0': {'outputs': {'w': {'w': 'w'}}, 'changed': np.zeros(2)}, '7': 'x'}))",
    "forges-nothing": "send(answered(ran=np.zeros(3), changed={'a': 1})); os._exit(0)",
    "claims-problems": "send(answered(ran={'0': {'problem': '<script>', 'detail': {}}})); os._exit(0)",
    "exits": "os._exit(0)",
    "exits-later": "import atexit; atexit.register(send, encode(forged(asked()))); raise SystemExit(0)",
    "interrupts": "raise KeyboardInterrupt",
}


def answers(name, attack):
    answer = AT_HIDDEN.format(attack=attack.replace("\n", "\n        "))
    return Student(f"framer-{name}", "", answers={"sgd": answer}, first=(HANDS,))


def shows(name, attack):
    """The attack stands in a cell of its own; sgd does nothing."""
    return Student(f"framer-{name}", "", answers={"sgd": AT_HIDDEN.format(attack="pass")}, first=(HANDS, attack))


SUBMISSIONS = [
    *(shows(name, attack) for name, attack in (NOT_FRAMES | LEAVES_FRAMES).items()),
    *(answers(name, attack) for name, attack in IN_AN_ANSWER.items()),
]


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_no_frame_earns_a_point(student, course, full):
    scores = course.scores(student.name)
    assert scores["sgd"] == 0
    assert all(score <= full[name] for name, score in scores.items())
    assert re.search("0 of 4 cases pass|`sgd` is not defined", course.reported(student.name, "sgd"))


@pytest.mark.parametrize("name", NOT_FRAMES)
def test_a_cell_that_sends_what_is_no_answer_costs_the_others_nothing(name, course, full):
    assert course.scores(f"framer-{name}") == full | {"sgd": 0}


def test_a_verdict_cannot_be_shown(course):
    assert "1 of 1 points" not in course.reported("framer-verdict", "sgd")
    outputs = [output for cell in course.autograded("framer-verdict").cells for output in cell.get("outputs", [])]
    results = [output for output in outputs if output.output_type == "execute_result"]
    assert len(results) == len(course.scores("framer-verdict")), "one a check, and all of them are the judge's"


def test_the_batch_goes_on(course, full):
    assert course.run.returncode == 0, course.run.stdout[-2000:]
    assert course.scores("honest") == full


def test_what_a_frame_holds_is_read_as_data(course):
    verdicts = course.verdicts("framer-claims-problems")
    assert set(verdicts["sgd"]["problems"]) <= {"no_answer", "not_run", "crashed"}
    assert "<script>" not in json.dumps(verdicts)
