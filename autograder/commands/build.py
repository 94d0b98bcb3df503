"""``build``: make what is generated, or say what is stale."""

import difflib
import sys

from autograder import catalogue
from autograder.notebooks.build import build, stale
from autograder.notebooks.master import MasterError


def run(root, names, check):
    """Build the named assignments, or all of them; with `check`, only compare.

    Returns
    -------
    int
        0 if all is well, 1 if a file is stale, 2 if a master cannot be built.
    """
    known = catalogue.assignments()
    unknown = [name for name in names if name not in known]
    if unknown:
        close = difflib.get_close_matches(unknown[0], known, n=2) or list(known)
        print(f"there is no assignment {unknown[0]!r}. Did you mean {', '.join(close)}?", file=sys.stderr)
        return 2
    old = []
    for name in names or known:
        try:
            if check:
                old += stale(root, name)
            else:
                build(root, name)
                print(f"built {name}")
        except MasterError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 2
    for path in old:
        print(f"stale: {path}: run `make notebooks`", file=sys.stderr)
    return int(bool(old))
