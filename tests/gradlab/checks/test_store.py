"""Loading a file of public cases restores the exercises that were saved, and never runs code from the file."""

import functools
import json
import math
import os
import pickle
import zipfile

import numpy as np
import pytest

from gradlab import drivers, oracles, properties
from gradlab.checks import store
from gradlab.checks.foreign import Foreign
from gradlab.checks.known_mistakes import KnownMistake, Program
from gradlab.checks.outcome import CaseResult, Outcome, Problem
from gradlab.checks.packing import unpack
from gradlab.checks.pictures import Picture
from gradlab.checks.public_exercise import PublicCase, PublicExercise, driver_of, judge_of
from gradlab.checks.signatures import Signature, signature

VALUES = {
    "real numbers": np.array([[1.5, -0.0], [np.nan, np.inf]]),
    "single precision": np.array([0.1, 1e-45], dtype=np.float32),
    "integers": np.array([2**63 - 1, -(2**63)]),
    "bytes": np.array([0, 255], dtype=np.uint8),
    "booleans": np.array([True, False]),
    "strings": np.array(["saddle", "é", ""]),
    "an empty array": np.zeros((0, 3)),
    "a 0-d array": np.array(7.0),
    "a 4-d array": np.arange(24.0).reshape(1, 2, 3, 4),
    "column-major order": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "every other entry": np.arange(10.0)[::2],
    "big-endian numbers": np.array([1.0, 2.0], dtype=">f8"),
    "a float": 0.1,
    "a large float": 1e308,
    "infinity": math.inf,
    "an integer": 10**18,
    "True": True,
    "text": 'a "quoted" <label> of ümlauts\n',
    "None": None,
    "a dict": {"learning_rate": 0.1, "velocity": np.ones(3), "t": 3, "state": None},
    "an empty dict": {},
    "a function": functools.partial(oracles.quadratic_gradient, A=np.eye(2), b=np.ones(2)),
}
RUNS = {
    "numbers": CaseResult(outputs={"w": np.array([1.0, np.nan])}),
    "no numbers": CaseResult(outputs={"w": Foreign("a list"), "v": None}),
    "an error": CaseResult(problem=Problem("error", exception="KeyError")),
}


def exercise(name="adam", inputs=VALUES, **changes):
    cases = (
        PublicCase("equality decides", inputs, {"w": np.arange(3.0)}, None, 1e-7, 1.0, (("k",), ("config", "decay"))),
        PublicCase("a property decides", {"x": 1.0}, None, {"label": "too high"}, 1e-4, 0.5),
    )
    mistakes = (KnownMistake("no_correction", "Divide by 1 - β."), KnownMistake("wrong_sign", "Subtract."))
    fields = {"points": 2.5, "driver": "call", "judge": "", "functions": (name, "partner"), "parameters": ("x", "k")}
    programs = (
        Program(("no_correction",), (signature(RUNS["numbers"]), signature(RUNS["an error"]))),
        Program(("no_correction", "wrong_sign"), (signature(RUNS["no numbers"]), signature(RUNS["an error"]))),
    )
    return PublicExercise(name=name, cases=cases, mistakes=mistakes, programs=programs, **(fields | changes))


def same(x, y):
    """Return whether two values have equal types, dtypes, shapes, and bits, in any byte order."""
    if type(x) is not type(y):
        return False
    if isinstance(x, np.ndarray):
        x, y = (array.astype(array.dtype.newbyteorder("=")) for array in (x, y))
        return (x.dtype, x.shape, x.tobytes()) == (y.dtype, y.shape, y.tobytes())
    if isinstance(x, functools.partial):
        return x.func is y.func and same(x.keywords, y.keywords)
    if isinstance(x, dict):
        return list(x) == list(y) and all(same(x[key], y[key]) for key in x)
    if isinstance(x, tuple):
        return len(x) == len(y) and all(map(same, x, y))
    if isinstance(x, Signature):
        return same(vars(x) | {"sizes": 0}, vars(y) | {"sizes": 0})
    if isinstance(x, (PublicExercise, PublicCase, KnownMistake, Program)):
        return same(vars(x), vars(y))
    return x == y


def saved(path, *exercises):
    store.save(path, exercises)
    return store.load(path)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_every_kind_of_value_is_restored(value, tmp_path):
    loaded = saved(tmp_path / "checks.npz", exercise(inputs={"before": np.ones(2), "x": value}))
    assert same(loaded["adam"].cases[0].inputs["x"], value)


KNOWN = {
    name: KnownMistake("m", "hint", outcomes=(outcome,))
    for name, outcome in {
        "passed": Outcome(True),
        "a finding": Outcome(False, finding="too few are kept"),
        "a problem": Outcome.failed("wrong_shape"),
        "an exception": Outcome(False, problem=Problem("error", exception="KeyError")),
    }.items()
}


@pytest.mark.parametrize("mistake", KNOWN.values(), ids=KNOWN)
def test_known_mistakes_are_restored(mistake, tmp_path):
    loaded = saved(tmp_path / "checks.npz", PublicExercise("adam", 1.0, "call", "", ("adam",), (), (mistake,)))
    assert same(loaded["adam"].mistakes[0], mistake)


def test_exercises_are_restored_in_order(tmp_path):
    written = [exercise("adam"), exercise("sgd", judge="has_negative_curvature"), exercise("b")]
    loaded = saved(tmp_path / "checks.npz", *written)
    assert list(loaded) == ["adam", "sgd", "b"]
    assert all(map(same, written, loaded.values()))


@pytest.mark.parametrize("picture", [None, Picture("curve"), Picture("mask", ("dx / dout",))])
def test_picture_is_restored(picture, tmp_path):
    assert saved(tmp_path / "checks.npz", exercise(picture=picture))["adam"].picture == picture


