"""The feedback page that a student gets: one self-contained file that runs no scripts."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import tostring

import latex2mathml.converter
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML, strip_files_prefix
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from gradlab.checks.report import number

TEMPLATES = Path(__file__).parent / "templates"
MATH = re.compile(r"(<pre.*?</pre>|<code.*?</code>)|\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)


class FeedbackExporter(HTMLExporter):
    """Renders a graded notebook for its student: the scores at the top, the verdicts below the answers."""

    def default_filters(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        yield from super().default_filters()
        yield ("points", number)

    def from_notebook_node(  # type: ignore[override]  # text, as in nbconvert's own HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get("gradlab", {}).get("guide")]
        resources = self._init_resources(resources or {})
        style = (TEMPLATES / "gradlab_feedback" / "style.css").read_text(encoding="utf-8")
        resources["gradlab"] = {"style": style + HtmlFormatter(style="friendly").get_style_defs(".highlight")}
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        # Skip HTMLExporter's own method: it parses the whole page again to find images without alternative text,
        # which takes as long as rendering the page.
        return TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        return formulas_to_mathml(super().markdown2html(context, source))


def formulas_to_mathml(text: str) -> str:
    """Replace the TeX formulas in HTML with MathML, which browsers display without a script."""
    return MATH.sub(_mathml, strip_files_prefix(text))


def _mathml(match: re.Match[str]) -> str:
    """Return a formula as MathML. Code, and text that turns out not to be TeX, is returned unchanged."""
    code, block, inline = match.groups()
    if code:
        return code
    try:
        converter = latex2mathml.converter.Converter(display="block" if block else "inline")
        formula = converter.convert_to_element(html.unescape(block or inline))
    except Exception:
        return match[0]
    for element in formula.iter():
        element.attrib.pop("href", None)
    # The converter writes symbols as numeric entities, which `tostring` escapes. Undo the escaping only for these
    # entities: the converter's own method also unescapes text, which could then contain tags.
    return re.sub(r"&amp;(?=#x[0-9A-Fa-f]+;)", "&", tostring(formula, encoding="unicode"))
