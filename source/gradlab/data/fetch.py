"""Official files: found where they were put, or fetched, and in either case the ones that were meant."""

import hashlib
import http.client
import os
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

SECONDS = 30  # without a byte, after which a connection counts as broken
BLOCK = 1 << 18

_CHECKOUT = Path(__file__).resolve().parents[3] / "data"


@dataclass(frozen=True)
class OfficialFile:
    """A file as its authors published it.

    Parameters
    ----------
    name : str
    size : int
        In bytes.
    sha256 : str
        In hexadecimal digits.
    urls : tuple of str
        Where it is to be had; the later ones are tried when the earlier ones fail.
    """

    name: str
    size: int
    sha256: str
    urls: tuple


def find(file, folder=None, *, download=False, progress=True):
    """The path of an official file, once it is there and whole.

    It is looked for in one folder: `folder`, or the environment variable GRADLAB_DATA, or ``data/`` of the
    checkout that gradlab runs from, or ``data/`` where Python runs, the first of them that there is.

    Parameters
    ----------
    file : OfficialFile
    folder : path, optional
    download : bool
        Whether to fetch it if it is not there. What a broken download has brought is kept beside it, in a file
        that ends in ``.part``, and the next call goes on from there.
    progress : bool
        Whether to show a bar while it is fetched.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        If it is not there and not to be fetched; the message says what to put where.
    ConnectionError
        If it could not be fetched.
    ValueError
        If its SHA-256 is not the official one.
    """
    path = data_folder(folder) / file.name
    if path.is_file():
        _check(path, file)
        return path
    if not download:
        raise FileNotFoundError(f"{path} is not there. Pass download=True to fetch it, or {_by_hand(path, file)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    _download(file, path, progress)
    return path


def data_folder(folder=None):
    """The one folder in which `find` looks."""
    named = folder or os.environ.get("GRADLAB_DATA")
    if named:
        return Path(named).expanduser()
    return _CHECKOUT if (_CHECKOUT / "digits.npz").is_file() else Path("data").absolute()


def _check(path, file):
    found = _sha256(path)
    if found != file.sha256:
        raise ValueError(
            f"{path} must have {file.size} bytes and the SHA-256 {file.sha256}. Got {_size(path)} and {found}: "
            "it was cut short or changed. Delete it and fetch it again."
        )


def _download(file, path, progress):
    """Ask one address after the other until the file is whole."""
    part, problems = path.with_name(f"{path.name}.part"), []
    with tqdm(desc=file.name, total=file.size, unit="B", unit_scale=True, file=sys.stdout, disable=not progress) as bar:
        for url in file.urls:
            problems += _fetch(url, part, file.size, bar)
            if _size(part) < file.size:
                continue
            if _sha256(part) == file.sha256:
                part.replace(path)
                return
            part.unlink()
            problems.append(f"{url}: what came is not the official file, and was deleted")
    kept = f" Call again to go on: {_megabytes(_size(part))} are here." if part.exists() else ""
    raise ConnectionError(
        f"{file.name} could not be fetched. {'; '.join(problems)}.{kept} Without a network, {_by_hand(path, file)}"
    )


def _fetch(url, part, size, bar):
    """Ask an address for what is missing of `part`, as long as each try brings more; returns what went wrong."""
    problems, before = [], -1
    while before < _size(part) < size:
        before = _size(part)
        try:
            _receive(url, part, size, bar)
        except (OSError, http.client.HTTPException) as error:
            problems.append(f"{url}: {_reason(error)}")
        else:
            if _size(part) < size:
                problems.append(f"{url}: the connection broke after {_size(part)} of {size} bytes")
    return problems


def _receive(url, part, size, bar):
    """Append what comes to `part`; a server that cannot begin in the middle begins anew, and so does `part`."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        have = have if goes_on else 0
        offered = have + int(response.headers.get("Content-Length", size - have))
        if offered != size:
            raise OSError(f"it has {offered} bytes there, the official file has {size}")
        bar.reset(size)
        bar.update(have)
        with open(part, "ab" if goes_on else "wb") as out:
            while have <= size and (block := response.read(BLOCK)):
                out.write(block)
                have += len(block)
                bar.update(len(block))


def _reason(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}"
    return str(getattr(error, "reason", error)) or type(error).__name__


def _by_hand(path, file):
    return f"put {file.name} ({_megabytes(file.size)}) into {path.parent}, from {' or '.join(file.urls)}"


def _megabytes(size):
    return f"{size / 1e6:.3g} MB"


def _size(path):
    return path.stat().st_size if path.exists() else 0


def _sha256(path):
    if not path.exists():
        return None
    with open(path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
