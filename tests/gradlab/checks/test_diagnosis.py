"""A diagnosis says which cases and outputs are wrong and how, and claims nothing that holds only in other cases."""

import numpy as np
import pytest

from gradlab.checks.compare import compare
from gradlab.checks.diagnosis import diagnose
from gradlab.checks.outcome import PROBLEMS, Outcome
from gradlab.checks.words import word_relation

RNG = np.random.default_rng(0)
RIGHT = [{"dx": RNG.normal(size=(4, 3)), "dw": RNG.normal(size=3)} for _ in range(3)]
LABELS = ("one", "two", "three")


def diagnosis(*answers):
    """Return the diagnosis for three cases. Each answer is a function of the correct outputs."""
    outcomes = [compare(right, answer(right), 1e-7) for right, answer in zip(RIGHT, answers, strict=True)]
    return diagnose(LABELS, [{}] * len(outcomes), outcomes)


def right(outputs):
    return outputs


def doubled(outputs):
    return outputs | {"dx": 2 * outputs["dx"]}


def both_doubled(outputs):
    return {name: 2 * value for name, value in outputs.items()}


def noisy(outputs):
    return outputs | {"dx": outputs["dx"] + np.arange(12.0).reshape(4, 3) + 1}


def both_noisy(outputs):
    return noisy(outputs) | {"dw": outputs["dw"] + [1.0, 3.0, 2.0]}


ANSWERS = {
    "all right": ((right, right, right), ""),
    "one finding": ((doubled, doubled, doubled), "Every case fails. `dw` is right. `dx` is twice as large."),
    "one case": ((right, doubled, right), 'Only the case "two" fails. `dw` is right. `dx` is twice as large.'),
    "two outputs": ((both_doubled,) * 3, "Every case fails. `dx` and `dw` are twice as large."),
    "a finding in two of three": (
        (doubled, doubled, noisy),
        "Every case fails. `dw` is right. In 2 of the 3 failing cases, `dx` is twice as large.",
    ),
    "an output that is wrong in two of three": (
        (noisy, both_noisy, both_noisy),
        "Every case fails. `dx` is wrong. `dw` is wrong in many failing cases.",
    ),
    "a finding in one of three": ((doubled, noisy, noisy), "Every case fails. `dw` is right. `dx` is wrong."),
    "a finding about another output in one of three": (
        (doubled, doubled, both_doubled),
        "Every case fails. `dx` is twice as large.",
    ),
    "a finding in two of two": (
        (doubled, doubled, right),
        'Only the case "three" passes. `dw` is right. `dx` is twice as large.',
    ),
}


@pytest.mark.parametrize(("answers", "text"), ANSWERS.values(), ids=ANSWERS)
def test_finding_is_reported_for_the_cases_in_which_it_holds(answers, text):
    assert diagnosis(*answers) == text


def test_finding_by_a_property_is_reported_for_the_cases_in_which_it_holds():
    outcomes = [Outcome(False, finding="every row has the same mask"), Outcome(False, finding=""), Outcome(True)]
    assert diagnose(LABELS, [{}] * 3, outcomes) == (
        'Only the case "three" passes. In 1 of the 2 failing cases, every row has the same mask.'
    )


PASSES = Outcome(True)


def compared(*pairs):
    """Return the outcomes of cases with one output each, given what was expected and what was returned."""
    return [compare({"result": want}, {"result": got}, 1e-7) for want, got in pairs]


def labels(count):
    return [f"case {number}" for number in range(1, count + 1)]


def test_finding_in_some_cases_is_not_claimed_for_all():
    want = np.array([1.0, 2.0, 5.0])
    outcomes = compared((want, 2 * want), (want, want + np.array([1.0, 2.0, 3.0])))
    assert (
        diagnose(labels(2), [{}, {}], outcomes)
        == "Every case fails. In 1 of the 2 failing cases, the result is twice as large."
    )
    outcomes = compared((want, 2 * want), (want, 2 * want))
    assert diagnose(labels(2), [{}, {}], outcomes) == "Every case fails. The result is twice as large."


def test_several_outputs_take_a_plural_verb():
    want = {"dw": np.array([1.5, 2.0, 5.0]), "db": np.array([2.5, 7.0, 1.0]), "dx": 1.0}
    got = {"dw": 2 * want["dw"], "db": 2 * want["db"], "dx": 1.0}
    found = diagnose(["a case"], [{}], [compare(want, got, 1e-7)])
    assert found == "The case fails. `dx` is right. `dw` and `db` are twice as large."


def test_findings_in_some_cases_share_a_sentence():
    outcomes = [Outcome(False, finding="it grows"), Outcome(False, finding="it falls")]
    found = diagnose(labels(2), [{}, {}], outcomes)
    assert found == "Every case fails. In 1 of the 2 failing cases, it grows; in 1, it falls."


