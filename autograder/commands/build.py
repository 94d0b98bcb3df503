"""``build``: build what is generated, or report what is out of date."""

import difflib
import sys
from collections.abc import Collection
from pathlib import Path

from autograder import catalogue
from autograder.notebooks.build import build, stale
from autograder.notebooks.master import MasterError

from .refusal import refuse


def run(course: Path, names: Collection[str], check: bool) -> int:
    """Build the named assignments, or all of them. With `check`, only compare.

    Returns
    -------
    int
        0 if all is well, 1 if a file is stale, 2 if a master cannot be built.
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
