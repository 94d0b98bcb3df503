"""Whatever names and times students leave in the exchange, each time is parsed or ignored, and collecting goes on."""

import logging
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.paths import ROOT
from autograder.plugin.collect import SafeCollect
from autograder.plugin.config import prepare_environment
from autograder.plugin.coursedir import SafeCourseDirectory

# A parser may warn about a time zone that it does not know.
pytestmark = pytest.mark.filterwarnings("ignore:tzname")

# What a time is made of, and what breaks parsers of times.
TOKENS = [*"0123456789:-+./, TZWamh\u0663", "2026", "-01-02 ", "03:04:05", " UTC", " +0100", "10e9", "99999", "199m"]
TIMES = st.one_of(
    st.just("2026-01-02 03:04:05 UTC"),
    st.lists(st.sampled_from(TOKENS), max_size=12).map("".join),
    st.datetimes().map(str),
    st.text(max_size=20),
    st.floats().map(str),
)
DECIMAL = "11111111111111111111111111199m"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course directory, and the folder of a submission."""
    folder = tmp_path_factory.mktemp("course")
    config = Config(CourseDirectory={"root": str(folder), "assignment_id": "rules", "course_id": "demo"})
    (folder / "submitted" / "ada" / "rules").mkdir(parents=True)
    directory = SafeCourseDirectory.copy_of(CourseDirectory(config=config))
    directory.log.setLevel(logging.ERROR)
    return directory, folder / "submitted" / "ada" / "rules"


BYTES = st.binary(max_size=300)


@given(st.one_of(TIMES.map(str.encode), BYTES), st.one_of(BYTES, st.just(b"a1b2c3")))
@example(DECIMAL.encode(), b"")
def test_arbitrary_time_and_secret_files_are_parsed_or_ignored(course, time, secret):
    directory, folder = course
    (folder / "timestamp.txt").write_bytes(time)
    (folder / "submission_secret.txt").write_bytes(secret)
    found = directory.get_existing_timestamp(str(folder))
    assert found is None or (isinstance(found, datetime) and found.tzinfo is None)
    files = directory.exchange_files("rules", "ada")
    assert all(len(content) <= 200 for content in files.values())
    assert files["submission_secret.txt"].decode().isalnum()


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=20)
FOLDERS = st.one_of(
    st.builds("{}+rules+{}+{}".format, st.one_of(st.sampled_from(["ada", ".", "..", "", "*"]), NAMES), TIMES, NAMES),
    st.builds("{}+rules+{}".format, NAMES, TIMES),
    NAMES,
).filter(lambda name: "/" not in name and "\0" not in name and name.strip(".") and len(name.encode()) < 250)
TIME = "2026-01-02 03:04:05 UTC"


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """The address of an empty gradebook."""
    prepare_environment(ROOT)
    address = f"sqlite:///{tmp_path_factory.mktemp('gradebook') / 'gradebook.db'}"
    Gradebook(address, "demo").close()
    return address


def collect(names, gradebook):
    """Collect from an exchange that holds a complete submission by grace, and folders with these names.

    Returns
    -------
    set of str
        The paths of all collected files, relative to the folder of submissions.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        inbound = root / "exchange" / "demo" / "inbound"
        complete = inbound / f"grace+rules+{TIME}+x"
        for path in (complete, *(inbound / name for name in names)):
            path.mkdir(parents=True, exist_ok=True)
        (complete / "rules.ipynb").write_text("{}")
        (complete / "timestamp.txt").write_text(TIME)
        config = Config(
            CourseDirectory={"root": folder, "course_id": "demo", "assignment_id": "rules", "db_url": gradebook},
            Exchange={"root": str(root / "exchange")},
            ExchangeCollect={"check_owner": False},
        )
        step = SafeCollect(coursedir=CourseDirectory(config=config), authenticator=Authenticator(), config=config)
        step.start()
        submitted = root / "submitted"
        return {path.relative_to(submitted).as_posix() for path in submitted.rglob("*") if path.is_file()}


@settings(max_examples=max(1, settings.default.max_examples // 8))
@given(st.lists(FOLDERS, max_size=8, unique=True))
@example([f"mallory+rules+{DECIMAL}"])
def test_no_folder_name_stops_the_collection(gradebook, names):
    assert {"grace/rules/rules.ipynb", "grace/rules/timestamp.txt"} <= collect(names, gradebook)
