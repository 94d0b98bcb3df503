"""Images and labels as the official files hold them, made ready to train on."""

import numpy as np


def ready_parts(train, test, num_train, num_val, num_test):
    """The dict that every loader of images returns.

    Parameters
    ----------
    train, test : tuple of ndarray (N, ...) uint8, ndarray (N,) uint8
        Images and labels. Training examples come from the front of `train`, validation examples right after
        them, test examples from the front of `test`.
    num_train, num_val, num_test : int

    Returns
    -------
    dict of str to ndarray
        X_train, X_val, X_test, float32: pixels divided by 255, less the mean of the training images; y_train,
        y_val, y_test, int64; mean_image, what was subtracted.

    Raises
    ------
    ValueError
        If there are not so many examples.
    """
    if num_train < 1 or min(num_val, num_test) < 0 or num_train + num_val > len(train[0]) or num_test > len(test[0]):
        raise ValueError(
            f"num_train, at least 1, and num_val must share {len(train[0])} training examples, and num_test be at "
            f"most {len(test[0])}. Got {num_train}, {num_val} and {num_test}."
        )
    rows = {
        "train": (train, slice(num_train)),
        "val": (train, slice(num_train, num_train + num_val)),
        "test": (test, slice(num_test)),
    }
    parts = {}
    for part, ((images, _), chosen) in rows.items():
        parts[f"X_{part}"] = images[chosen].astype(np.float32)
        parts[f"X_{part}"] /= 255
    mean_image = parts["X_train"].mean(axis=0, dtype=np.float64).astype(np.float32)
    for X in parts.values():
        X -= mean_image
    parts |= {f"y_{part}": labels[chosen].astype(np.int64) for part, ((_, labels), chosen) in rows.items()}
    return parts | {"mean_image": mean_image}
