"""Renders feedback pages in several processes at once.

The processes are started as new programs, because the process that needs the pages may be the formgrader, which runs
threads and must not be forked. A page process ends when its standard input closes, so it does not outlive its parent.
"""

import contextlib
import json
import subprocess
import sys
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from nbformat.notebooknode import from_dict
from traitlets.config import Config

from autograder.grading.pool import GradingError
from autograder.paths import ROOT

from .feedback import FeedbackExporter

BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from autograder.plugin.page_pool import main; main(sys.argv[2])"
# The sections of the configuration that apply to the exporter.
SECTIONS = ("NbConvertBase", "Exporter", "TemplateExporter", "HTMLExporter", "PageExporter", "FeedbackExporter")

Page = dict[str, Any]  # a graded notebook, and nbconvert's resources, which contain the total points


class PageProcess:
    """A process that renders one page at a time.

    Parameters
    ----------
    config : str
        The configuration of the exporter, as JSON.
    """

    def __init__(self, config: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", BOOT, str(ROOT), config],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            encoding="utf-8",
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._pages, self._answers = self.process.stdin, self.process.stdout

    def render(self, page: str) -> dict[str, str]:
        """Return the answer to a page that was encoded as JSON: its HTML, or an error."""
        try:
            self._pages.write(page + "\n")
            self._pages.flush()
            answer = self._answers.readline()
        except BrokenPipeError:
            answer = ""
        found: dict[str, str] = json.loads(answer or '{"error": "the process that renders pages has ended"}')
        return found

    def close(self) -> None:
        """Release the process's resources after it has been killed."""
        with contextlib.suppress(BrokenPipeError):
            self._pages.close()
        self._answers.close()
        self.process.wait()


class PagePool:
    """Renders pages, in as many processes as there are workers. Use it in a ``with`` statement.

    Its attribute `processes` lists the processes.

    Parameters
    ----------
    config : traitlets.config.Config
        nbgrader's configuration.
    workers : int
        The number of processes. If it is 0, this process renders each page when it is submitted.
    """

    def __init__(self, config: Config, workers: int) -> None:
        self.workers = workers
        settings = "{" + ", ".join(_section(config, name) for name in SECTIONS if name in config) + "}"
        self._exporter = None if workers else exporter(settings)
        self.processes = [PageProcess(settings) for _ in range(workers)]
        self._idle: SimpleQueue[PageProcess] = SimpleQueue()
        for process in self.processes:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(max(workers, 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self.processes:
            process.close()

    def submit(self, page: Page) -> Future[str]:
        """Start rendering a page, and return the future of its HTML."""
        if self._exporter is None:
            return self._threads.submit(self._render, json.dumps(page))
        future: Future[str] = Future()
        future.set_result(render(self._exporter, page))
        return future

    def _render(self, page: str) -> str:
        process = self._idle.get()
        try:
            answer = process.render(page)
        finally:
            self._idle.put(process)
        if "error" in answer:
            raise GradingError(f"its page cannot be rendered: {answer['error']}")
        return answer["html"]


def _section(config: Config, name: str) -> str:
    """Return a section of the configuration as JSON, with its name.

    Raises
    ------
    GradingError
        If the section contains anything but plain values.
    """
    try:
        return f"{json.dumps(name)}: {json.dumps(config[name])}"
    except TypeError as error:
        raise GradingError(
            f"c.{name} must contain only text, numbers, lists, and dicts, because other processes render the feedback: "
            f"{error}. Specify functions by name, as in 'package.module.function'."
        ) from None


def exporter(config: str) -> FeedbackExporter:
    return FeedbackExporter(config=Config(json.loads(config)))


def render(exporter: FeedbackExporter, page: Page) -> str:
    html, _ = exporter.from_notebook_node(from_dict(page["notebook"]), page["resources"])
    return html


def main(config: str) -> None:
    """Read pages as lines of JSON from standard input, and write each answer as a line of JSON to standard output."""
    answers, sys.stdout = sys.stdout, sys.stderr
    ours = exporter(config)
    for line in sys.stdin:
        try:
            answer = {"html": render(ours, json.loads(line))}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)
