"""The exchange in a simulated term, as students use it."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from .kinds import Kind
from .machine import Machine

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "gradlab"
c.Exchange.root = {root!r}
"""
BAD_TIMES = ("yesterday", "2999-01-01 00:00:00.000000 UTC", "1999-01-01 00:00:00.000000 UTC")


class Exchange:
    """An exchange in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root, self.inbound = root, root / "gradlab" / "inbound"

    def send(self, kind: Kind, name: str, student: str, sent: datetime) -> datetime:
        """Submit as `nbgrader submit` does, and return when the submission arrived, according to the exchange."""
        stamp = f"{sent:%Y-%m-%d %H:%M:%S.%f} UTC"
        folder = self.inbound / f"{student}+{name}+{stamp}+{secrets.token_urlsafe(9)}"
        folder.mkdir()
        if kind.content is not None:
            (folder / f"{name}.ipynb").write_bytes(kind.content)
        (folder / "timestamp.txt").write_text(stamp)
        (folder / "submission_secret.txt").write_text(secrets.token_hex(64))
        changed = max(path.stat().st_ctime for path in (folder, *folder.glob("*.ipynb")))
        return datetime.fromtimestamp(changed, UTC).replace(tzinfo=None)

    def send_malformed(self, name: str, students: list[str]) -> None:
        """For up to four students, submit a folder that must not be collected."""
        unfinished = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        for student, stamp in zip(students, (*BAD_TIMES, unfinished), strict=False):
            (self.inbound / f"{student}+{name}+{stamp}+x").mkdir()

    def submit_with_nbgrader(self, kind: Kind, name: str, student: str, machine: Machine) -> datetime:
        """Have nbgrader fetch and submit an assignment, and return the time that it gives the submission."""
        folder = machine.home / f"student-{secrets.token_hex(4)}"
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(self.root)), encoding="utf-8")
        machine.nbgrader("fetch_assignment", name, cwd=folder)
        assert kind.content
        (folder / name / f"{name}.ipynb").write_bytes(kind.content)
        known = set(self.inbound.iterdir())
        machine.nbgrader("submit", name, f"--student={student}", cwd=folder)
        (sent,) = set(self.inbound.iterdir()) - known
        return datetime.fromisoformat(sent.name.split("+")[2].removesuffix(" UTC"))
