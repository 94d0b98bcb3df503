"""What hangs, crashes or takes everything costs its own exercise, with the reason told, and nobody else anything."""

import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student

EXERCISES = catalogue.assignments()["update_rules"].exercises
# One batch with all of these, four at a time; alone, on two cores, it takes about 50 seconds.
BATCH_SECONDS = 120

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
TOO_SLOW, DIED, MEMORY = "stopped: took too long", "the process died", "memory"
ERROR, OTHER = "stopped with an error", "did not return what was asked for"
# What sgd does when it is called, and what feedback then says. The first two take ten seconds of processor time.
CALLS = {
    "loops": (ENDLESS, TOO_SLOW),
    "swallows-interrupts": (SWALLOWS, TOO_SLOW),
    "segfaults": ("import ctypes; ctypes.string_at(0)", DIED),
    "aborts": ("import os; os.abort()", DIED),
    "exits": ("import os; os._exit(0)", DIED),
    "kills-itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ERROR),
    "raises-signal": ("import signal; signal.raise_signal(signal.SIGKILL)", DIED),
    "recurses": (RECURSES, DIED),
    "overflows": (OVERFLOWS, ERROR),
    "hoards-arrays": ("hoard = []\nwhile True:\n    hoard.append(np.zeros(10_000_000))", MEMORY),
    "hoards-bytes": ("hoard = []\nwhile True:\n    hoard.append(bytes(100_000_000))", MEMORY),
    "asks-for-too-much": ("return np.zeros(10**15), {}", MEMORY),
    "maps": ("import mmap\nreturn [mmap.mmap(-1, 1 << 40) for _ in range(1000)], {}", ERROR),
    "returns-a-lot": ("return np.zeros((1000, 1000)), {}", DIED),
    "nests": (NESTS, OTHER),
    "prints-a-lot": (
        "if not hasattr(np, 'said'):\n    np.said = print('x' * 50_000_000)\nreturn w, {}",
        "0 of 4 cases pass",
    ),
    "forks": ("import os; os.fork()", ERROR),
    "starts-programs": ("import subprocess; subprocess.run(['true'])", ERROR),
    "starts-processes": ("import multiprocessing as m; m.Process(target=print).start()", ERROR),
}
FILES = """\
import os
for i in range(1_000_000):
    open(f"file{i}", "w").close()"""
LARGE_FILES = """\
for i in range(1_000_000):
    open(f"file{i}", "wb").write(bytes(10_000_000))"""
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
SPLIT_FILES = "import uuid\nfor i in range(800):\n    open(uuid.uuid4().hex, 'w').close()"
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
DESCRIPTORS = "held = []\nwhile True:\n    held.append(open('checks.npz'))"
BACKTRACKS = "import re\nre.match('(a*)*b', 'a' * 40)"
FORKS = "import os\nwhile True:\n    os.fork()"
DAEMON = "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint(os.setsid())"
# What a cell of the student's own does, all exercises being answered, and what is told below it.
CELLS = {
    "sleeps": ("import time\ntime.sleep(10**6)", "stopped after 2 seconds"),
    "backtracks": (BACKTRACKS, "stopped after 2 seconds"),
    "loops-in-c": ("sum(range(10**13))", "did not stop when it was asked to"),
    "multiplies": ("import numpy as np\na = np.ones((1000, 1000))\nwhile True: a @ a", "stopped after 2 seconds"),
    "floods-output": ("for _ in range(50): print('x' * 1_000_000)", "output cut here: over 1 MB"),
    "floods-errors": ("raise ValueError('x' * 50_000_000)", "ValueError"),
    "floods-displays": (
        "from IPython.display import display\nfor i in range(20_000): display(i)",
        "a notebook may show 8 MB in all",
    ),
    "makes-files": (FILES, "it made more than 2000 files"),
    "makes-large-files": (LARGE_FILES, "it made more than 2000 files or 256 MB"),
    "makes-deep-folders": (DEEP, "too many folders in folders"),
    "hides-files-deep": (HIDDEN_DEEP, "it made more than 2000 files"),
    "closes-folders": (CLOSED, ""),
    "starts-threads": (THREADS, "it started more than 200 threads"),
    "starts-threads-at-once": (QUICK_THREADS, "it started more than 200 threads"),
    "works-in-threads": (BUSY_THREADS, ""),
    "opens-files": (DESCRIPTORS, "Too many open files"),
    "forks": (FORKS, "Operation not permitted"),
    "becomes-a-daemon": (DAEMON, "Operation not permitted"),
}


def calls(name, code):
    body = "\n".join("    " + line for line in code.splitlines())
    answer = f"import numpy as np\n\ndef sgd(w, dw, config=None):\n{body}"
    return Student(f"call-{name}", "", answers={"sgd": answer})


SUBMISSIONS = [
    *(calls(name, code) for name, (code, _) in CALLS.items()),
    *(Student(f"cell-{name}", "", first=(code,)) for name, (code, _) in CELLS.items()),
    Student("cell-many-quick-floods", "", first=(SPLIT_FILES,) * 3),
    Student("cell-many-outputs", "", first=("print('x' * 1_000_000)",) * 30),
    Student("cells-many", "", first=("pass",) * 1500),
    Student("cells-none", "", {name: cheats.crash(name) for name in EXERCISES}),
]


@pytest.mark.parametrize("name", CALLS)
def test_it_costs_its_exercise_and_no_other(name, course, full):
    assert course.scores(f"call-{name}") == full | {"sgd": 0}
    assert CALLS[name][1] in course.reported(f"call-{name}", "sgd")


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_nothing_depends_on_costs_nothing(name, course, full):
    assert course.scores(f"cell-{name}") == full
    assert CELLS[name][1] in course.shown(f"cell-{name}")


def test_what_is_shown_has_an_end(course, full):
    assert course.scores("cell-many-outputs") == full
    assert 5e6 < len(course.shown("cell-many-outputs")) < 9e6
    assert "a notebook may show 8 MB in all" in course.shown("cell-many-outputs")
    sizes = [path.stat().st_size for path in course.build.rglob("*") if path.is_file()]
    assert max(sizes) < 12e6


def test_files_are_counted_over_all_cells(course):
    assert "it made more than 2000 files" in course.shown("cell-many-quick-floods")


def test_many_cells_are_run(course, full):
    assert course.scores("cells-many") == full


def test_there_is_a_last_straw(course):
    assert course.total("cells-none") == 0
    assert "died too many times" in course.reported("cells-none", "lbfgs_direction")


def test_the_batch_ends_in_time_and_costs_the_others_nothing(course, full):
    assert course.run.returncode == 0, course.run.stdout[-2000:]
    assert course.feedback_run.returncode == 0, course.feedback_run.stdout[-2000:]
    assert course.seconds < BATCH_SECONDS
    assert course.scores("honest") == full
