"""Markdown and code as HTML, for the feedback page and for the formgrader.

Markdown is rendered by markdown-it, which here treats HTML as text, and is tested on input that keeps other converters
busy for minutes. Formulas become MathML, which browsers display without a script. Text that
`autograder.plugin.page_limits` found too long is shown without formatting. Functions named after nbconvert's filters
replace those filters in all templates.
"""

import functools
import re
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree.ElementTree import tostring

import latex2mathml.converter
from jinja2 import pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbconvert.filters import strip_ansi
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from .safe_html import only_allowed

MAX_FORMULA = 1000  # characters
MAX_NARROW = 22  # characters that fit next to each other on a phone that is 320 pixels wide
CELL = HtmlFormatter(cssclass="highlight hl-ipython3")
BLOCK = HtmlFormatter(nowrap=True)
ENTITY = re.compile("&#x[0-9A-Fa-f]+;")
# A wide formula or table scrolls by itself, so that the page doesn't. It can take focus, for readers without a
# mouse.
SCROLLS = {"class": "wide", "tabindex": "0"}
TABLE = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'
PYTHON = ("python", "python3", "py", "ipython", "ipython3")


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the text of a Markdown cell as HTML."""
    cell: Mapping[str, Any] = context.get("cell", {})
    ours = cell.get("metadata", {}).get("gradlab", {})
    if ours.get("untouched"):
        return _released_text(source)
    return plain(source, ours["plain"]) if "plain" in ours else formatted(source)


def highlight_code(source: str, metadata: Mapping[str, Any] | None = None) -> str:
    """Return code as HTML, given the metadata of its cell."""
    ours = (metadata or {}).get("gradlab", {})
    if ours.get("untouched"):
        return _released_code(source)
    return plain(source, ours["plain"]) if "plain" in ours else _highlighted(source)


def _highlighted(source: str) -> str:
    return _by_pygments(source, CELL)


def ansi2html(text: str) -> str:
    """Return a cell's printed output as HTML, without terminal colors."""
    return escape(strip_ansi(text))


def strip_files_prefix(html: str) -> str:
    """Return HTML unchanged. nbconvert's filter is slow, and changes only addresses that our pages do not contain."""
    return html


def formatted(text: str) -> str:
    """Return Markdown as HTML in which nothing can run."""
    try:
        return only_allowed(PARSER.render(text))
    except Exception:  # a library may raise any exception, but the page needs all cells
        return plain(text, "it cannot be formatted")


def plain(text: str, reason: str) -> str:
    """Return text as HTML without formatting, and say why."""
    return f'<p class="left-out">Shown without formatting, because {escape(reason)}.</p><pre>{escape(text)}</pre>'


# Released cells are the same on all pages, so each process formats them only once.
_released_text = functools.lru_cache(maxsize=512)(formatted)
_released_code = functools.lru_cache(maxsize=512)(_highlighted)


def _by_pygments(code: str, formatter: HtmlFormatter) -> str:
    """Return Python code as HTML. Trailing spaces are removed, because the lexer is slow on blank lines with spaces."""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return highlight("\n".join(line.rstrip() for line in lines), PythonLexer(), formatter)


def _fence(code: str, language: str, _: str) -> str:
    """Return a Markdown code block as HTML. Only Python is highlighted, because other lexers may be slow."""
    if language.lower() not in PYTHON:
        return f"<pre><code>{escape(code)}</code></pre>"
    return f'<pre class="highlight">{_by_pygments(code, BLOCK)}</pre>'


def _formula(tex: str, options: Mapping[str, Any]) -> str:
    """Return a formula as MathML, or as it was written if it is too long or is not valid TeX."""
    display = options["display_mode"]
    dollars = "$$" if display else "$"
    written = escape(f"{dollars}{tex}{dollars}")
    if len(tex) > MAX_FORMULA:
        return written
    try:
        converter = latex2mathml.converter.Converter(display="block" if display else "inline")
        element = converter.convert_to_element(tex)
        if len(ENTITY.sub(" ", "".join(element.itertext()))) > MAX_NARROW:
            element.attrib |= SCROLLS
        mathml = tostring(element, encoding="unicode")
    except Exception:
        return written
    # The converter writes symbols as numeric entities, which `tostring` escapes. Undo the escaping only for these
    # entities: the converter's own method also unescapes text, which could then contain tags.
    return re.sub(f"&amp;(?={ENTITY.pattern[1:]})", "&", mathml)


PARSER = MarkdownIt("commonmark", {"html": False, "highlight": _fence}).enable(["table", "strikethrough"])
PARSER.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False, double_inline=True, renderer=_formula)
PARSER.add_render_rule("table_open", lambda *_: TABLE)
PARSER.add_render_rule("table_close", lambda *_: "</table></div>")
