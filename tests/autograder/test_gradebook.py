"""The gradebook gets indexes, opens quickly, and saves related changes in one commit or not at all."""

import gc
import os
import subprocess
import warnings

import pytest
from nbgrader.api import Assignment, Gradebook, Student
from nbgrader.dbutil import _temp_alembic_ini
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from autograder.plugin.gradebook import (
    INDEXES,
    comments_by_name,
    count_to_mark,
    create_quickly,
    grades_by_name,
    one_commit,
    open_quickly,
)

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")


@pytest.fixture
def url(alembic, tmp_path, monkeypatch):
    """The URL of a gradebook with two answers, by ada and emmy, that have to be graded by hand."""
    monkeypatch.setattr(Gradebook, "__init__", Gradebook.__init__)  # undoes `open_quickly` after the test
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url, "demo") as gradebook:
        gradebook.add_assignment("sgd")
        gradebook.add_notebook("sgd", "sgd")
        gradebook.add_grade_cell("sgd-check", "sgd", "sgd", max_score=3, cell_type="code")
        gradebook.add_grade_cell("why", "sgd", "sgd", max_score=2, cell_type="markdown")
        gradebook.add_solution_cell("why", "sgd", "sgd")
        for student in ("ada", "emmy"):
            gradebook.add_student(student)
            gradebook.add_submission("sgd", student)
    open_quickly()
    return url


def test_new_gradebook_has_the_version_that_alembic_names(alembic, tmp_path, monkeypatch):
    with _temp_alembic_ini("sqlite://") as settings:
        heads = subprocess.check_output(["alembic", "-c", settings, "heads"], text=True)
    monkeypatch.setattr("nbgrader.api.get_alembic_version", None)  # undoes `create_quickly` after the test
    monkeypatch.setenv("PATH", "")  # without the program `alembic`
    create_quickly()
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "demo") as gradebook:
        assert heads == f"{gradebook.db.scalar(text('SELECT version_num FROM alembic_version'))} (head)\n"


def indexes(gradebook):
    tables = inspect(gradebook.engine)
    return {index["name"] for table in tables.get_table_names() for index in tables.get_indexes(table)}


@pytest.mark.parametrize("empty", [os.remove, lambda path: os.truncate(path, 0)], ids=["deleted", "emptied"])
def test_gradebook_that_vanished_is_created_again(url, empty):
    """To start over, instructors delete the file, perhaps while the formgrader is running."""
    with Gradebook(url, "demo") as gradebook:
        assert len(gradebook.students) == 2
        assert indexes(gradebook) >= {index.name for index in INDEXES}
    empty(url.removeprefix("sqlite:///"))
    with Gradebook(url, "demo") as gradebook:
        assert gradebook.students == []
        assert indexes(gradebook) >= {index.name for index in INDEXES}


def test_existing_gradebook_gets_indexes(url):
    names = {index.name for index in INDEXES}
    with Gradebook(url, "demo") as gradebook:
        assert names <= indexes(gradebook)
        for name in names:
            gradebook.db.execute(text(f"DROP INDEX {name}"))
        gradebook.db.commit()
    with Gradebook(url, "another course") as gradebook:
        assert names <= indexes(gradebook)


def test_students_score_is_found_by_index(url):
    with Gradebook(url, "demo") as gradebook:
        plan = gradebook.db.execute(
            text("EXPLAIN QUERY PLAN SELECT sum(auto_score) FROM grade WHERE notebook_id = 'x'")
        )
        assert "USING INDEX gradlab_grade_notebook" in str(plan.all())


def test_block_that_fails_saves_nothing(url):
    def add_and_stop():
        with one_commit(gradebook := Gradebook(url, "demo")):
            gradebook.add_student("grace")
            gradebook.update_or_create_submission("sgd", "grace")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        add_and_stop()
    with Gradebook(url, "demo") as gradebook:
        assert {student.id for student in gradebook.db.query(Student)} == {"ada", "emmy"}


def test_block_that_succeeds_is_saved(url):
    with one_commit(gradebook := Gradebook(url, "demo")):
        gradebook.add_student("grace")
        gradebook.update_or_create_submission("sgd", "grace")
    with Gradebook(url, "demo") as gradebook:
        assert gradebook.find_submission("sgd", "grace").student_id == "grace"
        assert gradebook.db.query(Assignment).count() == 1


def test_gradebook_that_cannot_be_read_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(Gradebook, "__init__", Gradebook.__init__)  # undoes `open_quickly` after the test
    open_quickly()
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 100)
    with warnings.catch_warnings(record=True) as caught:  # Python 3.13 warns of a database that was left open
        warnings.simplefilter("always")
        with pytest.raises(DatabaseError):
            Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "demo")
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_grades_and_comments_are_found_by_name(url):
    with Gradebook(url, "demo") as gradebook:
        submission = gradebook.find_submission_notebook("sgd", "sgd", "ada")
        grades, comments = grades_by_name(gradebook, submission), comments_by_name(gradebook, submission)
        assert {name: grade.max_score for name, grade in grades.items()} == {"sgd-check": 3, "why": 2}
        assert {grade.notebook_id for grade in grades.values()} == {submission.id}
        assert list(comments) == ["why"]


def test_submissions_to_grade_by_hand_are_counted_once_each(url):
    assert count_to_mark(url, "sgd") == 2
    assert count_to_mark(url, "adam") == 0
    with Gradebook(url, "demo") as gradebook:
        for grade in grades_by_name(gradebook, gradebook.find_submission_notebook("sgd", "sgd", "ada")).values():
            grade.needs_manual_grade = False
        gradebook.db.commit()
    assert count_to_mark(url, "sgd") == 1
