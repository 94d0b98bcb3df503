"""An exchange with separate folders for each student, for hubs whose servers all run as the same Unix user.

nbgrader's exchange is one folder for everyone, and Unix permissions keep students apart. In Kubernetes, every student
has uid 1000, so students could read, forge and delete each other's work. With this exchange, the hub mounts into each
student's server only that student's folders:

    in the volume                            in ada's server
    exchange/gradlab/outbound                /exchange/gradlab/outbound     read-only
    exchange/gradlab/inbound/ada             /exchange/gradlab/inbound
    exchange/gradlab/feedback/ada            /exchange/gradlab/feedback     read-only

Students use nbgrader as usual. A submission belongs to the student whose folder it is in, even if its name contains
another student's name.
"""

import glob
import os
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets import Bool
from traitlets.config import Config

from .collect import Record, SafeCollect


class CollectFromFolders(SafeCollect):
    """Collects each student's latest submission from ``inbound/<student>``."""

    check_owner = Bool(
        False, help="Off: all servers run as one Unix user, so a file's owner does not identify the student."
    ).tag(config=True)

    def init_src(self) -> None:
        super().init_src()
        folders = sorted(Path(self.inbound_path).glob(self.coursedir.student_id or "*"))
        latest = [self._latest(folder) for folder in folders if folder.is_dir() and not folder.is_symlink()]
        self.src_records = [record for record in latest if record]

    def _latest(self, folder: Path) -> Record | None:
        """Return the submission to collect from a student's folder, or None if the folder contains no submission."""
        records = [self._path_to_record(str(path)) for path in folder.glob(f"*+{self.coursedir.assignment_id}+*")]
        for record in records:
            if record["username"] != folder.name:
                self.log.warning(
                    "%r is in %s's folder, so it counts as that student's work", record["filename"], folder.name
                )
            record["username"] = folder.name
            record["filename"] = os.path.join(folder.name, record["filename"])
        on_time = [r for r in records if self.before_duedate and self.duedate and r["timestamp"] <= self.duedate]
        return next(iter(self._sort_by_timestamp(on_time or records)), None)


class ReleaseFeedbackToFolders(ExchangeReleaseFeedback):
    """Copies each student's feedback to ``feedback/<student>``."""

    src_path: str
    dest_path: str
    outbound_feedback_path: str

    def copy_files(self) -> None:
        root, pattern = self.outbound_feedback_path, self.src_path
        for folder in sorted(glob.glob(pattern)):
            self.src_path = glob.escape(folder)
            self.dest_path = os.path.join(root, Path(folder).parent.name)
            os.makedirs(self.dest_path, exist_ok=True)
            super().copy_files()


def use_folders(c: Config) -> None:
    """Configure nbgrader for per-student folders. Call this in ``nbgrader_config.py``, after `configure`."""
    c.ExchangeFactory.collect = "autograder.plugin.per_student_folders.CollectFromFolders"
    c.ExchangeFactory.release_feedback = "autograder.plugin.per_student_folders.ReleaseFeedbackToFolders"
