"""A machine with a clone of this repository, for a simulated term."""

import os
import subprocess
import time
from pathlib import Path

from tests import commands


class Machine:
    """A clone of the last commit in `origin`, and a home folder.

    Attributes
    ----------
    course, build, home : Path
    transcript : Path
        The file that lists all commands and what they printed.
    """

    def __init__(self, folder: Path, origin: Path) -> None:
        self.course, self.home, self.transcript = folder / "course", folder / "home", folder / "transcript"
        self.home.mkdir(parents=True)
        subprocess.run(["git", "clone", "--quiet", origin, self.course], check=True)
        self.build = self.course / "build"

    def autograder(self, *command: str, stdin: str = "") -> str:
        """Run ``python -m autograder`` in the course's folder, and return what it prints."""
        return self._run("autograder", *command, cwd=self.course, stdin=stdin)

    def nbgrader(self, *command: str, cwd: Path | None = None) -> str:
        """Run ``nbgrader`` in the course's folder or in a student's, and return what it prints."""
        return self._run("nbgrader", *command, cwd=cwd or self.course)

    def change(self, exercise: str, old: str, new: str) -> None:
        """Change an exercise's text, and commit the change, as in a private copy."""
        path = self.exercise_file(exercise)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        author = ("-c", "user.name=instructor", "-c", "user.email=instructor@example.org")
        subprocess.run(["git", *author, "commit", "--quiet", "--all", "-m", exercise], cwd=self.course, check=True)

    def exercise_file(self, exercise: str) -> Path:
        """Return the file of an exercise such as "update_rules/adam"."""
        return self.course / "autograder" / "exercises" / f"{exercise}.py"

    def _run(self, *command: str, cwd: Path, stdin: str = "") -> str:
        paths = {"HOME": str(self.home), "PYTHONPATH": str(self.course / "source"), "COLUMNS": "120"}
        started = time.monotonic()
        done = commands.run(*command, cwd=cwd, env=os.environ | paths, stdin=stdin)
        printed = done.stdout + done.stderr
        with open(self.transcript, "a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}    ({time.monotonic() - started:.1f} s)\n{printed}\n")
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{printed}")
        return printed
