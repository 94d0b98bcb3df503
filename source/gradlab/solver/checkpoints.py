"""Checkpoints: everything a run needs to continue as if it had never stopped, in one file, without pickle.

The file is an ``.npz`` archive of plain arrays. One of the arrays is a JSON text, which contains all other values and
says where each array belongs.
"""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from ..models.parameters import check_parameters, load_parameters, save_parameters
from ..typing import Array

if TYPE_CHECKING:
    from .training import Solver

VERSION = 1
INDEX = "checkpoint"
STORED_ATTRIBUTES = (
    "epoch", "train_acc_history", "val_acc_history", "optim_configs", "best_val_acc", "best_params", "best_state",
)  # fmt: skip


def save(solver: Solver, folder: str | PathLike[str]) -> None:
    """Write a checkpoint of `solver` into `folder`, which is created if necessary.

    The file's name contains the epoch and the validation accuracy, so a listing of the folder shows the run's progress.

    Raises
    ------
    TypeError
        If a config or the model's state contains anything but real numbers, booleans, text, None, arrays, and
        lists, tuples, and dicts of these.
    """
    contents = {
        "version": VERSION,
        "batch_size": solver.batch_size,
        "num_train": len(solver.data["X_train"]),
        "params": dict(solver.model.params),
        "state": getattr(solver.model, "state", dict)(),  # a student's model may have no state
        "rng": solver.rng.bit_generator.state,
        "loss_history": np.array(solver.loss_history),
        **{attribute: getattr(solver, attribute) for attribute in STORED_ATTRIBUTES},
    }
    arrays: dict[str, Array] = {}
    text = json.dumps({key: _pack(value, key, arrays) for key, value in contents.items()})
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"epoch_{solver.epoch:03}_val_{solver.val_acc_history[-1]:.4f}.npz"
    save_parameters(path, {INDEX: np.frombuffer(text.encode(), np.uint8), **arrays})


def load(solver: Solver, path: str | PathLike[str]) -> None:
    """Restore `solver` and its model to their state when the checkpoint was written.

    Raises
    ------
    ValueError
        If the file is damaged or not a checkpoint of this version, or if the solver has a different model, batch size,
        number of training examples, or kind of random generator.
    """
    name, arrays = Path(path).name, load_parameters(path)
    if INDEX not in arrays:
        raise ValueError(f"{name} must be a checkpoint written by a Solver. Got the arrays {', '.join(arrays)}.")
    contents = {key: _unpack(value, arrays) for key, value in json.loads(arrays[INDEX].tobytes()).items()}
    if contents["version"] != VERSION:
        raise ValueError(
            f"{name} must have version {VERSION}. Got {contents['version']}: use the version of gradlab that wrote it."
        )
    check_parameters(contents["params"], solver.model.params, name)
    for what, given, expected in (
        ("batch_size", contents["batch_size"], solver.batch_size),
        ("number of training examples", contents["num_train"], len(solver.data["X_train"])),
        ("random generator", contents["rng"]["bit_generator"], solver.rng.bit_generator.state["bit_generator"]),
    ):
        if given != expected:
            raise ValueError(
                f"{name} was written with {what} = {given}, but the solver has {expected}: create the solver with "
                "the same settings."
            )
    if hasattr(solver.model, "restore"):
        solver.model.restore(contents["state"])
    solver.model.params |= contents["params"]
    solver.rng.bit_generator.state = contents["rng"]
    solver.loss_history = contents["loss_history"].tolist()
    for attribute in STORED_ATTRIBUTES:
        setattr(solver, attribute, contents[attribute])


def _pack(value: Any, place: str, arrays: dict[str, Array]) -> Any:
    """Convert `value` for JSON. Arrays, and NumPy scalars as 0-d arrays, go into `arrays` under the key `place`."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (np.ndarray, np.generic)) and not value.dtype.hasobject:
        arrays[place] = np.asarray(value)
        return {"array": place, "scalar": isinstance(value, np.generic)}
    if type(value) is dict and all(type(key) is str for key in value):
        places = {key: f"{place}/{quote(key, safe='')}" for key in value}  # unique, whatever the keys are
        return {"dict": {key: _pack(item, places[key], arrays) for key, item in value.items()}}
    if type(value) in (list, tuple):
        items = [_pack(item, f"{place}/{i}", arrays) for i, item in enumerate(value)]
        return items if type(value) is list else {"tuple": items}
    raise TypeError(
        f"For a checkpoint, {place} must be a real number, a boolean, text, None, an array of any dtype but object, or "
        f"a list, tuple, or dict (with text as keys) of such values. Got {type(value).__name__}."
    )


def _unpack(value: Any, arrays: dict[str, Array]) -> Any:
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        array = arrays[value["array"]]
        return array[()] if value["scalar"] else array
    if "tuple" in value:
        return tuple(_unpack(item, arrays) for item in value["tuple"])
    return {key: _unpack(item, arrays) for key, item in value["dict"].items()}
