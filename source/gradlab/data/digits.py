"""The digits that ship with the course: small, real, and loaded without the network."""

import hashlib
import io
from pathlib import Path

import numpy as np

SHA256 = "0915ab30ba28842ce67877389f91f7e0c3e7ac1d5727faf8b2f04c8e4512c862"

_HERE = Path(__file__).resolve()
# An installed gradlab carries the file; in a checkout it stands in data/ at the root.
_PLACES = (_HERE.parents[1] / "datasets" / "digits.npz", _HERE.parents[3] / "data" / "digits.npz")


def load_digits(num_val=200, num_test=200, *, seed=0):
    """Handwritten digits, 8 x 8 pixels, shuffled and split, ready for a network of 64 inputs and 10 classes.

    Pixels are divided by 16 to lie in 0..1, and the mean image of the training set is subtracted from all
    three sets.

    Parameters
    ----------
    num_val, num_test : int
        Sizes of the validation and the test set; the remaining 1497 - num_val - num_test examples train.
    seed : int, numpy.random.Generator or None
        Shuffles before the split. The default gives everybody the same split.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 64), X_val, X_test, float64 in -1..1; y_train (N,), y_val, y_test, int64 in 0..9;
        mean_image (64,), what was subtracted, so that other images can be treated alike.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is not there or not the one that was shipped, or no example is left to train on.

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
            f"num_val and num_test must be 0 or more and leave some of the {len(images)} examples to train "
            f"on. Got {num_val} and {num_test}."
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
    parts = {f"X_{part}": X[rows[part]] for part in rows} | {f"y_{part}": y[rows[part]] for part in rows}
    return parts | {"mean_image": mean_image}


def _read():
    path = next((place for place in _PLACES if place.is_file()), None)
    if path is None:
        raise FileNotFoundError(
            f"digits.npz must be at {_PLACES[0]} or {_PLACES[1]}. It is at neither: reinstall gradlab."
        )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{path} must have the SHA-256 {SHA256}. Got {found}: it was changed or cut short, reinstall gradlab."
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return file["images"], file["labels"]
