"""The size of a picture, read from its first bytes.

A file of a few kilobytes can hold hundreds of millions of pixels if they are all alike. A browser needs four bytes of
memory for each pixel, so a page with a few such pictures crashes a reader's browser.
"""

import binascii
import struct
from base64 import b64decode

MOST_PIXELS = 25_000_000  # more than a plot of 15 by 10 inches at 300 dots per inch has
# JPEG markers that precede a frame's header: all from 0xC0 to 0xCF except those for tables and extensions.
JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_moderate(picture: str) -> bool:
    """Return whether a picture in base64 is a PNG, JPEG, or GIF with at most `MOST_PIXELS` pixels."""
    try:
        width, height = size(b64decode(picture))
    except (binascii.Error, struct.error, ValueError, IndexError):
        return False
    return width * height <= MOST_PIXELS


def size(data: bytes) -> tuple[int, int]:
    """Return the width and the height of a picture.

    Raises
    ------
    ValueError, IndexError, struct.error
        If the data is not the start of a PNG, JPEG, or GIF.
    """
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR":
        return struct.unpack_from(">II", data, 16)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return struct.unpack_from("<HH", data, 6)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    raise ValueError("this is not a PNG, JPEG, or GIF")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        while data[at + 1] == 0xFF:  # a marker may start with any number of these bytes
            at += 1
        if data[at + 1] in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise ValueError("this JPEG has no frame")
