"""A submission's files that grading needs: the notebook, and the secret with which nbgrader returns feedback."""

import hashlib
from collections.abc import Mapping
from logging import Logger
from pathlib import Path

from autograder.notebooks.intake import MAX_BYTES, is_numbered_copy
from autograder.safe_text import quoted

from .submitted_folder import SubmittedFolder, TooLarge, Unusable, write_sparse

SECRET = "submission_secret.txt"
SMALL = 1000  # bytes, more than nbgrader writes to a secret or a timestamp
MAX_COPIES = 3  # copies of the notebook that are collected; grading uses one, and names at most three

Contents = Mapping[str, bytes | Unusable]  # the bytes of each file or the reason why it is not read, keyed by name


def notebook_names(folder: SubmittedFolder, notebook: str) -> list[str]:
    """Return the names of a folder's notebooks that grading may need: the expected one, and numbered copies of it."""
    names = folder.names()
    copies = [name for name in names if is_numbered_copy(name, notebook)][:MAX_COPIES]
    return [name for name in (notebook, *copies) if name in names]


def read_files(folder: SubmittedFolder, names: list[str], limit: int = MAX_BYTES) -> Contents:
    """Read files with at most `limit` bytes each."""
    contents: dict[str, bytes | Unusable] = {}
    for name in names:
        try:
            contents[name] = folder.read(name, limit)
        except Unusable as reason:
            contents[name] = reason
    return contents


def notebooks_digest(notebooks: Contents) -> str:
    """Return a digest of the contents of a submission's notebooks, whatever their names are."""
    digests = [
        hashlib.sha256(content if isinstance(content, bytes) else str(content).encode()).hexdigest()
        for content in notebooks.values()
    ]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def write_files(
    target: Path, notebooks: Contents, folder: SubmittedFolder, largest: int, log: Logger, shown: str
) -> None:
    """Write a submission's notebooks and its secret to the folder `target`. Report each file that could not be read.

    Parameters
    ----------
    target : Path
    notebooks : mapping of str to bytes or Unusable
    folder : SubmittedFolder
        The submission's folder, from which the secret is read.
    largest : int
        The maximum size, in bytes, of the file written for a notebook that is too large.
    log : logging.Logger
    shown : str
        The submission's name for the log.
    """
    secret = read_files(folder, [SECRET] if SECRET in folder.names() else [], SMALL)
    for name, content in {**notebooks, **secret}.items():
        if isinstance(content, bytes):
            write_sparse(target / name, content)
            continue
        log.warning("%s in %s was not collected: %s", quoted(name), shown, content)
        if isinstance(content, TooLarge) and name != SECRET:
            # Zeros, which take up no space: grading then tells the student that the notebook is too large.
            write_sparse(target / name, b"", min(content.size, largest))
