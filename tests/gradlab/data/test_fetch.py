"""Official files: found, fetched, resumed; and refused when they are not the ones that were meant."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gradlab.data import cifar10, fetch, mnist
from gradlab.data.fetch import data_folder, find

CONTENT = np.random.default_rng(0).bytes(50_000)
NAME = "data.bin"


@pytest.fixture
def file(server):
    return server.official(NAME, CONTENT)


def fetched(file, folder):
    return find(file, folder, download=True, progress=False).read_bytes()


def test_a_file_that_is_there_is_not_fetched(file, server, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT)
    assert find(file, tmp_path, download=True) == tmp_path / NAME
    assert server.asked == []


def test_it_is_fetched_into_a_new_folder_and_nothing_else_is_left(file, tmp_path):
    folder = tmp_path / "new" / "data"
    assert fetched(file, folder) == CONTENT
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_nothing_is_fetched_unasked_and_the_error_says_what_to_put_where(file, server, tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        find(file, tmp_path)
    assert str(raised.value) == (
        f"{tmp_path / NAME} is not there. Pass download=True to fetch it, or put {NAME} (0.05 MB) into {tmp_path}, "
        f"from {server.url(NAME)}"
    )
    assert server.asked == []


BREAKS = {
    "once": ([20_000], ["bytes=20000-"]),
    "three times": ([20_000, 10, 5_000], ["bytes=20000-", "bytes=20010-", "bytes=25010-"]),
    "before the first byte": ([0], None),
    "twice at the same byte": ([20_000, 0], None),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_broken_download_goes_on_where_it_broke(case, file, server, tmp_path):
    server.breaks, asked = list(BREAKS[case][0]), BREAKS[case][1]
    if asked is None:  # a try that brought nothing is the last, until the next call
        with pytest.raises(ConnectionError, match=r"the connection broke after \d+ of 50000 bytes"):
            fetched(file, tmp_path)
        assert server.breaks == []
    assert fetched(file, tmp_path) == CONTENT
    assert asked is None or [wanted for _, wanted in server.asked] == [None, *asked]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_what_came_is_kept_for_the_next_call(file, server, tmp_path):
    server.breaks = [30_000, 0]
    with pytest.raises(ConnectionError, match=r"Call again to go on: 0\.03 MB are here\. Without a network, put data"):
        fetched(file, tmp_path)
    assert (tmp_path / f"{NAME}.part").read_bytes() == CONTENT[:30_000]
    assert not (tmp_path / NAME).exists()
    assert fetched(file, tmp_path) == CONTENT
    assert server.asked[-1] == (NAME, "bytes=30000-")


@pytest.mark.parametrize("breaks", [[20_000], [20_000, 30_000], [20_000, 30_000, 40_000]])
def test_a_server_that_cannot_begin_in_the_middle_begins_anew(breaks, file, server, tmp_path):
    server.ranges, server.breaks = False, list(breaks)
    assert fetched(file, tmp_path) == CONTENT
    assert len(server.asked) == len(breaks) + 1


def test_such_a_server_that_always_breaks_is_not_asked_for_ever(file, server, tmp_path):
    server.ranges, server.breaks = False, [20_000] * 10
    with pytest.raises(ConnectionError, match="broke after 20000 of 50000 bytes"):
        fetched(file, tmp_path)
    assert len(server.asked) == 2


WRONG_PARTS = {
    "what is there was damaged": b"x" * 20_000,
    "it is all there, and damaged": b"x" * 50_000,
    "there is too much": CONTENT + b"x",
}


@pytest.mark.parametrize("case", WRONG_PARTS)
def test_a_download_that_went_wrong_before_is_deleted_and_begun_anew(case, file, tmp_path):
    (tmp_path / f"{NAME}.part").write_bytes(WRONG_PARTS[case])
    with pytest.raises(ConnectionError, match="is not the official file, and was deleted"):
        fetched(file, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert fetched(file, tmp_path) == CONTENT


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]), "what came is not the official file, and was deleted"),
        (CONTENT[:40_000], "it has 40000 bytes there, the official file has 50000"),
        (CONTENT + b"x", "it has 50001 bytes there, the official file has 50000"),
    ],
    ids=["one bit", "too short", "too long"],
)
def test_another_file_under_that_name_is_not_taken(content, says, file, server, tmp_path):
    server.files[NAME] = content
    with pytest.raises(ConnectionError, match=says):
        fetched(file, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_page_is_told(file, server, tmp_path):
    server.files.clear()
    with pytest.raises(ConnectionError, match=r"/data\.bin: the server answers 404 Not Found\. Without a network, put"):
        fetched(file, tmp_path)


def test_offline_it_says_what_to_put_where(file, offline, tmp_path):
    file = replace(file, urls=(offline,))
    says = rf"{re.escape(offline)}: .*refused.*put data\.bin \(0\.05 MB\) into {re.escape(str(tmp_path))}, from http"
    with pytest.raises(ConnectionError, match=says):
        fetched(file, tmp_path)


def test_a_server_that_falls_silent_is_given_up(file, server, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS", 0.05)
    with pytest.raises(ConnectionError, match="silence: timed out"):
        fetched(replace(file, urls=(server.url("silence"),)), tmp_path)


def test_the_next_address_goes_on_with_what_the_first_brought(file, server, tmp_path):
    server.files["copy"], server.breaks = CONTENT, [20_000, 0]
    assert fetched(replace(file, urls=(*file.urls, server.url("copy"))), tmp_path) == CONTENT
    assert server.asked[-1] == ("copy", "bytes=20000-")


@pytest.mark.parametrize("download", [False, True])
@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"x", b"x" * 50_000])
def test_a_damaged_file_is_refused_and_left_alone(content, download, file, tmp_path):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(ValueError, match=rf"50000 bytes and .*{file.sha256}\. Got {len(content)} .*Delete it"):
        find(file, tmp_path, download=download)
    assert (tmp_path / NAME).read_bytes() == content


def test_a_bar_is_shown_only_if_wanted(file, tmp_path, capsys):
    find(file, tmp_path / "quiet", download=True, progress=False)
    assert capsys.readouterr() == ("", "")
    find(file, tmp_path / "bar", download=True)
    out, err = capsys.readouterr()
    assert "data.bin: 100%" in out
    assert err == ""


def test_the_folder_is_the_argument_or_the_variable_or_the_checkouts(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADLAB_DATA", str(tmp_path / "named"))
    assert data_folder(tmp_path / "given") == tmp_path / "given"
    assert data_folder() == tmp_path / "named"
    monkeypatch.delenv("GRADLAB_DATA")
    assert (data_folder() / "digits.npz").is_file()
    monkeypatch.setattr(fetch, "_CHECKOUT", tmp_path / "installed elsewhere")
    monkeypatch.chdir(tmp_path)
    assert data_folder() == tmp_path / "data"


@pytest.mark.parametrize("file", [cifar10.ARCHIVE, *mnist.FILES.values()], ids=lambda file: file.name)
def test_the_official_files_are_described_in_full(file):
    assert re.fullmatch("[0-9a-f]{64}", file.sha256)
    assert all(url.startswith("https://") and url.endswith(f"/{file.name}") for url in file.urls)
