"""Write a file so that readers and interrupted runs find the old content or the new, but never half a file."""

import os
import secrets
from pathlib import Path


def write_text(path: Path, text: str, durable: bool = False) -> None:
    """Replace a file's content. The file's folder is created if it is missing.

    Parameters
    ----------
    path : Path
    text : str
        Written in UTF-8.
    durable : bool
        Whether the content must be on the disk when this function returns, so that not even a power failure loses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")  # two processes may write the same file
    try:
        with open(partial, "w", encoding="utf-8") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
