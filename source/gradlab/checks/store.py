"""The public cases of an assignment in one file, ``checks.npz``: numbers and labels, but no pickles or code.

The file holds ``index``, a JSON text in UTF-8, and, for each dtype, one row with all numbers of that dtype. The index
gives the position of each array in its row. The index also names drivers, properties, and oracles, which must be public
functions of gradlab.
"""

import json
import zipfile
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..typing import Array
from .packing import Rows, pack_exercise, unpack_exercise
from .public_exercise import PublicExercise

VERSION = 4


def save(path: str | PathLike[str], exercises: Iterable[PublicExercise]) -> None:
    """Write `exercises` to `path`; the same exercises always give the same bytes."""
    rows: Rows = {}
    index = {"version": VERSION, "exercises": [pack_exercise(e, rows) for e in exercises]}
    text = json.dumps(index, separators=(",", ":"), ensure_ascii=False).encode()
    arrays: dict[str, Any] = {
        dtype: np.concatenate([numbers for _, numbers in rows[dtype].values()]) for dtype in sorted(rows)
    }
    np.savez_compressed(path, index=np.frombuffer(text, dtype=np.uint8), **arrays)


def load(path: str | PathLike[str]) -> dict[str, PublicExercise]:
    """Read the exercises in a ``checks.npz`` file.

    Returns
    -------
    dict of str to PublicExercise
        The exercises, keyed by name.

    Raises
    ------
    ValueError
        If the file is damaged, or if its version is not `VERSION`. The message says what to do.
    """
    path = Path(path)
    index, rows = _read(path)
    if index["version"] != VERSION:
        raise ValueError(
            f"{path} must have version {VERSION}. Got {index['version']}: "
            "update gradlab, or fetch the assignment again."
        )
    try:
        return {entry["name"]: unpack_exercise(entry, rows) for entry in index["exercises"]}
    except Exception as error:  # a file that did not come from `save` may be wrong in any way
        raise _damaged(path, f"its contents don't fit together ({type(error).__name__})") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the index and the rows of numbers in a file."""
    if path.stat().st_size == 0:
        raise _damaged(path, "it is empty")
    if not zipfile.is_zipfile(path):
        raise _damaged(path, "it is a different kind of file, or it is truncated")
    try:
        with np.load(path, allow_pickle=False) as file:
            rows = dict(file)
        index = json.loads(rows.pop("index").tobytes())
        return {"version": index["version"], "exercises": index["exercises"]}, rows
    except Exception as error:  # damaged bytes raise errors of a dozen kinds, in zipfile, zlib, NumPy, and json
        raise _damaged(path, f"it does not hold public cases ({type(error).__name__})") from None


def _damaged(path: Path, reason: str) -> ValueError:
    return ValueError(
        f"{path.name} cannot be read: {reason}. Fetch the assignment again, and put its {path.name} next to your "
        f"notebook, in {path.resolve().parent}. Your answers are in the notebook and stay as they are."
    )
