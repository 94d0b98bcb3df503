"""nbgrader's course directory, for a run over files that students sent: nothing of theirs is copied or believed."""

import os
import re
import secrets
import stat

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc


class WaryCourseDirectory(CourseDirectory):
    """As nbgrader's, but side files are ignored and timestamps are read with care."""

    @classmethod
    def of(cls, coursedir):
        """A wary copy of `coursedir`, as it stands."""
        values = {name: getattr(coursedir, name) for name in coursedir.trait_names(config=True)}
        return cls(parent=coursedir.parent, **(values | {"ignore": ["*", ".*"]}))

    def get_existing_timestamp(self, dest_path):
        """The time in ``timestamp.txt``, or None where that is not a plain file with a time in it."""
        text = self._read(os.path.join(dest_path, "timestamp.txt"))
        try:
            return parse_utc(text) if text else None
        except (ValueError, OverflowError):
            self.log.warning("%s has no readable timestamp; it counts as not late", dest_path)
            return None

    def companions(self, assignment_id, student_id):
        """The two files beside a submission that nbgrader needs again, to return feedback.

        Where a student took one away, nbgrader would stop for the whole class: then the time is left empty, and
        the secret, which names the feedback in the exchange, is one that nobody knows.

        Returns
        -------
        dict of str to bytes
        """
        folder = self.format_path(self.submitted_directory, student_id, assignment_id)
        timed = self.get_existing_timestamp(folder) is not None
        secret = self._read(os.path.join(folder, "submission_secret.txt"))
        if not re.fullmatch("[0-9a-z]{6,200}", secret):
            secret = secrets.token_hex(64)
        return {
            "timestamp.txt": self._read(os.path.join(folder, "timestamp.txt")).encode() if timed else b"",
            "submission_secret.txt": secret.encode(),
        }

    @staticmethod
    def _read(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return ""
        try:
            plain = stat.S_ISREG(os.fstat(descriptor).st_mode)
            return os.read(descriptor, 200).decode("ascii", errors="ignore").strip() if plain else ""
        finally:
            os.close(descriptor)
