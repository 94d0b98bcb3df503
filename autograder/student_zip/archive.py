"""Writes zip files that depend only on what is in them: the same files always give the same bytes."""

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
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=DATE.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
