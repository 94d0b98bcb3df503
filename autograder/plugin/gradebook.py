"""Makes nbgrader's gradebook fast enough for a thousand students.

nbgrader opens the gradebook several times per submission, checks all tables each time, commits after every change, and
finds a submission's grades by searching everyone's. Here, the tables are checked once per process (and again if the
gradebook was deleted), the grades have an index, and related changes are saved in one commit.
"""

import contextlib
import functools
import os
from collections.abc import Iterator
from typing import Any

import nbgrader.api
from nbgrader.api import (
    Assignment,
    Authenticator,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Engine, Index, distinct, func, make_url, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import scoped_session, sessionmaker, undefer
from sqlalchemy.schema import CreateIndex

INDEXES = [
    Index("gradlab_grade_notebook", Grade.notebook_id),
    Index("gradlab_comment_notebook", Comment.notebook_id),
    Index("gradlab_notebook_assignment", SubmittedNotebook.assignment_id),
]
_open_in_full = Gradebook.__init__


def create_quickly() -> None:
    """Have this process read the schema version of a new gradebook.

    nbgrader starts the program ``alembic`` to read it, which takes a second.
    """
    nbgrader.api.get_alembic_version = newest_version


@functools.cache
def newest_version() -> str | None:
    """Return the schema version of the gradebooks that this version of nbgrader creates."""
    from alembic.script import ScriptDirectory  # here, because most commands find an existing gradebook

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def open_quickly() -> None:
    """Have every `Gradebook` in this process use one engine per address, whose tables are checked only once.

    If the file was deleted in the meantime, the tables are created again, as they are without this function.
    """
    Gradebook.__init__ = _open


def _open(
    self: Gradebook, db_url: str, course_id: str = "default_course", authenticator: Authenticator | None = None
) -> None:
    if _is_missing(db_url):
        _checked_engine.cache_clear()
    self.engine = _checked_engine(db_url, course_id)
    self.db = scoped_session(sessionmaker(bind=self.engine))
    self.course_id, self.authenticator = course_id, authenticator


def _is_missing(db_url: str) -> bool:
    """Return whether a gradebook is a file that does not exist or is empty."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return False
    try:
        return os.path.getsize(url.database) == 0
    except OSError:
        return True


@functools.cache
def _checked_engine(db_url: str, course_id: str) -> Engine:
    gradebook = object.__new__(Gradebook)
    try:
        _open_in_full(gradebook, db_url, course_id)
    except DatabaseError:
        gradebook.close()  # the connection is open, although what it leads to is not a gradebook
        raise
    with gradebook, gradebook.engine.begin() as connection:
        for index in INDEXES:
            connection.execute(CreateIndex(index, if_not_exists=True))
    return gradebook.engine


@contextlib.contextmanager
def one_commit(gradebook: Gradebook) -> Iterator[None]:
    """Commit once, at the end. If the block raises an exception, nothing is saved."""
    with contextlib.closing(gradebook):
        gradebook.db.commit = gradebook.db.flush
        yield
        del gradebook.db.commit
        gradebook.db.commit()


def grades_by_name(gradebook: Gradebook, submission: SubmittedNotebook) -> dict[str, Grade]:
    """Return the grades of a submitted notebook, keyed by the name of the cell that they belong to."""
    return _by_name(gradebook, Grade, submission, undefer(Grade.max_score))


def comments_by_name(gradebook: Gradebook, submission: SubmittedNotebook) -> dict[str, Comment]:
    """Return the comments on a submitted notebook, keyed by the name of the cell that they belong to."""
    return _by_name(gradebook, Comment, submission)


def _by_name(gradebook: Gradebook, kind: Any, submission: SubmittedNotebook, *options: Any) -> dict[str, Any]:
    found = select(BaseCell.name, kind).join_from(kind, BaseCell, BaseCell.id == kind.cell_id)
    rows = gradebook.db.execute(found.where(kind.notebook_id == submission.id).options(*options))
    return dict(map(tuple, rows))


def count_to_mark(db_url: str, assignment: str) -> int:
    """Return the number of submissions to an assignment that have an answer still to be graded by hand."""
    notebooks = select(func.count(distinct(SubmittedNotebook.id))).join_from(Grade, SubmittedNotebook)
    submissions = notebooks.join(SubmittedAssignment).join(Assignment)
    with Gradebook(db_url) as gradebook:
        count: int = gradebook.db.scalar(submissions.where(Assignment.name == assignment, Grade.needs_manual_grade))
    return count
