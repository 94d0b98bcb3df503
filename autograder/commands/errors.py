"""Report that a command cannot be carried out."""

import sys


def refuse(reason: str) -> int:
    """Print the reason to stderr, and return exit code 2."""
    print(reason, file=sys.stderr)
    return 2
