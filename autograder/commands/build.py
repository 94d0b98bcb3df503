"""``build``: build the generated files, or report which of them are out of date."""

import difflib
import sys
from collections.abc import Collection
from pathlib import Path

from autograder import catalogue
from autograder.notebooks.build import build, stale, write_source
from autograder.notebooks.master import MasterError
from autograder.plugin.ownership import checks_gradlab

from .errors import refuse


def run(course: Path, names: Collection[str], check: bool, into: Path | None = None) -> int:
    """Build the named assignments, or all assignments if `names` is empty. With `check`, only report stale files.

    If `into` is given, write only the instructor's notebook and its ``checks.npz``, into the folder ``into/<name>``.

    Returns
    -------
    int
        0 if no file is stale, 1 if a file is stale, 2 if an assignment is unknown or its master cannot be built.
    """
    known = catalogue.assignments()
    unknown = [name for name in names if name not in known]
    if unknown:
        close = difflib.get_close_matches(unknown[0], known, n=2) or list(known)
        return refuse(f"there is no assignment {unknown[0]!r}. Did you mean {', '.join(close)}?")
    if into is not None and check:
        return refuse("--check reports what is stale here, and --into writes elsewhere: use only one of them.")
    if into is not None and (problem := _refusal(into, names or known)):
        return refuse(problem)
    outdated: list[Path] = []
    for name in names or known:
        try:
            if into is not None:
                write_source(course, name, into)
                print(f"wrote {into / name}")
            elif check:
                outdated += stale(course, name)
            else:
                build(course, name)
                print(f"built {name}")
        except MasterError as error:
            return refuse(f"{name}: {error}")
    for path in outdated:
        print(f"stale: {path}: run `make notebooks`", file=sys.stderr)
    return int(bool(outdated))


def _refusal(into: Path, names: Collection[str]) -> str:
    """Return the reason why assignments cannot be written into the source folder of another course, or ""."""
    if not into.is_dir():
        return f"there is no folder {into}. Give the folder with the sources of your course, such as ../course/source."
    for name in names:
        if any(not checks_gradlab(path) for path in (into / name).glob("*.ipynb")):
            return f"{into / name} is an assignment of your own course, which must not be replaced: rename it first."
    return ""
