"""CIFAR-10 and MNIST, read from files that the tests create in the official formats and serve locally."""

import gzip
import io
import struct
import tarfile
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from gradlab import data
from gradlab.data import cifar10, mnist

RNG = np.random.default_rng(0)
SPLITS = ("train", "val", "test")


def batch(count):
    """Return images, their labels, and the content of a file with both, built byte by byte in the official format."""
    images = RNG.integers(256, size=(count, 3, 32, 32))
    labels = RNG.integers(10, size=count)
    content = b"".join(
        bytes([label]) + bytes(color[row][column] for color in image for row in range(32) for column in range(32))
        for image, label in zip(images.tolist(), labels.tolist(), strict=True)
    )
    return images, labels, content


def tar(files):
    """Return a .tar.gz archive with these files, plus a folder and a web page, as in the official archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        folder = tarfile.TarInfo("cifar-10-batches-bin")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in {"readme.html": b"<html>", **files}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def idx(array):
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + bytes(array.ravel().tolist())


class Dataset(NamedTuple):
    """A dataset on the test server: its load function, and the examples (X_train, y_train, X_test, y_test)."""

    load: Callable
    examples: tuple


def loader(module, files, folder):
    """Return the module's load function, with `files` in place of the official files."""
    return lambda *sizes, download=False: module._load(files, sizes, folder, download, progress=False)


@pytest.fixture
def cifar(server, tmp_path):
    """Serve an archive with 4 images per batch."""
    names = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
    batches = {name: batch(4) for name in names}
    # The batches are not in order in the official archive.
    archive = tar({name: batches[name][2] for name in sorted(names, reverse=True)})
    images, labels, _ = (list(column) for column in zip(*batches.values(), strict=True))
    examples = np.concatenate(images[:5]), np.concatenate(labels[:5]), images[5], labels[5]
    return Dataset(loader(cifar10, server.official(cifar10.ARCHIVE.name, archive), tmp_path), examples)


@pytest.fixture
def digits(server, tmp_path):
    """Serve 20 training images and 4 test images in MNIST's four files."""
    arrays, files = {}, {}
    for (part, kind), count in zip(mnist.FILES, (20, 20, 4, 4), strict=True):
        shape, high = ((count, 28, 28), 256) if kind == "images" else ((count,), 10)
        array = arrays[part, kind] = RNG.integers(high, size=shape).astype(np.uint8)
        name = mnist.FILES[part, kind].name
        files[part, kind] = server.official(name, gzip.compress(idx(array)))
    return Dataset(loader(mnist, files, tmp_path), tuple(arrays.values()))


@pytest.fixture(params=["cifar", "digits"])
def dataset(request):
    """Each of the two datasets, in turn."""
    return request.getfixturevalue(request.param)


def assert_same_examples(actual, X_train, y_train, X_test, y_test, shape):
    """Assert that `actual` has these examples, split 14 : 6 : 4, minus the mean training image, in float32."""
    pixels = np.concatenate([X_train, X_test]).reshape(24, *shape) / 255
    labels = np.concatenate([y_train, y_test])
    mean_image = pixels[:14].mean(axis=0)
    for split, rows in zip(SPLITS, (slice(14), slice(14, 20), slice(20, 24)), strict=True):
        np.testing.assert_allclose(actual[f"X_{split}"], pixels[rows] - mean_image, atol=1e-7)
        np.testing.assert_array_equal(actual[f"y_{split}"], labels[rows])
        assert (actual[f"X_{split}"].dtype, actual[f"y_{split}"].dtype) == (np.float32, np.int64)
    np.testing.assert_allclose(actual["mean_image"], mean_image, atol=1e-7)
    assert actual["mean_image"].dtype == np.float32


def test_cifar10_is_downloaded_and_read(cifar):
    loaded = cifar.load(14, 6, 4, download=True)
    assert_same_examples(loaded, *cifar.examples, shape=(3, 32, 32))


def test_mnist_is_downloaded_and_read(digits, server):
    loaded = digits.load(14, 6, 4, download=True)
    assert_same_examples(loaded, *digits.examples, shape=(1, 28, 28))
    assert [name for name, _ in server.requests] == [file.name for file in mnist.FILES.values()]


def test_second_load_needs_no_network(dataset, server):
    first = dataset.load(14, 6, 4, download=True)
    server.files.clear()
    again = dataset.load(14, 6, 4)
    assert all(np.array_equal(first[key], again[key]) for key in first)


def test_interrupted_download_of_cifar10_is_resumed(cifar, server):
    server.breaks = [20_000, 7]
    loaded = cifar.load(14, 6, 4, download=True)
    assert_same_examples(loaded, *cifar.examples, shape=(3, 32, 32))
    assert [requested for _, requested in server.requests] == [None, "bytes=20000-", "bytes=20007-"]


