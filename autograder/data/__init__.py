"""Held-out data for the judge: digits that students do not get."""

import hashlib
from pathlib import Path

import numpy as np

from gradlab.typing import Floats, Integers

PATH = Path(__file__).with_name("held_out_digits.npz")
SHA256 = "7aa170547f0bc55e9ee8f3d03bbbc4e7994ef651cc1f9c07f939d984900ec59d"


def held_out_digits(path: Path = PATH) -> tuple[Floats, Integers]:
    """Return 300 handwritten digits that `gradlab.data.load_digits` never returns.

    Before you pass these digits to a network trained on the shipped digits, subtract the mean image of the training
    set: ``X - load_digits()["mean_image"]``. Call `load_digits` with the same sizes and seed as for training.

    These digits are held out but not secret: anyone who has scikit-learn has them. So grade against a threshold that
    training can reach and, whenever possible, pass images to students' code without their labels.

    Parameters
    ----------
    path : Path, optional
        The file to read.

    Returns
    -------
    X : ndarray (300, 64)
        Pixels divided by 16, float64 in 0..1.
    y : ndarray (300,)
        The digits, int64 in 0..9.

    Raises
    ------
    ValueError
        If the SHA-256 of the file is wrong.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{path} must have the SHA-256 {SHA256}. Got {digest}: restore it from the repository.")
    with np.load(path, allow_pickle=False) as file:
        return file["images"].reshape(-1, 64) / 16, file["labels"].astype(np.int64)
