"""The wire format between the judge and a student's process: numbers, arrays, text, None, and dicts of these.

A frame is a length followed by a value, and a value is a tag followed by its data. A student's process may send forged
frames, so decoding runs no code, allocates a limited amount of memory, and rejects anything that is not in the format.

    frame   u32 length, value
    value   'N' none | 'T' true | 'F' false | 'i' i64 | 'd' f64 | 's' u32 bytes | 'o' u32 bytes (a description)
            'a' u8 dtype, u8 ndim, u64 x ndim, data | 'm' u16 count, (value 's', value) x count
            'w' u8 ndim, u64 x ndim, (u32 bytes) x size (an array of strings)
"""

import math
import struct
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

from gradlab.checks.foreign import Foreign
from gradlab.typing import Array

Value: TypeAlias = "bool | int | float | str | Foreign | Array | dict[str, Value] | None"

MAX_FRAME = 32 << 20
MAX_VALUES = 100_000  # in one frame, because a value of a few bytes takes up hundreds of bytes of memory
MAX_DEPTH = 6
MAX_DIMENSIONS = 8
DTYPES = tuple(np.dtype(name) for name in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"))
LENGTH = struct.Struct("<I")


class WireError(ValueError):
    """Raised if the bytes received are not a valid frame, or if a message is too large or nested too deeply."""


def encode(value: object) -> bytes:
    """Encode `value` as one frame. An object that the format cannot carry is sent as its description."""
    parts: list[bytes] = []
    _write_value(value, parts, depth=0)
    body = b"".join(parts)
    if len(body) > MAX_FRAME:
        raise WireError(f"a message may have at most {MAX_FRAME} bytes. This one has {len(body)}.")
    return LENGTH.pack(len(body)) + body


def frame_length(header: bytes | bytearray) -> int:
    """Return the length in bytes that the first four bytes of a frame announce.

    Raises
    ------
    WireError
        If the length is greater than `MAX_FRAME`.
    """
    length: int
    (length,) = LENGTH.unpack(header)
    if length > MAX_FRAME:
        raise WireError(f"a message may have at most {MAX_FRAME} bytes. This one announces {length}.")
    return length


def decode(body: bytes) -> Value:
    """Return the value in `body`, which is a frame without its length.

    Raises
    ------
    WireError
        If `body` is not exactly one value in this format.
    """
    try:
        value, end = _read_value(memoryview(body), 0, depth=0, room=iter(range(MAX_VALUES)))
    except (struct.error, IndexError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise WireError(f"the bytes are not a valid value: {error}") from None
    if end != len(body):
        raise WireError(f"{len(body) - end} unexpected bytes follow the value")
    return value


def _write_value(value: object, parts: list[bytes], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise WireError(f"dicts may be nested at most {MAX_DEPTH} levels deep")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        parts.append(b"N")
    elif value is True or value is False:
        parts.append(b"T" if value else b"F")
    elif type(value) is int and -(2**63) <= value < 2**63:
        parts.append(b"i" + struct.pack("<q", value))
    elif type(value) is float:
        parts.append(b"d" + struct.pack("<d", value))
    elif type(value) is str:
        parts.append(_packed_text(b"s", value))
    elif type(value) is np.ndarray and value.dtype in DTYPES and value.ndim <= MAX_DIMENSIONS:
        parts.append(b"a" + struct.pack("<BB", DTYPES.index(value.dtype), value.ndim))
        parts.append(struct.pack(f"<{value.ndim}Q", *value.shape))
        parts.append(np.ascontiguousarray(value).tobytes())
    elif type(value) is np.ndarray and value.dtype.kind == "U" and value.ndim <= MAX_DIMENSIONS:
        parts.append(struct.pack(f"<cB{value.ndim}Q", b"w", value.ndim, *value.shape))
        parts += [_packed_text(b"", string) for string in value.ravel().tolist()]
    elif type(value) is dict and len(value) < 2**16:
        parts.append(b"m" + struct.pack("<H", len(value)))
        for key, item in value.items():
            parts.append(_packed_text(b"s", str(key)))
            _write_value(item, parts, depth + 1)
    else:
        description = value.description if type(value) is Foreign else f"a {type(value).__name__}"
        parts.append(_packed_text(b"o", description[:200]))


def _packed_text(tag: bytes, text: str) -> bytes:
    data = text.encode("utf-8", errors="replace")
    return tag + LENGTH.pack(len(data)) + data


# Each reader takes the position at which the value starts, and returns the value and the position after the value.
# `room` has one item for each value that the frame may still contain.


def _read_value(body: memoryview, at: int, depth: int, room: Iterator[int]) -> tuple[Value, int]:
    if depth > MAX_DEPTH:
        raise WireError(f"dicts may be nested at most {MAX_DEPTH} levels deep")
    if next(room, None) is None:
        raise WireError(f"a message may have at most {MAX_VALUES} values")
    tag, at = bytes(body[at : at + 1]), at + 1
    if tag == b"N":
        return None, at
    if tag in (b"T", b"F"):
        return tag == b"T", at
    if tag == b"i":
        return struct.unpack_from("<q", body, at)[0], at + 8
    if tag == b"d":
        return struct.unpack_from("<d", body, at)[0], at + 8
    if tag in (b"s", b"o"):
        text, at = _read_text(body, at)
        return (text if tag == b"s" else Foreign(text[:200])), at
    if tag == b"a":
        return _read_array(body, at)
    if tag == b"w":
        return _read_strings(body, at)
    if tag == b"m":
        return _read_dict(body, at, depth, room)
    raise WireError(f"unknown tag {tag!r}")


def _read_text(body: memoryview, at: int) -> tuple[str, int]:
    (size,) = LENGTH.unpack_from(body, at)
    at += LENGTH.size
    _require_bytes(body, at, size)
    return str(body[at : at + size], "utf-8"), at + size


def _read_array(body: memoryview, at: int) -> tuple[Array, int]:
    (index,) = struct.unpack_from("<B", body, at)
    if index >= len(DTYPES):
        raise WireError(f"unknown dtype index {index}")
    dtype = DTYPES[index]
    shape, at = _read_shape(body, at + 1)
    count = math.prod(shape)
    size = count * dtype.itemsize
    _require_bytes(body, at, size)
    array: Array = np.frombuffer(body, dtype, count, at) if count else np.empty(0, dtype)
    if dtype.kind == "b":
        array = array.view(np.uint8) != 0
    return array.reshape(shape).copy(), at + size


def _read_strings(body: memoryview, at: int) -> tuple[Array, int]:
    shape, at = _read_shape(body, at)
    count = math.prod(shape)
    if count > MAX_VALUES:
        raise WireError(f"an array may have at most {MAX_VALUES} strings. Got {count}.")
    _require_bytes(body, at, count * LENGTH.size)
    strings = []
    for _ in range(count):
        string, at = _read_text(body, at)
        strings.append(string)
    # In a NumPy array, every string takes as much memory as the longest one.
    longest = max(map(len, strings), default=0)
    if count * longest * 4 > MAX_FRAME:
        raise WireError(f"{count} strings of up to {longest} characters are too large for an array")
    return np.array(strings, dtype=np.str_).reshape(shape), at


def _read_shape(body: memoryview, at: int) -> tuple[tuple[int, ...], int]:
    (ndim,) = struct.unpack_from("<B", body, at)
    if ndim > MAX_DIMENSIONS:
        raise WireError(f"an array may have at most {MAX_DIMENSIONS} dimensions. Got {ndim}.")
    shape = struct.unpack_from(f"<{ndim}Q", body, at + 1)
    # If one size is zero, the array is empty whatever its other sizes are, but those must still be within bounds: as a
    # list, an array of shape (n, 0) has n items.
    items = math.prod(size for size in shape if size) if 0 in shape else 0
    if any(size > MAX_FRAME for size in shape) or items > MAX_VALUES:
        raise WireError(f"shape {shape} is too large")
    return shape, at + 1 + 8 * ndim


def _read_dict(body: memoryview, at: int, depth: int, room: Iterator[int]) -> tuple[dict[str, Value], int]:
    (count,) = struct.unpack_from("<H", body, at)
    at += 2
    values: dict[str, Value] = {}
    for _ in range(count):
        key, at = _read_value(body, at, depth + 1, room)
        if not isinstance(key, str) or key in values:
            raise WireError("a dict's keys must be unique strings")
        values[key], at = _read_value(body, at, depth + 1, room)
    return values, at


def _require_bytes(body: memoryview, at: int, size: int) -> None:
    if at + size > len(body):
        raise WireError(f"a value of {size} bytes is announced, but only {len(body) - at} bytes remain")
