"""The exchange of a hub whose servers all run as one Unix user. Links replace the folders that the hub would mount."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import (
    ExchangeCollect,
    ExchangeFetchAssignment,
    ExchangeFetchFeedback,
    ExchangeReleaseAssignment,
    ExchangeSubmit,
)
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item

from autograder.paths import ROOT
from autograder.plugin.per_student_folders import use_folders

STUDENT_CONFIG = ROOT / "deploy" / "images" / "student" / "nbgrader_config.py"
ASSIGNMENT = "update_rules"
# This is not nbgrader's own logger, which belongs to an application if an earlier test has started one in this process.
LOG = logging.getLogger(__name__)
TIME = "2026-01-01 00:00:00 UTC"


class Class:
    """A volume with an exchange, and students' servers that see only the folders that a hub would mount."""

    def __init__(self, folder):
        self.folder, self.volume = folder, folder / "volume" / "exchange"
        self.volume.mkdir(parents=True)
        self.volume.chmod(0o777)
        released = folder / "course" / "release" / "." / ASSIGNMENT
        released.mkdir(parents=True)
        (released / f"{ASSIGNMENT}.ipynb").write_text("{}")
        self.graders = Config()
        self.graders.CourseDirectory.root = str(folder / "course")
        self.graders.CourseDirectory.course_id = "gradlab"
        self.graders.Exchange.root = str(self.volume)
        use_folders(self.graders)

    def server(self, student, monkeypatch):
        """Return nbgrader's configuration on a student's server, as in the students' image."""
        mounted = self.folder / "servers" / student / "exchange" / "gradlab"
        mounted.mkdir(parents=True)
        for name, source in (
            ("outbound", "outbound"),
            ("inbound", f"inbound/{student}"),
            ("feedback", f"feedback/{student}"),
        ):
            (self.volume / "gradlab" / source).mkdir(parents=True, exist_ok=True)
            (mounted / name).symlink_to(self.volume / "gradlab" / source)
        monkeypatch.setenv("JUPYTERHUB_USER", student)
        config = PyFileConfigLoader(str(STUDENT_CONFIG)).load_config()
        config.Exchange.root = str(mounted.parent)
        config.Exchange.cache = str(self.folder / "servers" / student / "cache")
        config.Exchange.assignment_dir = str(self.folder / "servers" / student)
        return config

    def collect(self):
        run(import_item(self.graders.ExchangeFactory.collect), self.graders)

    def submitted(self):
        found = (self.folder / "course" / "submitted").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
        return {path.parents[1].name: path.read_text() for path in found}


def run(step, config, **course_settings):
    coursedir = CourseDirectory(config=config, assignment_id=ASSIGNMENT, **course_settings)
    step(coursedir=coursedir, authenticator=Authenticator(config=config), config=config, log=LOG).start()


def submit(config, answer, **course_settings):
    notebook = Path(config.Exchange.assignment_dir) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.write_text(answer)
    run(ExchangeSubmit, config, **course_settings)


@pytest.fixture
def classroom(tmp_path, monkeypatch):
    # To find Alembic's version, nbgrader runs a command each time it creates a gradebook, which takes a second or two.
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "")
    classroom = Class(tmp_path)
    run(ExchangeReleaseAssignment, classroom.graders)
    return classroom


@pytest.fixture
def ada(classroom, monkeypatch):
    config = classroom.server("ada", monkeypatch)
    run(ExchangeFetchAssignment, config)
    return config


@pytest.fixture
def bob(classroom, monkeypatch):
    config = classroom.server("bob", monkeypatch)
    run(ExchangeFetchAssignment, config)
    return config


def test_students_submit_with_stock_nbgrader_and_see_only_their_own_work(classroom, ada, bob):
    submit(ada, "ada's")
    submit(bob, "bob's")
    for config, name in ((ada, "ada"), (bob, "bob")):
        (visible,) = Path(config.Exchange.root).glob("gradlab/inbound/*")
        assert visible.name.startswith(f"{name}+{ASSIGNMENT}+")
    classroom.collect()
    assert classroom.submitted() == {"ada": "ada's", "bob": "bob's"}


def test_latest_submission_is_collected(classroom, ada):
    submit(ada, "first")
    submit(ada, "second")
    classroom.collect()
    assert classroom.submitted() == {"ada": "second"}


def test_submission_under_another_name_is_credited_to_its_sender(classroom, ada, bob):
    submit(bob, "bob's")
    submit(ada, "forged", student_id="bob")
    (forged,) = Path(ada.Exchange.root).glob("gradlab/inbound/*")
    assert forged.name.startswith("bob+")
    classroom.collect()
    assert classroom.submitted() == {"ada": "forged", "bob": "bob's"}


