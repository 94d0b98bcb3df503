"""The seed of a student's hidden cases: fresh for each student and exercise, the same on every regrade."""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

SIZE = 32  # bytes


def course_secret(path):
    """The course's secret, made once and then kept: it belongs in the backup.

    Parameters
    ----------
    path : path
        A file of mode 600 under ``build/``.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the file does not hold one: an empty key would let anyone work out the hidden cases.
    """
    path = Path(path)
    if not path.exists():
        _make(path)
    secret = bytes.fromhex(path.read_text().strip())
    if len(secret) != SIZE:
        raise ValueError(f"{path} must hold the course's secret, {SIZE} bytes in hexadecimal: restore it.")
    return secret


def _make(path):
    """Put a new secret in place whole, or leave the one that another process put there first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # of mode 600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SIZE) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
    finally:
        os.remove(partial)


def seed(secret, assignment, exercise, student):
    """A 128-bit seed from the course secret and whose cases these are."""
    message = "\0".join((assignment, exercise, student)).encode()
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:16], "big")
