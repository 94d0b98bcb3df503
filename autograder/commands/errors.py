"""Report that a command cannot be carried out, or what is wrong with the course's files."""

import sys
from collections.abc import Collection

from autograder.errors import DefinitionError


def fail(reason: str) -> int:
    """Print the reason to stderr, and return exit code 1."""
    print(reason, file=sys.stderr)
    return 1


def refuse(reason: str) -> int:
    """Print the reason to stderr, and return exit code 2."""
    print(reason, file=sys.stderr)
    return 2


def report(errors: Collection[DefinitionError]) -> int:
    """Print each error to stderr, on its own line. Return exit code 1 if there are errors, otherwise 0."""
    for error in errors:
        print(error, file=sys.stderr)
    return int(bool(errors))
