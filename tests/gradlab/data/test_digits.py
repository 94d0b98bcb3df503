"""The digits: splitting, scaling, and the detection of damaged files."""

import tomllib

import numpy as np
import pytest

from autograder.paths import ROOT
from gradlab import data
from gradlab.data import digits as module

SPLITS = ("train", "val", "test")


def test_every_shipped_image_appears_once():
    digits = data.load_digits()
    X = np.concatenate([digits[f"X_{split}"] for split in SPLITS]) + digits["mean_image"]
    ours = np.column_stack([16 * X, np.concatenate([digits[f"y_{split}"] for split in SPLITS])])
    with np.load(ROOT / "data" / "digits.npz", allow_pickle=False) as file:
        shipped = np.column_stack([file["images"].reshape(-1, 64), file["labels"]])
    ours, shipped = ours.round().astype(int), shipped.astype(int)
    np.testing.assert_array_equal(ours[np.lexsort(ours.T)], shipped[np.lexsort(shipped.T)])


def test_arrays_have_the_documented_shapes_and_dtypes():
    digits = data.load_digits()
    assert {name: array.shape for name, array in digits.items()} == {
        "X_train": (1097, 64), "X_val": (200, 64), "X_test": (200, 64),
        "y_train": (1097,), "y_val": (200,), "y_test": (200,), "mean_image": (64,),
    }  # fmt: skip
    for split in SPLITS:
        assert digits[f"X_{split}"].dtype == np.float64
        assert digits[f"y_{split}"].dtype == np.int64
        assert np.bincount(digits[f"y_{split}"]).min() > len(digits[f"y_{split}"]) / 20


def test_mean_of_the_training_images_is_subtracted_from_all_sets():
    digits = data.load_digits()
    np.testing.assert_allclose(digits["X_train"].mean(axis=0), 0, atol=1e-15)
    for split in SPLITS:
        pixels = digits[f"X_{split}"] + digits["mean_image"]
        assert (pixels.min(), pixels.max()) == pytest.approx((0, 1), abs=1e-15)


@pytest.mark.parametrize(("num_val", "num_test"), [(0, 0), (100, 0), (1, 1495)])
def test_set_sizes_can_be_chosen(num_val, num_test):
    digits = data.load_digits(num_val, num_test)
    assert [len(digits[f"y_{split}"]) for split in SPLITS] == [1497 - num_val - num_test, num_val, num_test]


def test_split_is_reproducible_and_depends_on_the_seed():
    first, again, other = data.load_digits(), data.load_digits(), data.load_digits(seed=1)
    assert first["y_train"][:10].tolist() == [8, 5, 8, 7, 2, 0, 6, 4, 0, 2]
    np.testing.assert_array_equal(first["X_test"], again["X_test"])
    assert (first["y_train"] != other["y_train"]).any()


@pytest.mark.parametrize(("num_val", "num_test"), [(-1, 0), (900, 597)])
def test_invalid_set_sizes_raise(num_val, num_test):
    with pytest.raises(ValueError, match=rf"of the 1497 examples .* Got {num_val} and {num_test}"):
        data.load_digits(num_val, num_test)


def test_damaged_file_raises(tmp_path):
    (tmp_path / "digits.npz").write_bytes(b"not this one")
    with pytest.raises(ValueError, match=r"must have the SHA-256 0915ab.* Got .* Reinstall"):
        module._read((tmp_path / "digits.npz",))


def test_missing_file_error_lists_both_locations(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"one\.npz or .*two\.npz\. Neither file exists"):
        module._read((tmp_path / "one.npz", tmp_path / "two.npz"))


def test_readme_states_the_checksum():
    assert module.SHA256 in (ROOT / "data" / "README.md").read_text(encoding="utf-8")


def test_pyproject_lists_every_package_and_the_data():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT / "source") for path in ROOT.glob("source/gradlab/**/__init__.py")}
    assert set(settings["packages"]) == {".".join(folder.parts) for folder in folders} | {"gradlab.datasets"}
    assert (ROOT / settings["package-dir"]["gradlab.datasets"] / "digits.npz").is_file()
    assert "digits.npz" in settings["package-data"]["gradlab.datasets"]
