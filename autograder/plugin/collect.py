"""`nbgrader collect`, hardened against what students can leave in the exchange.

nbgrader copies submissions with the instructor's permissions and follows links. A student could therefore give a link
the notebook's name and submit any file that the instructor can read. For example, the instructor's own notebook would
earn full credit, and its feedback would show the solutions. A named pipe or an unreadable file would stop the
collection for everyone.

nbgrader also collects folders that are incomplete, because they are still being written or because a server was killed,
and grades them as if they were complete.
"""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from datetime import datetime
from logging import Logger
from typing import TypedDict

from nbgrader.exchange.default import ExchangeCollect

from autograder.notebooks.intake import is_numbered_copy

MAX_FILES = 100


class Record(TypedDict):
    """The information that nbgrader reads from the name of a submission folder."""

    username: str
    filename: str
    timestamp: datetime


class SafeCollect(ExchangeCollect):
    """Collects complete submissions only, and only regular files that belong to the owner of their folder."""

    inbound_path: str
    src_records: list[Record]

    def init_src(self) -> None:
        super().init_src()
        # The student's name becomes the name of a folder in `submitted/`, so it must not be "." or "..".
        self.src_records = [record for record in self.src_records if record["username"].strip(".")]

    def _path_to_record(self, path: str) -> Record:
        """Parse a folder's name. A name without a valid time gets the earliest possible time."""
        try:
            return super()._path_to_record(path)
        except (ValueError, ArithmeticError):
            filename = os.path.basename(path)
            return {"username": filename.rsplit("+", 3)[0], "filename": filename, "timestamp": datetime.min}

    def _sort_by_timestamp(self, records: Sequence[Record]) -> list[Record]:
        """Sort the complete submissions (all submissions if none is complete), latest first.

        If owners are checked, submissions that the student owns come before all others.
        """
        complete: list[Record] = super()._sort_by_timestamp(filter(self._is_complete, records))
        latest = complete[0]["timestamp"] if complete else datetime.min
        for record in records:
            if record["timestamp"] >= latest and not self._is_complete(record):
                self.log.warning(
                    "%r was not collected: its timestamp.txt does not contain the time in its name, so it is still "
                    "being written or was cut short. Collect again in a minute; if you see this message again, the "
                    "student has to resubmit.",
                    record["filename"],
                )
        candidates = complete or list(records)
        return sorted(candidates, key=self._has_other_owner) if self.check_owner else candidates

    def _is_complete(self, record: Record) -> bool:
        """Return whether ``timestamp.txt``, which nbgrader writes after the notebook, exists and is complete."""
        try:
            folder = os.open(os.path.join(self.inbound_path, record["filename"]), os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            written = self._read("timestamp.txt", folder)
        finally:
            os.close(folder)
        return written is not None and written.strip() == os.fsencode(record["filename"].rsplit("+", 3)[2])

    def _has_other_owner(self, record: Record) -> bool:
        owner = os.lstat(os.path.join(self.inbound_path, record["filename"])).st_uid
        try:
            return pwd.getpwuid(owner).pw_name != record["username"]
        except KeyError:
            return True

    def copy_files(self) -> None:
        """Collect the complete submissions."""
        self.src_records = [record for record in self.src_records if self._is_complete(record)]
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Logger | None = None) -> None:
        """Copy the regular files in the folder `src`. Skip folders, links, and files that belong to another owner.

        If the copying is interrupted, `dest` does not exist: it is created by renaming a complete copy.
        """
        unfinished = os.path.join(os.path.dirname(dest), f".{os.path.basename(dest)}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        self._copy_regular_files(src, unfinished)
        if self.coursedir.groupshared:
            os.chmod(unfinished, 0o2770)
        os.rename(unfinished, dest)

    def _copy_regular_files(self, src: str, dest: str) -> None:
        notebook = f"{self.coursedir.assignment_id}.ipynb"
        needed = {notebook, "timestamp.txt", "submission_secret.txt"}
        try:
            folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            self.log.warning("Nothing was collected from %s, because it is not a readable folder", src)
            return
        try:
            names = sorted(
                os.listdir(folder), key=lambda name: (name not in needed, not is_numbered_copy(name, notebook), name)
            )
            if len(names) > MAX_FILES:
                self.log.warning(
                    "%s contains %d files; only %d were collected, the notebook first", src, len(names), MAX_FILES
                )
            for name in names[:MAX_FILES]:
                data = self._read(name, folder)
                if data is None:
                    self.log.warning(
                        "%r in %s was not collected, because it is not a readable regular file, is too large, or does "
                        "not belong to the owner of its folder",
                        name,
                        src,
                    )
                    continue
                with open(os.path.join(dest, name), "wb") as file:
                    file.write(data)
        finally:
            os.close(folder)

    def _read(self, name: str, folder: int) -> bytes | None:
        """Return the bytes of a file in the open directory `folder`, or None if the file must not be copied."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError:
            return None
        try:
            status, limit = os.fstat(descriptor), 1000 * self.coursedir.max_file_size
            # A file with another owner is a hard link to that person's file.
            same_owner = status.st_uid == os.fstat(folder).st_uid
            if not stat.S_ISREG(status.st_mode) or not same_owner or status.st_size > limit:
                return None
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(descriptor)
