"""Run nbgrader commands in the current folder, one after another, until one fails.

    python tests/nbgrader_commands.py "generate_assignment sgd" "autograde sgd"

Each command runs in a fork of this process, which has already imported nbgrader. Importing takes longer than most
commands do. In all other respects, each command runs as if in a new process.
"""

import os
import sys

sys.path[0] = os.getcwd()  # as `python -m nbgrader` does; in this script's folder, `gradlab` contains tests

from nbgrader.apps.nbgraderapp import main  # noqa: E402


def run(command):
    """Run one command in a child process, and return its exit code."""
    pid = os.fork()
    if pid == 0:
        sys.argv = ["nbgrader", *command.split()]
        sys.exit(main())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    for command in sys.argv[1:]:
        if code := run(command):
            sys.exit(code)