def test_stock_nbgrader_collects_a_forged_submission(classroom, ada):
    submit(ada, "forged", student_id="bob")
    inbound = classroom.volume / "gradlab" / "inbound"
    (forged,) = inbound.glob("ada/*")
    forged.rename(inbound / forged.name)
    run(ExchangeCollect, classroom.graders)
    assert classroom.submitted() == {"bob": "forged"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (f"..+{ASSIGNMENT}+{TIME}+x", "a student ID must begin with a letter, a digit, or an underscore"),
        (f"\x1b[31mada+{ASSIGNMENT}+{TIME}+x", "a student ID must not contain '\\x1b'"),
        (f"ada\udcff+{ASSIGNMENT}+{TIME}+x", "a student ID must not contain '\\udcff'"),
        (f"ada+{ASSIGNMENT}+never+x", "its name does not have the form"),
        (f"ada+{ASSIGNMENT}+11111111111111111111111111199m", "its name does not have the form"),
        (f"ada+{ASSIGNMENT}+2026-02-30 00:00:00 UTC", "its time does not exist"),
        (f"ada+{ASSIGNMENT}+9998-01-01 00:00:00 UTC+x", "its time is in the future"),
        (f"a+b+{ASSIGNMENT}+c", "its name does not have the form"),
        (f"+{ASSIGNMENT}+", "its name does not have the form"),
    ],
)
def test_malformed_folder_name_is_reported_and_nothing_is_written_for_it(classroom, ada, bob, name, reason, caplog):
    submit(ada, "ada's")
    submit(bob, "bob's")
    shutil.copytree(
        next(Path(ada.Exchange.root).glob("gradlab/inbound/*")), Path(ada.Exchange.root) / "gradlab" / "inbound" / name
    )
    before = set(os.listdir(classroom.folder / "course"))
    caplog.clear()
    classroom.collect()
    assert classroom.submitted() == {"ada": "ada's", "bob": "bob's"}
    assert set(os.listdir(classroom.folder / "course")) - before <= {"submitted", "build", "gradebook.db"}
    assert caplog.text.count(f"{'ada/' + name!r} was not collected: {reason}") == 1


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "a\x1b[31m", "-x", "\u202eada", "a\udcff"])
def test_students_folder_with_a_refused_name_is_reported_and_skipped(classroom, ada, name, caplog):
    submit(ada, "ada's")
    inbound = classroom.volume / "gradlab" / "inbound"
    shutil.copytree(inbound / "ada", inbound / name)
    classroom.collect()
    assert classroom.submitted() == {"ada": "ada's"}
    assert caplog.text.count(f"Nothing in {name!r} was collected: a student ID must") == 1


def test_students_folder_that_cannot_be_read_is_reported_and_skipped(classroom, ada, bob, monkeypatch, caplog):
    submit(ada, "ada's")
    submit(bob, "bob's")
    listdir, closed = os.listdir, classroom.volume / "gradlab" / "inbound" / "ada"

    def refuse(path):
        if path == closed:
            raise PermissionError(path)
        return listdir(path)

    monkeypatch.setattr("os.listdir", refuse)  # root, who may run the tests, can read everything
    classroom.collect()
    monkeypatch.undo()
    assert classroom.submitted() == {"bob": "bob's"}
    assert "Nothing in 'ada' was collected: the folder cannot be read" in caplog.text


def test_link_to_another_students_work_is_not_collected(classroom, ada, bob):
    submit(bob, "bob's")
    (theirs,) = (classroom.volume / "gradlab" / "inbound" / "bob").iterdir()
    (classroom.volume / "gradlab" / "inbound" / "ada" / f"ada+{ASSIGNMENT}+{TIME}+x").symlink_to(theirs)
    classroom.collect()
    assert classroom.submitted() == {"bob": "bob's"}


# nbgrader leaves a file open, which causes this warning.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_feedback_reaches_only_its_student(classroom, ada, bob):
    submit(ada, "ada's")
    submit(bob, "bob's")
    classroom.collect()
    course = classroom.folder / "course"
    for name in ("ada", "bob"):
        page = course / "feedback" / name / ASSIGNMENT
        page.mkdir(parents=True)
        (page / f"{ASSIGNMENT}.html").write_text(f"to {name}")
        for companion in ("timestamp.txt", "submission_secret.txt"):
            shutil.copy(course / "submitted" / name / ASSIGNMENT / companion, page)
    run(import_item(classroom.graders.ExchangeFactory.release_feedback), classroom.graders)
    for config, name in ((ada, "ada"), (bob, "bob")):
        (visible,) = Path(config.Exchange.root).glob("gradlab/feedback/*")
        assert visible.read_text() == f"to {name}"
        run(ExchangeFetchFeedback, config)
        (fetched,) = Path(config.Exchange.assignment_dir).glob(f"{ASSIGNMENT}/feedback/*/{ASSIGNMENT}.html")
        assert fetched.read_text() == f"to {name}"
