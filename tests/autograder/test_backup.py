"""A backup restores a term's data exactly, including permissions and a gradebook that was in use during the backup."""

import io
import shutil
import sqlite3
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
    "cache/fonts.json": b"generated",
    "demo/gradebook.db": b"generated",
    "proxy/node_modules/code.js": b"generated",
    "screens/1.png": b"generated",
}


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
    assert "5 files" in capsys.readouterr().out
    assert file.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(course / "build")
    assert restore(course, file) == 0
    build = course / "build"
    found = contents(build)
    assert found.pop("gradebook.db")
    assert found == {
        name: FILES[name] for name in FILES if name.split("/")[0] not in ("cache", "demo", "proxy", "screens")
    }
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


# The database models of nbgrader cause this warning.
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