@pytest.mark.parametrize(
    ("load", "name"),
    [(data.load_cifar10, "cifar-10-binary.tar.gz"), (data.load_mnist, "train-images-idx3-ubyte.gz")],
)
def test_missing_file_error_says_which_file_to_put_where(load, name, tmp_path):
    with pytest.raises(
        FileNotFoundError, match=rf"{name} is missing.*download {name} \(.* MB\) from https://.*put it in "
    ):
        load(folder=tmp_path)


@pytest.mark.parametrize("damage", [lambda content: content[:-100], lambda content: b"\x1f\x8b" + bytes(1000)])
def test_damaged_file_raises(damage, dataset, tmp_path):
    dataset.load(14, 6, 4, download=True)
    path = min(tmp_path.iterdir())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"{path.name} must have \d+ bytes .* the file was truncated or modified"):
        dataset.load(14, 6, 4)


@pytest.mark.parametrize("sizes", [(15, 6, 4), (14, 6, 5), (0, 6, 4), (14, -1, 4), (14, 6, -1)])
def test_invalid_set_sizes_raise(sizes, dataset):
    given = "{}, {}, and {}".format(*sizes)
    with pytest.raises(ValueError, match=rf"must be at most 20, and num_test at most 4\. Got {given}\."):
        dataset.load(*sizes, download=True)


def test_archive_without_a_batch_raises(server, tmp_path):
    archive = tar({f"data_batch_{i}.bin": batch(1)[2] for i in (1, 2, 4, 5)})
    load = loader(cifar10, server.official(cifar10.ARCHIVE.name, archive), tmp_path)
    with pytest.raises(
        ValueError, match=r"must contain cifar-10-batches-bin/data_batch_3\.bin\. Got an archive without this file"
    ):
        load(1, 0, 0, download=True)


def test_archive_is_not_unpacked_to_disk(server, tmp_path):
    """Even a member whose name points outside the folder is harmless."""
    files = {f"data_batch_{i}.bin": batch(1)[2] for i in range(1, 6)} | {"test_batch.bin": batch(1)[2]}
    archive = tar(files | {"../../escaped": b"x"})
    loader(cifar10, server.official(cifar10.ARCHIVE.name, archive), tmp_path / "data")(5, 0, 1, download=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "cifar-10-binary.tar.gz"]


BAD_BATCHES = {
    "empty": (b"", r"3073 bytes for each image, and at least one image\. Got 0 bytes"),
    "truncated": (
        bytes(3073 + 3000),
        r"3073 bytes for each image, .* Got 6073 bytes in total: the file is truncated",
    ),
    "label 10": (
        bytes(3073) + b"\x0a" + bytes(3072),
        r"labels from 0 to 9\. Got label 10 for image 1: the file is damaged",
    ),
    "web page": (b"<!DOCTYPE html>", r"Got 15 bytes in total"),
}


@pytest.mark.parametrize("case", BAD_BATCHES)
def test_invalid_batch_raises(case):
    content, message = BAD_BATCHES[case]
    with pytest.raises(ValueError, match=message) as raised:
        cifar10.read_batch(content, "data_batch_1.bin")
    assert str(raised.value).startswith("data_batch_1.bin must contain")


VALID_IDX = idx(np.arange(24).reshape(2, 3, 4))
BAD_IDX = {
    "empty": (b"", "must start with the bytes 0, 0, 8, .* Got nothing"),
    "three bytes": (VALID_IDX[:3], "must start with the bytes 0, 0, 8"),
    "still compressed": (gzip.compress(VALID_IDX), "Got 31, 139, 8: the file is damaged, or not an IDX file"),
    "floats": (b"\0\0\x0d\x01" + bytes(8), "Got 0, 0, 13"),
    "truncated header": (VALID_IDX[:10], "must contain the lengths of its axes. Got 0 bytes after its header"),
    "truncated values": (
        VALID_IDX[:-1],
        r"must contain 24 values, for its shape \(2, 3, 4\)\. Got 23 bytes after its header",
    ),
    "too long": (VALID_IDX + b"x", r"must contain 24 values, .* Got 25 bytes"),
    "impossibly large": (b"\0\0\x08\x02" + b"\xff" * 8, r"must contain 18446744065119617025 values, .* Got 0 bytes"),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_invalid_idx_file_raises(case):
    content, message = BAD_IDX[case]
    with pytest.raises(ValueError, match=message):
        mnist.read_idx(content)


@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), (2, 0, 4), (2, 3, 4, 5)])
def test_idx_files_of_any_shape_are_read(shape):
    array = RNG.integers(256, size=shape).astype(np.uint8)
    read = mnist.read_idx(idx(np.asarray(array)))
    np.testing.assert_array_equal(read, array)
    assert (read.shape, read.dtype) == (shape, np.uint8)


def test_cifar10_has_ten_different_class_names():
    assert len(set(data.CIFAR10_CLASSES)) == 10
