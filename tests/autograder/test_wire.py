"""The wire format: valid values survive the round trip, and malformed frames are rejected cheaply."""

import math
import struct
import tracemalloc

import numpy as np
import pytest

from autograder.running import wire
from autograder.running.wire import WireError, decode, encode, frame_length
from gradlab.checks.foreign import Foreign

VALUES = {
    "None": None,
    "true": True,
    "false": False,
    "an int": -(2**63),
    "a float": 0.1,
    "NaN": math.nan,
    "text": "ümlaut\0 \U0001f600",
    "empty text": "",
    "an array": np.arange(6.0).reshape(2, 3),
    "a column-major array": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "a strided array": np.arange(10)[::2],
    "an array without dimensions": np.array(3.0),
    "an empty array": np.zeros((2, 0, 3)),
    "bools": np.array([True, False]),
    "strings": np.array([["saddle", "é"], ["", "minimum"]]),
    "no strings": np.array([], dtype=np.str_),
    "a string without dimensions": np.array("saddle"),
    "a dict": {"w": np.ones(2), "": {"t": 3, "state": {"deep": None}}},
} | {f"an array of {dtype}": np.array([0, 1, 100]).astype(dtype) for dtype in wire.DTYPES}


def same(x, y):
    if type(x) is not type(y):
        return False
    if isinstance(x, dict):
        return list(x) == list(y) and all(same(x[key], y[key]) for key in x)
    if isinstance(x, np.ndarray):
        return (x.dtype, x.shape, x.tolist()) == (y.dtype, y.shape, y.tolist())
    return x == y or (x != x and y != y)


def round_trip(value):
    """Encode and decode `value`."""
    frame = encode(value)
    assert frame_length(frame[:4]) == len(frame) - 4
    return decode(frame[4:])


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_value_survives_the_round_trip(value):
    assert same(round_trip(value), value)


def test_decoded_array_owns_its_data():
    array = round_trip(np.ones(2))
    array += 1
    assert array.flags.owndata


@pytest.mark.parametrize(
    ("value", "plain"), [(np.float32(0.5), 0.5), (np.int8(-3), -3), (np.bool_(True), True), (np.str_("a"), "a")]
)
def test_numpy_scalars_become_python_scalars(value, plain):
    """A loss is usually a NumPy scalar, and a student's function must be able to calculate with it."""
    assert same(round_trip({"value": value}), {"value": plain})


@pytest.mark.parametrize(
    ("value", "description"),
    [
        ([1.0], "a list"),
        (2**63, "a int"),
        (1j, "a complex"),
        (print, "a builtin_function_or_method"),
        (np.array([None]), "a ndarray"),
        (Foreign("a list of " + "x" * 1000), "a list of " + "x" * 190),
    ],
)
def test_any_other_object_is_only_described(value, description):
    result = round_trip({"x": value})["x"]
    assert type(result) is Foreign
    assert result.description == description


@pytest.mark.parametrize("value", [np.zeros(wire.MAX_FRAME), "x" * (wire.MAX_FRAME + 1)], ids=["array", "text"])
def test_message_that_is_too_large_raises(value):
    with pytest.raises(WireError, match="a message may have at most"):
        encode(value)


def test_dict_nested_too_deeply_raises():
    value = None
    for _ in range(wire.MAX_DEPTH + 1):
        value = {"x": value}
    with pytest.raises(WireError, match="deep"):
        encode(value)


def array(dtype=0, ndim=1, *shape, data=b""):
    return b"a" + struct.pack(f"<BB{len(shape)}Q", dtype, ndim, *shape) + data


def strings(ndim=1, *shape, data=b""):
    return b"w" + struct.pack(f"<B{len(shape)}Q", ndim, *shape) + data


def text(data=b"", size=None, tag=b"s"):
    return tag + struct.pack("<I", len(data) if size is None else size) + data


