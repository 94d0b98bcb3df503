"""Reads a text master into cells, each with its line, and checks the cells' tags."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jupytext.myst import myst_to_notebook

from autograder.errors import DefinitionError

TAGS = ("demo", "exercise", "written")


@dataclass(frozen=True)
class MasterCell:
    """A cell of a master.

    Attributes
    ----------
    file : Path
        The master.
    line : int
        The line in which the cell begins.
    is_code : bool
        Whether the cell is code, rather than Markdown.
    source : str
    tags : tuple of str
    """

    file: Path
    line: int
    is_code: bool
    source: str
    tags: tuple[str, ...]

    @property
    def is_placeholder(self) -> bool:
        """Whether the notebook has an exercise or a written question in place of this cell."""
        return "exercise" in self.tags or "written" in self.tags

    def error(self, sentence: str) -> DefinitionError:
        """Return the error that `sentence` describes, located at this cell."""
        return DefinitionError(sentence, self.file, self.line)


def read_cells(text: str, file: Path) -> list[MasterCell]:
    """Return the cells of a master.

    Parameters
    ----------
    text : str
        The master, in MyST Markdown.
    file : Path
        Where the master is. Only error messages use the path.

    Raises
    ------
    DefinitionError
        If a line would make a cell vanish, or if a cell's options or tags cannot be parsed or are unknown.
    """
    _check_lines(text.splitlines(), file)
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except Exception as error:
        message = str(error).partition("\n")[0]
        line = re.search(r"at line (\d+)", message)
        raise DefinitionError(f"this cell cannot be parsed: {message}.", file, int(line[1]) if line else 1) from error
    found = []
    for cell, line in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        tags = cell.metadata.get("tags", [])
        read = MasterCell(
            file, line, cell.cell_type == "code", cell.source, tuple(tags) if isinstance(tags, list) else ()
        )
        if not isinstance(tags, list) or set(cell.metadata) - {"tags"}:
            raise read.error(f"a cell's only option is `tags`, as in `:tags: [exercise]`. Got {dict(cell.metadata)}.")
        _check_tags(read)
        found.append(read)
    return found


def _check_lines(lines: Sequence[str], file: Path) -> None:
    for number, line in enumerate(lines, 1):
        if re.match(r"\+\+\+ *\{", line):
            sentence = 'a line like +++ {"..."} makes the cell after it vanish: use tags on code cells instead.'
            raise DefinitionError(sentence, file, number)
        starts = number > 1 and lines[number - 2].startswith("```{code-cell}")
        if starts and line.startswith(":") and not re.fullmatch(r":\w+: *\[.*\] *", line):
            raise DefinitionError(
                f"a cell's tags must be written as in `:tags: [exercise]`. Got `{line}`.", file, number
            )


def _check_tags(cell: MasterCell) -> None:
    for tag in cell.tags:
        close = difflib.get_close_matches(str(tag).lower(), TAGS, n=1)
        if close and tag not in TAGS:
            raise cell.error(f"the tag `{tag}` is unknown. Did you mean {close[0]}?")
    if cell.tags.count("exercise") + cell.tags.count("written") > 1:
        raise cell.error("a placeholder is for an exercise or for a written question, but not for both.")
    if cell.is_placeholder and not re.fullmatch(r"\w+", cell.source.strip()):
        raise cell.error(
            f"a placeholder, which is a cell with the tag `{cell.tags[0]}`, must contain one name, and nothing else."
        )
