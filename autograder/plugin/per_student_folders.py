"""An exchange in which each student has folders of their own, for hubs whose servers all run as one Unix user.

nbgrader's exchange is one folder for everyone, in which Unix permissions keep people apart. In Kubernetes every
student is uid 1000: there each could read, forge and delete the others' work. Here the hub mounts into a student's
server what is that student's, and nothing else:

    in the volume                            in ada's server
    exchange/gradlab/outbound                /exchange/gradlab/outbound     read-only
    exchange/gradlab/inbound/ada             /exchange/gradlab/inbound
    exchange/gradlab/feedback/ada            /exchange/gradlab/feedback     read-only

Students use nbgrader as it is. Who handed in is who the folder was mounted for; names within it say nothing.
"""

import glob
import os
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets import Bool

from .collect import WaryCollect


class CollectFromFolders(WaryCollect):
    """Collects each student's latest submission from ``inbound/<student>``."""

    check_owner = Bool(False, help="All servers run as one Unix user: owners say nothing.").tag(config=True)

    def init_src(self):
        super().init_src()
        folders = sorted(Path(self.inbound_path).glob(self.coursedir.student_id or "*"))
        found = [self._latest(folder) for folder in folders if folder.is_dir() and not folder.is_symlink()]
        self.src_records = [record for record in found if record]

    def _latest(self, folder):
        """The submission to take of those in a student's folder, or None."""
        records = [self._path_to_record(str(path)) for path in folder.glob(f"*+{self.coursedir.assignment_id}+*")]
        for record in records:
            if record["username"] != folder.name:
                self.log.warning("%r is in %s's folder, and counts as theirs", record["filename"], folder.name)
            record |= {"username": folder.name, "filename": os.path.join(folder.name, record["filename"])}
        in_time = [r for r in records if self.before_duedate and self.duedate and r["timestamp"] <= self.duedate]
        return next(iter(self._sort_by_timestamp(in_time or records)), None)


class ReleaseFeedbackToFolders(ExchangeReleaseFeedback):
    """Puts each student's feedback into ``feedback/<student>``."""

    def copy_files(self):
        everyones, pattern = self.outbound_feedback_path, self.src_path
        for folder in sorted(glob.glob(pattern)):
            self.src_path = glob.escape(folder)
            self.dest_path = os.path.join(everyones, Path(folder).parent.name)
            os.makedirs(self.dest_path, exist_ok=True)
            super().copy_files()


def use_folders(c):
    """Configure nbgrader for such an exchange, in ``nbgrader_config.py`` after `configure`."""
    c.ExchangeFactory.collect = "autograder.plugin.per_student_folders.CollectFromFolders"
    c.ExchangeFactory.release_feedback = "autograder.plugin.per_student_folders.ReleaseFeedbackToFolders"
