"""What a submission's feedback page and its page in the formgrader have in common.

This module imports little, because every nbgrader command imports the formgrader.
"""

from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"


class PageExporter(HTMLExporter):
    """Renders a notebook with the filters of `autograder.plugin.rendering`."""

    def from_notebook_node(  # type: ignore[override]  # text, as in nbconvert's own HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        # Skip HTMLExporter's own method: it parses the whole page again to find images without alternative text,
        # which takes as long as rendering the page.
        return TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)
