"""How a command says that it cannot do what was asked."""

import sys


def refuse(reason: str) -> int:
    """Print the reason on stderr, and return the exit code for it."""
    print(reason, file=sys.stderr)
    return 2
