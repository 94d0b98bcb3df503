"""CIFAR-10 and MNIST, read from files that are made here in the official formats and served on loopback."""

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest

from gradlab import data
from gradlab.data import cifar10, mnist

RNG = np.random.default_rng(0)
PARTS = ("train", "val", "test")


def batch(count):
    """Images, labels, and the file that holds them, written byte by byte as the authors describe it."""
    images = RNG.integers(256, size=(count, 3, 32, 32))
    labels = RNG.integers(10, size=count)
    content = b"".join(
        bytes([label]) + bytes(color[row][column] for color in image for row in range(32) for column in range(32))
        for image, label in zip(images.tolist(), labels.tolist(), strict=True)
    )
    return images, labels, content


def tar(files):
    """A .tar.gz with those files, and with a folder and a page beside them as in the official archive."""
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
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + bytes(array.ravel().tolist())


@pytest.fixture
def cifar(server, monkeypatch, tmp_path):
    """Serves an archive of 4 images a batch; returns its images and labels, training and test."""
    names = [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]
    batches = {name: batch(4) for name in names}
    # The official archive does not hold them in order.
    archive = tar({name: batches[name][2] for name in sorted(names, reverse=True)})
    monkeypatch.setattr(cifar10, "ARCHIVE", server.official("cifar-10-binary.tar.gz", archive))
    monkeypatch.setenv("GRADLAB_DATA", str(tmp_path))
    images, labels, _ = (list(column) for column in zip(*batches.values(), strict=True))
    return np.concatenate(images[:5]), np.concatenate(labels[:5]), images[5], labels[5]


@pytest.fixture
def digits(server, monkeypatch, tmp_path):
    """Serves 20 training and 4 test images in the four files of MNIST; returns them."""
    arrays = {}
    for (part, kind), count in zip(mnist.FILES, (20, 20, 4, 4), strict=True):
        shape, high = ((count, 28, 28), 256) if kind == "images" else ((count,), 10)
        array = arrays[part, kind] = RNG.integers(high, size=shape).astype(np.uint8)
        name = mnist.FILES[part, kind].name
        monkeypatch.setitem(mnist.FILES, (part, kind), server.official(name, gzip.compress(idx(array))))
    monkeypatch.setenv("GRADLAB_DATA", str(tmp_path))
    return [arrays[key] for key in (("train", "images"), ("train", "labels"), ("test", "images"), ("test", "labels"))]


def assert_same_examples(got, X_train, y_train, X_test, y_test, shape):
    """`got` is 14 training, 6 validation and 4 test examples of these, less the mean of the 14, in float32."""
    pixels = np.concatenate([X_train, X_test]).reshape(24, *shape) / 255
    labels = np.concatenate([y_train, y_test])
    mean_image = pixels[:14].mean(axis=0)
    for part, rows in zip(PARTS, (slice(14), slice(14, 20), slice(20, 24)), strict=True):
        np.testing.assert_allclose(got[f"X_{part}"], pixels[rows] - mean_image, atol=1e-7)
        np.testing.assert_array_equal(got[f"y_{part}"], labels[rows])
        assert (got[f"X_{part}"].dtype, got[f"y_{part}"].dtype) == (np.float32, np.int64)
    np.testing.assert_allclose(got["mean_image"], mean_image, atol=1e-7)
    assert got["mean_image"].dtype == np.float32


def test_cifar10_is_fetched_and_read(cifar):
    got = data.load_cifar10(14, 6, 4, download=True, progress=False)
    assert_same_examples(got, *cifar, shape=(3, 32, 32))


def test_mnist_is_fetched_and_read(digits, server):
    got = data.load_mnist(14, 6, 4, download=True, progress=False)
    assert_same_examples(got, *digits, shape=(1, 28, 28))
    assert [name for name, _ in server.asked] == [file.name for file in mnist.FILES.values()]


@pytest.mark.parametrize("load", [data.load_cifar10, data.load_mnist])
def test_the_second_time_no_network_is_needed(load, cifar, digits, server):
    first = load(14, 6, 4, download=True, progress=False)
    server.files.clear()
    again = load(14, 6, 4)
    assert all(np.array_equal(first[key], again[key]) for key in first)


def test_a_broken_download_of_cifar10_is_resumed(cifar, server):
    server.breaks = [20_000, 7]
    got = data.load_cifar10(14, 6, 4, download=True, progress=False)
    assert_same_examples(got, *cifar, shape=(3, 32, 32))
    assert [wanted for _, wanted in server.asked] == [None, "bytes=20000-", "bytes=20007-"]


@pytest.mark.parametrize(
    ("load", "name"),
    [(data.load_cifar10, "cifar-10-binary.tar.gz"), (data.load_mnist, "train-images-idx3-ubyte.gz")],
)
def test_without_the_file_it_says_what_to_put_where(load, name, tmp_path):
    with pytest.raises(FileNotFoundError, match=rf"{name} is not there.*put {name} \(.* MB\) into .*, from https://"):
        load(folder=tmp_path)


