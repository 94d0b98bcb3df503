"""The page runs no script but its own, escapes whatever students and platforms may have written, and sorts tables."""

import base64
import hashlib
import re
from html import unescape

import pytest

from autograder import catalogue
from autograder.report.grades import Graded, Grades, Submission
from autograder.report.numbers import assignment_numbers
from autograder.report.page import assignment_page, course_page
from autograder.report.results import Answer, Result
from autograder.safe_text import escape

from ..pages.hostile import MARKDOWN, NAMES
from ..pages.reader import Reader

EXERCISES = catalogue.assignments()["update_rules"].exercises
TEXTS = [*NAMES, *MARKDOWN.values(), "\u202ereversed \x1b[31m", "half a pair: \ud800", "{{ 7 * 7 }} `code`"]


def hostile_numbers():
    """Return a class's numbers, in which every string that could come from elsewhere is hostile."""
    students = [*TEXTS, "ada"]
    graded = [Graded("sgd", 1.0, True), Graded("why", 3.0, False)]
    submissions = {
        s: Submission({"sgd": n / 100, "why": 0.0}, 0.1, ["sgd"], ["why"], True) for n, s in enumerate(students)
    }
    results = {
        student: Result(
            student if n % 7 == 6 else "",
            student,
            (student,),
            (student,),
            float(n == 3),
            1.0,
            {"sgd": answer(student, n)},
        )
        for n, student in enumerate(students)
    }
    roster = {student: (student,) for student in (*students, *(f"missing {text}" for text in TEXTS))}
    waiting = [f"waiting {text}" for text in TEXTS]
    return assignment_numbers(
        Grades("update_rules", None, graded, submissions), roster, waiting, EXERCISES, results.items()
    )


def answer(text, number):
    source = f"def sgd(w, dw):\n    w = w + {number}  # {text!r}\n    return w < dw or w > {{{text!r}: 1}}\n"
    named = (text,) if number % 2 else ()
    return Answer(True, ((text, False),), (), named, text, text, source)


def term_numbers():
    percents = {text: {"update_rules": 50.0, text: None} for text in TEXTS}
    item = {"points": 1.0, "mean": 0.5, "full": 0.5, "zero": 0.5, "discrimination": None}
    each = {
        "due": None,
        "points": 1.0,
        "submitted": 1,
        "missing": 0,
        "mean": 1.0,
        "percent": 1.0,
        "quartiles": [0, 1, 2],
    }
    return {
        "course": TEXTS[0],
        "students": len(TEXTS),
        "assignments": {name: each | {"quartiles": [0, 1, 2]} for name in ("update_rules", *TEXTS)},
        "exercises": [{"assignment": text, "name": text, **item} for text in TEXTS],
        "trajectories": percents,
        "behind": {text: text for text in TEXTS},
    }


PAGES = {"assignment": (assignment_page, hostile_numbers), "course": (course_page, term_numbers)}


@pytest.fixture(scope="module", params=PAGES)
def page(request):
    render, numbers = PAGES[request.param]
    return render(numbers(), "2026-11-29")


def test_nothing_hostile_is_on_the_page_as_html(page):
    reader = Reader(page)
    active = [item for item in reader.active if not item.startswith("use xlink:href=#")]
    assert active == ["meta", "meta", "meta", "style", "script"]
    assert not {"iframe", "img", "object", "math"} & set(reader.elements)
    page.encode()  # raises an error if a lone surrogate is left


def test_every_hostile_text_is_shown_as_text(page):
    shown = Reader(page).text
    for text in TEXTS:
        assert escape(text).split("`")[0].strip() in shown
    assert "{{ 7 * 7 }}" in shown


def test_policy_allows_only_the_pages_own_script(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert unescape(policy).split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.fixture(scope="module")
def tab(browser, page, tmp_path_factory):
    """The page in a narrow window. Errors from its script are in ``tab.errors``."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(viewport={"width": 320, "height": 640})
    tab = context.new_page()
    tab.errors = []
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.on("console", lambda message: tab.errors.append(message.text))
    tab.goto(file.as_uri())
    yield tab
    context.close()


def test_page_runs_its_own_script_and_no_other(tab):
    assert tab.errors == []
    assert tab.title() != "owned"
    assert tab.locator("table.sortable").count() == tab.locator("table:has(th button)").count() > 0


def test_page_is_not_wider_than_a_phone(tab):
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_button_in_a_heading_sorts_its_table(tab):
    rows = "(table) => [...table.tBodies[0].rows].map((row) => row.cells[0].textContent)"
    table = tab.locator("table.sortable:visible").last
    heading = table.locator("th button").first
    before = table.evaluate(rows)
    found = []
    for direction in ("descending", "ascending"):
        heading.press("Enter")
        assert table.locator("th").first.get_attribute("aria-sort") == direction
        found.append(table.evaluate(rows))
    assert found[0] == found[1][::-1]
    assert sorted(found[0]) == sorted(before)
