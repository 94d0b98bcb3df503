"""`check` outside a notebook, where it prints its report as text. See test_kernel.py for tests in a real kernel."""

import signal
import sys
from dataclasses import replace
from types import FunctionType

import numpy as np
import pytest

from gradlab.checks import notebook, public_report, store
from gradlab.checks.known_mistakes import KnownMistake, Program
from gradlab.checks.outcome import CaseResult
from gradlab.checks.progress import Progress
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.session import Session
from gradlab.checks.signatures import signature

X = np.array([1.0, -2.0, 3.0])


def case(label, x, weight=1.0, expected=True, **inputs):
    """Return a case of `double`, with the expected output x + x if `expected` is True."""
    return PublicCase(label, {"x": x, **inputs}, {"result": x + x} if expected else None, None, 1e-7, weight)


HALVES = KnownMistake("halves", "Multiply instead of dividing.")
HALVING = Program(("halves",), tuple(signature(CaseResult(outputs={"result": x / 2})) for x in (X, X[:2])))
DOUBLE = PublicExercise(
    "double",
    4.0,
    "call",
    "",
    ("double",),
    (case("three", X), case("two", X[:2], 3.0)),
    (HALVES,),
    (HALVING,),
    parameters=("x",),
)
PAIR = PublicExercise("pair", 2.0, "call", "", ("pair", "partner"), (case("three", X),), ())
SECRET = PublicExercise("secret", 2.0, "call", "secret", ("secret",), (case("any", X, expected=False),), ())


@pytest.fixture
def check(tmp_path, monkeypatch):
    """A fresh `check`, in a folder with the public cases for three exercises."""
    store.save(tmp_path / "checks.npz", [DOUBLE, PAIR, SECRET])
    monkeypatch.chdir(tmp_path)
    return notebook.Check()


class Same(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True


def double(x):
    return 2 * x


def double_in_place(x):
    x *= 2
    return x


def stub(x):
    raise NotImplementedError("not written yet")


def test_correct_answer_gets_all_points(check, capsys):
    points = check("double", double)
    assert isinstance(points, float)
    assert points == 4.0
    shown = capsys.readouterr().out
    assert shown.startswith("double: 2 of 2 cases pass, 4 of 4 points\n  ✓ three  0  (allowed 1e-07)\n  ✓ two ")
    assert "graded on hidden cases" in shown


ANSWERS = {
    "wrong numbers": (lambda x: 3 * x, "2e-01"),
    "the wrong shape": (lambda x: 2 * x[:, None], "Expected shape (3,), got shape (3, 1)"),
    "the wrong kind": (lambda x: (2 * x).astype(int), "result: expected real numbers (float64), got int64"),
    "None": (lambda x: None, "The result is None. Expected an array of shape (3,), float64, got None."),
    "a list": (lambda x: list(2 * x), "result: expected an array of shape (3,), float64, got a list"),
    "two values": (
        lambda x: (2 * x, x),
        "expected one value, got a tuple of 2 values",
    ),
    "NaN": (lambda x: x / 0 - x / 0, "result: expected finite numbers, got NaN in 3 of 3 entries"),
    "infinity": (lambda x: x / 0, "result: expected finite numbers, got infinity in 3 of 3 entries"),
    "an array that equals everything": (lambda x: x.view(Same), "3.3e-01"),
    "an error": (lambda x: x.nothing, "AttributeError: 'numpy.ndarray' object has no attribute 'nothing'"),
    "missing parameters": (lambda: 0, "TypeError: "),
}


@pytest.mark.parametrize(("answer", "words"), ANSWERS.values(), ids=ANSWERS)
def test_wrong_answer_gets_no_points_and_shows_why(check, capsys, answer, words):
    points = check("double", answer)
    assert points == 0.0
    assert words in capsys.readouterr().out
    assert words.replace("'", "&#x27;") in points._repr_html_()


def test_points_are_proportional_to_the_weights_of_passing_cases(check):
    assert check("double", lambda x: 2 * x if len(x) == 3 else x) == 1.0
    assert check("double", lambda x: 2 * x if len(x) == 2 else x) == 3.0


def test_hint_is_shown_only_for_a_known_mistake(check, capsys):
    check("double", lambda x: x * 0.5)
    assert "Hint: Multiply instead of dividing." in capsys.readouterr().out
    check("double", lambda x: x * 0.6)
    assert "Hint" not in capsys.readouterr().out


def test_in_place_change_is_mentioned_and_costs_no_points(check, capsys):
    assert check("double", double_in_place) == 4.0
    assert (
        "`double` changes `x` in place, so the caller's data changes. This costs no points." in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("doubel", "Did you mean 'double'?"),
        ("secrets", "Did you mean 'secret'?"),
        ("double_pair", "Did you mean 'double' or 'pair'?"),
        ("xyzzy", "Its exercises are double, pair, and secret."),
        (7, "Its exercises are double, pair, and secret."),
    ],
)
def test_error_for_an_unknown_name_suggests_other_names(check, name, message):
    with pytest.raises(ValueError, match="there is no exercise") as caught:
        check(name, double)
    assert str(caught.value).endswith(message)


