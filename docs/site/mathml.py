"""Shows formulas as MathML, which browsers render without a script or a font from elsewhere."""

import re
from typing import Any

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from sphinx.application import Sphinx


def visit(self: Any, node: Any) -> None:
    """Write a formula in a line of text."""
    self.body.append(convert(node.astext(), display="inline"))
    raise SkipNode


def visit_block(self: Any, node: Any) -> None:
    """Write a formula that has its own line. Where ``\\qquad`` separates formulas, a narrow window breaks the line."""
    formulas = [convert(formula, display="block") for formula in re.split(r"(?:\\qquad\s*)+", node.astext()) if formula]
    self.body.append(f'<div class="math">{" ".join(formulas)}</div>')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer with Sphinx, and make it the one that is used."""
    app.add_html_math_renderer("mathml", (visit, None), (visit_block, None))
    app.config.html_math_renderer_name = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
