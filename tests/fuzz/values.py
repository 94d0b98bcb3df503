"""Strategies for values that a student's process can send: valid ones, and bytes that are nearly valid frames."""

import struct

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.running.wire import DTYPES, MAX_DEPTH, MAX_FRAME
from gradlab.checks.foreign import Foreign

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
ARRAYS = hnp.arrays(st.sampled_from(DTYPES), SHAPES)
# NumPy drops null characters at the end of a string, and the wire format replaces surrogates.
STRINGS = hnp.arrays(
    "U4", SHAPES, elements=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    st.text(max_size=20).map(Foreign),
)
LEAVES = st.one_of(SCALARS, ARRAYS, STRINGS)


def values(leaves=LEAVES, keys=None, depth=MAX_DEPTH):
    """Return a strategy for values of the wire format: dicts, nested at most `depth` levels, with leaves."""
    level = leaves
    for _ in range(depth):
        level = st.one_of(leaves, st.dictionaries(st.text(max_size=5) if keys is None else keys, level, max_size=3))
    return level


def packed(form, *numbers):
    return struct.pack(f"<{form}", *numbers)


# Sizes that a forger would try: small ones, those at a limit, and any others.
def sizes(bits):
    largest = 2**bits - 1
    limits = [n for n in (MAX_FRAME, MAX_FRAME + 1, MAX_FRAME // 8, 2**31, 2**32, 2**63, largest) if n <= largest]
    return st.one_of(st.integers(0, 4), st.sampled_from(limits), st.integers(0, largest))


BYTES = st.binary(max_size=16)


@st.composite
def texts(draw, tag=b"s"):
    data = draw(st.one_of(BYTES, st.text(max_size=8).map(str.encode)))
    return tag + packed("I", draw(st.one_of(st.just(len(data)), sizes(32)))) + data


@st.composite
def shapes(draw):
    shape = draw(st.lists(sizes(64), max_size=9))
    return packed("B", draw(st.one_of(st.just(len(shape)), sizes(8)))) + packed(f"{len(shape)}Q", *shape)


@st.composite
def arrays(draw):
    return b"a" + packed("B", draw(sizes(8))) + draw(shapes()) + draw(BYTES)


@st.composite
def string_arrays(draw):
    return b"w" + draw(shapes()) + b"".join(draw(st.lists(texts(b""), max_size=3)))


@st.composite
def dicts(draw, items):
    entries = draw(st.lists(st.one_of(st.tuples(texts(), items), st.tuples(items, items)), max_size=3))
    count = draw(st.one_of(st.just(len(entries)), sizes(16)))
    return b"m" + packed("H", count) + b"".join(key + value for key, value in entries)


TOKENS = st.one_of(
    st.sampled_from([b"N", b"T", b"F", b"Z", b""]),
    st.binary(min_size=8, max_size=8).map(lambda data: b"i" + data),
    st.binary(min_size=8, max_size=8).map(lambda data: b"d" + data),
    texts(),
    texts(b"o"),
    arrays(),
    string_arrays(),
)
BODIES = st.one_of(st.binary(max_size=64), st.recursive(TOKENS, dicts, max_leaves=8))


def same(x, y):
    """Return whether two values of the wire format are equal, where NaN equals NaN."""
    if type(x) is not type(y):
        return False
    if isinstance(x, dict):
        return list(x) == list(y) and all(same(x[key], y[key]) for key in x)
    if isinstance(x, Foreign):
        return x.description == y.description
    if isinstance(x, np.ndarray):
        # An array of strings is only as wide as its longest string.
        equal = x.tolist() == y.tolist() if x.dtype.kind == "U" else (x.dtype, x.tobytes()) == (y.dtype, y.tobytes())
        return x.shape == y.shape and equal
    return x == y or (x != x and y != y)
