"""Verdicts as students read them: all of public cases, and of hidden ones nothing that an input could be in."""

from autograder.exercise import Case, Exercise
from autograder.grading.cell_outputs import report, verdict_output
from autograder.judging.judge import draw, failed_verdict, run_here, verdict
from gradlab.checks.outcome import CaseResult, Outcome, Problem


class Double(Exercise):
    name, points = "double", 4

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
    """A verdict on hidden cases of which a student's process had its say."""
    run = CaseResult(problem=Problem("error", LEAK, LEAK), changed=(LEAK, "x", "scale", "w"))
    return verdict(Double, draw(Double, 1), [run] * 3)


def test_feedback_tells_nothing_that_hidden_inputs_could_be_in():
    shown = report(leaky_verdict())
    assert {row.outcome.problem for row in shown.rows} == {Problem("error")}
    for text in (shown.html(), shown.text()):
        assert "0.1234" not in text
        assert "stopped with an error" in text
        assert "`double` changes x and scale in place" in text


def test_errors_of_hidden_cases_are_told_to_the_power_of_ten():
    found = judged(lambda x: 2.123456 * x)
    assert all(0.0299 < outcome.error < 0.0300 for outcome in found.outcomes)
    assert {row.outcome.error for row in report(found).rows} == {0.01}


def test_of_public_cases_all_is_told():
    public = (Outcome.failed("wrong_shape", "expected shape (3,), got shape (3, 1)"), Outcome(True), Outcome(True))
    shown = report(leaky_verdict(), public)
    assert [row.detail for row in shown.rows] == ["expected shape (3,), got shape (3, 1)", "", ""]


def test_without_cases_the_reason_is_told():
    found = failed_verdict(Double, "Nothing could be graded: the notebook is missing.")
    assert (found.score, found.points) == (0.0, 4.0)
    assert "Nothing could be graded: the notebook is missing." in report(found).text()


def test_the_output_that_nbgrader_reads_is_the_number_of_points():
    output = verdict_output(report(judged(Double.reference)), 4)
    assert output["output_type"] == "execute_result"
    assert output["data"]["text/plain"] == "4.0"
    assert output["data"]["text/html"].startswith('<div class="gradlab-report">')
