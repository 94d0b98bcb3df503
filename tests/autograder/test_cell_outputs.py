"""Feedback shows all details of public cases, but nothing about hidden cases that could reveal an input."""

import dataclasses

from autograder.exercise import Case, Exercise
from autograder.grading.cell_outputs import cell_outputs, reasons, report, verdict_output
from autograder.judging.cases import draw, run_here
from autograder.judging.judge import Verdict, failed_verdict, verdict
from gradlab.checks.known_mistakes import KnownMistake
from gradlab.checks.outcome import CaseResult, Outcome, Problem, Reached


class Double(Exercise):
    name, points = "double", 4
    done = "You can double."

    def reference(x, scale=2.0):
        return scale * x

    def cases(rng):
        for label in ("one", "two", "three"):
            yield Case(label, x=rng.normal(size=3))


def judged(function):
    cases = draw(Double, 1)
    return verdict(Double, cases, run_here(Double, function, cases))


LEAK = "0.1234 <b>"


def leaky_verdict():
    """Return a verdict on hidden cases in which the student's process has chosen every text."""
    result = CaseResult(problem=Problem("error", LEAK, LEAK), changed=(LEAK, "x", "scale", "w"))
    return verdict(Double, draw(Double, 1), [result] * 3)


def test_feedback_shows_no_text_from_hidden_cases():
    shown = report(leaky_verdict())
    assert {row.outcome.problem for row in shown.rows} == {Problem("error")}
    for text, changed in ((shown.html(), "<code>x</code> and <code>scale</code>"), (shown.text(), "`x` and `scale`")):
        assert "0.1234" not in text
        assert "stopped with an error" in text
        assert f"changes {changed} in place" in text


def test_empty_display_is_an_output_without_data():
    """Submissions with `display({}, raw=True)` once could not be graded."""
    empty = {"output_type": "display_data", "data": {}, "metadata": {}}
    assert cell_outputs([{"display": {}}, {"result": {}}]) == [empty, empty]


def test_errors_on_hidden_cases_are_rounded_to_powers_of_ten():
    found = judged(lambda x: 2.123456 * x)
    assert all(0.0299 < outcome.error < 0.0300 for outcome in found.outcomes)
    assert {row.outcome.error for row in report(found).rows} == {0.01}


def test_details_of_public_cases_are_shown():
    public = (Outcome.failed("wrong_shape", "expected shape (3,), got shape (3, 1)"), Outcome(True), Outcome(True))
    shown = report(leaky_verdict(), public)
    assert [row.details for row in shown.rows] == [("expected shape (3,), got shape (3, 1)",), (), ()]


def test_results_reached_are_shown_for_public_cases_but_not_for_hidden_cases():
    cases = draw(Double, 1)
    hidden = (Outcome(True, reached=Reached("93.1%", "90%")),) * 2 + (Outcome(False, reached=Reached("1 of 3 right")),)
    public = (
        Outcome(True, reached=Reached("88.9%", "88%")),
        Outcome(False, reached=Reached("87%", "88%")),
        Outcome(True, reached=Reached("3 of 3 right")),
    )
    shown = report(Verdict("double", 4.0, 0.0, tuple(case.label for case in cases), hidden), public)
    assert [row.outcome.reached for row in shown.rows] == [None] * 3
    assert [row.details for row in shown.rows] == [
        ("Public case: 88.9% (required: 88%).",),
        ("Public case: 87% (required: 88%).",),
        ("Public case: 3 of 3 right.",),
    ]


def test_done_line_is_shown_only_if_all_hidden_cases_pass():
    assert "You can double." in report(judged(Double.reference)).html(graded=True)
    assert "You can double." not in report(judged(lambda x: x)).html(graded=True)
    assert "You can double." not in report(leaky_verdict()).html(graded=True)


def test_reason_is_shown_if_there_are_no_cases():
    found = failed_verdict(Double, "Nothing could be graded: the notebook is missing.")
    assert (found.score, found.points) == (0.0, 4.0)
    assert "Nothing could be graded: the notebook is missing." in report(found).text()


def test_unwritten_function_is_named_and_not_confused_with_its_partner():
    unwritten = [CaseResult(problem=Problem("not_written"))] * 3
    assert "`double` is not written yet." in report(verdict(Double, draw(Double, 1), unwritten)).text()
    partner = [CaseResult(problem=Problem("not_written", function=1))] * 3
    assert "`double` is not written yet." not in report(verdict(Double, draw(Double, 1), partner)).text()


def test_reasons_are_the_hints_if_any_and_otherwise_the_reports_text():
    explained = dataclasses.replace(leaky_verdict(), mistakes=(KnownMistake("thrice", "Twice, not thrice."),))
    assert reasons(explained) == ["Twice, not thrice."]
    assert reasons(dataclasses.replace(leaky_verdict(), mistakes=())) == [leaky_verdict().diagnosis]
    assert reasons(failed_verdict(Double, "Nothing.")) == ["Nothing."]
    unwritten = [CaseResult(problem=Problem("not_written"))] * 3
    assert reasons(verdict(Double, draw(Double, 1), unwritten)) == ["`double` is not written yet."]
    assert reasons(judged(Double.reference)) == []


def test_withdrawn_case_has_a_row_that_does_not_count():
    found = dataclasses.replace(judged(lambda x: x), withdrawn=("two",))
    assert [row.counts for row in report(found).rows] == [True, False, True]
    assert report(found).headline == "double: 0 of 2 cases pass, 0 of 4 points"
    assert '<tr class="withdrawn">' in report(found).html(graded=True)
    assert "– two (worth no points)" in report(found).text()


def test_verdict_output_has_the_points_as_plain_text():
    output = verdict_output(report(judged(Double.reference)), 4)
    assert output["output_type"] == "execute_result"
    assert output["data"]["text/plain"] == "4.0"
    assert output["data"]["text/html"].startswith('<div class="gradlab-report">')
