"""The digits: what is in them, how they are split and scaled, and that a damaged file is noticed."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from gradlab import data

PARTS = ("train", "val", "test")


def test_every_image_is_scikit_learns_and_appears_once():
    original = pytest.importorskip("sklearn.datasets").load_digits()
    digits = data.load_digits()
    X = np.concatenate([digits[f"X_{part}"] for part in PARTS])
    y = np.concatenate([digits[f"y_{part}"] for part in PARTS])
    # Undo the one shift that all images share, then compare as sets of rows.
    pixels = 16 * (X - X.mean(axis=0)) + original.data.mean(axis=0)
    ours = np.column_stack([pixels.round().astype(int), y])
    theirs = np.column_stack([original.data.astype(int), original.target])
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


def test_shapes_dtypes_and_scale():
    digits = data.load_digits()
    assert {name: array.shape for name, array in digits.items()} == {
        "X_train": (1197, 64), "X_val": (300, 64), "X_test": (300, 64),
        "y_train": (1197,), "y_val": (300,), "y_test": (300,),
    }  # fmt: skip
    for part in PARTS:
        assert digits[f"X_{part}"].dtype == np.float64
        assert digits[f"y_{part}"].dtype == np.int64
        assert np.abs(digits[f"X_{part}"]).max() <= 1
        assert np.bincount(digits[f"y_{part}"]).min() > len(digits[f"y_{part}"]) / 20
    np.testing.assert_allclose(digits["X_train"].mean(axis=0), 0, atol=1e-15)


@pytest.mark.parametrize(("num_val", "num_test"), [(0, 0), (100, 0), (1, 1795)])
def test_other_sizes(num_val, num_test):
    digits = data.load_digits(num_val, num_test)
    assert [len(digits[f"y_{part}"]) for part in PARTS] == [1797 - num_val - num_test, num_val, num_test]


def test_the_split_is_the_same_for_everybody_unless_asked():
    first, again, other = data.load_digits(), data.load_digits(), data.load_digits(seed=1)
    assert first["y_train"][:10].tolist() == [6, 6, 6, 2, 5, 6, 6, 2, 2, 1]
    np.testing.assert_array_equal(first["X_test"], again["X_test"])
    assert (first["y_train"] != other["y_train"]).any()


@pytest.mark.parametrize(("num_val", "num_test"), [(-1, 0), (900, 897)])
def test_sizes_that_do_not_fit(num_val, num_test):
    with pytest.raises(ValueError, match=rf"of the 1797 examples .* Got {num_val} and {num_test}"):
        data.load_digits(num_val, num_test)


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "digits.npz").write_bytes(b"not this one")
    monkeypatch.setattr(data, "_PLACES", (tmp_path / "digits.npz",))
    with pytest.raises(ValueError, match=r"must have the SHA-256 b2dab7.* Got .* reinstall"):
        data.load_digits()


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "_PLACES", (tmp_path / "one.npz", tmp_path / "two.npz"))
    with pytest.raises(FileNotFoundError, match=r"one\.npz or .*two\.npz\. It is at neither"):
        data.load_digits()


def test_the_wheel_carries_every_package_and_the_data():
    root = Path(__file__).resolve().parents[2]
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent.relative_to(root / "source") for path in root.glob("source/gradlab/**/__init__.py")}
    assert set(settings["packages"]) == {".".join(folder.parts) for folder in folders} | {"gradlab.datasets"}
    assert (root / settings["package-dir"]["gradlab.datasets"] / "digits.npz").is_file()
    assert "digits.npz" in settings["package-data"]["gradlab.datasets"]
