"""Known mistakes are named if they, and no others, explain an answer's results."""

import numpy as np
import pytest

from gradlab.checks.foreign import Foreign
from gradlab.checks.known_mistakes import (
    Explanation,
    KnownMistake,
    Program,
    common_names,
    explain,
    explain_some,
    name_by_findings,
)
from gradlab.checks.outcome import CaseResult, Outcome, Part, Problem
from gradlab.checks.recognize import described
from gradlab.checks.signatures import signature

FAILED, PASSED = Outcome(False, 1.0), Outcome(True, 0.0)


def gives(*values):
    return tuple(CaseResult(outputs={"w": value}) for value in values)


def fails(kind, exception="", detail="", got=""):
    return (CaseResult(problem=Problem(kind, detail, exception, got=got)),)


def explained(runs, known, outcomes=None):
    """Explain `runs`. `known` has the runs of each program, keyed by the names of its mistakes, separated by commas."""
    programs = [Program(tuple(key.split(", ")), tuple(map(signature, value))) for key, value in known.items()]
    return explain(list(map(signature, runs)), outcomes or [FAILED] * len(runs), programs)


def name(runs, known, outcomes=None):
    """Return the names of the mistakes found for `runs`, separated by commas, or None if none is found."""
    return ", ".join(explained(runs, known, outcomes).names) or None


A, B = np.array([1.0, 2.0]), np.array([1.0, 3.0])
ONE = {
    "the same numbers": (A.copy(), A, True),
    "the same up to rounding": (A * (1 + 1e-10), A, True),
    "the same except for the position of epsilon": (A * (1 + 1e-8), A, True),
    "different numbers": (A * (1 + 1e-6), A, False),
    "single precision, the same up to rounding": (A.astype(np.float32) * np.float32(1 + 1e-5), A, True),
    "single precision, different numbers": (A.astype(np.float32) * np.float32(1.01), A, False),
    "a different shape": (A[:, None], A, False),
    "a different kind of number": (np.array([1, 2]), A, False),
    "NaN in the same places": (np.array([np.nan, 2.0]), np.array([np.nan, 2.0]), True),
    "a number where the mistake gives NaN": (np.array([1.0, 2.0]), np.array([np.nan, 2.0]), False),
    "NaN in different places": (np.array([1.0, np.nan]), np.array([np.nan, 2.0]), False),
    "all NaN": (np.array([np.nan]), np.array([np.nan]), True),
    "the same word": ("saddle", "saddle", True),
    "a different word": ("saddle", "minimum", False),
    "None": (None, None, True),
    "None instead of a word": (None, "saddle", False),
    "a word instead of numbers": ("saddle", A, False),
    "the same strings": (np.array(["a", "b"]), np.array(["a", "b"]), True),
    "different strings": (np.array(["a", "b"]), np.array(["a", "c"]), False),
    "a list": (Foreign("a list"), Foreign("a list"), True),
    "a tuple instead of a list": (Foreign("a tuple"), Foreign("a list"), False),
    "a list instead of numbers": (Foreign("a list"), A, False),
    "numbers instead of a list": (A, Foreign("a list"), False),
}


@pytest.mark.parametrize(("mine", "theirs", "same"), ONE.values(), ids=ONE)
def test_mistake_is_recognized_by_its_output(mine, theirs, same):
    assert name(gives(mine), {"known": gives(theirs)}) == ("known" if same else None)


def test_results_must_agree_on_all_cases():
    known = {"first": gives(A, A), "second": gives(A, B)}
    assert name(gives(A, B), known) == "second"
    assert name(gives(B, B), known) is None


def test_indistinguishable_mistakes_are_not_named():
    assert name(gives(A), {"one": gives(A), "other": gives(A.copy())}) is None


def test_closer_of_two_similar_mistakes_is_named():
    """Two mistakes may differ less from each other than two published forms of the same rule do."""
    near = {"exact": gives(A), "similar": gives(A * (1 + 5e-8))}
    assert name(gives(A.copy()), near) == "exact"
    assert name(gives(A * (1 + 2.5e-8)), near) is None


