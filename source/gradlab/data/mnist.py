"""MNIST, read from its four official files."""

import gzip
import math
import struct

import numpy as np

from ..typing import Array, Integers
from .fetch import OfficialFile, PathLike, find
from .splits import split_and_center

# TensorFlow Datasets and torchvision download byte-for-byte copies of the authors' files from these servers.
_COPIES = ("https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
_UNSIGNED_BYTES = 8


def _file(name: str, size: int, sha256: str) -> OfficialFile:
    return OfficialFile(name, size, sha256, tuple(copy + name for copy in _COPIES))


FILES = {
    ("train", "images"): _file(
        "train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    ("train", "labels"): _file(
        "train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    ("test", "images"): _file(
        "t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    ("test", "labels"): _file(
        "t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}


def load_mnist(
    num_train: int = 55000,
    num_val: int = 5000,
    num_test: int = 10000,
    *,
    folder: PathLike | None = None,
    download: bool = False,
    progress: bool = True,
) -> dict[str, Array]:
    """Load MNIST: handwritten digits of 28 x 28 pixels, ready for training.

    Pixels are divided by 255, so they lie in 0..1, and the mean image of the training set is subtracted from all three
    sets. Training and validation examples come from the beginning of the official training set.

    Parameters
    ----------
    num_train, num_val, num_test : int
        The sizes of the three sets. num_train + num_val must be at most 60000, and num_test at most 10000.
    folder : path, optional
        The folder that contains the four files. `gradlab.data.fetch.find` describes the default.
    download : bool
        Whether to download files that are missing (12 MB in total). An interrupted download is resumed.
    progress : bool
        Whether to show a progress bar during the download.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 1, 28, 28), X_val, X_test, float32 in -1..1; y_train (N,), y_val, y_test, int64 in 0..9;
        mean_image (1, 28, 28), the image that was subtracted.

    Raises
    ------
    FileNotFoundError, ConnectionError
        If a file is missing or could not be downloaded. The message says which file is needed and where it belongs.
    ValueError
        If a file is not the official one, or if one of the sizes is too small or too large.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-Based Learning Applied to Document Recognition,
    Proceedings of the IEEE 86 (11), 1998, section III.A.
    """
    return _load(FILES, (num_train, num_val, num_test), folder, download, progress)


def read_idx(content: bytes, name: str = "the file") -> Integers:
    """Read an array in the IDX format.

    An IDX file consists of two zero bytes, the type, the number of axes, the length of each axis, and the values. The
    only supported type is unsigned bytes, because MNIST uses no other type.

    Parameters
    ----------
    content : bytes
        The uncompressed content of the file.
    name : str
        The file's name, for error messages.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    ValueError
        If the file is truncated, is longer than its header says, or is not in this format.

    Examples
    --------
    >>> read_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 5, 0, 9]))
    array([[5, 0, 9]], dtype=uint8)
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, _UNSIGNED_BYTES]):
        raise ValueError(
            f"{name} must start with the bytes 0, 0, {_UNSIGNED_BYTES}, like any IDX file of unsigned bytes. "
            f"Got {', '.join(map(str, content[:3])) or 'nothing'}: the file is damaged, or not an IDX file."
        )
    begin = 4 + 4 * content[3]
    lengths = content[4:begin]
    shape = struct.unpack(f">{content[3]}I", lengths) if len(lengths) == begin - 4 else None
    if shape is None or len(content) != begin + math.prod(shape):
        expected = "the lengths of its axes" if shape is None else f"{math.prod(shape)} values, for its shape {shape}"
        raise ValueError(
            f"{name} must contain {expected}. Got {max(0, len(content) - begin)} bytes after its header: the file is "
            "truncated or damaged."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=begin).reshape(shape)


def _load(
    files: dict[tuple[str, str], OfficialFile],
    sizes: tuple[int, int, int],
    folder: PathLike | None,
    download: bool,
    progress: bool,
) -> dict[str, Array]:
    """Load MNIST like `load_mnist`, but from given files."""
    arrays = {}
    for key, file in files.items():
        path = find(file, folder, download=download, progress=progress)
        arrays[key] = read_idx(gzip.decompress(path.read_bytes()), file.name)
    train, test = [(arrays[split, "images"][:, np.newaxis], arrays[split, "labels"]) for split in ("train", "test")]
    return split_and_center(train, test, *sizes)
