"""A student's Markdown ends up in pages that instructors open, so nothing in it may run there."""

import re
from html.parser import HTMLParser

import pytest
from nbconvert.filters import markdown2html

from autograder.notebooks.canonical import MAX_OPEN, harmless

HTML = {
    "<script>alert(1)</script>": "<\u200bscript>alert(1)<\u200b/script>",
    "<img src=x onerror=alert(1)>": "<\u200bimg src=x onerror=alert(1)>",
    "<!-- -->": "<\u200b!-- -->",
    "<?xml ?>": "<\u200b?xml ?>",
    "<<b>b</b>": "<<\u200bb>b<\u200b/b>",
    "$a < b$, 1<2 and x <= y": "$a < b$, 1<2 and x <= y",
    "`a` and **b**": "`a` and **b**",
}


@pytest.mark.parametrize(("text", "safe"), HTML.items())
def test_html_tags_are_made_harmless_and_other_text_is_unchanged(text, safe):
    assert harmless(text) == safe


RENDERED = [
    *HTML,
    "[x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "> [x](\n> javascript:alert(1))",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "&#60;script&#62;alert(1)",
    "- <details open ontoggle=alert(1)>\n  a",
    "a\n<svg/onload=alert(1)>",
]


@pytest.mark.parametrize("text", RENDERED)
def test_rendered_markdown_runs_nothing(text):
    """nbconvert renders the Markdown, and an HTML parser reads the page."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append(tag)
            assert tag in {"p", "a", "img", "code", "strong", "em", "ul", "li", "pre", "h1", "div", "blockquote"}, tag
            for name, value in attributes:
                assert name in {"href", "src", "alt", "title", "class"}, name
                assert not re.match(r"\W*(javascript|vbscript|data:text)", value or "", re.IGNORECASE), value

    Reader().feed(markdown2html(harmless(text)))
    assert found


@pytest.mark.parametrize("opening", ["\\begin{align}", "\\begin{gather*}", "\\\\[", "\\\\("])
def test_number_of_unclosed_formulas_is_limited(opening):
    """For each unclosed formula, a converter reads the rest of the text, so ten thousand of them take minutes."""
    assert harmless(f"{opening} x " * 10_000).count(opening) == MAX_OPEN


@pytest.mark.parametrize(
    "formula", ["\\begin{align} x \\end{align}", "\\begin{gather*} x \\end{gather*}", "\\\\[ x \\\\]", "\\\\( x \\\\)"]
)
def test_closed_formulas_are_kept(formula):
    text = f"{formula} and " * 100
    assert harmless(text) == text
