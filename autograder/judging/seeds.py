"""Seeds of hidden cases, which differ by assignment, exercise, student, and submission.

Grading the same file again uses the same seed. A new attempt gets new cases, so a student who has seen the hidden cases
from an earlier attempt gains nothing.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

SIZE = 32  # bytes


def course_secret(path: Path | str) -> bytes:
    """Return the course's secret.

    The first call creates a file with the secret. Later calls read the file, which every backup must contain.

    Parameters
    ----------
    path : path
        The secret's file under ``build/``. The file is created with mode 600.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If the file does not contain a complete secret. With an empty key, anyone could work out the hidden cases.
    """
    path = Path(path)
    if not path.exists():
        _create(path)
    secret = bytes.fromhex(path.read_text().strip())
    if len(secret) != SIZE:
        raise ValueError(
            f"{path} must contain the course's secret, {SIZE} bytes in hexadecimal. Got {len(secret)} bytes: restore "
            "the file from a backup."
        )
    return secret


def derived_secret(secret: bytes, purpose: str) -> bytes:
    """Derive another secret from the course's secret, for a place that must not learn the course's secret.

    The same purpose gives the same secret. Nobody can compute the course's secret from the derived one.
    """
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()


def _create(path: Path) -> None:
    """Create the file with a complete new secret. If another process has just created a secret, keep that secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mkstemp sets mode 600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SIZE) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
    finally:
        os.remove(partial)


def seed(secret: bytes, assignment: str, exercise: str, student: str, submission: str) -> int:
    """Derive a 128-bit seed from the course's secret.

    Parameters
    ----------
    secret : bytes
    assignment, exercise, student : str
        Names.
    submission : str
        The digest of the submitted file.
    """
    message = "\0".join((assignment, exercise, student, submission)).encode()
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:16], "big")
