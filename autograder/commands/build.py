"""``build``: build the generated files, or report which of them are out of date."""

import difflib
import sys
from collections.abc import Collection
from pathlib import Path

from autograder import catalogue
from autograder.notebooks.build import build, stale
from autograder.notebooks.master import MasterError

from .errors import refuse


def run(course: Path, names: Collection[str], check: bool) -> int:
    """Build the named assignments, or all assignments if `names` is empty. With `check`, only report stale files.

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
    outdated: list[Path] = []
    for name in names or known:
        try:
            if check:
                outdated += stale(course, name)
            else:
                build(course, name)
                print(f"built {name}")
        except MasterError as error:
            return refuse(f"{name}: {error}")
    for path in outdated:
        print(f"stale: {path}: run `make notebooks`", file=sys.stderr)
    return int(bool(outdated))
