"""`nbgrader collect`, wary of what students left in the exchange.

nbgrader copies it with the instructor's rights and follows links, so a link named like the notebook would collect
whatever the instructor can read: the instructor's notebook, say, which would come back with full marks and with the
solutions in its feedback. A pipe, or a file that cannot be read, would end the collection for everyone.

It takes a folder that is still being written, or was left half-written by a server that was killed, for a submission,
too: what it finds so far would be graded as if it were all.
"""

import os
import pwd
import shutil
import stat
from datetime import datetime

from nbgrader.exchange.default import ExchangeCollect

MAX_FILES = 100


class WaryCollect(ExchangeCollect):
    """As nbgrader's, but takes plain files only, and only those of whoever handed in."""

    def init_src(self):
        super().init_src()
        # A student's name is a folder's below `submitted/`.
        self.src_records = [record for record in self.src_records if record["username"].strip(".")]

    def _path_to_record(self, path):
        """As nbgrader's, but a name with no time in it counts as the earliest, and does not end the collection."""
        try:
            return super()._path_to_record(path)
        except (ValueError, OverflowError):
            filename = os.path.basename(path)
            return {"username": filename.rsplit("+", 3)[0], "filename": filename, "timestamp": datetime.min}

    def _sort_by_timestamp(self, records):
        """The latest whole one first; before it what the student owns, where owners are checked."""
        whole = super()._sort_by_timestamp(filter(self._is_whole, records))
        latest = whole[0]["timestamp"] if whole else datetime.min
        for record in records:
            if record["timestamp"] >= latest and not self._is_whole(record):
                self.log.warning(
                    "%r is not collected: it is being written, or was cut short, for its timestamp.txt does not hold "
                    "the time in its name. Collect again in a minute; if this stays, it must be submitted again.",
                    record["filename"],
                )
        return sorted(whole or records, key=self._is_someone_elses) if self.check_owner else whole or records

    def _is_whole(self, record):
        """Whether ``timestamp.txt``, which nbgrader writes after the notebook, is there and complete."""
        try:
            folder = os.open(os.path.join(self.inbound_path, record["filename"]), os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            written = self._read("timestamp.txt", folder)
        finally:
            os.close(folder)
        return written is not None and written.strip() == os.fsencode(record["filename"].rsplit("+", 3)[2])

    def _is_someone_elses(self, record):
        owner = os.lstat(os.path.join(self.inbound_path, record["filename"])).st_uid
        try:
            return pwd.getpwuid(owner).pw_name != record["username"]
        except KeyError:
            return True

    def copy_files(self):
        """Collect the submissions that are whole."""
        self.src_records = [record for record in self.src_records if self._is_whole(record)]
        super().copy_files()

    def do_copy(self, src, dest, log=None):
        """Copy the plain files in the folder `src`, but no folders, links, or files of another owner.

        `dest` is there at once and whole, or not at all, wherever the collection is interrupted.
        """
        unfinished = os.path.join(os.path.dirname(dest), f".{os.path.basename(dest)}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        self._copy_files(src, unfinished)
        if self.coursedir.groupshared:
            os.chmod(unfinished, 0o2770)
        os.rename(unfinished, dest)

    def _copy_files(self, src, dest):
        needed = {f"{self.coursedir.assignment_id}.ipynb", "timestamp.txt", "submission_secret.txt"}
        try:
            folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            self.log.warning("%s is not a folder that can be read: nothing is collected from it", src)
            return
        try:
            names = sorted(os.listdir(folder), key=lambda name: (name not in needed, name))
            if len(names) > MAX_FILES:
                self.log.warning("%s holds %d files: the notebook and some others are collected", src, len(names))
            for name in names[:MAX_FILES]:
                data = self._read(name, folder)
                if data is None:
                    self.log.warning("%r in %s is not collected: it is no plain file of its owner's", name, src)
                    continue
                with open(os.path.join(dest, name), "wb") as file:
                    file.write(data)
        finally:
            os.close(folder)

    def _read(self, name, folder):
        """A file's bytes, or None where it is not what it seems, or too large."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError:
            return None
        try:
            status, limit = os.fstat(descriptor), 1000 * self.coursedir.max_file_size
            # Another owner's file would be a hard link to it.
            mine = status.st_uid == os.fstat(folder).st_uid
            if not stat.S_ISREG(status.st_mode) or not mine or status.st_size > limit:
                return None
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(descriptor)
