"""Finds a student's notebook for an assignment among the files that the student submitted.

The notebook is recognized by its cells, whatever its name. It may be in a zip, or in a zip in a zip.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.notebooks.intake import MAX_BYTES, Unreadable, read_or_reason
from autograder.notebooks.mismatch import likeness
from autograder.plugin.submitted_folder import TooLarge, Unusable, write_sparse

from .files import File, Refusal
from .zips import files_inside

MAX_ZIP = 60_000_000  # bytes; a zip from `pack` is much smaller
MAX_TOO_LARGE = 100_000_000  # bytes; up to this size, the student is told that the notebook is too large
MAX_OPENED = 30  # notebooks and zips that are opened per student
MAX_ZIPS = 2  # how deep zips may be nested


@dataclass(frozen=True)
class Notebook:
    """A notebook that a student submitted.

    Attributes
    ----------
    shown : str
        Its path in the download, safe to print.
    doubt : str
        Why it might be the wrong notebook, or "".
    """

    shown: str
    doubt: str


@dataclass(frozen=True)
class Opinion:
    """What a notebook's cells say about it.

    Attributes
    ----------
    doubt : str
        Why it might be the wrong notebook, or "".
    belongs_to : str
        The assignment for which it has at least half of the answers, or "".
    has_answers : bool
        Whether it has some answers to the assignment searched for, but fewer than half of them.
    """

    doubt: str
    belongs_to: str = ""
    has_answers: bool = False


class Search:
    """Looks for one student's notebook for an assignment.

    Parameters
    ----------
    assignment : str
    target : Path
        The file to which the notebook is written.
    any_name : bool
        Whether an unrecognized notebook, whatever its name, counts if there is no better one.

    Attributes
    ----------
    refused : list of Refusal
        The files that were not read.
    others : int
        The number of notebooks that belong to other assignments.
    """

    def __init__(self, assignment: str, target: Path, any_name: bool) -> None:
        self.assignment, self.target, self.any_name = assignment, target, any_name
        self.refused: list[Refusal] = []
        self.others = 0
        self._opened = 0

    def first(self, files: Sequence[File]) -> tuple[Notebook, File] | None:
        """Return the first notebook for the assignment, and the file that contains it. Write the notebook to `target`.

        If there is none, the first notebook that might be meant for the assignment is taken: its feedback will say what
        is wrong with it.

        Parameters
        ----------
        files : sequence of File
            The latest first.
        """
        fallback: tuple[Notebook, File, bytes, int] | None = None
        for file in files:
            for shown, inner in self._notebooks(file, file.shown, MAX_ZIPS):
                content, size = self._content(shown, inner)
                if content is None:
                    continue
                opinion = self._examine(content, size)
                notebook = Notebook(shown, opinion.doubt)
                if opinion.belongs_to == self.assignment:
                    return notebook, file
                if fallback is None and self._may_be_meant(inner.name, opinion):
                    fallback = notebook, file, content, size
                else:
                    self.others += bool(opinion.belongs_to)
        if fallback is None:
            return None
        write_sparse(self.target, fallback[2], fallback[3])
        return fallback[:2]

    def _notebooks(self, file: File, shown: str, zips: int) -> Iterator[tuple[str, File]]:
        """Yield a file if it may be a notebook, or the notebooks in a zip, with their names, safe to print."""
        name = file.name.casefold()
        if ".ipynb" in name or name.endswith(".json"):
            yield shown, file
        elif name.endswith(".zip"):
            yield from self._in_zip(file, shown, zips)

    def _in_zip(self, file: File, shown: str, zips: int) -> Iterator[tuple[str, File]]:
        if not zips:
            self.refused.append(Refusal(shown, f"zips are nested more than {MAX_ZIPS} deep"))
            return
        try:
            self._count(shown)
            files, refused = files_inside(file.read(MAX_ZIP))
        except Unusable as reason:
            self.refused.append(Refusal(shown, str(reason)))
            return
        self.refused += [Refusal(f"{each.shown} in {shown}", each.reason) for each in refused]
        for inner in sorted(files, key=self.order, reverse=True):
            yield from self._notebooks(inner, f"{inner.shown} in {shown}", zips - 1)

    def order(self, file: File) -> tuple[bool, float, bool]:
        """Return the key by which files are sorted: by time; among equal times, the assignment's name is last."""
        time = file.time.timestamp() if file.time else 0.0
        return file.time is not None, time, file.name == f"{self.assignment}.ipynb"

    def _count(self, shown: str) -> None:
        self._opened += 1
        if self._opened > MAX_OPENED:
            raise Unusable(f"only {MAX_OPENED} of a student's files are opened")

    def _content(self, shown: str, file: File) -> tuple[bytes | None, int]:
        """Return a notebook's content and size. The content of one that is too large is replaced by zeros."""
        try:
            self._count(shown)
            content = file.read(MAX_BYTES)
            return content, len(content)
        except TooLarge as reason:
            if reason.size <= MAX_TOO_LARGE:
                return b"", reason.size
            self.refused.append(Refusal(shown, str(reason)))
        except Unusable as reason:
            self.refused.append(Refusal(shown, str(reason)))
        return None, 0

    def _examine(self, content: bytes, size: int) -> Opinion:
        """Write a notebook to `target`, and judge from its cells which assignment it belongs to."""
        write_sparse(self.target, content, size)
        read = read_or_reason(self.target)
        if isinstance(read, Unreadable):
            return Opinion(str(read))
        fractions = likeness(read)
        best = max(fractions, key=lambda name: (fractions[name], name == self.assignment))
        if fractions[best] < 0.5:
            share = "few" if fractions[self.assignment] else "none"
            return Opinion(
                f"{share} of the answers to {self.assignment} can be found in it", "", bool(fractions[self.assignment])
            )
        return Opinion("" if best == self.assignment else f"it looks like {best}", best)

    def _may_be_meant(self, name: str, opinion: Opinion) -> bool:
        """Return whether a notebook that does not belong to the assignment may be meant for it anyway."""
        named = self.assignment in name.casefold().replace(" ", "_").replace("-", "_")
        return named or self.any_name or opinion.has_answers
