"""Something done to the disk by a process that is killed after its first change to it, its second, and so on.

    python tests/hub/cutting.py fetch|submit|collect FOLDER

Every moment has a student of its own, who is numbered: in FOLDER/homes/<number> they work on ``ps``, and the course
``demo`` of FOLDER/exchange is collected into FOLDER/submitted. Prints the number of the student who was not cut.
"""

import itertools
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

from autograder.plugin.collect import WaryCollect  # noqa: E402
from autograder.plugin.config import make_stock_commands_work  # noqa: E402

make_stock_commands_work(ROOT)

ACTIONS = {
    "fetch": WholeFetch,
    "stock fetch": ExchangeFetchAssignment,
    "submit": ExchangeSubmit,
    "collect": WaryCollect,
}
TRACED = ("shutil.py", "exchange.py", "submit.py", "fetch_assignment.py", "collect.py")


def act(action, folder, student):
    """What a press of the button does, in this process."""
    home = folder / "homes" / student
    config = Config(
        CourseDirectory={"course_id": "demo", "assignment_id": "ps", "student_id": student, "root": str(folder)},
        Exchange={"root": str(folder / "exchange"), "cache": str(home / "cache"), "assignment_dir": str(home)},
        ExchangeCollect={"check_owner": False, "update": True},
    )
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    ACTIONS[action](coursedir=CourseDirectory(config=config), authenticator=Authenticator(), config=config).start()


def on_disk(folder, student):
    """All that the disk has of a student: names and sizes."""
    places = [folder / "homes" / student, folder / "submitted" / student]
    places += (folder / "exchange" / "demo" / "inbound").glob(f"{student}+*")
    paths = (path for place in places for path in [place, *place.rglob("*")])
    return {str(path): path.stat().st_size for path in paths if path.exists()}


def killed_at(change, action, folder, student):
    """Whether a process that does it was killed, at so many changes of the disk, before it was through."""
    pid = os.fork()
    if pid == 0:
        seen, changes = on_disk(folder, student), 0

        def look(frame, event, _):
            nonlocal seen, changes
            if not frame.f_code.co_filename.endswith(TRACED):
                return None
            now = on_disk(folder, student)
            changes, seen = changes + (now != seen), now
            if changes == change:
                os.kill(os.getpid(), signal.SIGKILL)
            return look

        sys.settrace(look)
        act(action, folder, student)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, f"{action} failed for {student}"
    return os.WIFSIGNALED(status)


def main(action, folder):
    for change in itertools.count(1):
        if not killed_at(change, action, Path(folder), f"{change:03}"):
            print(f"{change:03}")
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
