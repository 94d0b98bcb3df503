"""CIFAR-10, read from the official archive of the binary version, which needs no pickle."""

import tarfile
from pathlib import Path

import numpy as np

from ..typing import Array, Integers
from .fetch import OfficialFile, PathLike, find
from .splits import split_and_center

# The size and the SHA-256 are those of the file whose MD5 is on the authors' page: c32a1d4ab5d03f1284b67883e8d87530.
ARCHIVE = OfficialFile(
    name="cifar-10-binary.tar.gz",
    size=170_052_171,
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
)
CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

_FOLDER = "cifar-10-batches-bin/"
_TRAIN, _TEST = tuple(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"
_RECORD = 1 + 3 * 32 * 32


def load_cifar10(
    num_train: int = 49000,
    num_val: int = 1000,
    num_test: int = 10000,
    *,
    folder: PathLike | None = None,
    download: bool = False,
    progress: bool = True,
) -> dict[str, Array]:
    """Load CIFAR-10: color photographs of 32 x 32 pixels in ten classes, ready for training.

    Pixels are divided by 255, so they lie in 0..1, and the mean image of the training set is subtracted from all three
    sets. Training and validation examples come from the beginning of the official training set, which is in random
    order. The whole dataset takes 740 MB of memory. Ask for fewer examples if that is too much.

    Parameters
    ----------
    num_train, num_val, num_test : int
        The sizes of the three sets. num_train + num_val must be at most 50000, and num_test at most 10000.
    folder : path, optional
        The folder that contains cifar-10-binary.tar.gz. `gradlab.data.fetch.find` describes the default.
    download : bool
        Whether to download the file (170 MB) if it is missing. An interrupted download is resumed.
    progress : bool
        Whether to show a progress bar during the download.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 3, 32, 32), X_val, X_test, float32 in -1..1, channels red, green, blue; y_train (N,), y_val,
        y_test, int64 in 0..9, named in `CIFAR10_CLASSES`; mean_image (3, 32, 32), the image that was subtracted.

    Raises
    ------
    FileNotFoundError, ConnectionError
        If the file is missing or could not be downloaded. The message says which file is needed and where it belongs.
    ValueError
        If the file is not the official one, or if one of the sizes is too small or too large.

    References
    ----------
    A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, section 3.1;
    https://www.cs.toronto.edu/~kriz/cifar.html describes the format.
    """
    return _load(ARCHIVE, (num_train, num_val, num_test), folder, download, progress)


def read_batch(content: bytes, name: str = "the batch") -> tuple[Integers, Integers]:
    """Return the images and labels in one file of the binary version.

    The file is a sequence of records, each of which is a label followed by 3 x 32 x 32 pixels.

    Parameters
    ----------
    content : bytes
        The content of the file.
    name : str
        The file's name, for error messages.

    Returns
    -------
    images : ndarray (N, 3, 32, 32) of uint8
    labels : ndarray (N,) of uint8

    Raises
    ------
    ValueError
        If the size is not a positive multiple of one record's, or a label is not in 0..9.

    Examples
    --------
    >>> images, labels = read_batch(bytes([7]) + bytes(3072))
    >>> images.shape, labels.tolist()
    ((1, 3, 32, 32), [7])
    """
    if not content or len(content) % _RECORD:
        raise ValueError(
            f"{name} must contain {_RECORD} bytes for each image, and at least one image. Got {len(content)} bytes in "
            "total: the file is truncated, or not from CIFAR-10's binary version."
        )
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, _RECORD)
    images, labels = records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
    if labels.max() > 9:
        raise ValueError(
            f"{name} must contain labels from 0 to 9. Got label {labels.max()} for image {labels.argmax()}: the file "
            "is damaged, or not from CIFAR-10's binary version."
        )
    return images, labels


def _load(
    archive: OfficialFile, sizes: tuple[int, int, int], folder: PathLike | None, download: bool, progress: bool
) -> dict[str, Array]:
    """Load CIFAR-10 like `load_cifar10`, but from a given archive."""
    batches = _read(find(archive, folder, download=download, progress=progress))
    images, labels = zip(*[batches[name] for name in _TRAIN], strict=True)
    train = np.concatenate(images), np.concatenate(labels)
    return split_and_center(train, batches[_TEST], *sizes)


def _read(path: Path) -> dict[str, tuple[Integers, Integers]]:
    """Read all batches in the archive, keyed by name, in one pass and without unpacking anything to disk."""
    batches = {}
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            name = member.name.removeprefix(_FOLDER)
            if name in (*_TRAIN, _TEST) and member.isfile():
                file = archive.extractfile(member)
                assert file is not None, "extractfile() returns None only for members that are not files"
                batches[name] = read_batch(file.read(), name)
    if missing := [name for name in (*_TRAIN, _TEST) if name not in batches]:
        raise ValueError(
            f"{path} must contain {_FOLDER}{missing[0]}. Got an archive without this file: it is not the official one."
        )
    return batches
