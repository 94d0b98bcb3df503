"""Runs the lines from the student zip with other versions of packages: ``python -m tests.environments.simulate``.

Each list of packages next to this file is installed in a fresh environment in ``build/cache``, which needs the
network; the rest happens without it. In each environment, students in Colab, in Kaggle, in JupyterLab, and in VS Code
paste the lines of README.txt, from the zip for one assignment and from the one for the course (`make versions`).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from autograder.commands import pack
from autograder.paths import ROOT, build_folder

from .student import NAME, PLACES, play, problems

LISTS = sorted(Path(__file__).parent.glob("*.txt"))


def main() -> int:
    """Print one line for each environment, place, and zip, and return 1 if something went wrong in any of them."""
    archives = [build_folder(ROOT) / "student" / f"{name}.zip" for name in (NAME, pack.COURSE)]
    failed = pack.run(ROOT, ROOT, NAME) or pack.run(ROOT, ROOT)
    for packages in LISTS:
        environment = build_folder(ROOT) / "cache" / "environments" / packages.stem
        create(environment, packages)
        for place in PLACES:
            for archive in archives:
                wrong = played(environment, place, archive)
                failed |= bool(wrong)
                print(
                    f"{packages.stem}, {place.__name__}, {archive.name}:", *(wrong or ["right"]), sep="\n  ", flush=True
                )
    return int(failed)


def create(environment, packages):
    """Create a virtual environment with the packages in a list."""
    venv.create(environment, clear=True, with_pip=True)
    install = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--only-binary", ":all:", "-r", packages], check=True)


def played(environment, place, archive):
    """Play a student in one place, without gradlab at first. Return what went wrong, as sentences."""
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "gradlab"], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        shown = play(python, archive, place(archive, Path(folder)), os.environ | {"PIP_NO_INDEX": "1"})
    return problems(shown, environment)


if __name__ == "__main__":
    if shutil.which("unzip") is None:
        sys.exit("unzip must be installed, because the lines for Colab use it: apt-get install unzip")
    sys.exit(main())
