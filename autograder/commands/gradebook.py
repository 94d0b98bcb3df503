"""The course's gradebook, in SQLite or any other database. A saved copy is always a single SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from nbgrader.api import Base
from sqlalchemy import Column, MetaData, String, Table, create_engine, select
from sqlalchemy.engine import make_url

VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
TABLES: list[Table] = [*Base.metadata.sorted_tables, VERSION]
ROWS = 1000  # the number of rows copied at once


class Gradebook(NamedTuple):
    """A gradebook. `url` is the URL of its database; `file` is the SQLite file, or None for any other database."""

    url: str
    file: Path | None

    @classmethod
    def at(cls, url: str) -> "Gradebook":
        parsed = make_url(url)
        is_file = parsed.get_backend_name() == "sqlite"
        return cls(url, Path(parsed.database or "") if is_file else None)

    def save(self, path: Path) -> None:
        """Save the gradebook, as of its last commit, in a new SQLite file.

        Other programs may use the gradebook at the same time.
        """
        if self.file is None:
            copy_rows(self.url, f"sqlite:///{path}")
            return
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        path.chmod(self.file.stat().st_mode & 0o777)

    def holds_anything(self) -> bool:
        """Return whether the SQLite file exists or, for any other database, whether it has assignments or students."""
        if self.file is not None:
            return self.file.exists()
        engine = create_engine(self.url)
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


def copy_rows(source_url: str, target_url: str) -> None:
    """Replace the gradebook at `target_url` with the one at `source_url`. If copying fails, the target is unchanged."""
    source, target = create_engine(source_url), create_engine(target_url)
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
