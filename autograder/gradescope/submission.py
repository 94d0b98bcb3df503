"""Find the notebook in a submission to Gradescope. It may have any name, and be anywhere among other files.

The files come from a student, so no link is followed, and only a few of the files are read.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.notebooks.intake import Submitted, read_or_reason
from autograder.notebooks.mismatch import answers_found
from autograder.safe_text import quoted

MAX_ENTRIES = 2_000
MAX_READ = 20


@dataclass(frozen=True)
class Found:
    """The file to grade, and a sentence that says why it was chosen, or "" if there was no choice."""

    path: Path
    note: str = ""


def find_notebook(folder: Path, released: Mapping[str, Any], name: str) -> Found:
    """Return the notebook in `folder` that contains the largest number of a released notebook's answers.

    Among notebooks with equally many answers, the one with the released notebook's name comes first, then the one in
    the fewest folders, and then the first in alphabetical order. If no file is a notebook, the first file that is
    named like one is returned, so that grading can say what is wrong with it.

    Parameters
    ----------
    folder : Path
    released : dict
        The released notebook's JSON.
    name : str
        The released notebook's name, such as "update_rules.ipynb".
    """
    files = sorted(_files(folder), key=lambda path: _order(path.relative_to(folder), name))[:MAX_READ]
    readable = [(path, found) for path in files if isinstance(found := read_or_reason(path), Submitted)]
    if not readable:
        named = [path for path in files if _is_named_like_a_notebook(path)]
        return Found(named[0] if named else folder / name)
    best, _ = max(readable, key=lambda each: answers_found(each[1], released))
    if len(readable) == 1:
        return Found(best)
    shown = quoted(str(best.relative_to(folder))[:200])
    return Found(best, f"You submitted {len(readable)} notebooks. Only {shown} was graded.")


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files in a folder, apart from hidden ones and those that macOS adds to a zip."""
    left = MAX_ENTRIES
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            left -= 1
            if left < 0:
                return
            path = Path(place, name)
            if not name.startswith(".") and stat.S_ISREG(os.lstat(path).st_mode):
                yield path


def _order(path: Path, name: str) -> tuple[bool, bool, int, str]:
    return not _is_named_like_a_notebook(path), path.name != name, len(path.parts), str(path)


def _is_named_like_a_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb"