def test_square_roots_of_several_outputs_are_in_the_plural():
    want = {"mean": np.array([1.5, 2.0, 5.0]), "std": np.array([2.5, 7.0, 1.0])}
    found = diagnose(["a case"], [{}], [compare(want, {name: np.sqrt(x) for name, x in want.items()}, 1e-7)])
    assert found == "The case fails. `mean` and `std` are the square roots of what they should be."


def test_diagnosis_is_about_the_cases_worth_points():
    found = diagnose(labels(2), [{}, {}], compared((1.0, 2.5), (1.0, 3.5)), some_uncounted=True)
    assert found.startswith("Among the cases worth points, every case fails.")


STEMS = {
    "the same addition": (["is wrong: it grows", "is wrong: it grows"], "Every case fails. It is wrong: it grows."),
    "a different addition": (["is wrong: it grows", "is wrong: it falls"], "Every case fails. It is wrong."),
    "no addition in one case": (["is wrong", "is wrong: it falls"], "Every case fails. It is wrong."),
}


@pytest.mark.parametrize(("findings", "text"), STEMS.values(), ids=STEMS)
def test_addition_to_a_finding_is_reported_only_if_it_holds_in_every_case(findings, text):
    outcomes = [Outcome(False, finding=f"it {finding}") for finding in findings]
    assert diagnose(labels(2), [{}, {}], outcomes) == text


STOPPED = Outcome.failed("error")
PARTLY_STOPPED = {
    "half": (
        [*compared((1.0, 2.5)), STOPPED],
        "In 1 of the 2 failing cases, it stopped with an error. In the other, the result is wrong.",
    ),
    "most": (
        [*compared((1.0, 2.0), (1.0, 2.5)), *[STOPPED] * 3],
        "In 3 of the 5 failing cases, it stopped with an error. In the others, the result is wrong.",
    ),
    "in two ways": (
        [*compared((1.0, 2.5)), STOPPED, Outcome.failed("too_slow")],
        "In 1 of the 3 failing cases, it stopped with an error. In 1 of the 3 failing cases, it took too long. In the "
        "other, the result is wrong.",
    ),
    "a finding in some": (
        [STOPPED, *(Outcome(False, finding=finding) for finding in ("it grows", "it grows", ""))],
        "In 1 of the 4 failing cases, it stopped with an error. In 2 of the 3 others, it grows.",
    ),
    "another problem in the others": (
        [STOPPED, *[Outcome.failed("wrong_type")] * 2],
        f"In 1 of the 3 failing cases, it stopped with an error. In the others: {PROBLEMS['wrong_type']}.",
    ),
    "another problem in the other": (
        [STOPPED, Outcome.failed("wrong_type")],
        f"In 1 of the 2 failing cases, it stopped with an error. In the other: {PROBLEMS['wrong_type']}.",
    ),
    "all": ([STOPPED] * 2, "In each failing case: stopped with an error."),
}


@pytest.mark.parametrize(("outcomes", "text"), PARTLY_STOPPED.values(), ids=PARTLY_STOPPED)
def test_cases_that_stop_are_counted_and_nothing_is_said_of_their_outputs(outcomes, text):
    count = len(outcomes)
    assert diagnose(labels(count), [{}] * count, outcomes) == f"Every case fails. {text}"


def test_missing_result_is_called_none_and_not_an_array():
    assert diagnose(["a case"], [{}], compared(("happy", None))) == "The case fails. The result is None."


@pytest.mark.parametrize(
    ("failing", "of", "sentence"),
    [
        (1, 6, 'Only the case "case 1" fails.'),
        (3, 8, 'Only the cases "case 1", "case 2", and "case 3" fail.'),
        (4, 8, "4 of 8 cases fail."),
        (5, 7, 'Only the cases "case 6" and "case 7" pass.'),
    ],
)
def test_few_cases_are_named_by_their_labels(failing, of, sentence):
    outcomes = compared(*[(1.0, 2.5)] * failing) + [PASSES] * (of - failing)
    assert diagnose(labels(of), [{}] * of, outcomes).startswith(sentence)


def test_default_that_only_failing_cases_use_is_mentioned():
    inputs = [{"x": 1.0}, {"x": 2.0}, {"x": 1.0, "formula": "forward"}]
    found = diagnose(labels(3), inputs, [*compared((1.0, 2.5), (1.0, 3.5)), PASSES])
    assert found.startswith("Only the cases with the default `formula` fail.")


def test_argument_that_changes_from_call_to_call_is_not_called_a_default():
    inputs = [{"over": "x", "values": np.arange(3.0)}, {"x": 1.0}, {"x": 2.0}]
    found = diagnose(labels(3), inputs, [*compared((1.0, 2.5)), PASSES, PASSES], parameters=("x",))
    assert found == 'Only the case "case 1" fails. The result is wrong.'


SETTINGS_GIVEN = {
    "one": (["a"], "It is the only one with `a` in `config`."),
    "two": (["a", "b"], "It is the only one with `a` or `b` in `config`."),
    "many": (["a", "b", "c", "d"], ""),
}


