"""Code that hangs, crashes, or uses up a resource costs points only in its own exercise, and feedback says why."""

import json
import re

import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student
from gradlab.checks.outcome import PROBLEMS

EXERCISES = catalogue.assignments()["update_rules"].exercises
# The limit for all of a submission's processes together: 5 seconds for one exercise, and 5 for all other work.
MAX_CPU_SECONDS = 10

ENDLESS = """\
while True:
    pass"""
SWALLOWS = """\
while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""
RECURSES = """\
import sys
sys.setrecursionlimit(10**9)
def down(*args):
    return sorted([0, 1], key=lambda x: down())
return down()"""
OVERFLOWS = """\
def down():
    return down()
return down()"""
NESTS = """\
nested = np.zeros(3)
for _ in range(20_000):
    nested = [nested, nested]
return nested, {}"""
TOO_SLOW, DIED, MEMORY = PROBLEMS["too_slow"], PROBLEMS["crashed"], "memory"
ERROR, WRONG_RETURN = PROBLEMS["error"], PROBLEMS["wrong_return"]
# For each call: the body of sgd, and the texts of which the feedback must contain one. Each of the first two calls uses
# 5 seconds of CPU time.
CALLS = {
    "loops": (ENDLESS, TOO_SLOW),
    "swallows-interrupts": (SWALLOWS, TOO_SLOW),
    "segfaults": ("import ctypes; ctypes.string_at(0)", DIED),
    "aborts": ("import os; os.abort()", DIED),
    "exits": ("import os; os._exit(0)", DIED),
    "kills-itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ERROR),
    "raises-signal": ("import signal; signal.raise_signal(signal.SIGKILL)", DIED),
    "recurses": (RECURSES, DIED, ERROR),  # Python 3.12 limits this recursion all the same
    "overflows": (OVERFLOWS, ERROR),
    "hoards-arrays": ("hoard = []\nwhile True:\n    hoard.append(np.zeros(10_000_000))", MEMORY),
    "hoards-bytes": ("hoard = []\nwhile True:\n    hoard.append(bytes(100_000_000))", MEMORY),
    "asks-for-too-much": ("return np.zeros(10**15), {}", MEMORY),
    "maps": ("import mmap\nreturn [mmap.mmap(-1, 1 << 40) for _ in range(1000)], {}", ERROR),
    "returns-a-lot": ("return np.zeros((1000, 1000)), {}", DIED),
    "returns-many-empty-rows": ("return np.empty((30_000_000, 0), dtype='U1'), {}", DIED),
    "nests": (NESTS, WRONG_RETURN),
    "prints-a-lot": (
        "if not hasattr(np, 'printed'):\n    np.printed = print('x' * 50_000_000)\nreturn w, {}",
        "0 of 4 cases pass",
    ),
    "forks": ("import os; os.fork()", ERROR),
    "starts-programs": ("import subprocess; subprocess.run(['true'])", ERROR),
    "starts-processes": ("import multiprocessing as m; m.Process(target=print).start()", ERROR),
}
# This cell replaces its own reply with one whose only output has a million lines.
MANY_LINES = """\
import json, sys

def find_child():
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Child":
        frame = frame.f_back
    return frame.f_locals["self"]

def send_forged(message):
    del child.send
    error = {"error": "E", "value": "v", "traceback": ["t"] * 1_000_000}
    child.send(message | {"outputs": json.dumps([error])})

child = find_child()
child.send = send_forged"""
FILES = """\
import os
for i in range(1_000_000):
    open(f"file{i}", "w").close()"""
LARGE_FILES = """\
for i in range(1_000_000):
    open(f"file{i}", "wb").write(bytes(10_000_000))"""
# A removed file still takes up space as long as it is mapped into memory, but no folder lists it.
MAPPED_FILES = """\
import mmap, os
held = []
for i in range(1_000_000):
    with open(f"file{i}", "wb+") as file:
        file.write(bytes(10_000_000))
        held.append(mmap.mmap(file.fileno(), 1))
    os.remove(f"file{i}")"""
# On many file systems, space can be reserved beyond the end of a file while its size stays 0.
RESERVED = """\
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for i in range(1_000_000):
    with open(f"file{i}", "wb") as file:
        if libc.fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(10_000_000)):
            raise OSError(ctypes.get_errno(), "fallocate")"""
DEEP = """\
import os
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")"""
HIDDEN_DEEP = """\
import os
for _ in range(30):
    os.mkdir("d" * 250)
    os.chdir("d" * 250)
for i in range(1_000_000):
    open(f"file{i}", "w").close()"""
