"""During a long check, a line shows a person which case is running. At the end, the line is removed."""

import contextlib
import io
import os
import pty
import re
import subprocess
import sys
import threading

import numpy as np
import pytest

from gradlab.checks import store, waiting
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.public_report import public_report

from ...kernels import start_kernel

CASES = tuple(PublicCase(label, {"x": np.ones(1)}, {"result": np.ones(1)}, None, 1e-7) for label in ("one", "two"))
SAME = PublicExercise("same", 1.0, "call", "", ("same",), CASES, (), seconds=60.0)
LINE = r"case 2 of 2: two, \d+ s"


class Recorder:
    """A line that records its texts. `wait` returns when the line has shown the second case."""

    every = 0.001

    def __init__(self, after=0.0):
        self.after, self.texts, self._shown = after, [], threading.Event()

    def show(self, text):
        self.texts.append(text)
        if text.startswith("case 2"):
            self._shown.set()

    def clear(self):
        self.texts.append("")

    def wait(self):
        assert self._shown.wait(60)


def test_progress_line_says_which_case_is_running_and_is_removed_afterward():
    line, calls = Recorder(), []

    def same(x):
        calls.append(x)
        if len(calls) == 2:
            line.wait()
        return x

    assert public_report(SAME, (same,), line=line).score == 1.0
    assert re.fullmatch(LINE, line.texts[-2])
    assert line.texts[-1] == ""


def test_short_check_shows_no_progress_line():
    line = Recorder(after=3600.0)
    assert public_report(SAME, (lambda x: x,), line=line).score == 1.0
    assert line.texts == []


def test_debugger_gets_the_screen_without_the_progress_line(monkeypatch):
    line, calls, at_debugger = Recorder(), [], []
    monkeypatch.setattr(sys, "breakpointhook", lambda: at_debugger.append(len(line.texts)))

    def same(x):
        calls.append(x)
        if len(calls) == 2:
            line.wait()
            breakpoint()
        return x

    assert public_report(SAME, (same,), line=line).score == 1.0
    assert at_debugger == [len(line.texts)]
    assert line.texts[-1] == ""


def test_progress_line_fits_the_terminal_and_is_overwritten(monkeypatch):
    monkeypatch.setenv("COLUMNS", "21")
    stream = io.StringIO()
    line = waiting.TerminalLine(stream)
    line.show("case 1 of 2: a very long label, 5 s")
    line.clear()
    assert stream.getvalue() == "\rcase 1 of 2: a very \r" + 20 * " " + "\r"


def test_output_to_a_file_has_no_progress_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert waiting.line_for_a_person() is None


# The answer waits until the check has shown the line, in the terminal or in the notebook's kernel.
ANSWER = """\
import threading
from gradlab import check
from gradlab.checks import waiting
seen, calls = threading.Event(), []
for kind in (waiting.TerminalLine, waiting.NotebookLine):
    def show(self, text, original=kind.show):
        original(self, text)
        if text.startswith("case 2"):
            seen.set()
    kind.show, kind.after, kind.every = show, 0.0, 0.001
def same(x, patient=True):
    calls.append(x)
    if patient and len(calls) % 2 == 0:
        seen.wait(60)
        seen.clear()
    return x
"""


@pytest.fixture
def folder(tmp_path):
    store.save(tmp_path / "checks.npz", [SAME])
    return tmp_path


def test_terminal_shows_a_progress_line_and_then_only_the_report(folder):
    shown, terminal = pty.openpty()
    command = [sys.executable, "-c", ANSWER + 'check("same", same)']
    with subprocess.Popen(command, cwd=folder, stdin=terminal, stdout=terminal, stderr=terminal) as process:
        os.close(terminal)
        output = b""
        with contextlib.suppress(OSError):  # the terminal is closed when the process ends
            while data := os.read(shown, 1000):
                output += data
        os.close(shown)
    assert process.returncode == 0
    text = output.decode()
    assert re.search(LINE, text)
    last = text[: text.index("same: 2 of 2 cases pass")].split("\r")
    assert last[-1] == ""
    assert last[-2].strip() == ""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client", "ignore::RuntimeWarning:zmq")
@pytest.mark.parametrize(
    ("source", "by_a_person", "shown"),
    [
        ('# my answer\ncheck("same", same)', True, True),
        ('print("before")\ncheck("same", lambda x: same(x, patient=False))', True, False),
        ('check("same", lambda x: same(x, patient=False))', False, False),
    ],
    ids=["a person", "a person, after other output", "nbgrader or nbconvert"],
)
def test_notebook_shows_a_progress_line_and_saves_only_the_report(folder, source, by_a_person, shown):
    manager, client = start_kernel(folder)
    client.allow_stdin = by_a_person
    saved, lines = [], []

    def note(message):
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            saved.clear()
        elif kind in ("display_data", "update_display_data"):
            lines.append(content["data"]["text/plain"])
        if kind in ("display_data", "execute_result", "stream", "error"):
            saved.append(kind)

    try:
        client.execute_interactive(ANSWER, timeout=60, output_hook=note)
        reply = client.execute_interactive(source, timeout=60, output_hook=note, allow_stdin=by_a_person)
        assert reply["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert bool(lines) == shown
    assert saved == (["stream", "execute_result"] if source.startswith("print") else ["execute_result"])
    if shown:
        assert re.fullmatch(LINE, lines[-1])
