"""Gradescope's ``submission_metadata.yml``: the submitters and the time of each submission in an export.

Gradescope is written in Ruby: keys are symbols, which begin with a colon, and times may be tagged as Ruby objects. All
tags are ignored, so that the file is read as plain text, numbers, times, lists, and mappings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import yaml

from autograder.plugin.submitted_folder import Unusable

from .download import NotADownload
from .files import File

METADATA = "submission_metadata.yml"
MAX_BYTES = 200_000_000
FIELDS = {"student": ":sid", "email": ":email", "name": ":name"}  # kinds of keys in a roster


@dataclass(frozen=True)
class Entry:
    """A submission: its submitters' keys, and its time in UTC without a time zone."""

    submitters: tuple[Mapping[str, str], ...]
    time: datetime | None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, and ignores the tags of Ruby's objects."""


def _ignore_tag(loader: Any, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _ignore_tag)


def read_metadata(files: Sequence[File]) -> tuple[Mapping[str, Entry], tuple[str, ...]]:
    """Read the outermost ``submission_metadata.yml``; a student may have submitted a file with this name, too.

    Returns
    -------
    mapping of str to Entry
        The submissions, keyed by the names of their folders.
    tuple of str
        The folder that contains these folders.

    Raises
    ------
    NotADownload
        If the file is missing or damaged.
    """
    found = min((file for file in files if file.name == METADATA), key=lambda file: len(file.parts), default=None)
    if found is None:
        raise NotADownload(f"A Gradescope export contains {METADATA}, but this download has no such file.")
    try:
        data = yaml.load(found.read(MAX_BYTES), Loader=_Loader)
    except (Unusable, yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotADownload(f"{found.shown} cannot be read: {str(error).splitlines()[0]}.") from None
    if not isinstance(data, dict):
        raise NotADownload(f"{found.shown} must list submissions, but it lists none.")
    return {str(name): _entry(values) for name, values in data.items()}, found.parts[:-1]


def _entry(values: Any) -> Entry:
    values = values if isinstance(values, dict) else {}
    submitters = values.get(":submitters")
    people = [person for person in submitters if isinstance(person, dict)] if isinstance(submitters, list) else []
    keys = tuple({kind: _text(person.get(field)) for kind, field in FIELDS.items()} for person in people)
    return Entry(keys, _time(values.get(":created_at")))


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""


def _time(value: object) -> datetime | None:
    """Return a time in UTC without a time zone. Ruby on Rails writes a mapping with ``utc``, ``zone``, and ``time``."""
    if isinstance(value, dict):
        value = value.get("utc")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None
