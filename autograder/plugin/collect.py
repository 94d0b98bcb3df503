"""`nbgrader collect`, wary of what students left in the exchange.

nbgrader copies it with the instructor's rights and follows links, so a link named like the notebook would collect
whatever the instructor can read: the instructor's notebook, say, which would come back with full marks and with the
solutions in its feedback. A pipe, or a file that cannot be read, would end the collection for everyone.
"""

import os
import pwd
import stat

from nbgrader.exchange.default import ExchangeCollect

MAX_FILES = 100


class WaryCollect(ExchangeCollect):
    """As nbgrader's, but takes plain files only, and only those of whoever handed in."""

    def _sort_by_timestamp(self, records):
        """The latest first; before it what the student owns, where owners are checked."""
        records = super()._sort_by_timestamp(records)
        return sorted(records, key=self._is_someone_elses) if self.check_owner else records

    def _is_someone_elses(self, record):
        owner = os.lstat(os.path.join(self.inbound_path, record["filename"])).st_uid
        try:
            return pwd.getpwuid(owner).pw_name != record["username"]
        except KeyError:
            return True

    def do_copy(self, src, dest, log=None):
        """Copy the plain files in the folder `src`, but no folders, links, or files of another owner."""
        os.makedirs(dest)
        try:
            folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            self.log.warning("%s is not a folder that can be read: nothing is collected from it", src)
            return
        try:
            for name in sorted(os.listdir(folder))[:MAX_FILES]:
                data = self._read(name, folder)
                if data is None:
                    self.log.warning("%r in %s is not collected: it is no plain file of its owner's", name, src)
                    continue
                with open(os.path.join(dest, name), "wb") as file:
                    file.write(data)
        finally:
            os.close(folder)
        if self.coursedir.groupshared:
            os.chmod(dest, 0o2770)

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
