"""Markdown and code in the pages: nothing in them runs, and formulas, code, and tables look as they should."""

import re

import pytest
from nbconvert.exporters import HTMLExporter

from autograder.notebooks.canonical import harmless
from autograder.plugin.rendering import MAX_FORMULA, ansi2html, formatted, highlight_code

from .hostile import LIVE, MARKDOWN, QUIET
from .reader import Reader

STOCK = HTMLExporter()


def by_nbconvert(text):
    return STOCK.markdown2html({}, text)


@pytest.mark.parametrize("text", LIVE.values(), ids=LIVE)
def test_attack_works_in_stock_nbconvert(text):
    assert Reader(by_nbconvert(text)).active


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
def test_nothing_in_markdown_can_run(text):
    assert Reader(formatted(text)).active == []
    assert Reader(formatted(harmless(text))).active == []


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_markdown_that_only_looks_like_an_attack_stays_harmless(text):
    assert [part for part in Reader(by_nbconvert(harmless(text))).active if re.search("=javascript:| on", part)] == []


def test_note_marks_each_link_or_picture_that_is_left_out():
    assert "[link left out]</span> <a>x</a>" in formatted("[x](/hub/logout)")
    assert "[picture left out]</span> x" in formatted("![x](https://evil.example/pixel.png)")


WRITTEN = {
    "# A title": "<h1>A title</h1>",
    "**bold** *italic* `code <b>`": "<p><strong>bold</strong> <em>italic</em> <code>code &lt;b&gt;</code></p>",
    "[x](https://x.example/a_b?c=d&e=f)": '<p><a href="https://x.example/a_b?c=d&amp;e=f">x</a></p>',
    "1. a\n2. b": "<ol>\n<li>a</li>\n<li>b</li>\n</ol>",
    "|a|\n|-:|\n|b|": '<th style="text-align:right">a</th>',
    "```python\nif a: b\n```": '<pre class="highlight"><span class="k">if</span>',
    "```\na < b\n```": "<pre><code>a &lt; b\n</code></pre>",
    "<b>a</b>": "<p>&lt;b&gt;a&lt;/b&gt;</p>",
}


@pytest.mark.parametrize(("text", "html"), WRITTEN.items())
def test_markdown_is_formatted(text, html):
    assert html in formatted(text)


FORMULAS = {
    "The step is $\\eta g$, and `$5` is code.": ("inline", "η", 1),
    "$$\\frac{a}{b}$$": ("block", "<mfrac>", 1),
    "$$\na\n+ b\n$$": ("block", "<mo>+</mo>", 1),
    "A sum: $$\\sum_i x_i$$ and more": ("block", "<mo>∑</mo>", 1),
    "$a_1 * b_2$ and *$c$*": ("inline", "<msub>", 2),
    "- $a < b$": ("inline", "<mo>&lt;</mo>", 1),
}


@pytest.mark.parametrize(("text", "formula"), FORMULAS.items())
def test_formulas_are_mathml(text, formula):
    display, part, count = formula
    html = formatted(text)
    assert html.count("<math ") == count
    assert f'display="{display}"' in html
    assert part in html


@pytest.mark.parametrize("tex", ["\\frac{", "x^{2}" * MAX_FORMULA, "{" * 900], ids=["open", "long", "deep"])
def test_formula_that_cannot_be_converted_is_shown_as_written(tex):
    shown = formatted(f"${tex}$")
    assert "<math" not in shown
    assert tex in Reader(shown).text


def test_code_is_highlighted_and_escaped():
    html = highlight_code("if a < b: print('<script>')")
    assert '<span class="k">if</span>' in html
    assert Reader(html).text.strip() == "if a < b: print('<script>')"
    assert Reader(html).active == []


def test_terminal_colors_are_left_out():
    assert ansi2html("\x1b[31ma <b>\x1b[0m") == "a &lt;b&gt;"


def test_languages_other_than_python_are_not_highlighted():
    """Otherwise, a student could choose the slowest of five hundred lexers."""
    assert re.sub("\n", "", formatted("```perl\nmy $a;\n```")) == "<pre><code>my $a;</code></pre>"
