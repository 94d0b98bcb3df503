"""The size of a picture is read from its header, and a picture with too many pixels is not shown."""

import io
import struct
from base64 import b64encode

import pytest
from PIL import Image

from autograder.plugin.picture_size import MOST_PIXELS, is_moderate, size


def saved(kind, width=60, height=40, mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, (width, height), "orange").save(file, kind, **options)
    return file.getvalue()


def png(width, height):
    """Return the start of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


PICTURES = {
    "PNG": saved("PNG"),
    "JPEG": saved("JPEG"),
    "progressive JPEG": saved("JPEG", progressive=True),
    "JPEG with a comment": saved("JPEG", comment=b"\xff\xc0" * 1000),
    "JPEG with fill bytes": saved("JPEG").replace(b"\xff\xdb", b"\xff\xff\xff\xdb"),
    "GIF": saved("GIF"),
}
OTHERS = {
    "WEBP": saved("WEBP"),
    "BMP": saved("BMP"),
    "text": b"<svg width='99999' height='99999'></svg>",
    "nothing": b"",
    "half a PNG's header": png(60, 40)[:20],
    "a PNG without a header": saved("PNG")[:8] + saved("PNG")[33:],
    "a JPEG without a frame": saved("JPEG")[:30],
    "a JPEG with a marker of length 0": b"\xff\xd8\xff\xe0\x00\x00" * 3,
}


def encoded(data):
    return b64encode(data).decode()


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_size_read_from_the_header_is_that_of_the_saved_picture(picture):
    assert size(picture) == (60, 40)
    assert is_moderate(encoded(picture))


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_data_that_is_not_a_valid_png_jpeg_or_gif_is_refused(data):
    assert not is_moderate(encoded(data))


def test_text_that_is_not_base64_is_refused():
    assert not is_moderate("AAAAA")


@pytest.mark.parametrize(
    ("width", "height", "moderate"),
    [(5000, 5000, True), (5000, 5001, False), (2**31, 1, False), (1, MOST_PIXELS + 1, False), (2**32 - 1, 0, True)],
)
def test_number_of_pixels_is_limited(width, height, moderate):
    assert is_moderate(encoded(png(width, height))) == moderate


def test_small_file_with_many_pixels_is_refused():
    picture = saved("GIF", 6000, 6000, mode="P")
    assert len(picture) < 100_000
    assert not is_moderate(encoded(picture))
