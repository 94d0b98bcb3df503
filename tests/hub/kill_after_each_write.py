"""Run an action repeatedly. Kill the first run after its first change on disk, the second after its second, and so on.

    echo '["submit", "FOLDER"]' | python tests/hub/kill_after_each_write.py

The actions are those in `ACTIONS`. The script reads any number of them from its input, one per line, because importing
nbgrader takes longer than killing an action on every change.

Each run belongs to a different student, whose name is a number. Student <number> works on the assignment ``ps`` in
FOLDER/homes/<number>. The exchange, with the course ``demo``, is FOLDER/exchange. Submissions are collected into
FOLDER/submitted. For each action, the script prints the number of the first student whose run ended before it could be
killed.
"""

import itertools
import json
import os
import signal
import sys
from pathlib import Path

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "deploy" / "hub" / "student")]

from exchange import WholeFetch  # noqa: E402

from autograder.plugin.collect import SafeCollect  # noqa: E402
from autograder.plugin.config import prepare_environment  # noqa: E402

prepare_environment(ROOT)

ACTIONS = {
    "fetch": WholeFetch,
    "stock fetch": ExchangeFetchAssignment,
    "submit": ExchangeSubmit,
    "collect": SafeCollect,
}
TRACED = ("shutil.py", "exchange.py", "submit.py", "fetch_assignment.py", "collect.py")


def act(action, folder, student):
    """Run an action in this process, just as clicking its button does."""
    home = folder / "homes" / student
    config = Config(
        CourseDirectory={"course_id": "demo", "assignment_id": "ps", "student_id": student, "root": str(folder)},
        Exchange={"root": str(folder / "exchange"), "cache": str(home / "cache"), "assignment_dir": str(home)},
        ExchangeCollect={"check_owner": False, "update": True},
    )
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    ACTIONS[action](coursedir=CourseDirectory(config=config), authenticator=Authenticator(), config=config).start()


def disk_state(folder, student):
    """Return the sizes of all of a student's files and folders, keyed by path."""
    inbound = folder / "exchange" / "demo" / "inbound"
    submissions = [inbound / name for name in os.listdir(inbound) if name.startswith(f"{student}+")]
    sizes = {}
    for place in (folder / "homes" / student, folder / "submitted" / student, *submissions):
        if place.exists():
            sizes[str(place)] = os.stat(place).st_size
        for parent, folders, files in os.walk(place):  # faster than pathlib; most lines of nbgrader change nothing
            paths = [f"{parent}/{name}" for name in folders + files]
            sizes |= {path: os.stat(path).st_size for path in paths}
    return sizes


def run_and_kill(action, folder, student, after_changes):
    """Run an action in a child process that kills itself after the given number of changes on disk.

    Returns
    -------
    bool
        True if the child was killed, False if it finished before that.
    """
    pid = os.fork()
    if pid == 0:
        state, changes = disk_state(folder, student), 0

        def kill_when_due(frame, event, _):
            nonlocal state, changes
            if not frame.f_code.co_filename.endswith(TRACED):
                return None
            new_state = disk_state(folder, student)
            changes, state = changes + (new_state != state), new_state
            if changes == after_changes:
                os.kill(os.getpid(), signal.SIGKILL)
            return kill_when_due

        sys.settrace(kill_when_due)
        act(action, folder, student)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, f"{action} failed for {student}"
    return os.WIFSIGNALED(status)


def main(action, folder):
    for change in itertools.count(1):
        if not run_and_kill(action, Path(folder), f"{change:03}", after_changes=change):
            print(f"{change:03}", flush=True)
            return


if __name__ == "__main__":
    for line in sys.stdin:
        main(*json.loads(line))
