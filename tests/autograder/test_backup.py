"""A backup restores a term's data exactly, including permissions and a gradebook that was in use during the backup."""

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing

import pytest
from nbgrader.api import Gradebook

from autograder.commands.backup import Course, backup, restore, restore_to, save

FILES = {
    "course_secret": b"secret",
    "submitted/ada/update_rules/update_rules.ipynb": b"{}",
    "exchange/gradlab/inbound/ada+x/timestamp.txt": b"now",
    "verdicts/update_rules/ada.json": b"[]",
    "arrivals/update_rules/ada.json": b"{}",
    "regrade/update_rules.csv": b"student,exercise,old,new,reason",
    "something new/records.json": b"1",
    "cache/fonts.json": b"generated",
    "demo/gradebook.db": b"generated",
    "docs/index.html": b"generated",
    "gradescope/update_rules.zip": b"generated",
    "proxy/node_modules/code.js": b"generated",
    "screens/1.png": b"generated",
}
SAVED = {name: content for name, content in FILES.items() if content != b"generated"}


@pytest.fixture
def course(tmp_path):
    build = tmp_path / "course" / "build"
    for name, content in FILES.items():
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_bytes(content)
    (build / "course_secret").chmod(0o600)
    (build / "exchange").chmod(0o777)
    (build / "submitted" / "ada" / "link").symlink_to("/etc/passwd")
    with closing(sqlite3.connect(build / "gradebook.db")) as database, database:
        database.execute("create table grade (student text, score real)")
        database.execute("insert into grade values ('ada', 37.5)")
    return build.parent


def contents(build):
    return {p.relative_to(build).as_posix(): p.read_bytes() for p in build.rglob("*") if p.is_file()}


def grades(build):
    with closing(sqlite3.connect(build / "gradebook.db")) as database:
        return database.execute("select * from grade").fetchall()


