"""One run of `nbgrader generate_feedback`: reads the grades, has other processes render the pages, and writes them.

Only this process uses the gradebook and writes files. The other processes receive notebooks and return pages, as JSON.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, cast

import nbformat
from nbgrader.converters.base import NbGraderException

from autograder.grading.pool import GradingError

from .class_run import ClassRun
from .feedback import FeedbackExporter
from .page_pool import PagePool

AHEAD = 3  # pages per process that are prepared before the first of them is written
FEW = 8  # for fewer pages, it takes longer to start processes than to render the pages


class ParallelFeedback(FeedbackExporter):
    """The exporter that nbgrader creates once per run. It replaces nbgrader's loop over the graded notebooks.

    nbgrader then registers the preprocessors that read the gradebook. They run here; those of `FeedbackExporter` itself
    run where the page is rendered.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.converter = cast(Any, self.parent)  # nbgrader.converters.GenerateFeedback, which has no types
        self.assignment: str = self.converter.coursedir.assignment_id
        self._own_preprocessors = len(self._preprocessors)
        self.converter.convert_notebooks = self.convert

    def convert(self) -> None:
        """Write all pages. nbgrader calls this method instead of its own loop."""
        total = sum(map(len, self.converter.assignments.values()))
        waiting: deque[_Rendering] = deque()
        with ClassRun(self.converter, "feedback", total) as shown, self._pool(total) as pool:
            for _, notebooks in sorted(self.converter.assignments.items()):
                student = self.converter.init_single_notebook_resources(notebooks[0])["nbgrader"]["student"]
                with shown.submission(student):
                    waiting.extend(self._start(student, sorted(notebooks), pool))
                while len(waiting) > AHEAD * pool.workers:
                    self._finish(waiting.popleft(), shown)
            while waiting:
                self._finish(waiting.popleft(), shown)
        self.converter.log.info("%s: %d pages written", self.assignment, shown.converted)
        shown.raise_if_any_failed()

    def _pool(self, pages: int) -> PagePool:
        try:
            return PagePool(self.converter.config, workers=os.cpu_count() or 1 if pages >= FEW else 0)
        except GradingError as reason:
            self.converter.log.error("%s", reason)
            raise NbGraderException(str(reason)) from None

    def _start(self, student: str, notebooks: list[str], pool: PagePool) -> list[_Rendering]:
        """Start rendering a student's pages, unless the student is excluded."""
        self.converter.notebooks = notebooks
        if not self.converter.init_destination(self.assignment, student):
            return []
        self.converter.run_pre_convert_hook()
        self.converter.init_assignment(self.assignment, student)
        return [self._start_page(student, notebook, pool) for notebook in notebooks]

    def _start_page(self, student: str, notebook: str, pool: PagePool) -> _Rendering:
        """Read a notebook and its grades, and start rendering its page."""
        resources = self.converter.init_single_notebook_resources(notebook)
        resources["metadata"] = {"name": Path(notebook).stem, "path": str(Path(notebook).parent)}
        resources["output_extension"] = self.file_extension
        graded = nbformat.v4.reads(Path(notebook).read_text(encoding="utf-8"))
        for preprocessor in self._preprocessors[self._own_preprocessors :]:
            graded, resources = preprocessor(graded, resources)
        return _Rendering(student, resources, pool.submit({"notebook": graded, "resources": resources}))

    def _finish(self, rendering: _Rendering, shown: ClassRun) -> None:
        """Write a page when it is ready."""
        student, resources, page = rendering
        with shown.submission(student):
            self.converter.write_single_notebook(page.result(), resources)
            self.converter.set_permissions(self.assignment, student)
            self.converter.run_post_convert_hook()
            shown.done(f"{student}: feedback is written")


class _Rendering(NamedTuple):
    """A page that is being rendered."""

    student: str
    resources: dict[str, Any]
    page: Future[str]
