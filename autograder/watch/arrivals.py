"""Notices what arrives in the exchange. Each submission is yielded once, as soon as it is complete.

The exchange is read by the class that ``c.ExchangeFactory.collect`` names, which trusts nothing in it.
"""

from collections.abc import Iterator
from pathlib import Path

from autograder.plugin.collect import SafeCollect, Submission, shown
from autograder.plugin.submission_name import Refused

PATIENCE = 60.0  # seconds that a submission may take to become complete


class Arrivals:
    """The submissions that have arrived since the last look.

    Parameters
    ----------
    collector : SafeCollect
    patience : float
        How long to wait for an incomplete submission to become complete, in seconds.
    """

    def __init__(self, collector: SafeCollect, patience: float = PATIENCE) -> None:
        self.collector, self.patience = collector, patience
        self._done: set[Path] = set()
        self._first_seen: dict[Path, float] = {}  # of incomplete submissions

    def look(self, now: float) -> Iterator[Submission]:
        """Yield each complete submission that has not been yielded before.

        Report any submission that still cannot be graded after `patience` seconds.
        """
        for path, sender in self.collector.arrivals():
            if path in self._done:
                continue
            late = now - self._first_seen.setdefault(path, now) >= self.patience
            submission, problem = self._examine(path, sender)
            # nbgrader writes the secret last, and makes the folder readable after that.
            if (problem or (submission and not submission.has_secret)) and not late:
                continue
            self._done.add(path)
            del self._first_seen[path]
            if problem:
                self.collector.log.warning("%s is not graded: %s", shown(path, sender), problem)
            elif submission:
                yield submission
        self.collector.timekeeper.check()  # saves when each submission arrived

    def _examine(self, path: Path, sender: str) -> tuple[Submission | None, str]:
        """Return a path's submission, if there is one, and the reason why it cannot be graded, or ""."""
        try:
            submission = self.collector.examine(path, sender)
        except Refused as reason:
            return None, str(reason)
        if submission and not submission.arrival:
            return None, "its timestamp.txt does not contain the time in its name: it was cut short or changed"
        return submission, ""