def mapping(*items, count=None):
    return b"m" + struct.pack("<H", len(items) // 2 if count is None else count) + b"".join(items)


def nested(depth):
    return mapping(text(b"x"), nested(depth - 1)) if depth else b"N"


HUGE = 2**64 - 1
MALFORMED = {
    "an empty body": b"",
    "an unknown tag": b"Z",
    "a pickle": b"\x80\x04N.",
    "two values": b"NN",
    "half an int": b"i" + bytes(7),
    "half a float": b"d" + bytes(3),
    "text without a length": b"s\x01",
    "text shorter than announced": text(b"abc", size=4),
    "text of 4 GB": text(b"", size=2**32 - 1),
    "text that is not UTF-8": text(b"\xff"),
    "text with a lone surrogate": text(b"\xed\xa0\x80"),
    "a description of 4 GB": text(b"", size=2**32 - 1, tag=b"o"),
    "an array without a header": b"a",
    "an array without a shape": array(0, 2, 1),
    "an unknown dtype": array(len(wire.DTYPES), 1, 1, data=bytes(8)),
    "too many dimensions": array(0, 9, *[1] * 9, data=bytes(8)),
    "255 dimensions": array(0, 255),
    "fewer entries than announced": array(0, 1, 2, data=bytes(15)),
    "more entries than announced": array(0, 1, 2, data=bytes(17)),
    "2**64 - 1 entries, which is -1 as a signed integer": array(0, 1, HUGE, data=bytes(8)),
    "more entries than fit in 64 bits": array(0, 2, 2**32, 2**32),
    "a product that wraps around to 1": array(10, 2, 2**63 + 1, 2**63 + 1, data=bytes(1)),
    "the largest array, without its data": array(0, 1, wire.MAX_FRAME // 8),
    "an empty array with a huge size": array(0, 2, 0, HUGE),
    "an empty array with a size that is too large": array(0, 2, 0, wire.MAX_FRAME + 1),
    "an empty array with sizes whose product is too large": array(0, 8, 0, *[wire.MAX_FRAME] * 7),
    "an empty array with too many rows": array(0, 2, wire.MAX_VALUES + 1, 0),
    "an empty array with too many rows of rows": array(0, 3, 2**10, 2**10, 0),
    "strings without a shape": strings(1),
    "strings in too many dimensions": strings(9, *[1] * 9, data=bytes(4)),
    "fewer strings than announced": strings(1, 2, data=text(b"a")[1:]),
    "2**64 - 1 strings": strings(1, HUGE),
    "as many strings as a frame has bytes": strings(1, wire.MAX_FRAME),
    "no strings, with a huge size": strings(2, 0, HUGE),
    "no strings, with a size that is too large": strings(2, 0, wire.MAX_FRAME + 1),
    "no strings, in too many rows": strings(2, wire.MAX_VALUES + 1, 0),
    "a long string among many": strings(1, 50_000, data=text(b"a" * 10_000)[1:] + bytes(4) * 49_999),
    "strings that are not UTF-8": strings(1, 1, data=text(b"\xff")[1:]),
    "a dict without a count": b"m\x01",
    "a dict with fewer entries than announced": mapping(text(b"a"), b"N", count=2),
    "an empty dict that announces 65535 entries": mapping(count=2**16 - 1),
    "a dict with a repeated key": mapping(text(b"a"), b"N", text(b"a"), b"N"),
    "a dict with None as a key": mapping(b"N", b"N"),
    "a dict with an array as a key": mapping(array(0, 1, 0), b"N"),
    "a dict one level too deep": nested(wire.MAX_DEPTH + 1),
    "a very deep dict": mapping(text(b"x"), b"N")[:-1] * 100_000 + b"N",
    "dicts as keys, very deep": mapping(count=1) * 100_000,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed_body_is_rejected_cheaply(body):
    """A forged frame may use memory in proportion to its own bytes, not to what it announces."""
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000 + 100 * len(body)


EMPTY = mapping(*(part for i in range(2**16 - 1) for part in (text(b"%d" % i), array(0, 1, 0))))
MANY = {
    "empty arrays": mapping(*(part for i in range(20) for part in (text(b"%d" % i), EMPTY))),
    "short strings": strings(1, 2_000_000, data=text("é".encode())[1:] * 2_000_000),
}


@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
def test_many_small_values_are_rejected_before_they_fill_the_memory(body):
    """An empty array takes up 11 bytes in a frame, but ten times as much memory as an object."""
    tracemalloc.start()
    try:
        with pytest.raises(WireError, match="may have at most 100000"):
            decode(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


def test_as_many_values_as_are_allowed_are_decoded():
    halves = [{str(i): i for i in range((wire.MAX_VALUES - 6) // 4)} for _ in range(2)]
    assert decode(encode({"a": halves[0], "b": halves[1]})[4:]) == {"a": halves[0], "b": halves[1]}


def test_deepest_allowed_dict_is_decoded():
    """If this test failed, the frames that are too deep might be rejected for a different reason."""
    assert decode(nested(wire.MAX_DEPTH)) is not None


@pytest.mark.parametrize("length", [wire.MAX_FRAME + 1, 2**32 - 1])
def test_frame_that_announces_too_many_bytes_is_rejected_before_it_is_read(length):
    with pytest.raises(WireError, match="announces"):
        frame_length(struct.pack("<I", length))


def test_decoded_bool_is_true_or_false_whatever_its_byte():
    """NumPy treats a bool with the byte 2 as True, but keeps that byte when it copies the array."""
    forged = decode(array(wire.DTYPES.index(np.dtype(bool)), 1, 3, data=b"\x00\x02\xff"))
    assert forged.tobytes() == b"\x00\x01\x01"


def mutated(rng, frames):
    """Return a frame's body with bytes changed, removed, or inserted, or with the end of another frame's body."""
    body = bytearray(frames[rng.integers(len(frames))])
    for _ in range(rng.integers(1, 4)):
        at, size = int(rng.integers(len(body) + 1)), int(rng.integers(1, 9))
        kind = rng.integers(5)
        if kind == 0:
            body[at : at + 1] = rng.bytes(1)
        elif kind == 1:
            del body[at : at + size]
        elif kind == 2:
            body[at:at] = rng.bytes(size)
        elif kind == 3:
            body[at : at + size] = [b"\xff", b"\x00", b"\x7f"][rng.integers(3)] * size
        else:
            other = frames[rng.integers(len(frames))]
            body[at:] = other[int(rng.integers(len(other) + 1)) :]
    return bytes(body)


def test_mutated_frames_are_decoded_or_rejected():
    """The test mutates 20,000 frames with a fixed seed. Any decoded value but a `Foreign` survives a round trip."""
    rng = np.random.default_rng(0)
    frames = [encode(value)[4:] for value in VALUES.values()]
    decoded = 0
    for _ in range(20_000):
        try:
            value = decode(mutated(rng, frames))
        except WireError:
            continue
        decoded += 1
        assert isinstance(value, Foreign) or encode(round_trip(value)) == encode(value)
    assert 1_000 < decoded < 19_000
