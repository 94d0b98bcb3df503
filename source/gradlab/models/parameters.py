"""Save and load a dict of parameters as an ``.npz`` file, which is written atomically and read without pickle."""

import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..typing import Array, Params


def save_parameters(path: str | os.PathLike[str], params: Mapping[str, Array]) -> None:
    """Write arrays to `path`. ``numpy.load`` can read the file, too.

    An existing file is replaced only once the new one is complete. Until then, and also after a crash, the old file
    remains.

    Parameters
    ----------
    path : str or Path
        The path of the file. No suffix is added.
    params : dict of str to ndarray
        The arrays, such as ``model.params``.

    Raises
    ------
    TypeError
        If a value is not an array, or is an array of objects.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = f"{folder.name}/weights.npz"
    >>> save_parameters(path, {"W1": np.ones((2, 3)), "b1": np.zeros(3)})
    >>> load_parameters(path)["W1"].shape
    (2, 3)
    >>> load_parameters(path, like={"W1": np.ones((2, 4)), "b1": np.zeros(4)})
    Traceback (most recent call last):
    ...
    ValueError: W1 must be float64 of shape (2, 4). Got float64 of shape (2, 3): weights.npz belongs to another model.
    >>> folder.cleanup()
    """
    path = Path(path)
    for name, value in params.items():
        if not isinstance(value, np.ndarray) or value.dtype.hasobject:
            raise TypeError(f"{name} must be an array of numbers to be saved in {path.name}. Got {_describe(value)}.")
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for name, value in params.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, value, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def load_parameters(path: str | os.PathLike[str], like: Mapping[str, Array] | None = None) -> Params:
    """Read arrays written by `save_parameters` or ``numpy.savez``.

    Parameters
    ----------
    path : str or Path
    like : dict of str to ndarray, optional
        Arrays whose names, shapes, and dtypes the file must match, such as the ``params`` of the model to load into.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        If the file is incomplete or damaged, contains anything but arrays, or does not match `like`.
    """
    path = Path(path)
    params = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                with archive.open(entry) as member:
                    params[entry.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path.name} must be a complete .npz file of plain arrays. Reading the file failed: {error}."
        ) from error
    if like is not None:
        check_parameters(params, like, path.name)
    return params


def check_parameters(params: Mapping[str, Array], like: Mapping[str, Array], source: str) -> None:
    """Raise ValueError unless `params`, from the file `source`, have the names, shapes, and dtypes of `like`."""
    if params.keys() != like.keys():
        raise ValueError(
            f"{source} must contain {', '.join(sorted(like))}. Got {', '.join(sorted(params)) or 'nothing'}: "
            "the file belongs to another model."
        )
    for name, expected in like.items():
        if params[name].shape != expected.shape or params[name].dtype != expected.dtype:
            raise ValueError(
                f"{name} must be {_describe(expected)}. Got {_describe(params[name])}: {source} belongs to another "
                "model."
            )


def _describe(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return type(value).__name__
