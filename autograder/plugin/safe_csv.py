"""CSV files that are safe to open in a spreadsheet, whatever names students have."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, Any]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row], for_people: bool = True) -> None:
    """Write rows as CSV in UTF-8. A column that is missing from a row is left empty.

    Excel treats a file as UTF-8 only if it begins with a byte-order mark. So a file for people has one if it contains
    non-ASCII characters. Platforms need none, and some would treat it as part of the first column's name.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([escape_formula(row.get(column)) for column in columns] for row in rows)
    mark = for_people and not text.getvalue().isascii()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8-sig" if mark else "utf-8", newline="")


def escape_formula(value: object) -> str | int | float:
    """Put an apostrophe before text that looks like a formula. Return numbers unchanged, and "" for None."""
    if isinstance(value, (int, float)):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA_PREFIXES) or text.startswith(FORMULA_PREFIXES) else text
