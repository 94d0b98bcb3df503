"""Saved parameters: round trips, damaged files, and atomic writes."""

import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet, load_parameters, save_parameters

PARAMS = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.zeros(3, np.float32), "none": np.zeros((0, 2)), "n": np.array(7)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.npz"


def assert_same(actual, expected):
    assert list(actual) == list(expected)
    for name, array in expected.items():
        np.testing.assert_array_equal(actual[name], array, strict=True)


@pytest.mark.parametrize("path_type", [str, Path])
def test_round_trip_preserves_the_parameters(path, path_type):
    save_parameters(path_type(path), PARAMS)
    assert_same(load_parameters(path_type(path)), PARAMS)
    assert_same(load_parameters(path_type(path), like=PARAMS), PARAMS)


def test_files_are_interchangeable_with_numpy_files(path, tmp_path):
    save_parameters(path, PARAMS)
    with np.load(path, allow_pickle=False) as file:
        assert_same(dict(file), PARAMS)
    for write in (np.savez, np.savez_compressed):
        write(tmp_path / "numpy.npz", **PARAMS)
        assert_same(load_parameters(tmp_path / "numpy.npz"), PARAMS)


def test_model_with_loaded_parameters_gives_the_same_scores(path):
    model, other = (FullyConnectedNet([4], 3, 2, weight_scale=1.0, seed=seed) for seed in (0, 1))
    save_parameters(path, model.params)
    other.params = load_parameters(path, like=other.params)
    np.testing.assert_array_equal(other.loss(np.ones((1, 3))), model.loss(np.ones((1, 3))))


def test_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    save_parameters(path, PARAMS)

    def disk_full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", disk_full)
    with pytest.raises(OSError, match="No space left"):
        save_parameters(path, {"W1": np.ones(3)})
    assert_same(load_parameters(path), PARAMS)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0, 2.0], r"b1 must be an array of numbers to be saved in weights\.npz\. Got list"),
        (np.array([None]), r"Got object of shape \(1,\)"),
    ],
)
def test_lists_and_object_arrays_raise_and_leave_no_file(path, value, message):
    with pytest.raises(TypeError, match=message):
        save_parameters(path, {"W1": np.ones(2), "b1": value})
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize(
    ("like", "message"),
    [
        ({"W1": (2, 3)}, r"weights\.npz must contain W1\. Got W1, b1: the file belongs to another model"),
        ({"W1": (2, 3), "b1": (3,), "W2": (3, 2)}, r"must contain W1, W2, b1\. Got W1, b1"),
        ({"W1": (2, 4), "b1": (4,)}, r"W1 must be float64 of shape \(2, 4\)\. Got float64 of shape \(2, 3\)"),
    ],
)
def test_parameters_from_another_model_raise(path, like, message):
    save_parameters(path, {"W1": np.ones((2, 3)), "b1": np.ones(3)})
    with pytest.raises(ValueError, match=message):
        load_parameters(path, like={name: np.ones(shape) for name, shape in like.items()})


def test_parameters_with_a_different_dtype_raise(path):
    save_parameters(path, {"W1": np.ones(2, np.float32)})
    with pytest.raises(ValueError, match=r"W1 must be float64 of shape \(2,\)\. Got float32 of shape \(2,\)"):
        load_parameters(path, like={"W1": np.ones(2)})


def complete(path):
    save_parameters(path, PARAMS)
    return path.read_bytes()


def with_one_byte_changed(data):
    place = data.index(b"\x93NUMPY") + 128 + 8
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        lambda path: b"",
        lambda path: b"not numbers at all",
        lambda path: complete(path)[:-1],
        lambda path: complete(path)[:300],
        lambda path: complete(path)[:50],
        lambda path: with_one_byte_changed(complete(path)),
        lambda path: pickle.dumps({"W1": 1}),
    ],
    ids=[
        "empty",
        "text",
        "truncated at the end",
        "truncated in the middle",
        "truncated in a header",
        "one byte changed",
        "pickle",
    ],
)
def test_damaged_file_raises(path, content):
    path.write_bytes(content(path))
    with pytest.raises(ValueError, match=r"weights\.npz must be a complete \.npz file of plain arrays\. Reading "):
        load_parameters(path)


@pytest.mark.parametrize("content", ["another archive", "objects", "a single array"])
def test_unrelated_file_raises(path, content):
    if content == "another archive":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", "<text/>")
    elif content == "objects":
        np.savez(path, W1=np.array([{"a": 1}], dtype=object))
    else:
        with open(path, "wb") as file:
            np.save(file, np.ones(3))
    with pytest.raises(ValueError, match=r"a complete \.npz file of plain arrays"):
        load_parameters(path)


def test_missing_file_raises(path):
    with pytest.raises(FileNotFoundError, match=r"weights\.npz"):
        load_parameters(path)