def test_loaded_arrays_are_writable_and_share_no_memory(tmp_path):
    x = np.ones(3)
    inputs = saved(tmp_path / "checks.npz", exercise(inputs={"x": x, "y": x}))["adam"].cases[0].inputs
    inputs["x"] += 1
    assert inputs["y"].tolist() == [1, 1, 1]


def test_same_exercises_give_the_same_bytes(tmp_path):
    for name in ("one.npz", "two.npz"):
        store.save(tmp_path / name, [exercise(), exercise("sgd")])
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_file_contains_numbers_and_a_json_index_but_no_pickle(tmp_path):
    """The test reads the file without np.load, so as not to rely on NumPy's own protection against pickles."""
    store.save(tmp_path / "checks.npz", [exercise()])
    with zipfile.ZipFile(tmp_path / "checks.npz") as archive:
        dtypes = {}
        for member in archive.namelist():
            with archive.open(member) as file:
                version = np.lib.format.read_magic(file)
                assert version == (1, 0)
                _, _, dtypes[member.removesuffix(".npy")] = np.lib.format.read_array_header_1_0(file)
        index = archive.read("index.npy")
    assert not any(dtype.hasobject for dtype in dtypes.values())
    assert all(dtype.name == name for name, dtype in dtypes.items() if name != "index")
    json.loads(index[index.index(b"\n") + 1 :])


class Payload:
    """An object that creates a folder when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_file_with_a_pickle_is_refused(tmp_path):
    """Otherwise, a manipulated file could run code in any notebook that calls `check`."""
    np.savez(tmp_path / "checks.npz", index=np.array([Payload(tmp_path / "made")], dtype=object))
    with pytest.raises(ValueError, match="cannot be read"):
        store.load(tmp_path / "checks.npz")
    assert not (tmp_path / "made").exists()


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def flip_bits(path):
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 4, 3 * len(data) // 4):
        data[at] ^= 0x55
    path.write_bytes(data)


def index_alone(path):
    np.savez(path, index=np.frombuffer(json.dumps({"version": store.VERSION, "exercises": [{}]}).encode(), np.uint8))


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "one byte": lambda path: path.write_bytes(b"P"),
    "text": lambda path: path.write_text("<!DOCTYPE html><title>Log in</title>"),
    "the first half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "last byte missing": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "bits flipped in the middle": flip_bits,
    "another zip": lambda path: write_zip(path, readme=b"hello"),
    "another zip with an index": lambda path: write_zip(path, index=b"hello"),
    "other arrays": lambda path: np.savez(path, x=np.ones(3)),
    "pickled arrays": lambda path: np.savez(path, index=np.array([{}], dtype=object)),
    "a pickle": lambda path: path.write_bytes(pickle.dumps({"index": 1})),
    "one array": lambda path: path.write_bytes(np.lib.format.magic(1, 0) + b"\x00" * 100),
    "index that is not JSON": lambda path: np.savez(path, index=np.zeros(9, dtype=np.uint8)),
    "index that is a list": lambda path: np.savez(path, index=np.frombuffer(b"[1]", dtype=np.uint8)),
    "index without numbers": index_alone,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_file_is_refused_with_advice(damage, tmp_path):
    path = tmp_path / "checks.npz"
    store.save(path, [exercise()])
    damage(path)
    with pytest.raises(ValueError, match=r"^checks\.npz cannot be read: .*\. Fetch the assignment again") as caught:
        store.load(path)
    assert str(tmp_path) in str(caught.value)
    assert "pickle" not in str(caught.value)


def test_missing_file_raises_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        store.load(tmp_path / "checks.npz")


@pytest.mark.parametrize("value", [[1.0], (1.0,), {1.0}, 1j, np.float64(1.0), len, functools.partial(pow, 2)])
def test_values_that_cannot_be_saved_are_refused(value, tmp_path):
    with pytest.raises((TypeError, ValueError)):
        store.save(tmp_path / "checks.npz", [exercise(inputs={"x": value})])


def test_file_from_another_version_is_refused_with_advice(tmp_path):
    index = json.dumps({"version": 99, "exercises": []}).encode()
    np.savez(tmp_path / "checks.npz", index=np.frombuffer(index, dtype=np.uint8))
    with pytest.raises(ValueError, match=rf"must have version {store.VERSION}\. Got 99: update gradlab, or fetch"):
        store.load(tmp_path / "checks.npz")


NOT_PUBLIC = [
    "__builtins__",
    "__import__",
    "np",
    "_step",
    "_word",
    "plain",
    "Unexpected",
    "nothing",
    "",
    "call.__call__",
]


@pytest.mark.parametrize("name", NOT_PUBLIC)
def test_only_public_functions_of_gradlab_can_be_called(name, tmp_path):
    """A file must not give access to functions that a module merely imports."""
    loaded = saved(tmp_path / "checks.npz", exercise(driver=name, judge=name or "none"))["adam"]
    with pytest.raises(ValueError, match="has no function"):
        driver_of(loaded)
    with pytest.raises(ValueError, match="has no function"):
        judge_of(loaded)


@pytest.mark.parametrize("name", NOT_PUBLIC)
def test_file_with_an_unknown_oracle_is_refused(name):
    with pytest.raises(ValueError, match=r"gradlab\.oracles has no function"):
        unpack({"oracle": name, "given": {"dict": {}}}, {})


def test_drivers_and_properties_are_found_by_name():
    assert driver_of(exercise(driver="trajectory")) is drivers.trajectory
    assert judge_of(exercise(judge="has_negative_curvature")) is properties.has_negative_curvature
    assert judge_of(exercise(judge="")) is judge_of(exercise(judge="secret")) is None
