"""Split scikit-learn's digits into the shipped set, on which students train, and the held-out set for the judge.

This script was run once, and needs scikit-learn, which is not a dependency of the course:

    python autograder/data/export_digits.py
"""

import hashlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "data" / "digits.npz"
HELD_OUT = HERE / "held_out_digits.npz"
NUM_HELD_OUT = 300


def main() -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    chosen = np.random.default_rng(0).permutation(len(digits.target))[:NUM_HELD_OUT]
    held_out = np.isin(np.arange(len(digits.target)), chosen)
    for path, rows in ((SHIPPED, ~held_out), (HELD_OUT, held_out)):
        images, labels = digits.images[rows].astype(np.uint8), digits.target[rows].astype(np.uint8)
        np.savez_compressed(path, images=images, labels=labels)
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {len(labels)} digits in {path.name}")


if __name__ == "__main__":
    main()
