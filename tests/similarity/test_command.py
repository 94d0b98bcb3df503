"""`similarity` in a course: it reads notebooks as students leave them, and writes a page that is safe to open."""

import copy
import json
import stat

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder import catalogue

from .. import commands, courses
from ..pages.reader import Reader
from .made_up import made_up_class

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME, COMMENTED, SPLIT = "sanity_checks", "chance_loss", "overfit_tiny_subset"
ASSIGNMENT = catalogue.assignments()[NAME]
HOSTILE = "</pre><script>owned()</script><img src=x onerror=owned()>\u202e"
HELPER = "def helper(x):\n    return x"


@pytest.fixture(scope="module")
def class_():
    """A class in which one student copied."""
    students, copies = made_up_class(ASSIGNMENT, 30, 1, seed=1)
    (pair,) = copies
    for name in pair:
        students[name][COMMENTED] += f"\n# {HOSTILE}"
    return students, sorted(pair)


@pytest.fixture(scope="module")
def course(class_, tmp_path_factory):
    """A course with the submissions of the class, one that is not a notebook, and an empty folder."""
    folder = courses.lay_out(tmp_path_factory.mktemp("similarity") / "course", NAME)
    commands.checked("nbgrader", "generate_assignment", NAME, cwd=folder, preloaded=True)
    released = nbformat.read(folder / "build" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    students, (copier, _) = class_
    for student, answers in students.items():
        submit(folder, student, nbformat.writes(answered(released, answers, student == copier)))
    submit(folder, "mangled", '{"cells": [')
    submit(folder, "untouched", nbformat.writes(released))
    (folder / "build" / "submitted" / "missing" / NAME).mkdir(parents=True)
    return folder


def submit(course, student, notebook):
    folder = course / "build" / "submitted" / student / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(notebook, encoding="utf-8")


def answered(released, answers, split):
    """Return the released notebook with answers. If `split`, one answer is in a new cell below its cell."""
    notebook = copy.deepcopy(released)
    for place, cell in reversed(list(enumerate(notebook.cells))):
        metadata = cell.metadata.get("nbgrader")
        if metadata and metadata.solution:
            cell.source = answers[metadata.grade_id]
            if split and metadata.grade_id == SPLIT:
                notebook.cells.insert(place + 1, new_code_cell(cell.source))
                cell.source = HELPER
    return notebook


@pytest.fixture(scope="module")
def written(course, tmp_path_factory):
    """The command's HTML page, JSON, and console output."""
    folder = tmp_path_factory.mktemp("written")
    options = ["--html", str(folder / "page.html"), "--json", str(folder / "pairs.json")]
    shown = commands.checked("autograder", "similarity", NAME, *options, cwd=course, preloaded=True)
    return folder, shown


def test_copy_is_found_in_submitted_notebooks(written, class_):
    folder, shown = written
    found = json.loads((folder / "pairs.json").read_text(encoding="utf-8"))
    assert [sorted(pair["students"]) for pair in found["pairs"]] == [class_[1]]
    assert found["students"] == 31
    assert found["pairs"][0]["score"] > found["threshold"] > 0
    assert set(found["unreadable"]) == {"mangled", "missing"}
    assert f"{' and '.join(class_[1])}: score {found['pairs'][0]['score']}" in shown
    assert "1 of 465 pairs" in shown
    assert "not a verdict" in shown


def test_split_cells_are_joined(written):
    """The copy's answer is in the cell after a helper, and is still the closest one."""
    found = json.loads((written[0] / "pairs.json").read_text(encoding="utf-8"))
    assert found["pairs"][0]["exercises"][SPLIT]["as_close"] <= 3


def test_page_names_the_pair_and_runs_nothing(written, class_):
    page = (written[0] / "page.html").read_text(encoding="utf-8")
    reader = Reader(page)
    assert reader.active == ["meta", "meta", "meta", "meta", "meta", "style"]
    assert "default-src 'none'" in page
    assert "\u202e" not in page
    assert "<script>owned()</script>" in reader.text
    for text in (*class_[1], "places to look, not a verdict", "mangled", "Back to the overview"):
        assert text in reader.text


def test_only_the_owner_can_read_files_that_name_students(written):
    for name in ("page.html", "pairs.json"):
        assert stat.S_IMODE((written[0] / name).stat().st_mode) == 0o600


def test_page_fits_a_phone_and_works_with_the_keyboard(written, browser):
    tab = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme="dark")
    tab.goto((written[0] / "page.html").as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert tab.locator("details[open]").count() == 1
    tab.locator("details:not([open]) summary").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("details[open]").count() == 2
    tab.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nosuch"], "there is no assignment 'nosuch'"),
        (["update_rules"], "run `nbgrader generate_assignment update_rules` first"),
        ([NAME, "--html", "/nosuch/page.html"], "/nosuch/page.html cannot be written: No such file or directory."),
    ],
)
def test_refusals_are_one_sentence(course, arguments, sentence):
    done = commands.run("autograder", "similarity", *arguments, cwd=course, preloaded=True)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
