"""What an answer prints is shown once; an answer that does not end, or that passes only once, is noticed."""

import signal
import sys
from dataclasses import replace

import numpy as np
import pytest

from gradlab.checks import notebook, public_report, store
from gradlab.checks.session import Session

from .small_exercises import DOUBLE


def test_printed_output_is_shown_once_for_the_first_failing_case(check, capsys):
    def loud(x):
        print(f"x has shape {x.shape}")
        return 3 * x

    shown = check("double", loud)
    assert capsys.readouterr().out.count("| x has shape (3,)\n") == 1
    assert "<pre>x has shape (3,)</pre>" in shown._repr_html_()
    assert "(2,)" not in shown.report.text()


def test_printed_output_is_not_shown_if_all_cases_pass(check, capsys):
    def loud(x):
        print("hello")
        return 2 * x

    assert check("double", loud) == 4.0
    assert "hello" not in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_warnings_are_shown_like_printed_output(check, capsys):
    assert check("double", lambda x: x / 0) == 0.0
    assert "RuntimeWarning: divide by zero" in capsys.readouterr().out


def test_underflow_gives_no_warning(check, capsys):
    assert check("double", lambda x: 3 * x + np.exp(np.float64(-800))) == 0.0
    assert "underflow" not in capsys.readouterr().out


def test_long_output_is_shortened(check):
    text = check("double", lambda x: print("line\n" * 1000)).report.text()
    assert text.count("| line") == 20
    assert "| ..." in text


def test_breakpoint_uses_the_terminal_and_stops_in_the_students_function(check, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "breakpointhook", lambda: seen.append((sys.stdout, sys._getframe(2).f_code.co_name)))
    terminal = sys.stdout

    def stops(x):
        breakpoint()
        return 2 * x

    check("double", stops)
    assert seen == [(terminal, "stops")] * 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system cannot limit time")
def test_endless_loop_is_stopped_and_its_line_is_shown(tmp_path, monkeypatch, capsys):
    store.save(tmp_path / "checks.npz", [replace(DOUBLE, seconds=0.1)])
    monkeypatch.chdir(tmp_path)

    def endless(x):
        while True:
            pass

    assert notebook.Check()("double", endless) == 0.0
    shown = capsys.readouterr().out
    assert shown.startswith('double: 0 of 4 points\nStopped after 0.3 seconds in the case "three", at the line `')
    assert "Is there a loop that never ends?" in shown


ONCE = {
    "a variable": ("kept = []\ndef double(x):\n    kept.append(1)\n    return 2 * x if len(kept) < 3 else x", "`kept`"),
    "a default": (
        "def double(x, kept={}):\n    kept[len(kept)] = 1\n    return 2 * x if len(kept) < 3 else x",
        "the default of `kept`",
    ),
    "an attribute": (
        "def double(x):\n    double.calls += 1\n    return 2 * x if double.calls < 3 else x\ndouble.calls = 0",
        "`double.calls`",
    ),
}


@pytest.mark.parametrize(("source", "kept"), ONCE.values(), ids=ONCE)
def test_answer_that_passes_only_once_is_noticed(source, kept):
    namespace = {}
    exec(source, namespace)
    report = public_report.public_report(DOUBLE, [namespace["double"]], Session(namespace, []))
    assert report.score == 4.0
    assert report.doubts == (
        f"`double` changes {kept}, and later calls find what earlier ones left there. When the same cases run again, "
        '"three" fails, and grading makes more calls than this check.',
    )


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system cannot limit time")
def test_answer_that_never_ends_the_second_time_is_judged_by_the_first_run():
    namespace = {}
    exec("kept = []\ndef double(x):\n    kept.append(1)\n    while len(kept) > 2: pass\n    return 2 * x", namespace)
    report = public_report.public_report(replace(DOUBLE, seconds=0.1), [namespace["double"]], Session(namespace, []))
    assert (report.score, report.doubts) == (4.0, ())


def test_interrupt_names_the_running_case_and_line(check, capsys):
    def interrupted(x):
        raise KeyboardInterrupt

    assert check("double", interrupted) == 0.0
    assert 'Interrupted in the case "three", at the line `raise KeyboardInterrupt`.' in capsys.readouterr().out