@pytest.mark.parametrize(("keys", "sentence"), SETTINGS_GIVEN.values(), ids=SETTINGS_GIVEN)
def test_settings_that_set_a_case_apart_are_named_together(keys, sentence):
    settings = [{"config": dict.fromkeys(keys, 1.0)}, {"config": None}, {"config": None}]
    found = diagnose(labels(3), settings, [*compared((1.0, 2.5)), PASSES, PASSES])
    assert found == f'Only the case "case 1" fails. {sentence} The result is wrong.'.replace("  ", " ")


def test_keys_of_settings_are_mentioned_but_keys_that_a_case_chooses_are_not():
    settings = [{"config": {"epsilon": 1.0}}, {"config": {}}, {"config": {}}]
    outcomes = [*compared((1.0, 2.5)), PASSES, PASSES]
    assert "It is the only one with `epsilon` in `config`." in diagnose(labels(3), settings, outcomes)
    layers = [{"analytic": {"1 7 b": np.ones(2)}}, {"analytic": {"1 7 w": np.ones(2)}}, {"analytic": {}}]
    assert "`1 7 b`" not in diagnose(labels(3), layers, outcomes)


def test_values_of_a_short_tuple_are_reported_as_right_or_wrong():
    outcome = compare({"result 1": 1.0, "result 2": 2.0}, {"result 1": 1.0, "result 2": 3.3}, 1e-7)
    assert diagnose(["a case"], [{}], [outcome]) == (
        "The case fails. Value 1 of the returned tuple is right. Value 2 of the returned tuple is wrong."
    )


def test_output_that_is_mostly_right_is_not_called_wrong():
    want = {"train": np.arange(3.0) + 0.3, "test": np.array([1.7, 0.2])}
    unlike = np.array([5.0, -1.1])
    outcomes = [compare(want, want | {"test": unlike * i}, 1e-7) for i in (1, 2, 3)]
    outcomes[0] = compare(want, {"train": np.array([3.0, 1.0, 7.7]), "test": unlike}, 1e-7)
    assert diagnose(LABELS, [{}] * 3, outcomes) == "Every case fails. `test` is wrong."


def test_many_right_outputs_are_not_listed():
    want = {"penalty": 1.5, **{f"gradient of W{i}": float(i) for i in range(5)}}
    outcome = compare(want, want | {"penalty": 2.2}, 1e-7)
    assert diagnose(["a case"], [{}], [outcome]) == ("The case fails. `penalty` is wrong. All other outputs are right.")


ANSWER_SETS = {
    "some wrong words": ([["right", "wrong"], ["right", "right"]], [["right", "right"], ["wrong", "wrong"]], ""),
    "a different spelling": ([["too high", "fine"]], [["too_high", "fine"]], "Some answers differ only in spaces"),
    "nothing returned": ([["fine", "fine"]], [[None, None]], "Every answer is None."),
    "the wrong truth value": ([[True, False]], [[False, False]], "Some answers are False but should be True."),
}


@pytest.mark.parametrize(("wants", "gots", "text"), ANSWER_SETS.values(), ids=ANSWER_SETS)
def test_separate_answers_are_not_named_by_number(wants, gots, text):
    def outputs(values):
        return {f"result {i}": np.asarray(v) if isinstance(v, bool) else v for i, v in enumerate(values, start=1)}

    outcomes = [compare(outputs(want), outputs(got), 1e-7) for want, got in zip(wants, gots, strict=True)]
    found = diagnose(labels(len(wants)), [{}] * len(wants), outcomes, driver="for_each_instance")
    where = "Every case fails." if len(wants) > 1 else "The case fails."
    assert found.startswith(f"{where} {text}".rstrip())
    assert "result" not in found


def test_finding_by_a_property_about_answers_is_a_separate_sentence():
    outcomes = [Outcome(False, finding="the direction's length is not 1"), Outcome(False)]
    found = diagnose(labels(3), [{}] * 3, [*outcomes, PASSES], driver="for_each_instance")
    assert found == 'Only the case "case 3" passes. In 1 of the 2 failing cases, the direction\'s length is not 1.'


def test_driver_inputs_are_not_mentioned():
    inputs = [{"x": 1.0}, {"x": 1.0}, {"x": 1.0, "seeds": np.array([1, 2])}]
    outcomes = [*compared((1.0, 2.5), (1.0, 3.5)), PASSES]
    assert "the default `seeds`" in diagnose(labels(3), inputs, outcomes)
    assert "seeds" not in diagnose(labels(3), inputs, outcomes, parameters=("x", "dropout_param"))


@pytest.mark.parametrize(
    ("want", "got", "relation"),
    [
        ("too high", "Too High", "differs only in capitalization"),
        ("too high", "too_high", "differs only in spaces, dashes, or underscores"),
        ("low", "lower", ""),
        ("wrong regularization", "wrong", ""),
        ("epoch_7_score_0.9.npz", "epoch_9_score_0.8.npz", ""),
    ],
)
def test_wrong_word_is_compared_with_the_correct_one(want, got, relation):
    assert word_relation(want, got) == relation
