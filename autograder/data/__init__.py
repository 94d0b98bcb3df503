"""Data for the judge alone: digits that are in no student's hands."""

import hashlib
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_name("held_out_digits.npz")
SHA256 = "7aa170547f0bc55e9ee8f3d03bbbc4e7994ef651cc1f9c07f939d984900ec59d"


def held_out_digits():
    """300 handwritten digits that `gradlab.data.load_digits` never gives out.

    A network trained on the shipped digits wants their mean image subtracted first:
    ``X - load_digits()["mean_image"]``, with the sizes and the seed that it was trained with.

    They are kept apart, not secret: who has scikit-learn has them, too. So judge by a threshold that training
    reaches, and give an image without its label wherever that will do.

    Returns
    -------
    X : ndarray (300, 64)
        Pixels divided by 16, float64 in 0..1.
    y : ndarray (300,)
        The digits, int64 in 0..9.

    Raises
    ------
    ValueError
        If the file is not the one that was kept apart.
    """
    found = hashlib.sha256(PATH.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{PATH} must have the SHA-256 {SHA256}. Got {found}: restore it from the repository.")
    with np.load(PATH, allow_pickle=False) as file:
        return file["images"].reshape(-1, 64) / 16, file["labels"].astype(np.int64)
