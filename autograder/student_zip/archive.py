"""Writes zip files that depend only on what is in them: the same files always give the same bytes."""

import stat
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

DATE = datetime(2026, 11, 21, tzinfo=UTC)  # the date of version 0.1.0; fixed, so that the same files give the same zip


def write_zip(path: Path, folder: str, contents: Mapping[str, bytes]) -> None:
    """Write a zip file that unpacks into `folder`.

    Parameters
    ----------
    path : Path
    folder : str
    contents : mapping
        The contents of the files, keyed by their paths in `folder`.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(entry(f"{folder}/{name}"), content, zipfile.ZIP_DEFLATED)


def entry(name: str, executable: bool = False) -> zipfile.ZipInfo:
    """Return a file's entry in the zip, with a fixed date."""
    found = zipfile.ZipInfo(name, date_time=DATE.timetuple()[:6])
    found.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return found
