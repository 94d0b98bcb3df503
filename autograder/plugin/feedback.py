"""The page a student gets back: one file that loads nothing from elsewhere and runs no script."""

import html
import re
from pathlib import Path
from xml.etree.ElementTree import tostring

import latex2mathml.converter
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML, strip_files_prefix
from pygments.formatters import HtmlFormatter

from gradlab.checks.report import number

TEMPLATES = Path(__file__).parent / "templates"
MATH = re.compile(r"(<pre.*?</pre>|<code.*?</code>)|\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)


class FeedbackExporter(HTMLExporter):
    """Renders a graded notebook for its student: scores first, verdicts under the answers, formulas as MathML."""

    def default_filters(self):
        yield from super().default_filters()
        yield ("points", number)

    def from_notebook_node(self, nb, resources=None, **kwargs):
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get("gradlab", {}).get("guide")]
        resources = self._init_resources(resources or {})
        style = (TEMPLATES / "gradlab_feedback" / "style.css").read_text(encoding="utf-8")
        resources["gradlab"] = {"style": style + HtmlFormatter(style="friendly").get_style_defs(".highlight")}
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        # HTMLExporter would parse the whole page again, which takes as long as making it, to mark images that
        # have no description.
        return TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)

    @pass_context
    def markdown2html(self, context, source):
        return formulas(super().markdown2html(context, source))


def formulas(text):
    """HTML with its formulas as MathML, which browsers show by themselves."""
    return MATH.sub(_mathml, strip_files_prefix(text))


def _mathml(match):
    """A formula as MathML; code, and what is not TeX after all, as it was."""
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
    # The converter writes symbols as numeric entities, and would turn text back into tags to keep them.
    return re.sub(r"&amp;(?=#x[0-9A-Fa-f]+;)", "&", tostring(formula, encoding="unicode"))
