"""Whatever names and contents students give their files, a download is listed, and each file is read or refused."""

import io
import warnings
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.importing.download import NotADownload, open_download
from autograder.importing.notebooks import Search
from autograder.importing.platform import Platform
from autograder.importing.roster import Roster, person
from autograder.importing.senders import sent_files
from autograder.importing.zips import files_inside
from autograder.plugin.submitted_folder import Unusable

PARTS = [
    *("lovelaceada", "_LATE", "_777", "_9001_", "_text.html", "Ada Lovelace_4711_assignsubmission_file_", "ada"),
    *("submission_1", "/", "\\", "..", ".", "update_rules", ".ipynb", ".zip", "_", " (2)", "\u202e", "C:", "\u0301"),
]
NAMES = st.one_of(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=8).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
CONTENTS = st.one_of(st.just(b"{}"), st.just(b'{"cells": []}'), st.binary(max_size=60))
ROSTER = Roster([person("ada", "Ada", "Lovelace", "ada@uni.edu")])


def zipped(files):
    """Return a zip that contains each pair of a name and a content.

    `zipfile` cuts off names at null characters, and warns if two names become the same.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings(action="ignore", category=UserWarning), zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("importing")


@given(st.sampled_from(Platform), st.dictionaries(NAMES, CONTENTS, max_size=6))
@example(Platform.FOLDER, {"\0": b"{}"})
@example(Platform.CANVAS, {"a": b"{}", "a\0": b"{}"})
@example(Platform.CANVAS, {"a_1_" + "9" * 5000 + "_x.ipynb": b"{}"})
def test_every_file_in_a_download_is_matched_to_a_sender_or_refused_with_a_reason(folder, platform, files):
    (folder / "download.zip").write_bytes(zipped(files))
    with open_download(folder / "download.zip", UTC) as (listed, refused):
        assert all(each.shown.isprintable() and each.reason for each in refused)
        try:
            sent = list(sent_files(platform, listed, ROSTER.knows))
        except NotADownload:
            assert platform is Platform.GRADESCOPE
            return
        assert [each.file for each in sent] == listed
        for each in sent:
            assert each.file.shown.isprintable()
            assert each.file.time == datetime(2026, 1, 2, 3, 4, 6)
            for senders in each.senders:
                student, sender, reason = ROSTER.find(senders)
                assert (student == "ada" and sender) or reason


@given(st.dictionaries(NAMES, CONTENTS, max_size=4), st.binary(max_size=40), st.integers(0, 300))
def test_damaged_zip_of_a_student_is_read_or_refused(folder, files, noise, place):
    content = bytearray(zipped(files))
    place %= len(content)
    content[place : place + len(noise)] = noise
    try:
        listed, _ = files_inside(bytes(content))
    except Unusable:
        return
    search = Search("update_rules", folder / "update_rules.ipynb", any_name=True)
    found = search.first(sorted(listed, key=search.order, reverse=True))
    assert found is None or found[0].doubt
