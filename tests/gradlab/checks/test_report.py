"""The table that a check shows: safe as HTML, whatever the labels contain, and complete as text."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from gradlab.checks.outcome import PROBLEMS, Outcome, Part, Problem, Reached
from gradlab.checks.report import Report, Row, number

NASTY = "<script>alert(1)</script><style>*{}</style><img src=x onerror=alert(1)>&amp;\"'"
OUTCOMES = {
    "right": Outcome(True, 0.0, 1e-7),
    "right up to rounding": Outcome(True, 3.2e-9, 1e-7),
    "wrong": Outcome(False, 0.25, 1e-4),
    "a property is satisfied": Outcome(True),
    "a property is violated": Outcome(False),
    "a finding": Outcome(False, finding="every row has the same mask"),
    "a problem": Outcome.failed("wrong_shape", tolerance=1e-7),
    "enough": Outcome(True, reached=Reached("89%", "88%")),
    "too little": Outcome(False, finding="too few are right", reached=Reached("87%", "88%")),
    "words": Outcome(True, parts=(Part("result 1", True), Part("result 2", True)), reached=Reached("2 of 2 right")),
    "a problem of one output": Outcome(False, 0.25, 1e-4, Problem("wrong_shape")),
    "a wrong word": Outcome(False, problem=Problem("wrong_word"), reached=Reached("1 of 2 right")),
}
SHOWN = {
    "right": ("✓", "0", "1e-07"),
    "right up to rounding": ("✓", "3.2e-09", "1e-07"),
    "wrong": ("✗", "2.5e-01", "1e-04"),
    "a property is satisfied": ("✓", "as required", ""),
    "a property is violated": ("✗", "not as required", ""),
    "a finding": ("✗", "every row has the same mask", ""),
    "a problem": ("✗", "wrong shape", ""),
    "a problem of one output": ("✗", "wrong shape", ""),
    "enough": ("✓", "89% (required: 88%)", ""),
    "too little": ("✗", "87% (required: 88%); too few are right", ""),
    "words": ("✓", "2 of 2 right", ""),
    "a wrong word": ("✗", "1 of 2 right", ""),
}


def report(**changes):
    rows = tuple(Row(label, outcome) for label, outcome in OUTCOMES.items())
    fields = {
        "score": 1.5,
        "points": 4.0,
        "rows": rows,
        "scope": "These are public.",
        "diagnosis": "",
        "hints": (),
        "notes": (),
    }
    return Report("adam", **(fields | changes))


def parsed(html):
    """Parse the HTML into a tree; raise an error unless it is well-formed XML."""
    return ElementTree.fromstring(html)


def table(html):
    return {row[1].text: tuple(cell.text or "" for cell in row) for row in parsed(html).iter("tr") if row[1].text}


@pytest.mark.parametrize("label", OUTCOMES)
def test_each_case_has_a_row(label):
    mark, error, allowed = SHOWN[label]
    assert table(report().html())[label] == (mark, label, error, allowed)
    line = next(line for line in report().text().splitlines() if f" {label} " in line)
    assert line.split(label, 1)[0].strip() == mark
    expected = f"{error}  (allowed {allowed})" if allowed else error
    assert re.split(" {2,}", line.split(label, 1)[1], maxsplit=1)[1] == expected


def test_column_is_called_relative_error_only_if_there_are_errors():
    assert ">relative error<" in report().html()
    reached = (Row("all", OUTCOMES["enough"]),)
    assert ">result<" in report(rows=reached).html()
    assert "relative error" not in report(rows=reached).html()


def test_line_about_what_students_can_do_is_below_the_table():
    shown = report(done="You have `adam`.")
    assert '<p class="gradlab-done">You have <code>adam</code>.</p>' in shown.html()
    assert shown.text().endswith("You have `adam`.\nThese are public.")


@pytest.mark.parametrize(
    "place", ["label", "detail", "diagnosis", "hint", "notes", "doubts", "scope", "exercise", "finding"]
)
@pytest.mark.parametrize("graded", [False, True])
def test_markup_is_escaped_everywhere(place, graded):
    def text(here):
        return NASTY if place == here else "words"

    row = Row(text("label"), Outcome(False, finding=text("finding")), (text("detail"),))
    shown = Report(
        text("exercise"),
        0.0,
        1.0,
        (row,),
        scope=text("scope"),
        diagnosis=text("diagnosis"),
        hints=(text("hint"),),
        notes=(text("notes"),),
        doubts=(text("doubts"),),
    )
    tree = parsed(shown.html(graded))
    tags = {"details", "summary", "div", "p", "b", "i", "table", "thead", "tbody", "tr", "th", "td"}
    assert {element.tag for element in tree.iter()} <= tags
    assert {name for element in tree.iter() for name in element.attrib} <= {"class", "style", "colspan", "open"}
    assert NASTY in "".join(tree.itertext())
    assert NASTY in shown.text()


def test_html_has_no_script_or_style_sheet():
    html = report(hints=("a hint",), notes=("a note",)).html().lower()
    assert not re.search(r"<script|<style|<link|<iframe|javascript:|https?:|\bon\w+=", html)


@pytest.mark.parametrize(
    ("changes", "headline"),
    [
        ({}, "adam: 5 of 12 cases pass, 1.5 of 4 points"),
        ({"rows": (), "score": 0.0}, "adam: 0 of 4 points"),
        ({"rows": (Row("all", Outcome(True)),), "score": 4.0}, "adam: 1 of 1 cases pass, 4 of 4 points"),
    ],
)
def test_headline_counts_cases_and_points(changes, headline):
    assert report(**changes).headline == headline
    assert parsed(report(**changes).html())[0][0].text == headline
    assert report(**changes).text().splitlines()[0] == headline


def test_report_without_cases_has_no_table():
    assert "<table" not in report(rows=()).html()


@pytest.mark.parametrize("kind", PROBLEMS)
def test_every_problem_is_shown_in_words(kind):
    shown = report(rows=(Row("a case", Outcome.failed(kind, "expected 3, got 4"), ("expected 3, got 4",)),))
    assert PROBLEMS[kind] in shown.text()
    assert "expected 3, got 4" in shown.text()
    assert "expected 3, got 4" in "".join(parsed(shown.html()).itertext())


def test_hint_is_labeled():
    assert "Hint: subtract" in report(hints=("subtract",)).text()
    assert "Hintsubtract" in "".join(parsed(report(hints=("subtract",)).html()).itertext())
    assert "Hint" not in report().text() + report().html()


@pytest.mark.parametrize("graded", [False, True])
def test_hint_is_collapsed_until_the_submission_is_graded(graded):
    (details,) = parsed(report(hints=("subtract",)).html(graded=graded)).iter("details")
    assert ("open" in details.attrib) == graded


def test_fix_is_collapsed_inside_the_hint():
    html = parsed(report(hints=("Which way is down? Subtract.",)).html())
    hint = next(element for element in html.iter("details") if "class" in element.attrib)
    assert [child.text for child in hint if child.tag == "p"] == ["Which way is down?"]
    (inner,) = (child for child in hint if child.tag == "details")
    assert "".join(inner.itertext()) == "Show the fixSubtract."
    assert "Hint: Which way is down? Subtract." in report(hints=("Which way is down? Subtract.",)).text()


def test_text_between_backticks_is_code_in_html():
    html = report(notes=("`adam` changes `w` & `v`.",)).html()
    assert "<p><code>adam</code> changes <code>w</code> &amp; <code>v</code>.</p>" in html


def test_marks_have_different_colors():
    colors = {cell.text: cell.attrib["style"] for cell in parsed(report().html()).iter("td") if cell.text in ("✓", "✗")}
    assert "#1a9850" in colors["✓"]
    assert "#d73027" in colors["✗"]


def test_picture_is_below_the_details_and_only_in_html():
    row = Row("a case", Outcome(False), ("It is wrong.",), picture='<svg role="img" aria-label="a curve"></svg>')
    shown = report(rows=(row,))
    (cell,) = (cell for cell in parsed(shown.html()).iter("td") if cell.text == "It is wrong.")
    assert [element.tag for element in cell] == ["svg"]
    assert "svg" not in shown.text()
    assert "a curve" not in shown.text()


def test_control_characters_are_removed_from_text():
    """Error messages come from student code, and instructors read them in a terminal."""
    shown = report(notes=("ValueError: \x1b]0;title\x07\x1b[2J\r\x9bgone",)).text()
    assert "ValueError: ]0;title[2Jgone" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (4.0, "4"), (10.0, "10"), (2.5, "2.5"), (4 / 3, "1.33"), (100.0, "100")]
)
def test_numbers_have_no_trailing_zeros(value, text):
    assert number(value) == text
