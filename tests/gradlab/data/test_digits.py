"""The digits: how they are split and scaled, and that a damaged file is noticed."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from gradlab import data
from gradlab.data import digits as module

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("train", "val", "test")


def test_every_shipped_image_appears_once():
    digits = data.load_digits()
    X = np.concatenate([digits[f"X_{part}"] for part in PARTS]) + digits["mean_image"]
    ours = np.column_stack([16 * X, np.concatenate([digits[f"y_{part}"] for part in PARTS])])
    with np.load(ROOT / "data" / "digits.npz", allow_pickle=False) as file:
        shipped = np.column_stack([file["images"].reshape(-1, 64), file["labels"]])
    ours, shipped = ours.round().astype(int), shipped.astype(int)
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], shipped[np.lexsort(shipped.T)])


def test_shapes_dtypes_and_scale():
    digits = data.load_digits()
    assert {name: array.shape for name, array in digits.items()} == {
        "X_train": (1097, 64), "X_val": (200, 64), "X_test": (200, 64),
        "y_train": (1097,), "y_val": (200,), "y_test": (200,), "mean_image": (64,),
    }  # fmt: skip
    for part in PARTS:
        assert digits[f"X_{part}"].dtype == np.float64
        assert digits[f"y_{part}"].dtype == np.int64
        assert np.bincount(digits[f"y_{part}"]).min() > len(digits[f"y_{part}"]) / 20


def test_the_mean_of_the_training_images_is_subtracted_from_all():
    digits = data.load_digits()
    np.testing.assert_allclose(digits["X_train"].mean(axis=0), 0, atol=1e-15)
    for part in PARTS:
        pixels = digits[f"X_{part}"] + digits["mean_image"]
        assert (pixels.min(), pixels.max()) == pytest.approx((0, 1), abs=1e-15)


@pytest.mark.parametrize(("num_val", "num_test"), [(0, 0), (100, 0), (1, 1495)])
def test_other_sizes(num_val, num_test):
    digits = data.load_digits(num_val, num_test)
    assert [len(digits[f"y_{part}"]) for part in PARTS] == [1497 - num_val - num_test, num_val, num_test]


def test_the_split_is_the_same_for_everybody_unless_asked():
    first, again, other = data.load_digits(), data.load_digits(), data.load_digits(seed=1)
    assert first["y_train"][:10].tolist() == [8, 5, 8, 7, 2, 0, 6, 4, 0, 2]
    np.testing.assert_array_equal(first["X_test"], again["X_test"])
    assert (first["y_train"] != other["y_train"]).any()


@pytest.mark.parametrize(("num_val", "num_test"), [(-1, 0), (900, 597)])
def test_sizes_that_do_not_fit(num_val, num_test):
    with pytest.raises(ValueError, match=rf"of the 1497 examples .* Got {num_val} and {num_test}"):
        data.load_digits(num_val, num_test)


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "digits.npz").write_bytes(b"not this one")
    monkeypatch.setattr(module, "_PLACES", (tmp_path / "digits.npz",))
    with pytest.raises(ValueError, match=r"must have the SHA-256 0915ab.* Got .* reinstall"):
        data.load_digits()


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PLACES", (tmp_path / "one.npz", tmp_path / "two.npz"))
    with pytest.raises(FileNotFoundError, match=r"one\.npz or .*two\.npz\. It is at neither"):
        data.load_digits()


def test_the_readme_tells_the_checksum():
    assert module.SHA256 in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def test_the_wheel_carries_every_package_and_the_data():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT / "source") for path in ROOT.glob("source/gradlab/**/__init__.py")}
    assert set(settings["packages"]) == {".".join(folder.parts) for folder in folders} | {"gradlab.datasets"}
    assert (ROOT / settings["package-dir"]["gradlab.datasets"] / "digits.npz").is_file()
    assert "digits.npz" in settings["package-data"]["gradlab.datasets"]
