"""The dumb format in which the judge and a student's process talk: numbers, arrays, text, None, dicts of these.

A frame is a length and a value; a value is a tag and its bytes. Reading one allocates no more than the frame
holds, runs no code, and refuses whatever it does not know: what comes from a student's process may be forged.

    frame   u32 length, value
    value   'N' none | 'T' true | 'F' false | 'i' i64 | 'd' f64 | 's' u32 bytes | 'o' u32 bytes (a description)
            'a' u8 dtype, u8 ndim, u64 x ndim, data | 'm' u16 count, (value 's', value) x count
            'w' u8 ndim, u64 x ndim, (u32 bytes) x size (an array of words)
"""

import math
import struct

import numpy as np

from gradlab.checks.compare import Foreign

MAX_FRAME = 32 << 20
MAX_DEPTH = 6
MAX_DIMENSIONS = 8
DTYPES = tuple(np.dtype(name) for name in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"))
LENGTH = struct.Struct("<I")


class WireError(ValueError):
    """What came is not a frame of this format, or is larger than allowed."""


def encode(value):
    """`value` as one frame. Anything that is not of the format is sent as the description of a `Foreign`."""
    parts = []
    _write(value, parts, depth=0)
    body = b"".join(parts)
    if len(body) > MAX_FRAME:
        raise WireError(f"a message may hold {MAX_FRAME} bytes. This one has {len(body)}.")
    return LENGTH.pack(len(body)) + body


def frame_length(header):
    """The length that the first four bytes of a frame announce.

    Raises
    ------
    WireError
        If it is over `MAX_FRAME`.
    """
    (length,) = LENGTH.unpack(header)
    if length > MAX_FRAME:
        raise WireError(f"a message may hold {MAX_FRAME} bytes. This one announces {length}.")
    return length


def decode(body):
    """The value in `body`, a frame without its length.

    Raises
    ------
    WireError
        If it is anything but exactly one value of the format.
    """
    try:
        value, end = _read(memoryview(body), 0, depth=0)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise WireError(f"not a value: {error}") from None
    if end != len(body):
        raise WireError(f"{len(body) - end} bytes are left over")
    return value


def _write(value, parts, depth):
    if depth > MAX_DEPTH:
        raise WireError(f"dicts may be nested {MAX_DEPTH} deep")
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
        parts.append(_text(b"s", value))
    elif type(value) is np.ndarray and value.dtype in DTYPES and value.ndim <= MAX_DIMENSIONS:
        parts.append(b"a" + struct.pack("<BB", DTYPES.index(value.dtype), value.ndim))
        parts.append(struct.pack(f"<{value.ndim}Q", *value.shape))
        parts.append(np.ascontiguousarray(value).tobytes())
    elif type(value) is np.ndarray and value.dtype.kind == "U" and value.ndim <= MAX_DIMENSIONS:
        parts.append(struct.pack(f"<cB{value.ndim}Q", b"w", value.ndim, *value.shape))
        parts += [_text(b"", word) for word in value.ravel().tolist()]
    elif type(value) is dict and len(value) < 2**16:
        parts.append(b"m" + struct.pack("<H", len(value)))
        for key, item in value.items():
            parts.append(_text(b"s", str(key)))
            _write(item, parts, depth + 1)
    else:
        description = value.description if type(value) is Foreign else f"a {type(value).__name__}"
        parts.append(_text(b"o", description[:200]))


def _text(tag, text):
    data = text.encode("utf-8", errors="replace")
    return tag + LENGTH.pack(len(data)) + data


def _read(body, at, depth):
    if depth > MAX_DEPTH:
        raise WireError(f"dicts may be nested {MAX_DEPTH} deep")
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
        return _read_words(body, at)
    if tag == b"m":
        return _read_dict(body, at, depth)
    raise WireError(f"unknown tag {tag!r}")


def _read_text(body, at):
    (size,) = LENGTH.unpack_from(body, at)
    at += LENGTH.size
    _within(body, at, size)
    return str(body[at : at + size], "utf-8"), at + size


def _read_array(body, at):
    (dtype,) = struct.unpack_from("<B", body, at)
    if dtype >= len(DTYPES):
        raise WireError(f"dtype {dtype}")
    shape, at = _read_shape(body, at + 1)
    count = math.prod(shape)
    _within(body, at, count * DTYPES[dtype].itemsize)
    array = np.frombuffer(body, DTYPES[dtype], count, at) if count else np.empty(0, DTYPES[dtype])
    if DTYPES[dtype].kind == "b":
        array = array.view(np.uint8) != 0
    return array.reshape(shape).copy(), at + count * DTYPES[dtype].itemsize


def _read_words(body, at):
    shape, at = _read_shape(body, at)
    count = math.prod(shape)
    _within(body, at, count * LENGTH.size)
    words = []
    for _ in range(count):
        word, at = _read_text(body, at)
        words.append(word)
    # Every word takes as much room in the array as the longest.
    if count * max(map(len, words), default=0) * 4 > MAX_FRAME:
        raise WireError(f"{count} words of up to {max(map(len, words))} characters")
    return np.array(words, dtype=np.str_).reshape(shape), at


def _read_shape(body, at):
    (ndim,) = struct.unpack_from("<B", body, at)
    if ndim > MAX_DIMENSIONS:
        raise WireError(f"{ndim} dimensions")
    shape = struct.unpack_from(f"<{ndim}Q", body, at + 1)
    # A zero among the sizes makes the array empty, whatever the others claim: they stay bounded all the same.
    if any(size > MAX_FRAME for size in shape):
        raise WireError(f"shape {shape}")
    return shape, at + 1 + 8 * ndim


def _read_dict(body, at, depth):
    (count,) = struct.unpack_from("<H", body, at)
    at += 2
    values = {}
    for _ in range(count):
        key, at = _read(body, at, depth + 1)
        if type(key) is not str or key in values:
            raise WireError("a dict's keys must be different texts")
        values[key], at = _read(body, at, depth + 1)
    return values, at


def _within(body, at, size):
    if at + size > len(body):
        raise WireError(f"{size} bytes announced, {len(body) - at} left")
