"""The zips have everything that students without a hub need, and nothing that students must not see."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime

import pytest
from nbgrader.api import Gradebook

import gradlab
from autograder import catalogue
from autograder.commands import pack
from autograder.notebooks import course_page
from autograder.paths import ROOT
from autograder.plugin.gradebook import open_quickly
from autograder.student_zip.notebook import due_dates, student_notebook
from autograder.student_zip.readme import lines_to_paste
from autograder.student_zip.wheel import build_wheel, copy_sources

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME, DUE = "update_rules", "Friday, December 4, 2026, 17:30 UTC"


@pytest.fixture(scope="module")
def course(alembic, tmp_path_factory):
    """A course with a configuration, and with a gradebook in which one assignment has a due date."""
    folder = tmp_path_factory.mktemp("course")
    url = f"sqlite:///{folder}/gradebook.db"
    settings = f'c.CourseDirectory.db_url = "{url}"\nc.CourseDirectory.course_id = "demo"\n'
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}")
    with Gradebook(url, "demo") as gradebook:
        gradebook.add_assignment(NAME, duedate=datetime(2026, 12, 4, 17, 30))
        gradebook.add_assignment("ensembles")
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the repository's files that are packed, without the last build's record, which may be out of date."""
    root = tmp_path_factory.mktemp("root")
    copy_sources(ROOT, root)
    shutil.copytree(ROOT / "assignments", root / "assignments")
    return root


@pytest.fixture(scope="module")
def unpacked(root, course, tmp_path_factory):
    """A folder with two identical zips, their files, and the wheel's in ``installed``. `pack.run` wrote the first."""
    folder = tmp_path_factory.mktemp("student")
    assert pack.run(root, course, NAME) == 0
    shutil.move(course / "build" / "student" / f"{NAME}.zip", folder / "first.zip")
    copy_sources(ROOT, folder / "course")
    wheel = build_wheel(folder / "course", folder)
    pack.write_zip(folder / "second.zip", NAME, pack.members(ROOT, NAME, DUE, wheel))
    with zipfile.ZipFile(folder / "first.zip") as archive:
        archive.extractall(folder)
    with zipfile.ZipFile(folder / NAME / wheel.name) as archive:
        archive.extractall(folder / "installed")
    return folder


def test_zip_has_four_files_and_nothing_from_the_grader(unpacked):
    found = {path.name for path in (unpacked / NAME).iterdir()}
    wheels = {name for name in found if name.endswith(".whl")}
    assert len(wheels) == 1
    assert found - wheels == {"README.txt", "checks.npz", f"{NAME}.ipynb"}
    assert not list((unpacked / "installed").rglob("*autograder*"))


def test_files_have_the_same_fixed_date_in_every_zip(unpacked):
    first, second = (unpacked / "first.zip", unpacked / "second.zip")
    assert first.read_bytes() == second.read_bytes()
    wheel = next((unpacked / NAME).glob("*.whl"))
    for path in (first, wheel):
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time[:3] for entry in archive.infolist()} == {(2026, 11, 21)}


def test_building_the_wheel_writes_nothing_into_the_course(unpacked):
    """Otherwise, two builds at once would collide."""
    course = unpacked / "course"
    assert {path.name for path in course.iterdir()} == {"LICENSE", "README.md", "data", "pyproject.toml", "source"}
    assert {path.name for path in (course / "source").iterdir()} == {"gradlab"}


def test_readme_says_what_to_submit_by_when_and_which_lines_to_paste(unpacked):
    text = (unpacked / NAME / "README.txt").read_text()
    wheel = next((unpacked / NAME).glob("*.whl")).name
    assert text.startswith(f"{NAME}, due {DUE}\n")
    assert f"submit the notebook,\n{NAME}.ipynb, and nothing else." in text
    assert [line.strip() for line in text.splitlines() if line.startswith("    ")] == [
        f"!unzip -joq {NAME}.zip '*.npz' '*.whl'",
        f"%pip install --quiet {wheel}",
        "!cp $(find /kaggle/input -path '*.npz' -o -path '*.whl') .",
        f"%pip install --quiet {wheel}",
        f"%pip install --quiet {wheel}",
    ]


def test_notebook_shows_the_due_date_below_its_title(unpacked):
    notebook = json.loads((unpacked / NAME / f"{NAME}.ipynb").read_text())
    assert "".join(notebook["cells"][0]["source"]).startswith(f"# Update rules\n\n**Due: {DUE}.**\n\n")


def test_notebook_without_a_due_date_has_the_released_text():
    path = ROOT / "assignments" / NAME / f"{NAME}.ipynb"
    notebook, released = json.loads(student_notebook(path, "")), json.loads(path.read_text())
    assert len(notebook["metadata"].pop("gradlab")["release"]) >= 16
    assert notebook == released