def test_saved_data_is_restored(course, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    assert f"{len(SAVED) + 1} files" in capsys.readouterr().out
    assert file.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(course / "build")
    assert restore(course, file) == 0
    build = course / "build"
    found = contents(build)
    assert found.pop("gradebook.db")
    assert found == SAVED
    assert grades(build) == [("ada", 37.5)]
    assert (build / "course_secret").stat().st_mode & 0o777 == 0o600
    assert (build / "exchange").stat().st_mode & 0o777 == 0o777


def test_gradebook_in_use_is_saved_as_of_its_last_commit(course, tmp_path):
    file = tmp_path / "term.tar.gz"
    with closing(sqlite3.connect(course / "build" / "gradebook.db")) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("insert into grade values ('emmy', 40)")
        database.commit()
        database.execute("insert into grade values ('nobody', 0)")
        assert backup(course, file) == 0
    (course / "build" / "gradebook.db-wal").write_bytes(b"of another database")
    assert restore(course, file, force=True) == 0
    assert not list((course / "build").glob("gradebook.db-*"))
    assert grades(course / "build") == [("ada", 37.5), ("emmy", 40.0)]


def test_existing_data_is_kept_unless_forced(course, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    (course / "build" / "course_secret").write_bytes(b"newer")
    before = contents(course / "build")
    assert restore(course, file) == 2
    assert "add --force" in capsys.readouterr().err
    assert contents(course / "build") == before
    assert restore(course, file, force=True) == 0
    assert (course / "build" / "course_secret").read_bytes() == b"secret"


def test_backup_is_never_overwritten(course, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    file.write_bytes(b"older")
    assert backup(course, file) == 2
    assert "exists" in capsys.readouterr().err
    assert file.read_bytes() == b"older"


def test_course_without_a_gradebook_is_not_saved(tmp_path, capsys):
    (tmp_path / "build").mkdir()
    assert backup(tmp_path, None) == 2
    assert "no gradebook" in capsys.readouterr().err


def archived(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def named(name, **changes):
    member = tarfile.TarInfo(name)
    vars_ = {"mode": 0o644, **changes}
    for key, value in vars_.items():
        setattr(member, key, value)
    return member


BAD = {
    "a path outside": [(named("gradebook.db"), b""), (named("../outside"), b"x")],
    "an absolute path": [(named("gradebook.db"), b""), (named("/tmp/outside"), b"x")],
    "a link": [(named("gradebook.db"), b""), (named("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b"")],
    "no gradebook": [(named("course_secret"), b"x")],
}


@pytest.mark.parametrize("members", BAD.values(), ids=BAD)
def test_restoring_a_file_that_is_not_a_backup_changes_nothing(course, tmp_path, capsys, members):
    archived(tmp_path / "bad.tar.gz", members)
    before = contents(course / "build")
    assert restore(course, tmp_path / "bad.tar.gz", force=True) == 2
    assert "is not a complete backup" in capsys.readouterr().err
    assert contents(course / "build") == before
    assert not (tmp_path / "course" / "outside").exists()


def test_restoring_a_truncated_backup_changes_nothing(course, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    file.write_bytes(file.read_bytes()[:-40])
    before = contents(course / "build")
    assert restore(course, file, force=True) == 2
    assert contents(course / "build") == before


# nbgrader's database models cause this warning.
nbgrader_warning = pytest.mark.filterwarnings("ignore:Object of type .* not in session")
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "gradlab"
c.CourseDirectory.db_url = "sqlite:///{folder}/grades.db"
c.Exchange.root = "{folder}/exchange"
"""


@pytest.fixture
def elsewhere(course, tmp_path, monkeypatch):
    """A course whose gradebook and exchange are outside its folder, as on a server."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "167914646830")
    (course / "nbgrader_config.py").write_text(CONFIG.format(folder=tmp_path))
    (course / "build" / "gradebook.db").unlink()
    shutil.rmtree(course / "build" / "exchange")
    arrived = tmp_path / "exchange" / "gradlab" / "inbound" / "ada+update_rules+x"
    arrived.mkdir(parents=True)
    (arrived / "update_rules.ipynb").write_text("{}")
    (tmp_path / "exchange" / "other_course").mkdir()
    with Gradebook(f"sqlite:///{tmp_path}/grades.db", "gradlab") as book:
        book.add_assignment("update_rules", duedate="2026-10-01 12:00:00 UTC")
        book.add_notebook("update_rules", "update_rules")
        book.add_grade_cell("adam", "update_rules", "update_rules", max_score=4, cell_type="code")
        book.add_student("ada", first_name="Ada")
        book.add_submission("update_rules", "ada").notebooks[0].grades[0].manual_score = 3.5
        book.db.commit()
    return course


def scores(folder):
    with Gradebook(f"sqlite:///{folder}/grades.db", "gradlab") as book:
        (assignment,) = book.assignments
        return {s.student.first_name: s.score for s in assignment.submissions}, assignment.duedate.day


@nbgrader_warning
@pytest.mark.parametrize("database", ["SQLite", "another database"])
def test_gradebook_and_exchange_outside_the_course_are_restored(elsewhere, tmp_path, capsys, database):
    course = Course.at(elsewhere)
    if database == "another database":  # in this case, the rows are copied table by table
        course = course._replace(gradebook=course.gradebook._replace(file=None))
    file = tmp_path / "term.tar.gz"
    assert save(course, file) == 0
    with Gradebook(f"sqlite:///{tmp_path}/grades.db", "gradlab") as book:
        book.remove_submission("update_rules", "ada")
        book.add_student("bob")
    shutil.rmtree(tmp_path / "exchange" / "gradlab" / "inbound")
    assert restore_to(course, file) == 2
    assert "add --force" in capsys.readouterr().err
    assert restore_to(course, file, force=True) == 0
    assert scores(tmp_path) == ({"Ada": 3.5}, 1)
    assert list((tmp_path / "exchange" / "gradlab").rglob("*.ipynb"))
    assert sorted(p.name for p in (tmp_path / "exchange").iterdir()) == ["gradlab", "other_course"]


@nbgrader_warning
def test_file_that_is_too_large_is_reported_and_all_others_are_saved(elsewhere, tmp_path, capsys):
    inbound = tmp_path / "exchange" / "gradlab" / "inbound"
    (inbound / "huge").write_bytes(bytes(2000))
    file = tmp_path / "term.tar.gz"
    assert save(Course.at(elsewhere), file, largest=1000) == 0
    assert f"not saved, because it is too large or cannot be read: '{inbound / 'huge'}'" in capsys.readouterr().out
    shutil.rmtree(inbound)
    assert restore(elsewhere, file, force=True) == 0
    assert [path.name for path in inbound.iterdir()] == ["ada+update_rules+x"]


EXTENSIONS = "student_id,assignment,days\nada,*,2\n"
POLICY = """\
from pathlib import Path

c = get_config()
c.CourseDirectory.course_id = "gradlab"
c.CourseDirectory.db_url = f"sqlite:///{Path.cwd()}/build/gradebook.db"
c.Exchange.root = "build/exchange"
c.CourseDirectory.submitted_directory = "build/submitted"
c.LatePolicy.late_days = 4
"""


@pytest.fixture
def configured(course, monkeypatch):
    """A course with a late policy, an extension, and submissions outside its folder, behind a link."""
    monkeypatch.chdir(course)
    (course / "nbgrader_config.py").write_text(POLICY)
    (course / "extensions.csv").write_text(EXTENSIONS)
    (course / "build" / "submitted").rename(course.parent / "another disk")
    (course / "build" / "submitted").symlink_to(course.parent / "another disk")
    return course


def test_extensions_and_configuration_are_restored_in_another_folder(configured, tmp_path, monkeypatch, capsys):
    file, other = tmp_path / "term.tar.gz", tmp_path / "other"
    assert backup(configured, file) == 0
    (other / "build").mkdir(parents=True)
    monkeypatch.chdir(other)
    assert restore(other, file) == 0
    assert (other / "nbgrader_config.py").read_text() == POLICY
    assert (other / "extensions.csv").read_text() == EXTENSIONS
    found = contents(other / "build")
    assert found.pop("gradebook.db")
    assert found == SAVED
    assert "was kept" not in capsys.readouterr().out


def test_extensions_that_have_changed_are_replaced_only_if_forced(configured, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    assert backup(configured, file) == 0
    (configured / "extensions.csv").write_text("student_id,assignment,days\n")
    assert restore(configured, file) == 2
    assert str(configured / "extensions.csv") in capsys.readouterr().err
    assert restore(configured, file, force=True) == 0
    assert (configured / "extensions.csv").read_text() == EXTENSIONS


def test_different_configuration_is_kept_and_reported(configured, tmp_path, capsys):
    file = tmp_path / "term.tar.gz"
    assert backup(configured, file) == 0
    changed = POLICY.replace("late_days = 4", "late_days = 2")
    (configured / "nbgrader_config.py").write_text(changed)
    assert restore(configured, file, force=True) == 0
    assert (configured / "nbgrader_config.py").read_text() == changed
    copy = configured / "build" / "nbgrader_config.py.from-backup"
    assert copy.read_text() == POLICY
    assert f"differs from the backup's, which is in {copy}: compare c.LatePolicy" in capsys.readouterr().out


def test_step_folders_outside_build_are_restored_to_the_configured_place(course, tmp_path, monkeypatch):
    monkeypatch.chdir(course)
    (course / "build" / "submitted").rename(course / "collected")
    config = POLICY.replace("build/submitted", "collected")
    (course / "nbgrader_config.py").write_text(config)
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    (course / "nbgrader_config.py").write_text(config.replace("collected", "build/elsewhere"))
    shutil.rmtree(course / "collected")
    assert restore(course, file, force=True) == 0
    assert (course / "build" / "elsewhere" / "ada" / "update_rules" / "update_rules.ipynb").read_bytes() == b"{}"
    assert not (course / "build" / "submitted").exists()


def test_course_with_nbgraders_default_folders_is_saved_and_restored(course, tmp_path):
    """An existing nbgrader course keeps everything directly in its folder, not in `build`."""
    (course / "nbgrader_config.py").write_text(f'c = get_config()\nc.Exchange.root = "{tmp_path}/exchange"\n')
    for name in ("submitted", "gradebook.db"):
        (course / "build" / name).rename(course / name)
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    shutil.rmtree(course / "submitted")
    (course / "gradebook.db").unlink()
    assert restore(course, file, force=True) == 0
    assert (course / "submitted" / "ada" / "update_rules" / "update_rules.ipynb").read_bytes() == b"{}"
    assert grades(course) == [("ada", 37.5)]


def sparse(path, size, data=b""):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
        file.truncate(size)


def test_sparse_files_take_up_almost_no_space(course, tmp_path, capsys):
    """Students can put huge sparse files into the exchange; `collect` replaces a notebook that is too big with one."""
    huge = course / "build" / "exchange" / "gradlab" / "inbound" / "mallory+x" / "update_rules.ipynb"
    sparse(huge, 10**12)
    sparse(huge.with_name("within the limit of other files"), 200_000_000)
    sparse(huge.with_name("small"), 9_000_000, b"data")
    collected = course / "build" / "submitted" / "mallory" / "update_rules" / "update_rules.ipynb"
    sparse(collected, 100_000_000)
    file = tmp_path / "term.tar.gz"
    assert backup(course, file) == 0
    assert file.stat().st_size < 10_000
    reported = [line for line in capsys.readouterr().out.splitlines() if line.startswith("not saved")]
    assert [line.partition(": ")[2] for line in reported] == [
        repr(str(huge)),
        repr(str(huge.with_name("within the limit of other files"))),
    ]
    shutil.rmtree(course / "build")
    assert restore(course, file) == 0
    assert huge.with_name("small").read_bytes() == b"data" + bytes(9_000_000 - 4)
    assert collected.stat().st_size == 100_000_000
    assert 512 * collected.stat().st_blocks < 1_000_000


def test_deeply_nested_folders_and_hard_links_do_not_stop_the_backup(course, tmp_path, capsys):
    inbound = course / "build" / "exchange" / "gradlab" / "inbound"
    os.link(inbound / "ada+x" / "timestamp.txt", inbound / "ada+x" / "again.txt")
    deepest = os.open(inbound, os.O_DIRECTORY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=deepest)
        deeper = os.open("d", os.O_DIRECTORY, dir_fd=deepest)
        os.close(deepest)
        deepest = deeper
    os.close(deepest)
    file = tmp_path / "term.tar.gz"
    try:
        assert backup(course, file) == 0
    finally:
        subprocess.run(["rm", "-rf", inbound / "d"], check=True)  # Python's own function would recurse too deeply
    assert capsys.readouterr().out.count("not saved") == 1
    assert restore(course, file, force=True) == 0
    assert (inbound / "ada+x" / "again.txt").read_bytes() == b"now"


@pytest.mark.parametrize("size", ["-1", "x", str(10**15)])
def test_impossible_size_in_a_backup_is_refused(course, tmp_path, capsys, size):
    member = named("large", pax_headers={"GRADLAB.size": size})
    archived(tmp_path / "bad.tar.gz", [(named("gradebook.db"), b""), (member, b"")])
    assert restore(course, tmp_path / "bad.tar.gz", force=True) == 2
    assert "'large' has an impossible size" in capsys.readouterr().err
