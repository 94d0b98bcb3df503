"""Parameters in files: what comes back, what is refused, and that a file is whole or is not there."""

import os
import pickle
import zipfile

import numpy as np
import pytest

from gradlab.models import FullyConnectedNet, load_parameters, save_parameters

PARAMS = {"W1": np.arange(6.0).reshape(2, 3), "b1": np.zeros(3, np.float32), "none": np.zeros((0, 2)), "n": np.array(7)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.npz"


def same(one, other):
    assert list(one) == list(other)
    for name, array in other.items():
        np.testing.assert_array_equal(one[name], array, strict=True)


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_what_is_saved_comes_back(path, kind):
    save_parameters(kind(path), PARAMS)
    same(load_parameters(kind(path)), PARAMS)
    same(load_parameters(kind(path), like=PARAMS), PARAMS)


def test_the_file_is_one_of_numpys(path, tmp_path):
    save_parameters(path, PARAMS)
    with np.load(path, allow_pickle=False) as file:
        same(dict(file), PARAMS)
    for write in (np.savez, np.savez_compressed):
        write(tmp_path / "numpys.npz", **PARAMS)
        same(load_parameters(tmp_path / "numpys.npz"), PARAMS)


def test_a_model_takes_its_parameters_back(path):
    model, other = (FullyConnectedNet([4], 3, 2, weight_scale=1.0, seed=seed) for seed in (0, 1))
    save_parameters(path, model.params)
    other.params = load_parameters(path, like=other.params)
    np.testing.assert_array_equal(other.loss(np.ones((1, 3))), model.loss(np.ones((1, 3))))


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    save_parameters(path, PARAMS)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="No space left"):
        save_parameters(path, {"W1": np.ones(3)})
    same(load_parameters(path), PARAMS)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0, 2.0], r"b1 must be an array of numbers, to be kept in weights\.npz\. Got list"),
        (np.array([None]), r"Got object of shape \(1,\)"),
    ],
)
def test_what_is_no_array_of_numbers_is_not_written(path, value, message):
    with pytest.raises(TypeError, match=message):
        save_parameters(path, {"W1": np.ones(2), "b1": value})
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize(
    ("like", "message"),
    [
        ({"W1": (2, 3)}, r"weights\.npz must hold W1\. Got W1, b1: it is of another model"),
        ({"W1": (2, 3), "b1": (3,), "W2": (3, 2)}, r"must hold W1, W2, b1\. Got W1, b1"),
        ({"W1": (2, 4), "b1": (4,)}, r"W1 must be float64 of shape \(2, 4\)\. Got float64 of shape \(2, 3\)"),
    ],
)
def test_parameters_of_another_model_are_refused(path, like, message):
    save_parameters(path, {"W1": np.ones((2, 3)), "b1": np.ones(3)})
    with pytest.raises(ValueError, match=message):
        load_parameters(path, like={name: np.ones(shape) for name, shape in like.items()})


def test_parameters_of_another_dtype_are_refused(path):
    save_parameters(path, {"W1": np.ones(2, np.float32)})
    with pytest.raises(ValueError, match=r"W1 must be float64 of shape \(2,\)\. Got float32 of shape \(2,\)"):
        load_parameters(path, like={"W1": np.ones(2)})


def whole(path):
    save_parameters(path, PARAMS)
    return path.read_bytes()


def flipped(data):
    place = data.index(b"\x93NUMPY") + 128 + 8
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: b"",
        lambda path: b"not numbers at all",
        lambda path: whole(path)[:-1],
        lambda path: whole(path)[:300],
        lambda path: whole(path)[:50],
        lambda path: flipped(whole(path)),
        lambda path: pickle.dumps({"W1": 1}),
    ],
    ids=["empty", "text", "cut at the end", "cut in the middle", "cut in a header", "one byte changed", "pickle"],
)
def test_a_file_that_is_not_whole_is_refused(path, spoil):
    path.write_bytes(spoil(path))
    with pytest.raises(ValueError, match=r"weights\.npz is no whole \.npz file of plain arrays\. Got: "):
        load_parameters(path)


@pytest.mark.parametrize("how", ["another archive", "objects", "a single array"])
def test_a_file_of_something_else_is_refused(path, how):
    if how == "another archive":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("word/document.xml", "<text/>")
    elif how == "objects":
        np.savez(path, W1=np.array([{"a": 1}], dtype=object))
    else:
        with open(path, "wb") as file:
            np.save(file, np.ones(3))
    with pytest.raises(ValueError, match=r"no whole \.npz file of plain arrays"):
        load_parameters(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(path):
    with pytest.raises(FileNotFoundError, match=r"weights\.npz"):
        load_parameters(path)
