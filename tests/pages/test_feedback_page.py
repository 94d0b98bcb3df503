"""The feedback page in every state: what happened and the points come first, and no heading or link is out of place."""

import os
import re
from html.parser import HTMLParser

import pytest

from .hostile import MARKDOWN, NAMES
from .reader import Reader
from .states import HINT, LATE_DAYS, STATES, exporter_for, page


@pytest.fixture(scope="module")
def exporter(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        patch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
        yield exporter_for(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def shown(exporter):
    """The page in each state, as HTML."""
    return {state: page(exporter, **changes) for state, changes in STATES.items()}


def text(html):
    """Return the text of some HTML, on one line, without the style sheet."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", Reader(re.sub(r"</(p|li|dt|dd|h\d)>", r" \g<0>", html)).text).strip()


def top(html):
    """Return the text of the page above the notebook."""
    return text(re.split(r'<div class="notebook">|<details class="ungraded">', html)[0])


def banner(html):
    return "".join(map(text, re.findall(r'<section class="banner.*?</section>', html, re.DOTALL)))


BANNERS = {
    "mistake": "",
    "all right": "",
    "unreadable": "Nothing could be graded. The submitted file is not a notebook: it is not valid JSON (line 1). If "
    "this surprises you, ask your instructor.",
    "wrong notebook": "Is this the right notebook? This looks like <i>, not two_rules. Everything in it was graded. If "
    "you sent the wrong file, tell your instructor.",
    "nothing written": "No exercise is written yet. If you did write some, you may have sent the wrong file.",
    "stopped": "Part of your notebook was stopped. Everything but these parts was graded as usual: cell 3: it took "
    "longer than 30 s adam: took too long x: y",
    "late": "Submitted 3 days late. The late penalty of 0.5 points is already subtracted.",
    "late day": "Submitted 1 day late. This costs no points.",
    "late, with late days": f"{LATE_DAYS} The late penalty of 0.5 points is already subtracted.",
    "on time, with late days": "",
    "attempt": "Attempt 2 of 5 counts until a newer one has been graded. You have 3 attempts left.",
    "set by hand": "",
    "bonus": "",
    "bonus beyond all points": "",
    "deduction": "",
    "comments": "",
    "hostile": "",
}
TOTALS = {
    "all right": "7 of 7 points",
    "unreadable": "1 of 7 points",
    "late": "0.5 of 7 points, after a late penalty of 0.5",
    "set by hand": "4 of 7 points",
    "bonus": "1.5 of 7 points, including a bonus of 0.5",
    "bonus beyond all points": "7.5 points, with a bonus of 0.5 on top of the 7 points possible",
    "deduction": "0.5 of 7 points, including a deduction of 0.5",
}
PENDING = "why not graded yet (out of 2)"
SUMMARIES = {
    "mistake": f"Where you lost points adam 0 of 4 {HINT.replace('`', '')} Read again: 2 Moments & more "
    f"Your other answers sgd 1 of 1 {PENDING}",
    "all right": "Your answers sgd 1 of 1 adam 4 of 4 (set by hand to 4, instead of the automatic 0) why 2 of 2",
    "set by hand": "adam 3 of 4 (set by hand to 3, instead of the automatic 0)",
    "nothing written": "adam 0 of 4 adam is not written yet. Read again: 2 Moments & more",
    "bonus": f"Your other answers sgd 1 of 1, and a bonus of 0.5 {PENDING}",
    "deduction": "sgd 1 of 1, and a deduction of 0.5",
    "comments": "why 1.5 of 2 with a comment Your other answers",
    "on time, with late days": "1 of 7 points Submitted on time: no late days used, 3 left. Where you lost points",
}


def test_every_state_has_a_banner_in_the_table():
    assert set(BANNERS) == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_banner_says_what_happened(state, shown):
    assert banner(shown[state]) == BANNERS[state]
    assert shown[state].count('class="banner') == bool(BANNERS[state])


@pytest.mark.parametrize("state", TOTALS)
def test_total_names_bonus_and_penalty(state, shown):
    (total,) = re.findall(r'<p class="total">(.*?)</p>', shown[state], re.DOTALL)
    assert text(total) == TOTALS[state]


@pytest.mark.parametrize("state", SUMMARIES)
def test_summary_lists_lost_points_first(state, shown):
    assert SUMMARIES[state] in top(shown[state])


def test_facts_about_the_submission_are_shown_as_text(shown):
    assert "Two rules Student Ada <b>Lovelace</b> (ada) Submitted Friday, October 16, 2026, 23:59 EDT" in top(
        shown["late"]
    )


def test_unreadable_submission_shows_only_the_verdicts(shown):
    assert "Where you lost points" not in shown["unreadable"]
    assert re.findall(r'<section class="\w+" id="([^"]*)"', shown["unreadable"]) == ["sgd-check", "adam-check", "why"]
    assert "Text with" not in shown["unreadable"]


def test_unreadable_submission_can_have_points_set_by_hand(exporter):
    judged = STATES["unreadable"]["judged"] | {"reasons": {"adam": ["Nothing could be graded."]}}
    html = page(exporter, judged=judged, grades={"adam-check": {"by_hand": 3}, "why": {"by_hand": 0}})
    assert "Where you lost points adam 3 of 4 (set by hand to 3, instead of the automatic 0) Your other" in top(html)


def test_score_set_by_hand_is_next_to_the_automatic_one_in_the_verdict(shown):
    verdict = shown["set by hand"].partition('<section class="verdict" id="adam-check"')[2]
    assert "3 of 4 points: set by hand to 3, instead of the automatic 0. adam: 0 of 1 cases pass" in text(
        f"<p{verdict}"
    )


def test_withdrawn_case_does_not_count(shown):
    verdict = text(shown["mistake"].partition('id="sgd-check"')[2].partition("</section>")[0])
    assert "sgd: 1 of 1 cases pass, 1 of 1 points" in verdict
    assert "–a matrix (worth no points)" in verdict


class Page(HTMLParser):
    """The headings, ids, and links within a page."""

    def __init__(self, html):
        super().__init__()
        self.levels, self.ids, self.links, self.elements = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.elements.append((tag, given))
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"][1:]] if given.get("href", "").startswith("#") else []


@pytest.mark.parametrize("state", STATES)
def test_page_has_one_title_headings_in_order_and_links_that_lead_somewhere(state, shown):
    found = Page(shown[state])
    assert found.levels[0] == 1
    assert found.levels.count(1) == 1
    assert [pair for pair in zip(found.levels, found.levels[1:], strict=False) if pair[1] > pair[0] + 1] == []
    assert len(found.ids) == len(set(found.ids))
    assert set(found.links) <= set(found.ids)
    assert "Two rules</h1>" in shown[state] or state == "unreadable"


@pytest.mark.parametrize("state", STATES)
def test_page_has_language_landmarks_skip_link_and_described_pictures(state, shown):
    elements = Page(shown[state]).elements
    assert [given["lang"] for tag, given in elements if tag == "html"] == ["en"]
    assert [tag for tag, _ in elements if tag in ("header", "main")] == ["header", "main"]
    first = next(given for tag, given in elements if tag == "a")
    assert (first["class"], first["href"]) == ("skip", "#points")
    assert all(given.get("alt") for tag, given in elements if tag == "img")


@pytest.mark.parametrize("state", ["mistake", "comments"])
def test_each_exercise_has_exactly_one_link_with_its_name(state, shown):
    assert re.findall(r'<a href="#(\S+)">(?:sgd|adam|why)</a>', shown[state]) == (
        ["adam-check", "sgd-check", "why"] if state == "mistake" else ["adam-check", "why", "sgd-check"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_names_and_reasons_are_shown_as_text(name, exporter):
    judged = {"problem": "", "mismatch": name, "stopped": [f"{name}: {name}"], "reasons": {"adam": [name]}}
    given = {"notebook": name, "facts": [(name, name)], "attempts": [name], "late_days": name, "days_late": 1}
    html = page(exporter, judged=judged, **given)
    plain = page(exporter, judged={**judged, "mismatch": "a", "stopped": ["a: a"], "reasons": {"adam": ["a"]}},
                 notebook="a", facts=[("a", "a")], attempts=["a"], late_days="a", days_late=1)  # fmt: skip
    assert Reader(html).elements == Reader(plain).elements


def test_heading_in_a_students_cell_is_neither_the_title_nor_a_section(exporter):
    own = STATES["hostile"]["cells"][2]
    html = page(exporter, cells=[own])
    assert "Read again: 2 Moments & more" in top(html)
    assert html.count("<h1") == 1


def test_automatic_comment_on_an_unchanged_answer_is_not_announced(exporter):
    html = page(exporter, comments={"adam": "No response."})
    assert "with a comment" not in top(html)
    assert "No response." in text(html)


@pytest.mark.parametrize("attack", MARKDOWN)
def test_hostile_comment_cannot_run(attack, exporter):
    html = page(exporter, comments={"adam": MARKDOWN[attack], "why": MARKDOWN[attack]})
    assert Reader(html).active == Reader(page(exporter)).active


def test_notebooks_graded_by_an_earlier_version_are_shown(exporter):
    """Their metadata has no reasons, and their report styles are the same."""
    html = page(exporter, judged={"reasons": {}}, bonus=0)
    assert "Where you lost points adam 0 of 4 Read again" in top(html)