def test_checks_are_found_again_after_a_cell_has_changed_the_kernels_folder(check, tmp_path, monkeypatch):
    check("double", double)
    (tmp_path / "plots").mkdir()
    monkeypatch.chdir(tmp_path / "plots")
    assert check("double", double) == 4.0
    assert check.case("double", 1).label == "three"


def test_error_for_a_missing_checks_file_says_where_it_must_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError) as caught:
        notebook.Check()("double", double)
    assert str(caught.value).startswith(f"checks.npz must be next to the notebook. No such file in {tmp_path}")


@pytest.mark.parametrize(
    ("name", "functions", "message"),
    [
        ("double", (stub,), "`double` is not written yet: fill in its cell, run it, and check again."),
        ("double", (), 'This exercise is checked with 1 function(s): check("double", double).'),
        ("double", (double, double), 'This exercise is checked with 1 function(s): check("double", double).'),
        ("pair", (double,), 'This exercise is checked with 2 function(s): check("pair", pair, partner).'),
        ("double", (X,), "`double` must be a function. Got ndarray: pass functions by name, without parentheses"),
        ("pair", (double, None), 'Got NoneType: pass functions by name, without parentheses, as in check("pair", pair'),
    ],
)
def test_invalid_functions_get_an_explanation_and_no_points(check, capsys, name, functions, message):
    assert check(name, *functions) == 0.0
    assert message in capsys.readouterr().out


def test_wrong_shape_is_described_once(check):
    text = check("double", lambda x: 2 * x[None]).report.text()
    described = (
        "The result has an extra axis of length 1; the numbers in it are right. Expected shape (3,), got shape (1, 3)."
    )
    assert [line.strip() for line in text.splitlines() if "Expected shape" in line] == [described]


def test_partner_that_is_not_written_is_named(tmp_path, monkeypatch, capsys):
    inputs = {"x": X, "dout": X, "dropout_param": {}}
    case = PublicCase("one", inputs, {"out": X, "dx": X}, None, 1e-7)
    functions = ("backward", "forward")
    pair = PublicExercise("backward", 2.0, "dropout_forward_backward", "", functions, (case,), (), parameters=("dout",))
    store.save(tmp_path / "checks.npz", [pair])
    monkeypatch.chdir(tmp_path)
    check = notebook.Check()
    check("backward", lambda dout, cache: dout, lambda x, dropout_param: stub(x))
    assert "`forward` is not written yet: fill in its cell" in capsys.readouterr().out
    check("backward", lambda dout, cache: dout, lambda x, dropout_param: x.nothing)
    shown = capsys.readouterr().out
    assert "In `forward`: AttributeError" in shown
    assert "`forward` stops with an error, so `backward` could not be checked." in shown


def in_place(x, dropout_param):
    x *= 2
    return x, 2.0


def test_change_that_the_partner_makes_in_place_is_not_blamed_on_the_function(tmp_path, monkeypatch, capsys):
    case = PublicCase("one", {"x": X, "dout": X, "dropout_param": {}}, {"out": X, "dx": X}, None, 1e-7)
    functions = ("backward", "forward")
    pair = PublicExercise("backward", 2.0, "dropout_forward_backward", "", functions, (case,), (), parameters=("dout",))
    store.save(tmp_path / "checks.npz", [pair])
    monkeypatch.chdir(tmp_path)
    notebook.Check()("backward", lambda dout, cache: dout * cache, in_place)
    assert "`forward` changes `x` in place" in capsys.readouterr().out


def test_first_error_is_explained_even_if_an_earlier_case_fails(check, capsys):
    check("double", lambda x: 3 * x if len(x) == 3 else x.nothing)
    assert "AttributeError: 'numpy.ndarray' object has no attribute 'nothing'" in capsys.readouterr().out


