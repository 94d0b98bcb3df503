"""A check names the numbers among the inputs that an answer ignores, and names no other numbers."""

import signal

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.decide import decide_case
from gradlab.checks.ignored import ignored_scalars, ignored_sentences, scalars, with_changes
from gradlab.checks.outcome import Outcome
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.public_report import public_report
from gradlab.checks.run import run_case

X = np.array([1.0, -2.0, 3.0])
INPUTS = {"x": X, "k": 2, "config": {"epsilon": 0.25, "decay": 0.5, "mode": "train", "cache": X}, "flag": True}
SCALARS = (("k",), ("config", "epsilon"), ("config", "decay"))


def reference(x, k, config, flag):
    return k * x * config["decay"] + config["epsilon"]


def test_scalars_are_numbers_among_the_inputs_and_in_dicts():
    assert tuple(scalars(INPUTS)) == SCALARS


@pytest.mark.parametrize(
    ("scalar", "values"), [(("k",), [3]), (("config", "epsilon"), [0.125, 0.25e-9]), (("x0",), [0.5, 1e-9])]
)
def test_one_number_changes_and_the_others_stay_the_same(scalar, values):
    inputs = INPUTS | {"x0": 0.0}
    for changed, value in zip(with_changes(inputs, scalar), values, strict=True):
        inner = changed[scalar[0]] if len(scalar) > 1 else changed
        assert inner[scalar[-1]] == value
        inner[scalar[-1]] = (inputs[scalar[0]] if len(scalar) > 1 else inputs)[scalar[-1]]
        assert changed == inputs
    assert INPUTS["config"]["epsilon"] == 0.25


ANSWERS = {
    "hard-coded": (lambda x, k, config, flag: k * x * config["decay"] + 1e-7, "`epsilon` in `config`"),
    "a default": (lambda x, k, config, flag: k * x + config["epsilon"], "`decay` in `config`"),
    "an argument": (lambda x, k, config, flag: 5 * x * config["decay"] + config["epsilon"], "`k`"),
    "two": (lambda x, k, config, flag: k * x, "`epsilon` in `config` or `decay` in `config`"),
    "three": (lambda x, k, config, flag: x, "`k`, `epsilon` in `config`, or `decay` in `config`"),
    "wrong but used": (lambda x, k, config, flag: k * x + config["decay"] + config["epsilon"], ""),
    "rounded": (lambda x, k, config, flag: k * x * max(config["decay"], 0.3) + config["epsilon"], ""),
    "stops when it changes": (lambda x, k, config, flag: {2: x}[k] * config["decay"] + config["epsilon"] + 1, ""),
    "an error": (lambda x, k, config, flag: x.nothing, ""),
    "None": (lambda x, k, config, flag: None, ""),
    "NaN": (lambda x, k, config, flag: np.nan * k * x * config["decay"] * config["epsilon"], ""),
    "right": (reference, ""),
}


def exercise(*cases):
    return PublicExercise(
        "scaled", 2.0, "call", "", ("scaled",), cases, (), parameters=("x", "k", "config", "flag"), seconds=5.0
    )


CASE = PublicCase("three", INPUTS, {"result": reference(**INPUTS)}, None, 1e-7, scalars=SCALARS)