CLOSED = "import os\nos.umask(0o777)\nos.mkdir('closed')\nos.mkdir('empty')"
# The last of these cells takes the total above 2000 files. After it has been stopped, the others run again.
SPLIT_FILES = tuple(
    f"import uuid\nfor i in range({number}):\n    open(uuid.uuid4().hex, 'w').close()" for number in (10, 10, 1990)
)
THREADS = """\
import threading, time
threading.stack_size(1 << 16)
while True:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"""
QUICK_THREADS = """\
import ctypes
libc, small, thread = ctypes.CDLL(None), ctypes.create_string_buffer(64), ctypes.c_ulong()
libc.pthread_attr_init(small)
libc.pthread_attr_setstacksize(small, ctypes.c_size_t(1 << 16))
for _ in range(1000):
    libc.pthread_create(ctypes.byref(thread), small, ctypes.cast(libc.pause, ctypes.c_void_p), None)"""
BUSY_THREADS = """\
import hashlib, threading
def work():
    while True:
        hashlib.sha256(bytes(10_000_000))
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()"""
# Threads on all cores would slow down other submissions far more than a worker on one core does.
SPREADS = """\
import os, threading, time
cores = set(os.sched_getaffinity(0))
def work():
    for _ in range(100):
        cores.update(os.sched_getaffinity(0))
        sum(range(10_000))
threads = [threading.Thread(target=work) for _ in range(30)]
for thread in threads: thread.start()
for thread in threads: thread.join()
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
except PermissionError:
    print(f"confined to {len(cores)} core")"""
DESCRIPTORS = "held = []\nwhile True:\n    held.append(open('checks.npz'))"
BACKTRACKS = "import re\nre.match('(a*)*b', 'a' * 40)"
FORKS = "import os\nwhile True:\n    os.fork()"
DAEMON = "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint(os.setsid())"
# On a busy machine, a flood may use up its two seconds of CPU time before the watchdog notices the flood.
STOPPED = ("stopped after 2 seconds", "it took too long and ignored the interrupt")
# For each cell: its source, and texts, at least one of which must be shown below the cell. All exercises are solved.
CELLS = {
    "sleeps": ("import time\ntime.sleep(10**6)", "stopped after 2 seconds"),
    "backtracks": (BACKTRACKS, "stopped after 2 seconds"),
    "loops-in-c": ("sum(range(10**13))", "it took too long and ignored the interrupt"),
    "multiplies": ("import numpy as np\na = np.ones((1000, 1000))\nwhile True: a @ a", "stopped after 2 seconds"),
    "floods-output": ("for _ in range(50): print('x' * 1_000_000)", "output truncated: over 1 MB"),
    "floods-errors": ("raise ValueError('x' * 50_000_000)", "ValueError"),
    "floods-displays": (
        "from IPython.display import display\nfor i in range(20_000): display(i)",
        "a notebook may display at most 8 MB in total",
        *STOPPED,
    ),
    "reports-many-lines": (MANY_LINES, "a notebook may display at most 8 MB in total"),
    "displays-nothing": ("from IPython.display import display\ndisplay({}, raw=True)", ""),
    "makes-files": (FILES, "it made more than 2000 files", *STOPPED),
    "makes-large-files": (LARGE_FILES, "it made more than 2000 files or 256 MB of files", *STOPPED),
    "removes-mapped-files": (MAPPED_FILES, "it made more than 2000 files or 256 MB of files", *STOPPED),
    "reserves-space": (RESERVED, "OSError"),
    "makes-deep-folders": (DEEP, "nested folders too deeply"),
    "hides-files-deep": (HIDDEN_DEEP, "it made more than 2000 files", *STOPPED),
    "closes-folders": (CLOSED, ""),
    "starts-threads": (THREADS, "it started more than 40 threads"),
    "starts-threads-at-once": (QUICK_THREADS, "it started more than 40 threads"),
    "works-in-threads": (BUSY_THREADS, ""),
    "spreads-over-all-cores": (SPREADS, "confined to 1 core"),
    "opens-files": (DESCRIPTORS, "Too many open files"),
    "forks": (FORKS, "Operation not permitted"),
    "becomes-a-daemon": (DAEMON, "Operation not permitted"),
}


