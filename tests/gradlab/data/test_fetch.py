"""Official files: finding and downloading them, resuming downloads, and rejecting any other file."""

import re
from dataclasses import replace

import numpy as np
import pytest
from tqdm import tqdm

from gradlab.data import cifar10, download, fetch, mnist
from gradlab.data.fetch import data_folder, find

CONTENT = np.random.default_rng(0).bytes(50_000)
NAME = "data.bin"


@pytest.fixture
def file(server):
    return server.official(NAME, CONTENT)


def downloaded(file, folder):
    return find(file, folder, download=True, progress=False).read_bytes()


def test_existing_file_is_not_downloaded(file, server, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT)
    assert find(file, tmp_path, download=True) == tmp_path / NAME
    assert server.requests == []


def test_download_creates_a_folder_with_only_the_file(file, tmp_path):
    folder = tmp_path / "new" / "data"
    assert downloaded(file, folder) == CONTENT
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_error_without_download_says_which_file_to_put_where(file, server, tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        find(file, tmp_path)
    assert str(raised.value) == (
        f"{tmp_path / NAME} is missing. Pass download=True to download it, or download {NAME} (0.05 MB) "
        f"from {server.url(NAME)} elsewhere, and put it in {tmp_path}"
    )
    assert server.requests == []


BREAKS = {
    "once": ([20_000], ["bytes=20000-"]),
    "three times": ([20_000, 10, 5_000], ["bytes=20000-", "bytes=20010-", "bytes=25010-"]),
    "before the first byte": ([0], None),
    "twice at the same byte": ([20_000, 0], None),
}


@pytest.mark.parametrize("case", BREAKS)
def test_interrupted_download_is_resumed(case, file, server, tmp_path):
    server.breaks, ranges = list(BREAKS[case][0]), BREAKS[case][1]
    if ranges is None:  # a call gives up after an attempt without progress
        with pytest.raises(ConnectionError, match=r"the connection broke after \d+ of 50000 bytes"):
            downloaded(file, tmp_path)
        assert server.breaks == []
    assert downloaded(file, tmp_path) == CONTENT
    assert ranges is None or [requested for _, requested in server.requests] == [None, *ranges]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_partial_download_is_kept_for_the_next_call(file, server, tmp_path):
    server.breaks = [30_000, 0]
    with pytest.raises(ConnectionError, match=r"Call the function again to resume after 0\.03 MB\. If this "):
        downloaded(file, tmp_path)
    assert (tmp_path / f"{NAME}.part").read_bytes() == CONTENT[:30_000]
    assert not (tmp_path / NAME).exists()
    assert downloaded(file, tmp_path) == CONTENT
    assert server.requests[-1] == (NAME, "bytes=30000-")


@pytest.mark.parametrize("breaks", [[20_000], [20_000, 30_000], [20_000, 30_000, 40_000]])
def test_download_restarts_if_the_server_cannot_resume(breaks, file, server, tmp_path):
    server.ranges, server.breaks = False, list(breaks)
    assert downloaded(file, tmp_path) == CONTENT
    assert len(server.requests) == len(breaks) + 1


def test_download_fails_if_a_server_without_resume_keeps_breaking(file, server, tmp_path):
    server.ranges, server.breaks = False, [20_000] * 10
    with pytest.raises(ConnectionError, match="broke after 20000 of 50000 bytes"):
        downloaded(file, tmp_path)
    assert len(server.requests) == 2


WRONG_PARTS = {
    "incomplete and damaged": b"x" * 20_000,
    "full length but damaged": b"x" * 50_000,
    "too long": CONTENT + b"x",
}


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_damaged_partial_download_is_deleted_and_restarted(case, file, tmp_path):
    (tmp_path / f"{NAME}.part").write_bytes(WRONG_PARTS[case])
    with pytest.raises(ConnectionError, match="was not the official file, so it was deleted"):
        downloaded(file, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert downloaded(file, tmp_path) == CONTENT


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), "the download was not the official file, so it was deleted"),
        (CONTENT[:40_000], "the server's file has 40000 bytes, but the official file has 50000"),
        (CONTENT + b"x", "the server's file has 50001 bytes, but the official file has 50000"),
    ],
    ids=["one bit changed", "too short", "too long"],
)
def test_file_that_differs_from_the_official_one_raises(content, message, file, server, tmp_path):
    server.files[NAME] = content
    with pytest.raises(ConnectionError, match=message):
        downloaded(file, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_http_error_is_reported(file, server, tmp_path):
    server.files.clear()
    message = r"/data\.bin: the server responded with 404 Not Found\. If this machine has no network .*, download"
    with pytest.raises(ConnectionError, match=message):
        downloaded(file, tmp_path)


def test_offline_error_says_which_file_to_put_where(file, offline, tmp_path):
    file = replace(file, urls=(offline,))
    message = rf"{re.escape(offline)}: .*refused.*download data\.bin \(0\.05 MB\) from http"
    with pytest.raises(ConnectionError, match=message):
        downloaded(file, tmp_path)


def test_silent_server_times_out(server, tmp_path):
    url = server.url("silence")
    problems = download._fetch(url, tmp_path / f"{NAME}.part", len(CONTENT), tqdm(disable=True), timeout=0.05)
    assert problems == [f"{url}: timed out"]


def test_second_url_resumes_the_download_from_the_first_url(file, server, tmp_path):
    server.files["copy"], server.breaks = CONTENT, [20_000, 0]
    assert downloaded(replace(file, urls=(*file.urls, server.url("copy"))), tmp_path) == CONTENT
    assert server.requests[-1] == ("copy", "bytes=20000-")


@pytest.mark.parametrize("download", [False, True])
@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"x", b"x" * 50_000])
def test_damaged_file_raises_and_is_not_modified(content, download, file, tmp_path):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(
        ValueError, match=rf"50000 bytes and .*{file.sha256}\. Got {len(content)} bytes and .*Delete it"
    ):
        find(file, tmp_path, download=download)
    assert (tmp_path / NAME).read_bytes() == content


def test_progress_bar_is_shown_only_if_requested(file, tmp_path, capsys):
    find(file, tmp_path / "quiet", download=True, progress=False)
    assert capsys.readouterr() == ("", "")
    find(file, tmp_path / "bar", download=True)
    out, err = capsys.readouterr()
    assert "data.bin: 100%" in out
    assert err == ""


def test_folder_is_the_argument_or_the_environment_variable_or_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADLAB_DATA", str(tmp_path / "named"))
    assert data_folder(tmp_path / "given") == tmp_path / "given"
    assert data_folder() == tmp_path / "named"
    monkeypatch.delenv("GRADLAB_DATA")
    assert (data_folder() / "digits.npz").is_file()
    monkeypatch.chdir(tmp_path)
    assert fetch._default_folder(checkout=tmp_path / "installed elsewhere") == tmp_path / "data"


@pytest.mark.parametrize("file", [cifar10.ARCHIVE, *mnist.FILES.values()], ids=lambda file: file.name)
def test_official_files_have_checksums_and_https_urls(file):
    assert re.fullmatch("[0-9a-f]{64}", file.sha256)
    assert all(url.startswith("https://") and url.endswith(f"/{file.name}") for url in file.urls)
