"""The feedback page that a student gets: one self-contained file that runs no scripts."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from nbformat import NotebookNode

from gradlab.checks.report import number, prose

from .feedback_banner import events
from .feedback_summary import bonus, entries
from .outline import outline
from .page_exporter import TEMPLATES, PageExporter
from .rendering import formatted

FILTERS: dict[str, Callable[..., Any]] = {
    "points": number,
    "bonus": bonus,
    "prose": prose,
    "formatted": formatted,
    "outline": outline,
}


class FeedbackExporter(PageExporter):
    """Renders a student's graded notebook: first what happened and the points, then the answers and verdicts.

    `nbgrader generate_feedback` creates one exporter per run, before it writes the first page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.parent is None:
            return
        # A process that only renders pages does without nbgrader: importing it takes longer than rendering a page.
        from nbgrader.converters.base import BaseConverter

        from .late_policy import load_late_rules

        if isinstance(self.parent, BaseConverter):
            self.late_rules = load_late_rules(self)

    def default_filters(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        yield from super().default_filters()
        yield from FILTERS.items()

    def from_notebook_node(  # type: ignore[override]  # text, as in nbconvert's own HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get("gradlab", {}).get("guide")]
        ours = {"style": _style(), "events": events(nb), "entries": entries(nb)}
        if nb.metadata.get("gradlab", {}).get("problem"):  # all other cells are as released
            nb.cells = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        return super().from_notebook_node(nb, dict(resources or {}, gradlab=ours), **kwargs)


@functools.cache
def _style() -> str:
    return (TEMPLATES / "gradlab_feedback" / "style.css").read_text(encoding="utf-8")
