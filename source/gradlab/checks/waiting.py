"""Show a person which case a long check is running, in a line that disappears afterward."""

import contextvars
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TextIO
from uuid import uuid4

from .kernel import a_person_runs_this_cell, cell_starts_with_check, kernel_shell


class Line(Protocol):
    """A line of text that can be replaced and removed.

    Attributes
    ----------
    after, every : float
        The seconds until the line appears, and the seconds between its updates.
    """

    after: float
    every: float

    def show(self, text: str) -> None:
        """Show `text` in place of what the line showed before."""

    def clear(self) -> None:
        """Remove the line."""


class TerminalLine:
    """The terminal line that contains the cursor."""

    after, every = 1.0, 1.0

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._width = stream, shutil.get_terminal_size().columns - 1

    def show(self, text: str) -> None:
        """Show `text` in place of what the line showed before."""
        self._stream.write(f"\r{text[: self._width]:<{self._width}}")
        self._stream.flush()

    def clear(self) -> None:
        """Remove the line."""
        self._stream.write("\r" + " " * self._width + "\r")
        self._stream.flush()


class NotebookLine:
    """The only output of a cell so far. After it is cleared, nothing is left to be saved with the notebook."""

    after, every = 1.0, 1.0

    def __init__(self, publisher: Any) -> None:
        self._publisher, self._id, self._shown = publisher, uuid4().hex, False

    def show(self, text: str) -> None:
        """Show `text` in place of what the line showed before."""
        self._publisher.publish({"text/plain": text}, transient={"display_id": self._id}, update=self._shown)
        self._shown = True

    def clear(self) -> None:
        """Remove the line."""
        self._publisher.clear_output()


def line_for_a_person() -> Line | None:
    """Return a line that a person can see now, or None if output goes to a file or a program.

    In a notebook, only a cell that starts with its check has such a line: clearing would also remove other outputs.
    """
    shell = kernel_shell()
    if shell is None:
        return TerminalLine(sys.stderr) if sys.stderr.isatty() else None
    return NotebookLine(shell.display_pub) if a_person_runs_this_cell() and cell_starts_with_check() else None


class Waiting:
    """Show a line such as "case 2 of 4: 200 digits, 5 s" while the block runs, starting after one second.

    Parameters
    ----------
    labels : sequence of str
        The labels of the cases.
    line : Line or None
        If None, nothing is shown.
    """

    def __init__(self, labels: Sequence[str], line: Line | None) -> None:
        self._labels, self._line, self._number = labels, line, 0
        self._over, self._shown, self._started = threading.Event(), False, time.monotonic()
        self._thread: threading.Thread | None = None

    def begin(self, number: int) -> None:
        """Record that the case with this number, counting from 0, begins."""
        self._number = number

    def __enter__(self) -> Self:
        if self._line is not None:
            # A notebook's kernel finds the cell to write to in the context.
            run = contextvars.copy_context().run
            self._thread = threading.Thread(target=run, args=(self._show, self._line), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Remove the line for good: the check is over, or a debugger needs the screen."""
        self._over.set()
        if self._line is not None and self._thread is not None:
            self._thread.join()
            if self._shown:
                self._line.clear()
                self._shown = False

    def _show(self, line: Line) -> None:
        wait = line.after
        while not self._over.wait(wait):
            seconds = time.monotonic() - self._started
            label = self._labels[self._number]
            line.show(f"case {self._number + 1} of {len(self._labels)}: {label}, {seconds:.0f} s")
            self._shown, wait = True, line.every
