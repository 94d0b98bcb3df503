"""The digits that ship with the course: a small, real dataset that loads without a network connection."""

import hashlib
import io
from pathlib import Path

import numpy as np

from ..typing import Array, Integers

SHA256 = "0915ab30ba28842ce67877389f91f7e0c3e7ac1d5727faf8b2f04c8e4512c862"

_HERE = Path(__file__).resolve()
# An installed gradlab contains the file. In a checkout, the file is in data/ at the root.
_LOCATIONS = (_HERE.parents[1] / "datasets" / "digits.npz", _HERE.parents[3] / "data" / "digits.npz")


def load_digits(
    num_val: int = 200, num_test: int = 200, *, seed: int | np.random.Generator | None = 0
) -> dict[str, Array]:
    """Load handwritten digits of 8 x 8 pixels, shuffled and split, for networks with 64 inputs and 10 classes.

    Pixels are divided by 16, so they lie in 0..1, and the mean image of the training set is subtracted from all three
    sets.

    Parameters
    ----------
    num_val, num_test : int
        The sizes of the validation and test sets. The remaining 1497 - num_val - num_test examples form the training
        set.
    seed : int, numpy.random.Generator or None
        The seed for the shuffle before the split. With the default seed, everyone gets the same split.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 64), X_val, X_test, float64 in -1..1; y_train (N,), y_val, y_test, int64 in 0..9;
        mean_image (64,), the image that was subtracted, so that you can subtract it from other images, too.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing, if it differs from the one that was shipped, or if a set size is negative or leaves no
        examples for training.

    References
    ----------
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (test set), UCI Machine Learning
    Repository, 1998, CC BY 4.0.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits["X_train"].shape, digits["y_train"][:5].tolist()
    ((1097, 64), [8, 5, 8, 7, 2])
    """
    images, labels = _read()
    num_train = len(images) - num_val - num_test
    if min(num_val, num_test) < 0 or num_train < 1:
        raise ValueError(
            f"num_val and num_test must be at least 0, and leave some of the {len(images)} examples for training. "
            f"Got {num_val} and {num_test}."
        )
    order = np.random.default_rng(seed).permutation(len(images))
    X = images.reshape(len(images), -1)[order] / 16
    y = labels[order].astype(np.int64)
    mean_image = X[:num_train].mean(axis=0)
    X -= mean_image
    rows = {
        "train": slice(num_train),
        "val": slice(num_train, num_train + num_val),
        "test": slice(num_train + num_val, None),
    }
    arrays = {f"X_{split}": X[rows[split]] for split in rows} | {f"y_{split}": y[rows[split]] for split in rows}
    return arrays | {"mean_image": mean_image}


def _read(locations: tuple[Path, ...] = _LOCATIONS) -> tuple[Integers, Integers]:
    """Return images of shape (1497, 8, 8) and labels of shape (1497,), in the file's order."""
    path = next((location for location in locations if location.is_file()), None)
    if path is None:
        raise FileNotFoundError(
            f"digits.npz must be at {' or '.join(map(str, locations))}. Neither file exists: reinstall gradlab."
        )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{path} must have the SHA-256 {SHA256}. Got {found}: the file was modified or truncated. "
            "Reinstall gradlab."
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return file["images"], file["labels"]
