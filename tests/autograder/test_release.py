"""Released notebooks show the due date, if there is one."""

from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.plugin.release import ReleaseWithDueDate

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
DUE = "**Due: Friday, December 4, 2026, 17:30 UTC.**"
BERLIN = "**Due: Friday, December 4, 2026, 18:30 CET.**"
TEXTS = {
    "title and prose": ("# Title\n\nProse.", f"# Title\n\n{DUE}\n\nProse."),
    "title directly above prose": ("# Title\nProse.\n# More", f"# Title\n\n{DUE}\n\nProse.\n# More"),
    "title only": ("# Title", f"# Title\n\n{DUE}"),
    "no title": ("Prose.", f"{DUE}\n\nProse."),
    "second-level title": ("## Part\n\nProse.", f"{DUE}\n\n## Part\n\nProse."),
    "empty cell": ("", DUE),
}


@pytest.fixture(scope="module")
def course(alembic, tmp_path_factory):
    """A course with one assignment that has a due date and one that has none."""
    root = tmp_path_factory.mktemp("course")
    with Gradebook(f"sqlite:///{root}/gradebook.db", "c") as gradebook:
        gradebook.add_assignment("dated", duedate=datetime(2026, 12, 4, 17, 30))
        gradebook.add_assignment("undated")
    return root


@pytest.fixture
def release(course, tmp_path):
    """``release(text, ...)``: release a notebook that contains a text, and return the text that students get."""

    def released(text, assignment="dated", sections=(), **settings):
        generated = tmp_path / "release" / assignment
        generated.mkdir(parents=True)
        cells = [
            nbformat.v4.new_code_cell("1"),
            nbformat.v4.new_markdown_cell(text),
            nbformat.v4.new_markdown_cell("x"),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), generated / "a.ipynb")
        (generated / "checks.npz").write_bytes(b"\0")
        before = (generated / "a.ipynb").read_bytes()
        config = Config()
        config.CourseDirectory.update(root=str(tmp_path), course_id="c", assignment_id=assignment)
        config.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
        config.Exchange.update(root=str(tmp_path / "exchange"), **settings)
        for section, values in dict(sections).items():
            config[section].update(values)
        ReleaseWithDueDate(coursedir=CourseDirectory(config=config), config=config).start()
        assert (generated / "a.ipynb").read_bytes() == before, "the notebook that the judge uses must not change"
        outbound = tmp_path / "exchange" / "c" / "outbound" / assignment
        assert (outbound / "checks.npz").read_bytes() == b"\0"
        first, text, last = (cell.source for cell in nbformat.read(outbound / "a.ipynb", as_version=4).cells)
        assert (first, last) == ("1", "x")
        return text

    return released


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_due_date_goes_below_the_title(release, text, expected):
    assert release(text) == expected


def test_due_date_uses_the_configured_time_zone(release):
    assert release("# Title", timezone="Europe/Berlin") == f"# Title\n\n{BERLIN}"


def test_shown_time_zone_can_differ_from_the_one_that_submissions_record(release):
    config = {"Exchange": {"timezone": "UTC"}, "ReleaseWithDueDate": {"timezone": "Europe/Berlin"}}
    assert release("# Title", sections=config) == f"# Title\n\n{BERLIN}"


@pytest.mark.parametrize("assignment", ["undated", "not in the gradebook"])
def test_text_is_unchanged_if_there_is_no_due_date(release, assignment):
    assert release("# Title\n\nProse.", assignment) == "# Title\n\nProse."
