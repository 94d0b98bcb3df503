"""When submissions arrived in the exchange, as recorded when they were first collected.

A submission gives its own time, which nbgrader writes on the student's side, so that time can be forged. The exchange
knows when the submission's folder and notebook were last changed (their ctime), and students cannot set that time. If
the exchange saw a submission much later than the submission claims, the exchange's time counts.

The exchange's times are recorded in ``build/arrivals/``, because they are lost when the exchange is moved or restored:
all of its files then seem to have just arrived. An arrival is identified by the digest of its content. So if a student
replaces the notebook in an old folder, the new notebook is a new arrival; and if a student submits the same notebook
again, the time of its first arrival counts.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.atomic import write_text

TIMES = {"claimed", "seen", "checked", "time", "counted"}  # the fields that are times


@dataclass(frozen=True)
class Arrival:
    """The arrival of a submission. Times are in UTC, without a time zone.

    Attributes
    ----------
    folder : str
        The name of the submission's folder in the exchange.
    digest : str
        Identifies the content of the submitted notebook.
    claimed : datetime
        The time that the submission gives.
    seen : datetime
        When the folder was last changed, according to the exchange, as of the first time that this content was found in
        it.
    checked : datetime
        The same, as of the last time that this content was found in it. As long as the folder has this time, its
        content is unchanged.
    excused : bool
        Whether the claimed time counts even though the exchange saw the submission later.
    """

    folder: str
    digest: str
    claimed: datetime
    seen: datetime
    checked: datetime
    excused: bool = False


@dataclass(frozen=True)
class Trust:
    """Decides whether an arrival's claimed time is believed.

    Attributes
    ----------
    check : bool
        Whether claimed times are checked at all.
    tolerance : timedelta
        How much later than claimed the exchange may see a submission.
    moved : datetime or None
        When the exchange was moved or restored: earlier claimed times are believed.
    """

    check: bool
    tolerance: timedelta
    moved: datetime | None = None

    def believes(self, arrival: Arrival) -> bool:
        """Return whether the claimed time counts."""
        if not self.check or arrival.excused or arrival.seen - arrival.claimed <= self.tolerance:
            return True
        return self.moved is not None and arrival.claimed < self.moved

    def time(self, arrival: Arrival) -> datetime:
        """Return the time that counts for this arrival by itself."""
        return arrival.claimed if self.believes(arrival) else arrival.seen


@dataclass(frozen=True)
class Collected:
    """The last collected submission: the digest of its content, when it was sent, and the time that counted."""

    digest: str
    time: datetime
    counted: datetime


class Arrivals:
    """The arrivals of one student's submissions to one assignment, recorded in the file `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.collected: Collected | None = None
        self._arrivals: dict[tuple[str, str], Arrival] = {}
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            for values in saved["arrivals"]:
                arrival = Arrival(**_parsed(values))
                self._arrivals[arrival.folder, arrival.digest] = arrival
            if saved["collected"]:
                self.collected = Collected(**_parsed(saved["collected"]))
        except (OSError, ValueError, KeyError, TypeError):  # there is no file yet, or `save` did not write it
            self._arrivals = {}
        self._saved = self._text()

    def unchanged(self, folder: str, changed: datetime) -> Arrival | None:
        """Return the arrival of a folder's content if the folder has not changed since the content was last checked."""
        return next((a for a in self._arrivals.values() if a.folder == folder and a.checked == changed), None)

    def add(self, folder: str, digest: str, claimed: datetime, changed: datetime) -> tuple[Arrival, bool]:
        """Record what was found in a folder. Return the arrival, and whether it is new."""
        known = self._arrivals.get((folder, digest))
        arrival = replace(known, checked=changed) if known else Arrival(folder, digest, claimed, changed, changed)
        self._arrivals[folder, digest] = arrival
        return arrival, known is None

    def current(self, arrival: Arrival) -> Arrival:
        """Return an arrival as it is now recorded."""
        return self._arrivals[arrival.folder, arrival.digest]

    def excuse(self, arrival: Arrival) -> None:
        """Let an arrival's claimed time count."""
        self._arrivals[arrival.folder, arrival.digest] = replace(arrival, excused=True)

    def first_time(self, digest: str, trust: Trust) -> datetime:
        """Return the time when this content first arrived."""
        return min(trust.time(arrival) for arrival in self._arrivals.values() if arrival.digest == digest)

    def save(self) -> None:
        """Write the file if something has changed. An interruption leaves the old file."""
        text = self._text()
        if text == self._saved:
            return
        write_text(self.path, text)
        self._saved = text

    def _text(self) -> str:
        values = {
            "arrivals": [asdict(arrival) for arrival in self._arrivals.values()],
            "collected": asdict(self.collected) if self.collected else None,
        }
        return json.dumps(values, indent=1, default=datetime.isoformat)


def _parsed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in TIMES else value for name, value in values.items()}
