"""An exchange with separate folders for each student, for hubs whose servers all run as the same Unix user.

nbgrader's exchange is one folder for everyone, and Unix permissions keep students apart. In Kubernetes, all servers
usually run with uid 1000, so students could read, forge, and delete each other's work. With this exchange, the hub
mounts into each student's server only that student's folders:

    in the volume                            in ada's server
    exchange/gradlab/outbound                /exchange/gradlab/outbound     read-only
    exchange/gradlab/inbound/ada             /exchange/gradlab/inbound
    exchange/gradlab/feedback/ada            /exchange/gradlab/feedback     read-only

Students use nbgrader as usual. A submission belongs to the student whose folder it is in, even if its name contains
another student's name.
"""

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets import Bool
from traitlets.config import Config

from autograder.safe_text import quoted
from autograder.student_ids import refusal

from .collect import SafeCollect


class CollectFromFolders(SafeCollect):
    """Collects one complete submission from each student, from ``inbound/<student>``."""

    check_owner = Bool(
        False, help="Off: all servers run as one Unix user, so a file's owner does not identify the student."
    ).tag(config=True)

    def arrivals(self) -> Iterator[tuple[Path, str]]:
        self.inbound_path = self._find_inbound()
        for folder in sorted(Path(self.inbound_path).iterdir()):
            if folder.is_symlink() or not folder.is_dir() or not self._is_asked_for(folder.name):
                continue
            if reason := refusal(folder.name):
                self.log.warning("Nothing in %s was collected: %s", quoted(folder.name), reason)
                continue
            try:
                yield from ((folder / name, folder.name) for name in sorted(os.listdir(folder)))
            except OSError:
                self.log.warning("Nothing in %s was collected: the folder cannot be read", quoted(folder.name))


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
