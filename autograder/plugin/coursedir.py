"""nbgrader's course directory, hardened against submitted folders: it neither copies nor trusts their files."""

import os
import re
import secrets
import stat
from datetime import datetime
from typing import Self

from nbgrader.coursedir import CourseDirectory

from .timestamps import BadTime, parse_time


class SafeCourseDirectory(CourseDirectory):
    """A course directory that ignores files next to the notebook and tolerates invalid timestamps."""

    @classmethod
    def copy_of(cls, coursedir: CourseDirectory) -> Self:
        """Make a safe copy of `coursedir` with its current settings."""
        values = {name: getattr(coursedir, name) for name in coursedir.trait_names(config=True)}
        return cls(parent=coursedir.parent, **(values | {"ignore": ["*", ".*"]}))

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """Return the time in ``timestamp.txt``, or None if that is not a regular file with a valid time."""
        text = self._read(os.path.join(dest_path, "timestamp.txt"))
        try:
            return parse_time(text) if text else None
        except BadTime as reason:
            self.log.warning("%s counts as on time, because its timestamp.txt is invalid: %s", dest_path, reason)
            return None

    def exchange_files(self, assignment_id: str, student_id: str) -> dict[str, bytes]:
        """Return the two files next to a submission that nbgrader needs later, to release feedback.

        If a student deleted one of them, stock nbgrader would stop for the whole class. Here, a missing or invalid
        timestamp becomes an empty file. A missing or invalid secret, which names the feedback in the exchange, is
        replaced by a random one.

        Returns
        -------
        dict of str to bytes
            The contents of the files, keyed by file name.
        """
        folder = self.format_path(self.submitted_directory, student_id, assignment_id)
        has_timestamp = self.get_existing_timestamp(folder) is not None
        secret = self._read(os.path.join(folder, "submission_secret.txt"))
        if not re.fullmatch("[0-9a-z]{6,200}", secret):
            secret = secrets.token_hex(64)
        return {
            "timestamp.txt": self._read(os.path.join(folder, "timestamp.txt")).encode() if has_timestamp else b"",
            "submission_secret.txt": secret.encode(),
        }

    @staticmethod
    def _read(path: str) -> str:
        """Return the first 200 bytes of a regular file as ASCII, or "" for anything else, such as a link."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return ""
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return os.read(descriptor, 200).decode("ascii", errors="ignore").strip() if regular else ""
        finally:
            os.close(descriptor)
