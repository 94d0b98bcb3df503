"""How a command says that it could not be obeyed."""

import sys


def refuse(reason):
    """Say why on stderr; returns the exit code for it."""
    print(reason, file=sys.stderr)
    return 2
