"""The due date in what students get."""

from datetime import datetime

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.plugin.config import make_stock_commands_work
from autograder.plugin.release import DatedRelease

# nbgrader's models warn of themselves.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
DUE = "**Due: Friday 4 December 2026, 17:30 UTC.**"
BERLIN = "**Due: Friday 4 December 2026, 18:30 CET.**"
TEXTS = {
    "a title and prose": ("# Title\n\nProse.", f"# Title\n\n{DUE}\n\nProse."),
    "a title and prose at once": ("# Title\nProse.\n# More", f"# Title\n\n{DUE}\n\nProse.\n# More"),
    "a title only": ("# Title", f"# Title\n\n{DUE}"),
    "no title": ("Prose.", f"{DUE}\n\nProse."),
    "a smaller title": ("## Part\n\nProse.", f"{DUE}\n\n## Part\n\nProse."),
    "nothing": ("", DUE),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with an assignment that is due some day, and one that is not."""
    root = tmp_path_factory.mktemp("course")
    make_stock_commands_work(root)
    with Gradebook(f"sqlite:///{root}/gradebook.db", "c") as gradebook:
        gradebook.add_assignment("dated", duedate=datetime(2026, 12, 4, 17, 30))
        gradebook.add_assignment("undated")
    return root


@pytest.fixture
def release(course, tmp_path):
    """Release a notebook with a text in it, and return the text that students get."""

    def released(text, assignment="dated", **settings):
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
        DatedRelease(coursedir=CourseDirectory(config=config), config=config).start()
        assert (generated / "a.ipynb").read_bytes() == before, "what the judge compares with must stay as it is"
        handed_out = tmp_path / "exchange" / "c" / "outbound" / assignment
        assert (handed_out / "checks.npz").read_bytes() == b"\0"
        first, text, last = (cell.source for cell in nbformat.read(handed_out / "a.ipynb", as_version=4).cells)
        assert (first, last) == ("1", "x")
        return text

    return released


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_students_see_when_it_is_due(release, text, expected):
    assert release(text) == expected


def test_the_time_is_that_of_the_course(release):
    assert release("# Title", timezone="Europe/Berlin") == f"# Title\n\n{BERLIN}"


@pytest.mark.parametrize("assignment", ["undated", "not in the gradebook"])
def test_nothing_is_said_of_a_date_that_was_not_set(release, assignment):
    assert release("# Title\n\nProse.", assignment) == "# Title\n\nProse."