def test_due_dates_come_from_the_gradebook(course):
    assert due_dates(course, [NAME, "ensembles", "babysitting"]) == {NAME: DUE, "ensembles": "", "babysitting": ""}


def test_due_dates_use_the_configured_time_zone(course, tmp_path):
    zone = 'c.ReleaseWithDueDate.timezone = "Europe/Berlin"\n'
    (tmp_path / "nbgrader_config.py").write_text(f"{(course / 'nbgrader_config.py').read_text()}{zone}")
    assert due_dates(tmp_path, [NAME]) == {NAME: "Friday, December 4, 2026, 18:30 CET"}


def with_gradebook_at(url, folder):
    """Configure the course in a folder to use the gradebook at a URL."""
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n")


def test_course_without_a_gradebook_has_no_due_dates_and_gets_no_gradebook(tmp_path):
    assert due_dates(tmp_path, [NAME]) == {NAME: ""}
    with_gradebook_at(f"sqlite:///{tmp_path}/gradebook.db", tmp_path)
    assert due_dates(tmp_path, [NAME]) == {NAME: ""}
    assert not (tmp_path / "gradebook.db").exists()


def test_damaged_gradebook_is_reported_in_one_sentence(root, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Gradebook, "__init__", Gradebook.__init__)  # undoes `open_quickly` after the test
    open_quickly()  # as in a course, whose configuration calls it
    with_gradebook_at(f"sqlite:///{tmp_path}/gradebook.db", tmp_path)
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 100)
    assert pack.run(root, tmp_path, NAME) == 2
    error = capsys.readouterr().err
    assert error == "the gradebook, which has the due dates, cannot be read: file is not a database\n"


def test_course_is_packed_into_one_zip_with_one_wheel(unpacked):
    names = course_page.names_in_order(course_page.page_of(ROOT).read_text(), catalogue.assignments())
    wheel = next((unpacked / NAME).glob("*.whl"))
    contents = pack.course_members(ROOT, dict.fromkeys(names, "") | {NAME: DUE}, wheel)
    files = {f"{name}/{file}" for name in names for file in (f"{name}.ipynb", "checks.npz")}
    assert contents.keys() == {"README.txt", wheel.name} | files
    assert contents[wheel.name] == wheel.read_bytes()
    for file in (f"{NAME}.ipynb", "checks.npz"):
        assert contents[f"{NAME}/{file}"] == (unpacked / NAME / file).read_bytes()
    lines = [line.strip() for line in contents["README.txt"].decode().splitlines() if line.startswith("    ")]
    assert lines[:4] == ["gradient_checking", "sanity_checks", "babysitting", f"{NAME}       due {DUE}"]
    assert lines[9:] == [
        "!unzip -joq course.zip '*/gradient_checking/*.npz' '*.whl'",
        f"%pip install --quiet {wheel.name}",
        "!cp $(find /kaggle/input -path '*/gradient_checking/*.npz' -o -path '*.whl') .",
        f"%pip install --quiet {wheel.name}",
        f"%pip install --quiet ../{wheel.name}",
    ]


def test_guide_for_students_has_the_lines_for_this_version():
    guide = (ROOT / "docs" / "students.md").read_text()
    wheel = f"gradlab-{gradlab.__version__}-py3-none-any.whl"
    one, course = lines_to_paste(f"{NAME}.zip", wheel), lines_to_paste("course.zip", wheel, NAME)
    for lines in one.values():
        assert "\n\n       " + "\n       ".join(lines) + "\n\n" in guide
    for lines in course.values():
        assert f"| `{'`<br>`'.join(lines)}` |\n" in guide


def test_missing_notebook_is_refused_with_the_command_to_run(tmp_path, capsys):
    (tmp_path / "assignments" / NAME).mkdir(parents=True)
    page = course_page.page_of(tmp_path)
    page.write_text("")
    assert pack.run(tmp_path, tmp_path, NAME) == 2
    missing = tmp_path / "assignments" / NAME / f"{NAME}.ipynb"
    assert capsys.readouterr().err == (
        f"{NAME} cannot be packed: {missing} is missing. Run `python -m autograder build {NAME}` first.\n"
    )


def test_same_files_give_the_same_zip(unpacked):
    assert (unpacked / "first.zip").read_bytes() == (unpacked / "second.zip").read_bytes()


def test_answers_can_be_checked_with_the_files_in_the_zip(unpacked):
    code = "import gradlab; print(gradlab.__file__); gradlab.check('sgd', lambda w, dw, config=None: (w, {}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked / NAME,
        env={"PYTHONPATH": str(unpacked / "installed")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(unpacked / "installed") in done.stdout
    assert re.search(r"sgd: 0 of \d cases pass, 0 of 1 points", done.stdout)