def calls(name, code):
    body = "\n".join("    " + line for line in code.splitlines())
    answer = f"import numpy as np\n\ndef sgd(w, dw, config=None):\n{body}"
    return Student(f"call-{name}", "", answers={"sgd": answer})


SUBMISSIONS = [
    *(calls(name, code) for name, (code, *_) in CALLS.items()),
    *(Student(f"cell-{name}", "", first=(code,)) for name, (code, *_) in CELLS.items()),
    Student("cell-many-quick-floods", "", first=SPLIT_FILES),
    Student("cell-many-outputs", "", first=("print('x' * 1_000_000)",) * 30),
    Student("cells-many", "", first=("pass",) * 1500),
    Student("cells-none", "", {name: cheats.crash(name) for name in EXERCISES}),
]


@pytest.mark.parametrize("name", CALLS)
def test_failing_call_costs_points_only_in_its_exercise(name, course, full):
    assert course.scores(f"call-{name}") == full | {"sgd": 0}
    _, *texts = CALLS[name]
    assert any(text in course.reported(f"call-{name}", "sgd") for text in texts)


@pytest.mark.parametrize("name", CELLS)
def test_failing_cell_that_nothing_depends_on_costs_no_points(name, course, full):
    assert course.scores(f"cell-{name}") == full
    shown = course.shown(f"cell-{name}")
    assert any(text in shown for text in CELLS[name][1:])


def test_total_output_is_limited(course, full):
    assert course.scores("cell-many-outputs") == full
    assert 5e6 < len(course.shown("cell-many-outputs")) < 9e6
    assert "a notebook may display at most 8 MB in total" in course.shown("cell-many-outputs")
    sizes = [path.stat().st_size for path in course.build.rglob("*") if path.is_file()]
    assert max(sizes) < 12e6


def test_files_from_all_cells_are_counted_together(course):
    assert "it made more than 2000 files" in course.shown("cell-many-quick-floods")


def test_notebook_with_many_cells_gets_full_points(course, full):
    assert course.scores("cells-many") == full


def test_run_stops_after_too_many_crashes(course):
    assert course.total("cells-none") == 0
    assert "died too many times" in course.reported("cells-none", "lbfgs_direction")


def test_cpu_time_is_limited(course):
    folder = course.build / "verdicts" / "update_rules"
    results = [json.loads((folder / f"{student.name}.json").read_text()) for student in SUBMISSIONS]
    assert max(result["cpu"] for result in results) < MAX_CPU_SECONDS


def test_batch_finishes_and_honest_student_gets_full_points(course, full):
    assert course.run.returncode == 0, course.errors(course.run)
    assert course.feedback_run.returncode == 0, course.errors(course.feedback_run)
    assert course.scores("honest") == full


LOGGED = {
    "a call that loops": "call-loops: sgd: stopped: took too long",
    "a call that dies": "call-segfaults: sgd: the process died",
    "a call that hoards memory": "call-hoards-bytes: sgd: stopped: took too much memory",
    "a cell that sleeps": r"cell-sleeps: cell \d+: stopped after 2 seconds",
    "a cell that starts threads": r"cell-starts-threads: cell \d+: it started more than 40 threads",
    "the summary": r"update_rules: \d+ graded, .*\d+ stopped in a cell or an exercise, \d+ with tampering",
}


@pytest.mark.parametrize("event", LOGGED)
def test_log_reports_each_event(event, course):
    assert re.search(LOGGED[event], course.run.stdout)


def test_honest_student_is_not_in_the_log(course):
    assert not re.search("honest: ", course.run.stdout)
