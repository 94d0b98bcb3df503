"""Turn the images and labels in the official files into sets that are ready for training."""

import numpy as np

from ..typing import Array, Integers

Examples = tuple[Integers, Integers]


def split_and_center(train: Examples, test: Examples, num_train: int, num_val: int, num_test: int) -> dict[str, Array]:
    """Split the examples into three sets, scale the pixels, and subtract the mean training image.

    Parameters
    ----------
    train, test : tuple of ndarray (N, ...) uint8, ndarray (N,) uint8
        Images and labels. Training examples come from the beginning of `train`, and the validation examples follow
        them. Test examples come from the beginning of `test`.
    num_train, num_val, num_test : int
        The sizes of the three sets.

    Returns
    -------
    dict of str to ndarray
        X_train, X_val, X_test, float32: pixels divided by 255, minus the mean of the training images; y_train,
        y_val, y_test, int64; mean_image, the image that was subtracted.

    Raises
    ------
    ValueError
        If `num_train` is less than 1, another size is negative, or there are not enough examples.
    """
    if num_train < 1 or min(num_val, num_test) < 0 or num_train + num_val > len(train[0]) or num_test > len(test[0]):
        raise ValueError(
            "num_train must be at least 1, num_val and num_test at least 0, "
            f"num_train + num_val must be at most {len(train[0])}, and num_test at most {len(test[0])}. "
            f"Got {num_train}, {num_val}, and {num_test}."
        )
    rows = {
        "train": (train, slice(num_train)),
        "val": (train, slice(num_train, num_train + num_val)),
        "test": (test, slice(num_test)),
    }
    arrays: dict[str, Array] = {}
    for split, ((images, _), chosen) in rows.items():
        arrays[f"X_{split}"] = images[chosen].astype(np.float32)
        arrays[f"X_{split}"] /= 255
    mean_image = arrays["X_train"].mean(axis=0, dtype=np.float64).astype(np.float32)
    for X in arrays.values():
        X -= mean_image
    arrays |= {f"y_{split}": labels[chosen].astype(np.int64) for split, ((_, labels), chosen) in rows.items()}
    return arrays | {"mean_image": mean_image}
