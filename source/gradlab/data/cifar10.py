"""CIFAR-10 from its official archive in the binary version, which needs no pickle."""

import tarfile

import numpy as np

from .fetch import OfficialFile, find
from .splits import ready_parts

# The size and the SHA-256 of the file whose MD5, c32a1d4ab5d03f1284b67883e8d87530, its authors tell on their page.
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


def load_cifar10(num_train=49000, num_val=1000, num_test=10000, *, folder=None, download=False, progress=True):
    """CIFAR-10: color photographs of 32 x 32 pixels in ten classes, ready to train on.

    Pixels are divided by 255 to lie in 0..1, and the mean image of the training set is subtracted from all three
    sets. Training and validation examples come from the front of the official training set, which is in random
    order. All of it takes 740 MB; ask for fewer if that is too much.

    Parameters
    ----------
    num_train, num_val, num_test : int
        Sizes of the three sets: at most 50000 for the first two together, 10000 for the third.
    folder : path, optional
        Where cifar-10-binary.tar.gz lies; see `gradlab.data.fetch.find` for where it is looked for otherwise.
    download : bool
        Whether to fetch it, 170 MB, if it is not there. A broken download is resumed.
    progress : bool
        Whether to show a bar while it is fetched.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 3, 32, 32), X_val, X_test, float32 in -1..1, channels red, green, blue; y_train (N,), y_val,
        y_test, int64 in 0..9, named in `CIFAR10_CLASSES`; mean_image (3, 32, 32), what was subtracted.

    Raises
    ------
    FileNotFoundError, ConnectionError
        If the file is not there, or could not be fetched; the message says what to put where.
    ValueError
        If the file is not the official one, or does not have so many examples.

    References
    ----------
    A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, section 3.1;
    https://www.cs.toronto.edu/~kriz/cifar.html tells the format.
    """
    batches = _read(find(ARCHIVE, folder, download=download, progress=progress))
    images, labels = zip(*[batches[name] for name in _TRAIN], strict=True)
    train = np.concatenate(images), np.concatenate(labels)
    return ready_parts(train, batches[_TEST], num_train, num_val, num_test)


def read_batch(content, name="the batch"):
    """Images and labels of one file of the binary version: a label and 3 x 32 x 32 pixels, again and again.

    Parameters
    ----------
    content : bytes
    name : str
        What to call the file in an error.

    Returns
    -------
    images : ndarray (N, 3, 32, 32) of uint8
    labels : ndarray (N,) of uint8

    Raises
    ------
    ValueError
        If the file is cut short, or a label is not 0 to 9.

    Examples
    --------
    >>> images, labels = read_batch(bytes([7]) + bytes(3072))
    >>> images.shape, labels.tolist()
    ((1, 3, 32, 32), [7])
    """
    if not content or len(content) % _RECORD:
        raise ValueError(
            f"{name} must hold {_RECORD} bytes for each of its images. Got {len(content)} bytes in all: it is cut "
            "short, or no file of CIFAR-10's binary version."
        )
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, _RECORD)
    images, labels = records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]
    if labels.max() > 9:
        raise ValueError(
            f"{name} must hold labels from 0 to 9. Got {labels.max()} in image {labels.argmax()}: it is damaged, or "
            "no file of CIFAR-10's binary version."
        )
    return images, labels


def _read(path):
    """All batches of the archive by name. It is read in one pass, in memory: nothing is unpacked to disk."""
    batches = {}
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            name = member.name.removeprefix(_FOLDER)
            if name in (*_TRAIN, _TEST) and member.isfile():
                batches[name] = read_batch(archive.extractfile(member).read(), name)
    if missing := [name for name in (*_TRAIN, _TEST) if name not in batches]:
        raise ValueError(f"{path} must hold {_FOLDER}{missing[0]}, and does not: it is not the official archive.")
    return batches
