"""Find the open notebook and its assignment's ``checks.npz``, in JupyterLab, VS Code, Colab, and Kaggle."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

NAME = "checks.npz"


def web_service() -> str:
    """Return the name of the service in whose web pages the notebook is edited, or "" if it is edited as a file.

    Colab and Kaggle keep the notebook in the user's account. A notebook next to their kernel is an old copy.
    """
    if "google.colab" in sys.modules:
        return "Colab"
    return "Kaggle" if "KAGGLE_KERNEL_RUN_TYPE" in os.environ else ""


def open_notebook(names: Mapping[str, Any]) -> Path | None:
    """Return the path of the open notebook, or None if the editor does not tell the kernel.

    Parameters
    ----------
    names : mapping
        The kernel's variables. VS Code sets one to the notebook's path. JupyterLab sets an environment variable.
    """
    if web_service():
        return None
    told = (os.environ.get("JPY_SESSION_NAME"), names.get("__vsc_ipynb_file__"))
    paths = (Path(path) for path in told if isinstance(path, str))
    return next((path for path in paths if path.suffix == ".ipynb" and path.is_file()), None)


def saved_notebooks(folder: Path, names: Mapping[str, Any]) -> list[Path]:
    """Return the files that may be the open notebook: the open notebook, or else all notebooks in `folder`.

    Parameters
    ----------
    folder : Path
        The folder with the assignment's ``checks.npz``.
    names : mapping
        The kernel's variables.
    """
    if web_service():
        return []
    opened = open_notebook(names)
    return [opened] if opened else sorted(folder.glob("*.ipynb"))


def find_checks(names: Mapping[str, Any], used: Iterable[Path] = ()) -> Path:
    """Return the path of ``checks.npz``: in the kernel's folder, next to the open notebook, or where it was before.

    Parameters
    ----------
    names : mapping
        The kernel's variables.
    used : iterable of Path
        The paths of files used earlier in this kernel; a cell may have changed the kernel's folder since.

    Raises
    ------
    FileNotFoundError
        If the file is in none of these places. The message says what to do.
    """
    here, opened = Path(NAME).resolve(), open_notebook(names)
    places = [here, *([opened.resolve().with_name(NAME)] if opened else []), *used]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise FileNotFoundError(missing(here))
    return found


def missing(path: Path) -> str:
    """Say that there is no file at `path`, and what to do."""
    what = f"{path.name} must be next to the notebook. No such file in {path.parent}: "
    if service := web_service():
        return f"{what}{service} may have lost it, so add the assignment's zip again, and run the lines in README.txt."
    return f"{what}open the notebook in the folder where it was released, or fetch the assignment again."
