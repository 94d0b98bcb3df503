"""Download official data files, and resume downloads that were interrupted."""

import http.client
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from .fetch import OfficialFile, by_hand, megabytes, sha256_of, size_of

TIMEOUT = 30  # seconds without data after which a connection counts as broken
BLOCK_SIZE = 1 << 18  # bytes


def download(file: OfficialFile, path: Path, progress: bool) -> None:
    """Try one URL after another until the file is complete."""
    part = path.with_name(f"{path.name}.part")
    problems: list[str] = []
    with tqdm(desc=file.name, total=file.size, unit="B", unit_scale=True, file=sys.stdout, disable=not progress) as bar:
        for url in file.urls:
            problems += _fetch(url, part, file.size, bar)
            if size_of(part) < file.size:
                continue
            if sha256_of(part) == file.sha256:
                part.replace(path)
                return
            part.unlink()
            problems.append(f"{url}: the download was not the official file, so it was deleted")
    kept = f" Call the function again to resume after {megabytes(size_of(part))}." if part.exists() else ""
    raise ConnectionError(
        f"{file.name} could not be downloaded. {'; '.join(problems)}.{kept} "
        f"If this machine has no network connection, {by_hand(path, file)}"
    )


def _fetch(url: str, part: Path, size: int, bar: "tqdm[NoReturn]", timeout: float = TIMEOUT) -> list[str]:
    """Request the rest of `part` from one URL until the file is complete or a request makes no progress.

    Returns
    -------
    list of str
        A description of each problem.
    """
    problems, before = [], -1
    while before < size_of(part) < size:
        before = size_of(part)
        try:
            _receive(url, part, size, bar, timeout)
        except (OSError, http.client.HTTPException) as error:
            problems.append(f"{url}: {_reason(error)}")
        else:
            if size_of(part) < size:
                problems.append(f"{url}: the connection broke after {size_of(part)} of {size} bytes")
    return problems


def _receive(url: str, part: Path, size: int, bar: "tqdm[NoReturn]", timeout: float) -> None:
    """Append the response to `part`, or start `part` over if the server cannot resume."""
    have = size_of(part)
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
