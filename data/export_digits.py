"""Writes digits.npz, the images that the notebooks train on, out of scikit-learn's copy.

It was run once, and needs scikit-learn, which the course itself does not:  python data/export_digits.py
"""

import hashlib
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_name("digits.npz")


def main():
    from sklearn.datasets import load_digits

    digits = load_digits()
    np.savez_compressed(PATH, images=digits.images.astype(np.uint8), labels=digits.target.astype(np.uint8))
    print(f"{hashlib.sha256(PATH.read_bytes()).hexdigest()}  {PATH.name}")


if __name__ == "__main__":
    main()
