"""Checkpoints: all that a run needs to go on as if it had never stopped, in one file, without pickle.

The file is an ``.npz`` of plain arrays. One of them is a text in JSON, which holds everything else and says where
each array belongs.
"""

import json
from pathlib import Path
from urllib.parse import quote

import numpy as np

from ..models.parameters import check_parameters, load_parameters, save_parameters

VERSION = 1
INDEX = "checkpoint"
AS_THEY_ARE = (
    "epoch", "train_acc_history", "val_acc_history", "optim_configs", "best_val_acc", "best_params", "best_state",
)  # fmt: skip


def save(solver, folder):
    """Write a checkpoint of `solver` into `folder`, which is made if need be.

    Its name tells the epoch and the validation accuracy, so that a look at the folder tells how the run goes.

    Raises
    ------
    TypeError
        If a config, or the model's state, holds something else than numbers, texts, arrays, and lists, tuples and
        dicts of these.
    """
    contents = {
        "version": VERSION,
        "batch_size": solver.batch_size,
        "num_train": len(solver.data["X_train"]),
        "params": dict(solver.model.params),
        "state": getattr(solver.model, "state", dict)(),  # a model of one's own may have none
        "rng": solver.rng.bit_generator.state,
        "loss_history": np.array(solver.loss_history),
        **{attribute: getattr(solver, attribute) for attribute in AS_THEY_ARE},
    }
    arrays = {}
    text = json.dumps({key: _pack(value, key, arrays) for key, value in contents.items()})
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"epoch_{solver.epoch:03}_val_{solver.val_acc_history[-1]:.4f}.npz"
    save_parameters(path, {INDEX: np.frombuffer(text.encode(), np.uint8), **arrays})


def load(solver, path):
    """Put `solver`, and its model, where they were when the checkpoint was written.

    Raises
    ------
    ValueError
        If the file is not whole, no checkpoint, or one of another model, another batch size or other data.
    """
    name, arrays = Path(path).name, load_parameters(path)
    if INDEX not in arrays:
        raise ValueError(f"{name} must be a checkpoint that a Solver wrote. Got arrays called {', '.join(arrays)}.")
    contents = {key: _unpack(value, arrays) for key, value in json.loads(arrays[INDEX].tobytes()).items()}
    if contents["version"] != VERSION:
        raise ValueError(f"{name} must be of version {VERSION}. Got {contents['version']}: it needs another gradlab.")
    check_parameters(contents["params"], solver.model.params, name)
    for what, given, expected in (
        ("batch_size", contents["batch_size"], solver.batch_size),
        ("a number of training examples", contents["num_train"], len(solver.data["X_train"])),
        ("a random generator", contents["rng"]["bit_generator"], solver.rng.bit_generator.state["bit_generator"]),
    ):
        if given != expected:
            raise ValueError(f"{name} was written with {what} of {given}. Got {expected}: build the solver as it was.")
    if hasattr(solver.model, "restore"):
        solver.model.restore(contents["state"])
    solver.model.params |= contents["params"]
    solver.rng.bit_generator.state = contents["rng"]
    solver.loss_history = contents["loss_history"].tolist()
    for attribute in AS_THEY_ARE:
        setattr(solver, attribute, contents[attribute])


def _pack(value, place, arrays):
    """`value` for JSON; arrays go into `arrays`, under their place, and NumPy's scalars as arrays of no dimension."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (np.ndarray, np.generic)) and not value.dtype.hasobject:
        arrays[place] = np.asarray(value)
        return {"array": place, "scalar": isinstance(value, np.generic)}
    if type(value) is dict and all(type(key) is str for key in value):
        places = {key: f"{place}/{quote(key, safe='')}" for key in value}  # no two alike, whatever the keys are
        return {"dict": {key: _pack(item, places[key], arrays) for key, item in value.items()}}
    if type(value) in (list, tuple):
        items = [_pack(item, f"{place}/{i}", arrays) for i, item in enumerate(value)]
        return items if type(value) is list else {"tuple": items}
    raise TypeError(
        f"{place} must hold numbers, texts, arrays, or lists, tuples and dicts of these, to go into a checkpoint. "
        f"Got {type(value).__name__}."
    )


def _unpack(value, arrays):
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