def test_stub_reached_in_one_case_fails_only_that_case(check):
    assert check("double", lambda x: 2 * x if len(x) == 3 else stub(x)) == 1.0


@pytest.mark.parametrize(("answer", "points"), [(double, 2.0), (lambda x: x.nothing, 0.0)])
def test_secret_property_shows_only_whether_the_function_runs(check, capsys, answer, points):
    assert check("secret", answer) == points
    shown = capsys.readouterr().out
    assert public_report.SECRET_SCOPE in shown
    assert ("✓ any  it runs" in shown) == bool(points)
    assert "as required" not in shown


def sparse_check(truth):
    """Return an exercise whose property counts calls: check the gradient of x² at 3, whose only entry is 6."""
    inputs = {"f": lambda x: x @ x, "x": np.array([3.0]), "analytic_grad": np.array([6.0]), "seeds": np.array([0])}
    cases = (PublicCase("one entry", inputs, None, truth, 1e-7),)
    return PublicExercise("sparse", 2.0, "sparse_gradient_checks", "checks_sampled_entries", ("sparse",), cases, ())


def sparse(calls=2, **changed):
    """Return an answer that evaluates f `calls` times and is right except for the outputs in `changed`."""
    right = {"index": np.array([0]), "numeric": np.array([6.0]), "analytic": np.array([6.0]), "error": np.zeros(1)}

    def answer(f, x, analytic_grad, rng):
        for _ in range(calls):
            f(x)
        return right | changed

    return answer


PROPERTY_ANSWERS = {
    "right": (sparse(), 2.0, "as required"),
    "wrong number": (sparse(numeric=np.array([5.0])), 0.0, "the numerical gradient is wrong for its entry"),
    "too many calls": (sparse(calls=4), 0.0, "more than two evaluations of `f` per entry"),
    "scalar": (sparse(numeric=6.0), 0.0, "numeric: expected shape"),
    "NaN": (sparse(numeric=np.array([np.nan])), 0.0, "numeric: expected finite numbers"),
    "list": (sparse(numeric=["6"]), 0.0, "did not return what was asked for"),
}
TRUTH = {"numeric": np.array([6.0]), "analytic": np.array([6.0]), "count": 1}


@pytest.mark.parametrize(("answer", "score", "words"), PROPERTY_ANSWERS.values(), ids=PROPERTY_ANSWERS)
def test_property_decides_if_many_answers_are_correct(answer, score, words):
    report = public_report.public_report(sparse_check(TRUTH), (answer,))
    assert report.score == score
    assert words in report.text()


def test_error_in_a_property_is_not_shown_as_a_traceback():
    """The property raises an error because the case has no truth to compare with."""
    report = public_report.public_report(sparse_check(None), (sparse(),))
    assert report.score == 0.0
    assert "did not return what was asked for" in report.text()


def test_checks_argument_selects_another_file(check, tmp_path):
    assert check("double", double) == 4.0
    store.save(tmp_path / "other.npz", [PAIR])
    with pytest.raises(ValueError, match="Its exercises are pair"):
        check("double", double, checks=tmp_path / "other.npz")
    assert check("double", double) == 4.0


def test_hidden_check_raises_outside_grading(check):
    with pytest.raises(RuntimeError, match=r"check\.hidden\('double', \.\.\.\) runs only when a submission is graded"):
        check.hidden("double", double)


def test_case_shows_inputs_and_expected_outputs(check):
    case = check.case("double", 2)
    assert (case.label, case.inputs["x"].tolist(), case.expected["result"].tolist()) == ("two", [1, -2], [2, -4])
    assert check.case("double", "two").label == "two"


def test_case_is_a_copy(check):
    check.case("double", 1).inputs["x"] *= 0
    assert check("double", double) == 4.0


@pytest.mark.parametrize("which", [0, 3, -1, "three ", 1.5])
def test_unknown_case_raises_and_lists_the_cases(check, which):
    with pytest.raises(ValueError, match="double has cases 1 to 2: 'three', 'two'"):
        check.case("double", which)


def test_help_is_a_page_in_a_notebook_and_is_printed_in_a_terminal(check, capsys):
    page = check.help()
    assert "hidden cases" in page._repr_markdown_()
    assert capsys.readouterr().out == f"{page}\n"


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
