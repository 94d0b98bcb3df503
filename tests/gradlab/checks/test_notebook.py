"""`check` outside a notebook, where it prints its report as text. See test_kernel.py for tests in a real kernel."""

import numpy as np
import pytest

from gradlab.checks import notebook, public_report, store
from gradlab.checks.public_exercise import PublicCase, PublicExercise

from .small_exercises import PAIR, X, double


class Same(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True


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
