"""`check.progress` says what is done and what is left."""

import sys
from dataclasses import replace
from types import FunctionType

import numpy as np
import pytest

from gradlab.checks import notebook, public_report, store
from gradlab.checks.progress import Progress
from gradlab.checks.public_exercise import PublicCase, PublicExercise

from .small_exercises import DOUBLE, SECRET, double


def test_progress_shows_points_and_what_is_left_to_do(check, tmp_path, capsys):
    store.save(tmp_path / "checks.npz", [DOUBLE, SECRET])
    check.progress()
    assert "✗ double  0 of 4  not checked yet" in capsys.readouterr().out
    check("double", lambda x: 2 * x if len(x) == 2 else x)
    shown = check.progress()
    assert ("double", 3.0, 4.0, "") in shown.rows()
    assert shown.summary() == "3 of 6 points on the public cases. 2 of 2 exercises left; next: double."
    check("double", double)
    check("secret", double)
    assert check.progress().summary() == "6 of 6 points on the public cases. Everything is done: ready to submit."
    assert "<td" in shown._repr_html_()


def test_progress_shows_the_best_result_of_a_case_so_far(tmp_path, monkeypatch):
    values = np.arange(20.0)[:, None]
    truth = {"labels": np.array(["low"] * 10 + ["high"] * 10), "allowed": np.array(["low", "high"]), "share": 0.9}
    cases = (PublicCase("twenty", {"over": "x", "values": values}, None, truth, 1e-7),)
    named = PublicExercise("named", 2.0, "for_each_array", "diagnoses_correctly", ("named",), cases, ())
    store.save(tmp_path / "checks.npz", [named])
    monkeypatch.chdir(tmp_path)
    fresh = notebook.Check()
    for least in (13, 11, 15):
        fresh("named", lambda x, least=least: "high" if x >= least else "low")
    assert "0 of 2  best so far: 19 of 20" in fresh.progress().text()
    assert "best so far: 19 of 20" in fresh.progress()._repr_html_()


DONE = replace(DOUBLE, done="You can double.")


@pytest.mark.parametrize(
    ("exercise", "answer", "shown"),
    [
        (DONE, lambda x: 2 * x, True),
        (DONE, lambda x: 2 * x if len(x) == 3 else x, False),
        (replace(SECRET, done="You can double."), lambda x: 2 * x, False),
    ],
    ids=["full credit", "one case fails", "secret property"],
)
def test_full_credit_shows_the_line_about_what_students_can_do(tmp_path, monkeypatch, exercise, answer, shown):
    store.save(tmp_path / "checks.npz", [exercise])
    monkeypatch.chdir(tmp_path)
    points = notebook.Check()(exercise.name, answer)
    assert ("You can double." in points.report.text()) == shown
    assert ("You can double." in points._repr_html_()) == shown


def test_progress_notices_a_function_that_changed_since_its_check(check, monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "double", double, raising=False)
    check("double", double)
    assert ("double", 4.0, 4.0, "") in check.progress().rows()
    monkeypatch.setattr(main, "double", lambda x: 3 * x)
    assert ("double", 4.0, 4.0, "changed since its last check") in check.progress().rows()


def test_progress_notices_a_helper_that_changed_since_the_check(check, monkeypatch):
    main = sys.modules["__main__"]
    answer = FunctionType(compile("lambda x: helper * x", "", "eval").co_consts[0], vars(main), "double")
    monkeypatch.setattr(main, "double", answer, raising=False)
    monkeypatch.setattr(main, "helper", 2, raising=False)
    check("double", answer)
    assert ("double", 4.0, 4.0, "") in check.progress().rows()
    monkeypatch.setattr(main, "helper", 3)
    assert ("double", 4.0, 4.0, "uses helper, changed since its last check") in check.progress().rows()
    check("double", answer)
    assert ("double", 0.0, 4.0, "") in check.progress().rows()


def test_progress_does_not_say_ready_if_an_exercises_grade_may_differ():
    progress = Progress()
    progress.expect({"double": 4.0})
    report = public_report.public_report(DOUBLE, [double])
    progress.record(replace(report, doubts=("The notebook is different.",)), [double])
    assert progress.rows() == [("double", 4.0, 4.0, "see the end of its check")]
    assert "ready" not in progress.summary()
    progress.record(report, [double])
    assert progress.summary().endswith("ready to submit.")
