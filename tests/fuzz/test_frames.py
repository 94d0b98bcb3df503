"""Whatever bytes a student's process sends, decoding them gives a value or a WireError, at little cost."""

import tracemalloc

from hypothesis import example, given
from hypothesis import strategies as st

from autograder.running.wire import WireError, decode, encode, frame_length

from .values import BODIES, same, values


@given(values())
def test_value_survives_the_round_trip(value):
    frame = encode(value)
    assert frame_length(frame[:4]) == len(frame) - 4
    assert same(decode(frame[4:]), value)


def decoded(body):
    """Return ``(value,)``, or () if the body is rejected. Any exception but `WireError` fails the test."""
    try:
        return (decode(body),)
    except WireError:
        return ()


@given(BODIES)
def test_frame_is_decoded_or_rejected_at_little_cost(body):
    """A frame may use memory in proportion to its own bytes, not to what it announces."""
    tracemalloc.start()
    try:
        found = decoded(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000 + 100 * len(body)
    for value in found:
        assert same(decode(encode(value)[4:]), value)


@given(values(), st.data())
def test_damaged_frame_is_decoded_or_rejected(value, data):
    """One run of bytes in a valid frame is replaced."""
    body = encode(value)[4:]
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 8)))
    decoded(body[:start] + data.draw(st.binary(max_size=8)) + body[end:])


@given(st.binary(min_size=4, max_size=4))
@example(b"\xff\xff\xff\xff")
def test_announced_length_is_accepted_or_rejected(header):
    try:
        assert frame_length(header) <= 32 << 20
    except WireError:
        assert int.from_bytes(header, "little") > 32 << 20