def test_output_names_must_agree():
    assert name((CaseResult(outputs={"v": A}),), {"known": gives(A)}) is None


@pytest.mark.parametrize(
    ("mine", "named"),
    [
        (fails("error", "KeyError", "KeyError: 'm'"), "known"),
        (fails("error", "KeyError", "the key 'm' is missing"), "known"),
        (fails("error", "KeyError", "KeyError: 'v'"), None),
        (fails("error", "ValueError", "ValueError: 'm'"), None),
        (fails("wrong_return", got="None"), None),
        (gives(A), None),
    ],
)
def test_failing_mistake_is_recognized_by_its_problem(mine, named):
    """The words of an error message differ between versions of Python, but not the names in it."""
    assert name(mine, {"known": fails("error", "KeyError", "KeyError: 'm'")}) == named


@pytest.mark.parametrize(("got", "named"), [("a tuple of 2 values", "known"), ("None", None)])
def test_mistake_with_an_unusable_result_is_recognized_by_what_it_returns(got, named):
    assert name(fails("wrong_return", got=got), {"known": fails("wrong_return", got="a tuple of 2 values")}) == named


def test_two_mistakes_at_once_are_named_if_no_single_one_explains_the_answer():
    known = {"one": gives(A, A), "other": gives(B, A), "one, other": gives(B, B)}
    assert name(gives(B, B), known) == "one, other"
    assert name(gives(B, A), known | {"one, third": gives(B, A)}) == "other"


COMMON = {
    (("a",),): ("a",),
    (("a",), ("a",)): ("a",),
    (("a",), ("b",)): (),
    (("a",), ("b", "c")): ("a",),
    (("a", "b"),): ("a", "b"),
    (("a", "b"), ("b", "c")): ("b",),
    (("a", "b"), ("c", "d")): (),
    (): (),
}


@pytest.mark.parametrize(("found", "names"), COMMON.items(), ids=map(str, COMMON))
def test_only_mistakes_that_are_certain_are_named(found, names):
    assert common_names(found) == names


def test_mistake_that_explains_all_cases_but_one_is_named_with_that_case():
    known = {"one": gives(A, A, A, A), "other": gives(B, B, A, A)}
    assert explained(gives(A, A, B, A), known) == Explanation(("one",), 2)
    assert explained(gives(A, B, B, A), known) == Explanation()


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (FAILED, 'This explains every case but "odd".'),
        (PASSED, 'With this mistake alone, "odd" would fail, too, but it passes.'),
    ],
    ids=["the case fails", "the case passes"],
)
def test_hint_says_which_case_it_does_not_explain(outcome, note):
    (found,) = described(
        Explanation(("one",), 1), [KnownMistake("one", "Halve it.")], ["even", "odd", "zero"], [FAILED, outcome, FAILED]
    )
    assert found.hint == f"Halve it. ({note})"


C, D = A + 0.25, B + 0.5
PARTLY = {  # what an answer gives in four failing cases, the programs, and what they explain
    "two cases": (gives(C, D, A, A), {"one": gives(C, D, B, B)}, ("one",), (0, 1)),
    "only one case": (gives(C, A, A, A), {"one": gives(C, D, B, B)}, (), ()),
    "most cases": (gives(C, D, C, A), {"one": gives(C, D, B, B), "other": gives(C, D, C, B)}, ("other",), (0, 1, 2)),
    "as many cases": (gives(C, D, A, A), {"one": gives(C, D, B, B), "other": gives(C, D, C, B)}, (), ()),
    "two mistakes": (
        gives(C, D, C, A),
        {"one": gives(C, D, B, B), "one, other": gives(C, D, C, B)},
        ("one", "other"),
        (0, 1, 2),
    ),
    "one of two is enough": (
        gives(C, D, A, A),
        {"one, other": gives(C, D, A, B), "one": gives(C, D, A, B)},
        ("one",),
        (0, 1),
    ),
    "integers": (gives(A, B, C, D), {"one": gives(A, B, A, A)}, (), ()),
    "words": (gives("flat", "flat", C, D), {"one": gives("flat", "flat", A, A)}, (), ()),
    "nearly the same": (gives(C * (1 + 1e-8), D * (1 + 1e-8), A, A), {"one": gives(C, D, B, B)}, (), ()),
    "an error in the other cases": (gives(C, D) + fails("error") * 2, {"one": gives(C, D, B, B)}, ("one",), (0, 1)),
}


