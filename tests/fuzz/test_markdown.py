"""Whatever a student writes in Markdown, nothing in it runs in the pages that instructors open, or slows them down."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbconvert.filters import markdown2html

from autograder.notebooks.canonical import harmless

# What links, images, tags, formulas, code, and character references are made of.
TOKENS = [
    *"[]()<>!\"'`~*_#|:&;\\$/=-+ \n\t.ax0",
    "](", "](<", "[x](", "][x]", "[x]: ", "\n> ", "\n- ", "\n1. ", "\n    ", "\n\n", "```",
    "javascript:", "JaVaScRiPt:", "java", "script:", "vbscript:", "data:text/html,", "data:image/png;base64,",
    "attachment:", "https://x", "&Tab;", "&NewLine;", "&colon;", "&#106;", "&#x6A", "&lt;", "&amp;",
    "<script>", "<img src=x onerror=y>", "<a href=", "<!--", "-->", "<svg/onload=x>",
    "\\href{", "\\begin{align}", "\\end{align}", "\\\\[", "\\\\]", "\\\\(", "$$", "\\text{", "}",
    "\x00", "\x01", "\u00a0", "\u200b", "\u2028", "\u202e",
]  # fmt: skip
MARKDOWN = st.one_of(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join), st.text(max_size=30))
PROSE = """
    p a img code strong em del ul ol li pre h1 h2 h3 h4 h5 h6 div span br hr blockquote section sup
    table thead tbody tr th td dl dt dd
"""
TAGS = set(PROSE.split())
ATTRIBUTES = {"href", "src", "alt", "title", "class", "id", "style", "start", "rel", "target", "aria-hidden"}
# An address whose scheme pages must not contain. Browsers ignore white space and control characters in a scheme.
FOREIGN = re.compile(r"(?!https?:|mailto:|data:image/(?:png|jpeg|gif);)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class Page(HTMLParser):
    """A parser that collects a page's unlisted tags and attributes, and its links with forbidden schemes."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.active = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.active.append(tag)
        for name, value in attributes:
            target = re.sub(r"[\x00-\x20]", "", value or "") if name in ("href", "src") else ""
            if name not in ATTRIBUTES or FOREIGN.match(target):
                self.active.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("page", ["<script>", "<p onclick=x>", "<a href=' java\tscript:x'>", "<iframe>", "<form>"])
def test_active_parts_of_a_page_are_recognized(page):
    """If they were not, the next test would prove nothing."""
    assert Page(page).active


def in_stock_page(markdown):
    """Return Markdown as stock nbconvert shows it, or "" if nbconvert fails, as it does for "```&Tab;"."""
    try:
        return markdown2html(markdown)
    except IndexError:
        return ""


@given(MARKDOWN)
@example("[x](javascript:alert(1))")
@example("> [x](\n> javascript:alert(1))")
@example("```&Tab;")
def test_nothing_in_a_students_markdown_can_run(markdown):
    assert Page(in_stock_page(harmless(markdown))).active == []


@pytest.mark.timeout(300)  # an order of magnitude more than it takes; with a quadratic filter, it would take hours
@settings(max_examples=max(1, settings.default.max_examples // 20))
@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=4).map("".join))
@example("[")
@example("\\begin{align} ")
def test_longest_texts_are_filtered_within_the_time_limit(repeated):
    """A filter whose time grows with the square of the length would take minutes for each text."""
    text = repeated * (1_000_000 // len(repeated))
    assert len(harmless(text)) <= 2 * len(text) + 20
