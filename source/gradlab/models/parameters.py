"""Parameters in a file: a plain dict of arrays as an ``.npz``, written whole or not at all, and read without pickle."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np


def save_parameters(path, params):
    """Write arrays to `path`, which ``numpy.load`` reads, too.

    The file appears when it is complete: who reads meanwhile, or after a crash, finds the old one.

    Parameters
    ----------
    path : str or Path
        Taken as it is: no suffix is added.
    params : dict of str to ndarray
        Such as ``model.params``.

    Raises
    ------
    TypeError
        If a value is no array, or an array of objects.

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
    ValueError: W1 must be float64 of shape (2, 4). Got float64 of shape (2, 3): weights.npz is of another model.
    >>> folder.cleanup()
    """
    path = Path(path)
    for name, value in params.items():
        if not isinstance(value, np.ndarray) or value.dtype.hasobject:
            raise TypeError(f"{name} must be an array of numbers, to be kept in {path.name}. Got {_kind(value)}.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for name, value in params.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, value, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load_parameters(path, like=None):
    """Read arrays that `save_parameters`, or ``numpy.savez``, wrote.

    Parameters
    ----------
    path : str or Path
    like : dict of str to ndarray, optional
        What they must fit, such as the ``params`` of the model that is to have them: the same names, shapes and
        dtypes.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        If the file is not whole, holds something else than arrays, or does not fit `like`.
    """
    path = Path(path)
    params = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                with archive.open(entry) as member:
                    params[entry.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} is no whole .npz file of plain arrays. Got: {error}.") from error
    if like is not None:
        check_parameters(params, like, path.name)
    return params


def check_parameters(params, like, source):
    """Raise ValueError unless `params`, from the file `source`, have the names, shapes and dtypes of `like`."""
    if params.keys() != like.keys():
        raise ValueError(
            f"{source} must hold {', '.join(sorted(like))}. Got {', '.join(sorted(params)) or 'nothing'}: "
            "it is of another model."
        )
    for name, expected in like.items():
        if params[name].shape != expected.shape or params[name].dtype != expected.dtype:
            raise ValueError(
                f"{name} must be {_kind(expected)}. Got {_kind(params[name])}: {source} is of another model."
            )


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"{value.dtype} of shape {value.shape}"
    return type(value).__name__
