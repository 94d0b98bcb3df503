"""``watch``: grade what arrives in the exchange until stopped, and release the feedback at once."""

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.attempts.record import Rules
from autograder.catalogue import assignments
from autograder.running.settings import require_sandbox
from autograder.safe_text import escape
from autograder.sandbox import Unavailable
from autograder.watch.arrivals import PATIENCE, Arrivals
from autograder.watch.steps import Steps, reason
from autograder.watch.watcher import BATCH, RETRY, Watcher


def run(course: Path, assignment: str, attempts: int | None, every: float, pause: float, once: bool) -> int:
    """Watch an assignment of the course in the folder `course`.

    Parameters
    ----------
    course : Path
    assignment : str
    attempts : int or None
        The number of attempts that each student has. None means no limit.
    every : float
        The time between checks of the exchange, in seconds.
    pause : float
        The minimum time between two graded attempts of a student, in minutes.
    once : bool
        Whether to stop when everything that has arrived has been handled.

    Returns
    -------
    int
        0 if it was stopped, or if everything was handled; 1 if the assignment cannot be watched, or if a submission
        could not be graded for a reason that is not the student's fault.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if assignment not in assignments():
        return _refuse(f"There is no assignment {assignment!r}. The assignments are {', '.join(assignments())}.")
    try:
        os.chdir(course)
        steps = Steps(assignment)
        if problem := _problem(steps):
            return _refuse(problem)
        with _lock(steps.folder):
            arrivals = Arrivals(steps.collector, 0.0 if once else PATIENCE)
            watcher = Watcher(steps, arrivals, Rules(attempts, 60 * pause), stop, _say, _complain)
            if not once:
                limit = f"{attempts} per student" if attempts else "unlimited"
                _say(f"Watching {assignment} every {every:g} seconds; attempts: {limit}. Stop with Ctrl-C.")
            return loop(watcher, stop, every, once)
    except BlockingIOError:
        return _refuse(f"Another `watch {assignment}` is already running in {course}. Stop it first.")
    except OSError as error:
        return _refuse(f"The course in {course} cannot be watched: {reason(error)}.")


def loop(watcher: Watcher, stop: threading.Event, every: float, once: bool) -> int:
    """Call the watcher's `round` until `stop` is set or, if `once`, until there is nothing left to do.

    Returns
    -------
    int
        The exit code of `run`.
    """
    trouble, handled = "", 0
    while not stop.is_set():
        try:
            count, latest = watcher.round(time.time()), ""
        except Exception as error:  # for example, the exchange is gone, or the disk is full
            watcher.steps.app.log.warning("a round failed", exc_info=True)
            count, latest = 0, reason(error)
        if latest and latest != trouble:
            _complain(f"Nothing can be graded: {latest}. Trying again in {RETRY:.0f} seconds.")
        trouble = latest
        handled += count
        if once and not count:
            if not handled and not trouble:
                _say("Nothing new has arrived.")
            return int(bool(trouble or watcher.failed))
        if not once and count < BATCH:
            stop.wait(RETRY if trouble else every)
    return 0


def _problem(steps: Steps) -> str:
    """Return the reason why the assignment cannot be watched and what to do about it, or "" if it can be."""
    assignment, config = steps.assignment, steps.app.config
    exchange = Path(steps.collector.root)
    released = exchange / steps.app.coursedir.course_id
    if not steps.app.coursedir.course_id:
        return "The course has no name: set c.CourseDirectory.course_id in nbgrader_config.py."
    if not exchange.is_dir():
        return f"There is no exchange at {exchange}: create that folder, or set c.Exchange.root in nbgrader_config.py."
    if not (released / "outbound" / assignment).is_dir() or not steps.released.is_file():
        return (
            f"{assignment} has not been released. Run `nbgrader generate_assignment {assignment}` and "
            f"`nbgrader release_assignment {assignment}` first."
        )
    for folder, mode in ((released / "inbound", os.R_OK | os.X_OK), (released, os.W_OK | os.X_OK)):
        if not os.access(folder, mode):
            return f"You lack permissions for {folder}: run this command as the user who released the assignment."
    if not config.JudgedExporter.get("grade_without_sandbox", False):
        try:
            require_sandbox()
        except Unavailable as problem:
            return str(problem)
    return ""


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Make sure that no other process watches the assignment. The lock ends with this process, however it ends."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _say(line: str) -> None:
    print(escape(line), flush=True)


def _complain(sentence: str) -> None:
    print(escape(sentence), file=sys.stderr, flush=True)


def _refuse(sentence: str) -> int:
    """Print why the assignment cannot be watched, and return exit code 1."""
    _complain(sentence)
    return 1
