"""The seed of a student's hidden cases: different for each student and exercise, the same on every regrade."""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

SIZE = 32  # bytes


def course_secret(path: Path | str) -> bytes:
    """The course's secret. It is created once and then kept, so it must be in the backup.

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
        If the file does not hold a secret: with an empty key, anyone could work out the hidden cases.
    """
    path = Path(path)
    if not path.exists():
        _create(path)
    secret = bytes.fromhex(path.read_text().strip())
    if len(secret) != SIZE:
        raise ValueError(f"{path} must hold the course's secret, {SIZE} bytes in hexadecimal: restore it.")
    return secret


def _create(path: Path) -> None:
    """Put a complete new secret in place, or keep the one that another process has put there first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # of mode 600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SIZE) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
    finally:
        os.remove(partial)


def seed(secret: bytes, assignment: str, exercise: str, student: str) -> int:
    """A 128-bit seed from the course's secret and the student's, the exercise's and the assignment's name."""
    message = "\0".join((assignment, exercise, student)).encode()
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:16], "big")