@pytest.mark.parametrize(("runs", "known", "names", "some"), PARTLY.values(), ids=PARTLY)
def test_mistake_that_explains_the_most_of_several_failing_cases_is_named_with_them(runs, known, names, some):
    programs = [Program(tuple(key.split(", ")), tuple(map(signature, value))) for key, value in known.items()]
    outcomes = [Outcome(False, problem=run.problem) for run in runs]
    assert explain_some(list(map(signature, runs)), outcomes, programs) == Explanation(names, some=some)


def test_passing_case_or_a_lack_of_points_speaks_against_a_mistake_that_explains_some_cases():
    mine, programs = (
        list(map(signature, gives(C, D, A, A))),
        [Program(("one",), tuple(map(signature, gives(C, D, B, B))))],
    )
    assert explain_some(mine, [FAILED] * 4, programs)
    assert not explain_some(mine, [FAILED, FAILED, FAILED, PASSED], programs)
    assert not explain_some(mine, [FAILED] * 4, programs, uncounted=(1,))


def test_sequence_that_stays_the_same_is_no_evidence_for_a_mistake():
    mine, programs = list(map(signature, gives(C, D, A))), [Program(("one",), tuple(map(signature, gives(C, D, B))))]
    still = Outcome(False, parts=(Part("w", False, finding="hardly changes after the first step"),))
    assert explain_some(mine, [FAILED] * 3, programs)
    assert not explain_some(mine, [FAILED, still, FAILED], programs)


def test_two_mistakes_must_explain_most_failing_cases_because_they_may_cancel_in_a_few():
    pair = [Program(("one", "other"), tuple(map(signature, gives(C, D, D, B))))]
    assert not explain_some(list(map(signature, gives(C, D, A, A))), [FAILED] * 4, pair)
    assert explain_some(list(map(signature, gives(C, D, D, A))), [FAILED] * 4, pair).names == ("one", "other")


def test_mistake_that_two_pairs_share_is_not_said_to_give_their_results():
    pairs = [Program(("one", name), tuple(map(signature, gives(C, D, B)))) for name in ("other", "third")]
    mine = list(map(signature, gives(C, D, A)))
    assert not explain_some(mine, [FAILED] * 3, pairs)
    assert explain_some(mine, [FAILED] * 3, pairs[:1])


def test_two_mistakes_are_not_named_if_no_failing_case_shows_more_than_a_sequence_that_stays_the_same():
    nothing = np.full(2, np.nan)
    still = Outcome(False, parts=(Part("w", False, finding="hardly changes after the first step"),))
    for names, named in {"one": True, "one, other": False}.items():
        found = explained(gives(nothing, A), {names: gives(nothing, A)}, [FAILED, still])
        assert bool(found) == named
        assert explained(gives(nothing, A), {names: gives(nothing, A)}, [FAILED, FAILED])


@pytest.mark.parametrize(
    ("names", "some", "hints"),
    [
        (("one",), (0, 2), ['In "even" and "zero", your results are exactly what this mistake gives. Halve it.']),
        (
            ("one", "other"),
            (0, 1, 2),
            [
                "In 3 of the 4 failing cases, your results are exactly what two mistakes together give. The first: "
                "Halve it.",
                "The second: Add one.",
            ],
        ),
    ],
)
def test_hint_claims_a_mistake_only_for_the_cases_that_it_explains(names, some, hints):
    mistakes = [KnownMistake("one", "Halve it."), KnownMistake("other", "Add one.")]
    found = described(Explanation(names, some=some), mistakes, ["even", "odd", "zero", "one"], [FAILED] * 4)
    assert [mistake.hint for mistake in found] == hints


