"""Plays a student who has only the zip: pastes the lines of its README.txt into a notebook, and checks an answer.

The zip is where students put it, and nothing else is there: in Colab's folder, in Kaggle's input, or unpacked.
"""

import json
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from autograder import catalogue
from autograder.demo.standalone import standalone

SESSION = Path(__file__).with_name("session.py")
NAME = "update_rules"
COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n"


@dataclass(frozen=True)
class Place:
    """Where a student works.

    Attributes
    ----------
    folder : Path
        The kernel's folder.
    lines : str
        The lines to paste.
    before : str
        What the editor runs in the kernel before the first cell.
    """

    folder: Path
    lines: str
    before: str = ""


def colab(archive, folder):
    """The zip is in the kernel's folder, and the notebook is not."""
    (folder / archive.name).write_bytes(archive.read_bytes())
    return Place(folder, pasted(archive)["Colab"], COLAB)


def kaggle(archive, folder):
    """The zip is unpacked outside the kernel's folder, in a folder that is read-only on Kaggle."""
    source, kernel = folder / "input" / "datasets" / "ada" / "homework", folder / "working"
    unpack(archive, source)
    kernel.mkdir()
    lines = pasted(archive)["Kaggle"].replace("/kaggle/input", str(folder / "input"))
    return Place(kernel, lines, "import os\nos.environ['KAGGLE_KERNEL_RUN_TYPE'] = 'Interactive'")


def jupyterlab(archive, folder):
    """The zip is unpacked, and the kernel's folder is that of the notebook."""
    unpack(archive, folder)
    path = next(folder.rglob(f"{NAME}.ipynb"))
    return Place(path.parent, pasted(archive)["VS Code"], f"import os\nos.environ['JPY_SESSION_NAME'] = {str(path)!r}")


def vs_code(archive, folder):
    """As in JupyterLab, but a cell has moved the kernel to a different folder since gradlab was installed."""
    place = jupyterlab(archive, folder)
    path = place.folder / f"{NAME}.ipynb"
    moves = [f"import os\nos.chdir({str(target)!r})" for target in (place.folder, folder.parent)]
    lines = "\n".join([moves[0], place.lines, moves[1]])
    return Place(place.folder, lines, f"__vsc_ipynb_file__ = {str(path)!r}")


PLACES = (colab, kaggle, jupyterlab, vs_code)


def unpack(archive, folder):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)


def pasted(archive):
    """Return the lines to paste for each editor, as they are in the zip's README.txt. The lines are for `NAME`."""
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(next(name for name in opened.namelist() if name.endswith("README.txt"))).decode()
    parts = re.findall(r"^(Colab|Kaggle|VS Code)[^\n]*(?:\n[^\n]+)*\n\n((?:    [^\n]*\n)+)", text, re.MULTILINE)
    first = "gradient_checking"  # the assignment used as the example in the course zip's README.txt
    return {editor: re.sub("^ +", "", lines, flags=re.MULTILINE).replace(first, NAME) for editor, lines in parts}


def play(python, archive, place, env):
    """Paste the lines, run the notebook's first cells with an answer to the first exercise, and run them all again.

    Parameters
    ----------
    python : path
        The Python whose kernel runs the cells.
    archive : Path
        The zip.
    place : Place
    env : mapping
        The environment variables of the kernel.

    Returns
    -------
    list of dict
        What each cell displayed (see `session.py`).
    """
    with zipfile.ZipFile(archive) as opened:
        notebook = json.loads(opened.read(next(n for n in opened.namelist() if n.endswith(f"{NAME}.ipynb"))))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    imports, check = code[0], next(source for source in code if source.startswith('check("sgd"'))
    answer = standalone(catalogue.assignments()[NAME].exercises["sgd"].reference, "sgd")
    cells = [place.lines, imports, answer, check]
    session = subprocess.run(
        [python, SESSION, place.folder],
        input=json.dumps([place.before, *cells, "import gradlab\ngradlab.__file__", "check.progress()", *cells]),
        env=env,
        capture_output=True,
        text=True,
    )
    assert session.returncode == 0, session.stderr
    return json.loads(session.stdout)


def problems(shown, site):
    """Return what went wrong in the cells that `play` ran, as sentences. gradlab must have been installed in `site`."""
    found = [cell["error"] for cell in shown if cell["error"]]
    found += [cell["text"] for cell in shown if "ERROR" in cell["text"] or "Warning" in cell["text"]]
    for number in (4, 10):
        cell = shown[number]
        if cell["plain"] != "1.0" or "4 of 4 cases pass, 1 of 1 points" not in cell["html"]:
            found.append(f"the check should have passed, but it displayed {cell}")
        if "Your grade may differ" in cell["html"]:
            found.append(f"the check should have expressed no doubts, but it displayed {cell['html']}")
    if str(site) not in shown[5]["plain"]:
        found.append(f"gradlab should have been imported from {site}, but was imported from {shown[5]['plain']}")
    most = sum(exercise.points for exercise in catalogue.assignments()[NAME].exercises.values())
    if f"1 of {most:g} points on the public cases" not in shown[6]["html"]:
        found.append(f"the progress should have been displayed, but the cell displayed {shown[6]}")
    return found
