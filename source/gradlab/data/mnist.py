"""MNIST from its four official files."""

import gzip
import math
import struct

import numpy as np

from .fetch import OfficialFile, find
from .splits import ready_parts

# Copies of the authors' files, byte for byte: those that TensorFlow Datasets and torchvision fetch.
_COPIES = ("https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
_UNSIGNED_BYTES = 8


def _file(name, size, sha256):
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


def load_mnist(num_train=55000, num_val=5000, num_test=10000, *, folder=None, download=False, progress=True):
    """MNIST: handwritten digits of 28 x 28 pixels, ready to train on.

    Pixels are divided by 255 to lie in 0..1, and the mean image of the training set is subtracted from all three
    sets. Training and validation examples come from the front of the official training set.

    Parameters
    ----------
    num_train, num_val, num_test : int
        Sizes of the three sets: at most 60000 for the first two together, 10000 for the third.
    folder : path, optional
        Where the four files lie; see `gradlab.data.fetch.find` for where they are looked for otherwise.
    download : bool
        Whether to fetch those that are not there, 12 MB in all. A broken download is resumed.
    progress : bool
        Whether to show a bar while they are fetched.

    Returns
    -------
    dict of str to ndarray
        X_train (N, 1, 28, 28), X_val, X_test, float32 in -1..1; y_train (N,), y_val, y_test, int64 in 0..9;
        mean_image (1, 28, 28), what was subtracted.

    Raises
    ------
    FileNotFoundError, ConnectionError
        If a file is not there, or could not be fetched; the message says what to put where.
    ValueError
        If a file is not the official one, or there are not so many examples.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-Based Learning Applied to Document Recognition,
    Proceedings of the IEEE 86 (11), 1998, section III.A.
    """
    arrays = {}
    for key, file in FILES.items():
        path = find(file, folder, download=download, progress=progress)
        arrays[key] = read_idx(gzip.decompress(path.read_bytes()), file.name)
    train, test = [(arrays[part, "images"][:, np.newaxis], arrays[part, "labels"]) for part in ("train", "test")]
    return ready_parts(train, test, num_train, num_val, num_test)


def read_idx(content, name="the file"):
    """An array in the IDX format: two zero bytes, the type, the number of axes, their lengths, the values.

    Only unsigned bytes are read, for MNIST and its kin have nothing else.

    Parameters
    ----------
    content : bytes
        Unpacked.
    name : str
        What to call the file in an error.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    ValueError
        If it is cut short, longer than it says, or not of this format.

    Examples
    --------
    >>> read_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 5, 0, 9]))
    array([[5, 0, 9]], dtype=uint8)
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, _UNSIGNED_BYTES]):
        raise ValueError(
            f"{name} must begin with the bytes 0, 0, {_UNSIGNED_BYTES}, as arrays of unsigned bytes in the IDX format "
            f"do. Got {', '.join(map(str, content[:3])) or 'nothing'}: it is damaged, or another file."
        )
    begin = 4 + 4 * content[3]
    lengths = content[4:begin]
    shape = struct.unpack(f">{content[3]}I", lengths) if len(lengths) == begin - 4 else None
    if shape is None or len(content) != begin + math.prod(shape):
        wanted = "the lengths of its axes" if shape is None else f"{math.prod(shape)} values, for its shape {shape}"
        raise ValueError(
            f"{name} must hold {wanted}. Got {max(0, len(content) - begin)} bytes after its head: it is cut short, or "
            "damaged."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=begin).reshape(shape)