def test_case_worth_no_points_does_not_hide_a_mistake():
    programs = [Program(("one",), tuple(map(signature, gives(A, B, A))))]
    mine, outcomes = list(map(signature, gives(A, B, A + B))), [FAILED] * 3
    assert explain(mine, outcomes, programs, uncounted=(2,)) == Explanation(("one",), some_uncounted=True)
    assert explain(mine, [PASSED, PASSED, FAILED], programs, uncounted=(2,)) == Explanation()


def test_two_lists_are_not_evidence_for_the_same_mistake():
    results = [CaseResult(outputs={"x": Foreign("a list")})] * 3
    wrong_type = Outcome(False, problem=Problem("wrong_type"))
    programs = [Program(("one",), tuple(map(signature, results)))]
    mine = list(map(signature, [*results[:2], *gives(B)]))
    assert explain(mine, [wrong_type, wrong_type, FAILED], programs) == Explanation()


def test_mistake_that_explains_only_one_failing_case_is_not_named():
    outcomes = [PASSED, PASSED, FAILED, FAILED]
    assert explained(gives(A, A, A, B), {"one": gives(A, A, A, A)}, outcomes) == Explanation()


def test_mistake_that_explains_all_cases_but_one_must_explain_them_exactly():
    """A slightly inexact answer must not be named as a mistake that is right in the same cases."""
    known = {"one": gives(A, A, A)}
    assert explained(gives(A * (1 + 1e-8), A * (1 + 1e-8), B), known) == Explanation()


def test_mistake_that_differs_in_one_case_is_not_named_if_no_other_result_is_finite():
    nan = np.full(2, np.nan)
    assert explained(gives(nan, nan, nan, B), {"one": gives(nan, nan, nan, A)}) == Explanation()


def test_passing_answer_is_not_a_mistake():
    assert name(gives(A), {"known": gives(A)}, outcomes=[PASSED]) is None


def test_results_must_agree_on_passing_cases_too():
    """An answer that is right in a case where the mistake is wrong does not make this mistake."""
    assert name(gives(A, B), {"known": gives(B, B)}, outcomes=[PASSED, FAILED]) is None


def found(*findings):
    return tuple(Outcome(not finding, finding=finding) for finding in findings)


FINDINGS = {
    "the same findings": (found("", "one mask for all"), "one mask"),
    "a different finding": (found("", "not scaled"), "not scaled"),
    "the same finding in another case": (found("one mask for all", ""), None),
    "a finding shared by two mistakes": (found("too few are kept", "too few are kept"), None),
    "a different problem": ((Outcome(True), Outcome.failed("not_finite")), None),
}


@pytest.mark.parametrize(("outcomes", "named"), FINDINGS.values(), ids=FINDINGS)
def test_mistakes_are_recognized_by_findings_if_outputs_are_random(outcomes, named):
    known = {
        "one mask": found("", "one mask for all"),
        "not scaled": found("", "not scaled"),
        "randn": found("too few are kept", "too few are kept"),
        "swapped": found("too few are kept", "too few are kept"),
    }
    mistakes = [KnownMistake(key, "hint", value) for key, value in known.items()]
    mistake = name_by_findings(outcomes, mistakes)
    assert (mistake and mistake.name) == named


def test_answer_without_findings_is_not_a_mistake():
    assert name_by_findings([PASSED], [KnownMistake("known", "hint", (PASSED,))]) is None


def test_mistake_that_differs_in_one_case_is_not_named_if_all_other_cases_stop_with_an_error():
    """A mistake that stops with an error for arrays explains three cases out of four, but so does any other error."""
    stopped = fails("error", "ValueError")
    known = {"arrays fail": (*stopped * 3, *gives(1.0))}
    outcomes = [Outcome.failed("error")] * 4
    assert explained(stopped * 4, known, outcomes) == Explanation()
    assert explained((*gives(A, A, A), *stopped), {"a": gives(A, A, A, 1.0)}).names == ("a",)
