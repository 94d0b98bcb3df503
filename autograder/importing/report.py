"""What became of the files in a download."""

from dataclasses import dataclass, field

from .files import Refusal


@dataclass
class Report:
    """What became of the files in a download. All names in the report are safe to print.

    Attributes
    ----------
    added, updated, unchanged : list of str
        The students whose submissions were collected for the first time, replaced, or left as they were, because they
        are the same or newer.
    unmatched : list of Refusal
        The files that belong to no student, or that might belong to several.
    refused : list of Refusal
        The files that were not read.
    missing : list of Refusal
        The students in the download who have no notebook in it, each with the reason.
    doubts : list of Refusal
        The notebooks that were collected but might be the wrong ones.
    skipped : int
        The number of notebooks that belong to other assignments.
    guessed : int
        The number of submissions whose time the download does not give.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unmatched: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)
    doubts: list[Refusal] = field(default_factory=list)
    skipped: int = 0
    guessed: int = 0