@pytest.mark.parametrize("load", [data.load_cifar10, data.load_mnist])
@pytest.mark.parametrize("damage", [lambda content: content[:-100], lambda content: b"\x1f\x8b" + bytes(1000)])
def test_a_damaged_file_is_refused(load, damage, cifar, digits, server, tmp_path):
    load(14, 6, 4, download=True, progress=False)
    path = min(tmp_path.iterdir())
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=rf"{path.name} must have \d+ bytes .* it was cut short or changed"):
        load(14, 6, 4)


@pytest.mark.parametrize("load", [data.load_cifar10, data.load_mnist])
@pytest.mark.parametrize("sizes", [(15, 6, 4), (14, 6, 5), (0, 6, 4), (14, -1, 4), (14, 6, -1)])
def test_sizes_that_do_not_fit(load, sizes, cifar, digits):
    got = "{}, {} and {}".format(*sizes)
    with pytest.raises(ValueError, match=rf"share 20 training examples, and num_test be at most 4\. Got {got}\."):
        load(*sizes, download=True, progress=False)


def test_an_archive_without_a_batch_is_refused(server, monkeypatch, tmp_path):
    archive = tar({f"data_batch_{i}.bin": batch(1)[2] for i in (1, 2, 4, 5)})
    monkeypatch.setattr(cifar10, "ARCHIVE", server.official("cifar-10-binary.tar.gz", archive))
    with pytest.raises(ValueError, match=r"must hold cifar-10-batches-bin/data_batch_3\.bin, and does not"):
        data.load_cifar10(1, 0, 0, folder=tmp_path, download=True, progress=False)


def test_nothing_of_an_archive_is_unpacked_to_disk(cifar, server, monkeypatch, tmp_path):
    """A member whose name leads out of the folder is as harmless as any other."""
    monkeypatch.setenv("GRADLAB_DATA", str(tmp_path / "data"))
    files = {f"data_batch_{i}.bin": batch(1)[2] for i in range(1, 6)} | {"test_batch.bin": batch(1)[2]}
    archive = tar(files | {"../../escaped": b"x"})
    monkeypatch.setattr(cifar10, "ARCHIVE", server.official("cifar-10-binary.tar.gz", archive))
    data.load_cifar10(5, 0, 1, download=True, progress=False)
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "cifar-10-binary.tar.gz"]


BAD_BATCHES = {
    "empty": (b"", r"3073 bytes for each of its images\. Got 0 bytes"),
    "cut short": (bytes(3073 + 3000), r"3073 bytes for each of its images\. Got 6073 bytes in all: it is cut short"),
    "a label of 10": (bytes(3073) + b"\x0a" + bytes(3072), r"labels from 0 to 9\. Got 10 in image 1: it is damaged"),
    "a web page": (b"<!DOCTYPE html>", r"Got 15 bytes in all"),
}


@pytest.mark.parametrize("case", BAD_BATCHES)
def test_a_batch_that_is_none(case):
    content, says = BAD_BATCHES[case]
    with pytest.raises(ValueError, match=says) as raised:
        cifar10.read_batch(content, "data_batch_1.bin")
    assert str(raised.value).startswith("data_batch_1.bin must hold")


WHOLE = idx(np.arange(24).reshape(2, 3, 4))
BAD_IDX = {
    "empty": (b"", "must begin with the bytes 0, 0, 8, .* Got nothing"),
    "three bytes": (WHOLE[:3], "must begin with the bytes 0, 0, 8"),
    "still packed": (gzip.compress(WHOLE), "Got 31, 139, 8: it is damaged, or another file"),
    "of floats": (b"\0\0\x0d\x01" + bytes(8), "Got 0, 0, 13"),
    "cut in its head": (WHOLE[:10], "must hold the lengths of its axes. Got 0 bytes after its head"),
    "cut in its values": (WHOLE[:-1], r"must hold 24 values, for its shape \(2, 3, 4\)\. Got 23 bytes after its head"),
    "too long": (WHOLE + b"x", r"must hold 24 values, .* Got 25 bytes"),
    "more than could be": (b"\0\0\x08\x02" + b"\xff" * 8, r"must hold 18446744065119617025 values, .* Got 0 bytes"),
}


@pytest.mark.parametrize("case", BAD_IDX)
def test_an_idx_file_that_is_none(case):
    content, says = BAD_IDX[case]
    with pytest.raises(ValueError, match=says):
        mnist.read_idx(content)


@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 3), (2, 0, 4), (2, 3, 4, 5)])
def test_idx_files_of_any_shape(shape):
    array = RNG.integers(256, size=shape).astype(np.uint8)
    read = mnist.read_idx(idx(np.asarray(array)))
    np.testing.assert_array_equal(read, array)
    assert (read.shape, read.dtype) == (shape, np.uint8)


def test_ten_classes_have_names():
    assert len(set(data.CIFAR10_CLASSES)) == 10