@pytest.mark.parametrize(("answer", "names"), ANSWERS.values(), ids=ANSWERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_ignored_number_is_named(answer, names):
    sentence = f'In the case "three", your answer does not change when {names} changes.'
    text = public_report(exercise(CASE), [answer]).diagnosis
    assert text.endswith(sentence) if names else "does not change" not in text


def test_number_outside_the_cases_scalars_is_not_named():
    case = PublicCase("three", INPUTS, CASE.expected, None, 1e-7, scalars=(("k",),))
    text = public_report(exercise(case), [lambda x, k, config, flag: k * x]).diagnosis
    assert "does not change" not in text


def test_only_failing_cases_are_searched_for_ignored_numbers():
    other = PublicCase("passes", INPUTS, {"result": X}, None, 1e-7, scalars=SCALARS)
    text = public_report(exercise(other, CASE), [lambda x, k, config, flag: x]).diagnosis
    assert 'In the case "three", your answer does not change when `k`, `epsilon` in' in text
    assert "passes" not in text


def test_nothing_is_said_about_a_rounded_answer_because_rounding_may_hide_a_change():
    inputs = {"x": X / 7, "k": 2, "config": {"epsilon": 1e-6, "decay": 0.6}, "flag": True}
    case = PublicCase("three", inputs, {"result": reference(**inputs)}, None, 1e-7, scalars=SCALARS)
    text = public_report(exercise(case), [lambda **given: np.round(reference(**given), 4)]).diagnosis
    assert text == "The case fails. The result is rounded, and all digits count."


def test_number_is_ignored_only_if_it_changes_nothing_in_any_case_in_which_it_matters():
    def rounded(x, k):
        return x * max(k, 3)

    def ignoring(x, k):
        return x * 7

    cases = [({"x": X, "k": k}, [("k",)]) for k in (5, 2, 1)]
    for function, expected in ((rounded, {}), (ignoring, {("k",): 1})):
        results = [run_case(drivers.call, [function], inputs) for inputs, _ in cases]
        outcomes = [Outcome(True), Outcome(False), Outcome(False)]
        assert ignored_scalars(drivers.call, [function], cases, results, outcomes) == expected


def test_additional_calls_print_nothing(capsys):
    def loud(x, k, config, flag):
        print("hello")
        return x

    report = public_report(exercise(CASE), [loud])
    assert [row.printed for row in report.rows] == ["hello\n"]
    assert capsys.readouterr().out == ""


def test_breakpoint_stops_only_while_the_cases_run(monkeypatch):
    seen = []
    monkeypatch.setattr("sys.breakpointhook", lambda: seen.append(1))

    def stops(x, k, config, flag):
        breakpoint()
        return x

    assert "does not change" in public_report(exercise(CASE), [stops]).diagnosis
    assert seen == [1]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system cannot limit time")
def test_search_for_ignored_numbers_ends_at_the_time_limit():
    calls = []

    def endless_when_k_changes(x, k, config, flag):
        calls.append(k)
        while k == 3:
            pass
        return x

    result = run_case(drivers.call, [endless_when_k_changes], INPUTS)
    scalars = [("config", "decay"), ("k",), ("config", "epsilon")]
    found = ignored_scalars(
        drivers.call, [endless_when_k_changes], [(INPUTS, scalars)], [result], [Outcome(False)], seconds=0.05
    )
    assert found == {("config", "decay"): 0}
    assert calls == [2, 2, 2, 3]


def test_sentences_name_each_case_once():
    found = {("k",): 0, ("config", "decay"): 1, ("config", "epsilon"): 0}
    assert ignored_sentences(found, ["one", "two"]) == (
        'In the case "one", your answer does not change when `k` or `epsilon` in `config` changes. '
        'In the case "two", your answer does not change when `decay` in `config` changes.'
    )


def test_partners_are_called_too():
    inputs = {"x": X, "dout": X, "dropout_param": {"p": 0.5}}
    backward, forward = (lambda dout, cache: dout), (lambda x, dropout_param: (x * dropout_param["p"], None))
    functions = [backward, lambda x, dropout_param: (x, None)]
    driver = drivers.dropout_forward_backward
    expected = run_case(driver, [backward, forward], inputs).outputs
    result = run_case(driver, functions, inputs)
    outcome = decide_case(None, result, driver="", expected=expected, tolerance=1e-7, judge=None)
    cases = [(inputs, [("dropout_param", "p")])]
    assert ignored_scalars(driver, functions, cases, [result], [outcome]) == {("dropout_param", "p"): 0}
