"""Find official data files on disk or download them, and verify their checksums in both cases."""

import hashlib
import http.client
import os
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

TIMEOUT = 30  # seconds without data after which a connection counts as broken
BLOCK_SIZE = 1 << 18  # bytes

PathLike = str | os.PathLike[str]

_CHECKOUT = Path(__file__).resolve().parents[3] / "data"


@dataclass(frozen=True)
class OfficialFile:
    """A file exactly as its authors published it: its name, size, checksum and URLs.

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
        raise FileNotFoundError(f"{path} is missing. Pass download=True to download it, or {_by_hand(path, file)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    _download(file, path, progress)
    return path


def data_folder(folder: PathLike | None = None) -> Path:
    """Return the folder in which `find` looks for files."""
    chosen = folder or os.environ.get("GRADLAB_DATA")
    return Path(chosen).expanduser() if chosen else _default_folder()


def _default_folder(checkout: Path = _CHECKOUT) -> Path:
    """Return ``data/`` in the checkout, if gradlab runs from one, or else ``data/`` in the working directory."""
    return checkout if (checkout / "digits.npz").is_file() else Path("data").absolute()


def _check(path: Path, file: OfficialFile) -> None:
    found = _sha256(path)
    if found != file.sha256:
        raise ValueError(
            f"{path} must have {file.size} bytes and the SHA-256 {file.sha256}. Got {_size(path)} bytes and {found}: "
            "the file was truncated or modified. Delete it and download it again."
        )


def _download(file: OfficialFile, path: Path, progress: bool) -> None:
    """Try one URL after another until the file is complete."""
    part = path.with_name(f"{path.name}.part")
    problems: list[str] = []
    with tqdm(desc=file.name, total=file.size, unit="B", unit_scale=True, file=sys.stdout, disable=not progress) as bar:
        for url in file.urls:
            problems += _fetch(url, part, file.size, bar)
            if _size(part) < file.size:
                continue
            if _sha256(part) == file.sha256:
                part.replace(path)
                return
            part.unlink()
            problems.append(f"{url}: the download was not the official file, so it was deleted")
    kept = f" Call the function again to resume after {_megabytes(_size(part))}." if part.exists() else ""
    raise ConnectionError(
        f"{file.name} could not be downloaded. {'; '.join(problems)}.{kept} "
        f"If this machine has no network connection, {_by_hand(path, file)}"
    )


def _fetch(url: str, part: Path, size: int, bar: "tqdm[NoReturn]", timeout: float = TIMEOUT) -> list[str]:
    """Request the rest of `part` from one URL until the file is complete or a request makes no progress.

    Returns
    -------
    list of str
        A description of each problem.
    """
    problems, before = [], -1
    while before < _size(part) < size:
        before = _size(part)
        try:
            _receive(url, part, size, bar, timeout)
        except (OSError, http.client.HTTPException) as error:
            problems.append(f"{url}: {_reason(error)}")
        else:
            if _size(part) < size:
                problems.append(f"{url}: the connection broke after {_size(part)} of {size} bytes")
    return problems


def _receive(url: str, part: Path, size: int, bar: "tqdm[NoReturn]", timeout: float) -> None:
    """Append the response to `part`, or start `part` over if the server cannot resume."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=timeout) as response:
        resumes = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        have = have if resumes else 0
        offered = have + int(response.headers.get("Content-Length", size - have))
        if offered != size:
            raise OSError(f"the server's file has {offered} bytes, but the official file has {size}")
        bar.reset(size)
        bar.update(have)
        with open(part, "ab" if resumes else "wb") as out:
            while have <= size and (block := response.read(BLOCK_SIZE)):
                out.write(block)
                have += len(block)
                bar.update(len(block))


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server responded with {error.code} {error.reason}"
    return str(getattr(error, "reason", error)) or type(error).__name__


def _by_hand(path: Path, file: OfficialFile) -> str:
    """Describe how to put the file in place by hand, for an error message."""
    source = " or ".join(file.urls)
    return f"download {file.name} ({_megabytes(file.size)}) from {source} elsewhere, and put it into {path.parent}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str | None:
    if not path.exists():
        return None
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
