"""The gradebook, out of the database that the course uses and back: what is kept is always one SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from nbgrader.api import Base
from sqlalchemy import Column, MetaData, String, Table, create_engine, select
from sqlalchemy.engine import make_url

VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
TABLES = [*Base.metadata.sorted_tables, VERSION]
ROWS = 1000  # at once


def sqlite_file(url):
    """The file of a gradebook in SQLite, None for one in another database."""
    url = make_url(url)
    return Path(url.database) if url.get_backend_name() == "sqlite" else None


def save(url, path):
    """Write the gradebook at `url` to a new SQLite file, as it was last committed; the course may go on meanwhile."""
    file = sqlite_file(url)
    if file is None:
        return copy(url, f"sqlite:///{path}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    path.chmod(file.stat().st_mode & 0o777)


def copy(source, target):
    """Make the gradebook at one URL of a database hold what that at another holds, or leave it as it was."""
    source, target = create_engine(source), create_engine(target)
    try:
        with source.connect().execution_options(isolation_level="SERIALIZABLE") as read, target.begin() as write:
            for table in TABLES:
                table.create(write, checkfirst=True)
            for table in reversed(TABLES):
                write.execute(table.delete())
            for table in TABLES:
                for rows in read.execute(select(table)).mappings().partitions(ROWS):
                    write.execute(table.insert(), [dict(row) for row in rows])
    finally:
        source.dispose()
        target.dispose()


def holds_anything(url):
    """Whether there is a gradebook with an assignment or a student in it."""
    file = sqlite_file(url)
    if file is not None:
        return file.exists()
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            tables = [
                t
                for t in TABLES
                if t.name in ("assignment", "student") and engine.dialect.has_table(connection, t.name)
            ]
            return any(connection.execute(select(table).limit(1)).first() for table in tables)
    finally:
        engine.dispose()
