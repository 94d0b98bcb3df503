"""One server: the folders from `deploy/server/install` keep Unix users apart. These tests need root."""

import grp
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import (
    ExchangeFetchAssignment,
    ExchangeList,
    ExchangeReleaseAssignment,
    ExchangeSubmit,
)
from traitlets.config import Config

from autograder.paths import ROOT
from autograder.plugin.collect import SafeCollect

SERVER = ROOT / "deploy" / "server"
GRADER, ADA, BOB = "daemon", "games", "news"  # system users that exist on every Debian system
ASSIGNMENT = "update_rules"


def user_exists(name):
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as several Unix users"),
    pytest.mark.skipif(not all(map(user_exists, (GRADER, ADA, BOB))), reason="needs the users daemon, games and news"),
]


@contextmanager
def acting_as(name):
    """Run the block as another Unix user, without root's privileges."""
    user, groups, here = pwd.getpwnam(name), os.getgroups(), os.getcwd()
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, 0)
    os.setresuid(user.pw_uid, user.pw_uid, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)
        os.chdir(here)


def run(step, folder, name, course="gradlab", **course_settings):
    config = Config()
    config.CourseDirectory.root = str(folder / "course")
    config.CourseDirectory.course_id = course
    config.Exchange.root = str(folder / "exchange")
    config.Exchange.assignment_dir = str(folder / "home" / name)
    config.Exchange.cache = str(folder / "home" / name / "cache")
    coursedir = CourseDirectory(config=config, assignment_id=ASSIGNMENT, **course_settings)
    return step(coursedir=coursedir, authenticator=Authenticator(config=config), config=config).start()


@pytest.fixture
def server(monkeypatch):
    """The folders of a server with a released assignment, created by running the `install -d` lines of `install`."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "")
    Gradebook("sqlite://").close()  # imports modules now, because other users may be unable to read them later
    folder = Path(tempfile.mkdtemp(prefix="gradlab-server-"))
    folder.chmod(0o755)
    lines = re.findall(r"^install -d .*/srv/gradlab/.*$", (SERVER / "install").read_text(), re.MULTILINE)
    assert len(lines) == 4
    script = "\n".join(lines).replace("/srv/gradlab", str(folder)).replace("grader", GRADER)
    subprocess.run(["bash", "-c", f"umask 022\n{script}"], check=True)
    for name in (ADA, BOB):
        subprocess.run(["install", "-d", "-m", "700", "-o", name, str(folder / "home" / name)], check=True)
    with acting_as(GRADER):
        released = folder / "course" / "release" / "." / ASSIGNMENT
        released.mkdir(parents=True)
        (released / f"{ASSIGNMENT}.ipynb").write_text("{}")
        run(ExchangeReleaseAssignment, folder, GRADER)
    yield folder
    shutil.rmtree(folder)


def submit(folder, name, answer, **course_settings):
    with acting_as(name):
        if not (folder / "home" / name / ASSIGNMENT).exists():
            run(ExchangeFetchAssignment, folder, name)
        (folder / "home" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(answer)
        run(ExchangeSubmit, folder, name, **course_settings)


def collected(folder):
    with acting_as(GRADER):
        run(SafeCollect, folder, GRADER)
        found = (folder / "course" / "submitted").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
        return {path.parents[1].name: path.read_text() for path in found}


def test_students_own_submission_is_collected_instead_of_a_later_forged_one(server):
    submit(server, BOB, "bob's")
    submit(server, ADA, "ada's")
    submit(server, ADA, "forged", student_id=BOB)
    assert collected(server) == {ADA: "ada's", BOB: "bob's"}


FORBIDDEN = {
    "list the submissions": lambda folder: os.listdir(folder / "exchange" / "gradlab" / "inbound"),
    "replace the exchange": lambda folder: (folder / "exchange" / "gradlab").rename(folder / "exchange" / "x"),
    "release an assignment": lambda folder: (folder / "exchange" / "gradlab" / "outbound" / "x").mkdir(),
    "release feedback": lambda folder: (folder / "exchange" / "gradlab" / "feedback").mkdir(),
    "read the course": lambda folder: os.listdir(folder / "course"),
    "read another student's home": lambda folder: os.listdir(folder / "home" / BOB),
}


@pytest.mark.parametrize("act", FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_act_works_for_root_but_not_for_a_student(server, act):
    act(server)  # this works as root, so only a lack of permissions can prevent it
    shutil.rmtree(server / "exchange" / "gradlab" / "feedback", ignore_errors=True)
    shutil.rmtree(server / "exchange" / "gradlab" / "outbound" / "x", ignore_errors=True)
    if (server / "exchange" / "x").exists():
        (server / "exchange" / "x").rename(server / "exchange" / "gradlab")
    with acting_as(ADA), pytest.raises(PermissionError):
        act(server)


def test_student_cannot_rename_another_students_submission_even_if_its_name_is_known(server):
    submit(server, BOB, "bob's")
    (folder,) = (server / "exchange" / "gradlab" / "inbound").iterdir()
    with acting_as(ADA), pytest.raises(PermissionError):
        folder.rename(folder.with_name("gone"))


def test_added_course_is_visible_only_to_its_students(server):
    """The folders are those that `add-course` creates. Nobody but the group of its students may see them."""
    lines = re.findall(r"^install -d .*/exchange/.*$", (SERVER / "add-course").read_text(), re.MULTILINE)
    assert len(lines) == 2
    students = grp.getgrgid(pwd.getpwnam(ADA).pw_gid).gr_name
    script = "\n".join(lines).replace("/srv/gradlab", str(server)).replace("students-$NAME", students)
    subprocess.run(
        ["bash", "-c", f"umask 022\n{script.replace('grader-$NAME', GRADER)}"], env={"NAME": "nlp"}, check=True
    )
    with acting_as(GRADER):
        run(ExchangeReleaseAssignment, server, GRADER, course="nlp")
    seen = {}
    for name in (ADA, BOB):
        with acting_as(name):
            seen[name] = {released["course_id"] for released in run(ExchangeList, server, name, course="")}
    assert seen == {ADA: {"gradlab", "nlp"}, BOB: {"gradlab"}}


def test_restore_owners_returns_submissions_to_their_students(server, monkeypatch, capsys):
    submit(server, ADA, "forged", student_id=BOB)
    inbound = server / "exchange" / "gradlab" / "inbound"
    with tarfile.open(server / "backup.tar.gz", "w:gz") as archive:
        archive.add(server / "exchange" / "gradlab", "exchange/gradlab")
    for path in inbound.rglob("*"):
        os.chown(path, pwd.getpwnam(GRADER).pw_uid, -1)  # `restore` makes the grader the owner
    loader = SourceFileLoader("restore_owners", str(SERVER / "restore-owners"))
    restore_owners = importlib.util.module_from_spec(importlib.util.spec_from_loader("restore_owners", loader))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader.exec_module(restore_owners)
    restore_owners.main(server / "backup.tar.gz", server / "exchange", first_user=1)
    assert capsys.readouterr().out == "submissions returned to their owners: 1\n"
    (folder,) = inbound.iterdir()
    assert folder.owner() == (folder / f"{ASSIGNMENT}.ipynb").owner() == ADA
    submit(server, BOB, "bob's")
    assert collected(server) == {BOB: "bob's"}
