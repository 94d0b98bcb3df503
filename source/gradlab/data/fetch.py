"""Find official data files on disk or download them, and verify their checksums in both cases."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PathLike = str | os.PathLike[str]

_CHECKOUT = Path(__file__).resolve().parents[3] / "data"


@dataclass(frozen=True)
class OfficialFile:
    """A file exactly as its authors published it: its name, size, checksum, and URLs.

    Parameters
    ----------
    name : str
    size : int
        The size in bytes.
    sha256 : str
        The SHA-256 in hexadecimal digits.
    urls : tuple of str
        URLs from which to download the file. Later URLs are tried if earlier ones fail.
    """

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...]


def find(file: OfficialFile, folder: PathLike | None = None, *, download: bool = False, progress: bool = True) -> Path:
    """Return the path of an official file, after checking that the file exists and has the official checksum.

    Only one folder is searched: `folder` if it is given, else the folder that the environment variable GRADLAB_DATA
    names, else ``data/`` in the checkout that gradlab runs from, else ``data/`` in the working directory.

    Parameters
    ----------
    file : OfficialFile
    folder : path, optional
    download : bool
        Whether to download the file if it is missing. An interrupted download is kept in the same folder, in a file
        whose name ends in ``.part``, and the next call resumes it.
    progress : bool
        Whether to show a progress bar during the download.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        If the file is missing and `download` is false. The message says which file is needed and where it belongs.
    ConnectionError
        If the file could not be downloaded.
    ValueError
        If the file's SHA-256 is not the official one.
    """
    path = data_folder(folder) / file.name
    if path.is_file():
        _check(path, file)
        return path
    if not download:
        raise FileNotFoundError(f"{path} is missing. Pass download=True to download it, or {by_hand(path, file)}")
    from . import download as downloads  # its libraries are slow to import, and hardly anyone downloads

    path.parent.mkdir(parents=True, exist_ok=True)
    downloads.download(file, path, progress)
    return path


def data_folder(folder: PathLike | None = None) -> Path:
    """Return the folder in which `find` looks for files."""
    chosen = folder or os.environ.get("GRADLAB_DATA")
    return Path(chosen).expanduser() if chosen else _default_folder()


def _default_folder(checkout: Path = _CHECKOUT) -> Path:
    """Return ``data/`` in the checkout, if gradlab runs from one, or else ``data/`` in the working directory."""
    return checkout if (checkout / "digits.npz").is_file() else Path("data").absolute()


def _check(path: Path, file: OfficialFile) -> None:
    found = sha256_of(path)
    if found != file.sha256:
        raise ValueError(
            f"{path} must have {file.size} bytes and the SHA-256 {file.sha256}. Got {size_of(path)} bytes and {found}: "
            "the file was truncated or modified. Delete it and download it again."
        )


def by_hand(path: Path, file: OfficialFile) -> str:
    """Describe how to put the file in place by hand, for an error message."""
    source = " or ".join(file.urls)
    return f"download {file.name} ({megabytes(file.size)}) from {source} elsewhere, and put it in {path.parent}"


def megabytes(size: int) -> str:
    """Return a size in bytes as text for people."""
    return f"{size / 1e6:.3g} MB"


def size_of(path: Path) -> int:
    """Return the size of a file in bytes, or 0 if the file is missing."""
    return path.stat().st_size if path.exists() else 0


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file in hexadecimal digits, or None if the file is missing."""
    if not path.exists():
        return None
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
