"""Whatever is in the exchange, `nbgrader collect` collects all valid submissions, and only from their owners."""

import logging
import os
import pwd
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect
from traitlets.config import Config

from autograder.demo.course import CONFIG
from autograder.notebooks.intake import MAX_BYTES, read_or_reason
from autograder.paths import ROOT
from autograder.plugin.collect import SafeCollect
from autograder.safe_text import quoted

from .. import commands

NAME = "update_rules"
FILE = f"{NAME}.ipynb"
TIME = "2026-01-01 00:00:00.000000 UTC"
# This is not nbgrader's own logger, which belongs to an application if an earlier test has started one in this process.
LOG = logging.getLogger(__name__)
ME = pwd.getpwuid(os.getuid()).pw_name
SOMEONE = pwd.getpwuid(65534).pw_name  # a user that exists on every Unix system


class Exchange:
    """A course in a temporary folder, with an exchange into which tests put submissions."""

    def __init__(self, folder):
        self.folder = folder
        self.inbound = folder / "build" / "exchange" / "demo" / "inbound"
        self.submitted = folder / "build" / "submitted"
        self.inbound.mkdir(parents=True)

    def arrive(self, name, answer="{}", stamp=None, owner=None, **files):
        """Put a complete submission into the exchange, under any name, and return its folder."""
        folder = Path(os.fsdecode(os.path.join(os.fsencode(self.inbound), os.fsencode(name))))
        folder.mkdir()
        stamp = f"{name}+++".split("+")[2] if stamp is None else stamp
        for file, text in {
            FILE: answer,
            "timestamp.txt": stamp,
            "submission_secret.txt": "5ec12e7" * 9,
            **files,
        }.items():
            (folder / file).write_bytes(os.fsencode(text))
        for path in (*folder.iterdir(), folder) if owner is not None else ():
            os.chown(path, owner, -1)
        return folder

    def config(self, **options):
        config = Config()
        config.CourseDirectory.root = str(self.folder)
        config.CourseDirectory.course_id = "demo"
        config.CourseDirectory.assignment_id = NAME
        config.CourseDirectory.submitted_directory = "build/submitted"
        config.Exchange.root = str(self.inbound.parents[1])
        config.ExchangeCollect.check_owner = False
        config.ExchangeCollect.update(options)
        return config

    def collector(self, kind=SafeCollect, **options):
        config = self.config(**options)
        coursedir, authenticator = CourseDirectory(config=config), Authenticator(config=config)
        return kind(coursedir=coursedir, authenticator=authenticator, config=config, log=LOG)

    def collect(self, kind=SafeCollect, **options):
        self.collector(kind, **options).start()

    def nbgrader(self):
        """Run the command ``nbgrader collect``, and return everything that it prints."""
        (self.folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(ROOT)), encoding="utf-8")
        return commands.checked("nbgrader", "collect", NAME, cwd=self.folder, preloaded=True)

    @property
    def answers(self):
        """The collected notebooks, keyed by student."""
        return {path.parents[1].name: path.read_text() for path in self.submitted.glob(f"*/{NAME}/{FILE}")}


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    # To find Alembic's version, nbgrader runs a command each time it creates a gradebook, which takes a second or two.
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "")
    return Exchange(tmp_path)


def from_now(**distance):
    return f"{datetime.now(UTC) + timedelta(**distance):%Y-%m-%d %H:%M:%S.%f} UTC"


TIMES = [
    "11111111111111111111111111199m", "1e999999999m", "1" * 150, "", " ", "never", "nan", "inf", "-1", "1767225600",
    "0000-01-01 00:00:00 UTC", "-2026-01-01 00:00:00 UTC", "0001-01-01 00:00:00 -2359", "9999-12-31 23:59:59 -99:99",
    "9998-01-01 00:00:00 UTC", "3000-01-01 00:00:00.000000 UTC", "1999-12-31 23:59:59 UTC", "2026-02-30 00:00:00 UTC",
    "2026-13-01 00:00:00 UTC", "2026-01-01 25:00:00 UTC", "2026-01-01 00:61:00 UTC", "2026-01-01 00:00:99 UTC",
    "2026-01-01 00:00:00." + "1" * 60 + " UTC", "2026-01-01 00:00:00 Mars-Phobos",
    "2026-01-01 00:00:00 XYZZY", "2026-01-01 00:00:00 +99", "2026-01-01 00:00:00 .", "2026-01-01 00:00:00 UTC UTC",
    "20260101T000000Z", "2026-W01-1", "01.01.26", "Thu Jan  1 00:00:00 2026", "令和8年1月1日",
    "٢٠٢٦-٠١-٠١ ٠٠:٠٠:٠٠ UTC", "2026‑01‑01 00:00:00 UTC", "2026-01-01 00:00:00 UTC ", " 2026-01-01 00:00:00 UTC",
    "2026-01-01 00:00:00 UTC\n", "2026-01-01\n00:00:00 UTC", "2026-01-01 00:00:00\u202eCTU",
    "2026-01-01 00:00:00\x1b[2J", "2026-01-01 00:00:00 UTC\udcff", "2026-01-01 00:00:00 utc", "%Y-%m-%d %H:%M:%S",
    "$(date)", "--", "..",
]  # fmt: skip
STUDENTS = [
    "", " ", ".", "..", "...", ".hidden", "-rf", "@ada", "'", " ada", "ada ", "a  b", "a\nb", "a\tb", "a\rb", "a\x7fb",
    "\x1b[31mred", "\x1b]0;title\x07", "\x9b31mred", "\u202eada", "a\u2066b", "a\u200eb", "a\u061cb", "a\u200bb",
    "a\u200db", "a\ufeffb", "a\xadb", "a\u2028b", "a\x85b", "a\u3164", "a\u115f", "a\ufe0f", "\u0301a", "a\xa0b",
    "a\u3000b", "a\u2215b", "a\u2044b", "a\uff0fb", "a\u29f8b", "a\u2024\u2024b", "..\u2215..", "a\\b", "a:b",
    "<img src=x onerror=alert(1)>", "a&lt;", 'a"b', "$(id)", "`id`", "a;b", "a|b", "a*", "a?", "[a]", "{a}", "~root",
    "=cmd", "%2e%2e", "a#b", "a!", "a,b", "😀", "ⅳ", "²", "a\u20dd", "\ue000", "\U000e0041", "x" * 129,
    "\udcff\udcfe", "a\udce9", "a\udc80b", "a\n[CollectApp | INFO] Collecting submission: eve",
]  # fmt: skip
SHAPES = [
    NAME, f"mallory+{NAME}", f"mallory+{NAME}+", f"{NAME}+{TIME}+x", f"mallory{NAME}+{TIME}+x", f"+{NAME}+",
    f"++{NAME}++", f"mallory+Update_Rules+{TIME}+x", f"mallory+UPDATE_RULES+{TIME}+x", f"mallory+{NAME} +{TIME}+x",
    f"mallory+{NAME}+{TIME}+", f"mallory+{NAME}+{TIME}+x+y", f"mallory+{NAME}+{TIME}+..",
    f"mallory+{NAME}+{TIME}+\x1b[2J", f"mallory+{NAME}+{TIME}+" + "x" * 100, f"mallory+{NAME}+{TIME}+\udcff",
    f"a+b+{NAME}+c", f"mallory+{NAME}+{NAME}", f"mallory+{NAME}+{TIME}+{NAME}+{TIME}+x",
]  # fmt: skip
MALFORMED = [
    *(f"mallory+{NAME}+{time}+x" for time in TIMES),
    *(f"{student}+{NAME}+{TIME}+x" for student in STUDENTS),
    *SHAPES,
]
ACCEPTED = [
    "ada", "Ada", "ada.lovelace@example.org", "ada+lovelace", "a+update_rules", "o'brien", "O’Brien", "Ada Lovelace",
    "s-1_2", "007", "_ada", "ada.", "Łukasz Żak", "Jose\u0301", "José", "Ðorđe", "Şeyma", "李明", "陳" * 30, "Мария",
    "Αλέξης", "מרים", "مريم", "अनन्या", "สมชาย", "김민준", "ٱلرّحمن٧", "x" * 128,
]  # fmt: skip


@pytest.mark.parametrize("time", ["11111111111111111111111111199m", "never", "9" * 50])
def test_stock_nbgrader_stops_at_a_malformed_time(time, exchange):
    exchange.arrive(f"honest+{NAME}+{TIME}+x")
    exchange.arrive(f"mallory+{NAME}+{time}+x")
    with pytest.raises((ArithmeticError, ValueError)):
        exchange.collect(ExchangeCollect)
    assert exchange.answers == {}


def test_stock_nbgrader_prints_control_characters(exchange, caplog):
    exchange.arrive(f"\x1b[31m\u202e+{NAME}+{TIME}+x")
    exchange.collect(ExchangeCollect, check_owner=True)
    assert "\x1b[31m\u202e" in "".join(record.msg for record in caplog.records)


def test_malformed_names_do_not_stop_collecting_and_are_reported_once_and_escaped(exchange):
    honest = {"alice": "first", "zoe": "last"}
    for student, answer in honest.items():
        exchange.arrive(f"{student}+{NAME}+{TIME}+x", answer)
    for number, name in enumerate(MALFORMED):
        exchange.arrive(name, f"malformed {number}")
    exchange.arrive(f"bob+regularization+{TIME}+x")  # another assignment's
    exchange.arrive("regularization+nonsense")
    log = exchange.nbgrader()
    assert exchange.answers == honest
    assert {path.name for path in exchange.submitted.iterdir()} == set(honest)
    for name in MALFORMED:
        assert log.count(f"] {quoted(name)} was not collected: ") == 1, name
    assert "regularization" not in log
    # The log's own colors are not printed, because the output is not a terminal.
    assert {c for c in log if not c.isprintable()} == {"\n"}
    assert len([line for line in log.splitlines() if "was not collected" in line]) == len(MALFORMED)


def test_submissions_under_names_and_email_addresses_are_collected(exchange):
    for student in ACCEPTED:
        exchange.arrive(f"{student}+{NAME}+{TIME}+x", student, stamp=TIME)
    exchange.nbgrader()
    assert exchange.answers == {student: student for student in ACCEPTED}


def test_only_the_requested_student_is_collected_and_reported(exchange, caplog):
    for student in ("ada", "adam", "bob"):
        exchange.arrive(f"{student}+{NAME}+{TIME}+x")
        exchange.arrive(f"{student}+{NAME}+never+x")
    collector = exchange.collector()
    collector.coursedir.student_id = "ada"
    collector.start()
    assert set(exchange.answers) == {"ada"}
    assert caplog.text.count("was not collected") == caplog.text.count(f"'ada+{NAME}+never+x' was not collected") == 1


def in_its_place(make):
    def replace(folder):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        make(folder)

    return replace


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        place = os.open(path.parent, os.O_DIRECTORY)
        server.bind(f"/proc/self/fd/{place}/{path.name}")
        os.close(place)


KINDS = {
    "file": in_its_place(lambda path: path.write_text("x")),
    "pipe": in_its_place(os.mkfifo),
    "socket": in_its_place(make_socket),
    "link": in_its_place(lambda path: path.symlink_to(path.parent / f"honest+{NAME}+{TIME}+x")),
    "dangling": in_its_place(lambda path: path.symlink_to("/nowhere")),
    "loop": in_its_place(lambda path: path.symlink_to(path)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_submission_that_is_not_a_folder_is_reported_and_skipped(kind, exchange, caplog):
    exchange.arrive(f"honest+{NAME}+{TIME}+x")
    name = f"mallory+{NAME}+{TIME}+x"
    KINDS[kind](exchange.arrive(name))
    exchange.collect()
    assert set(exchange.answers) == {"honest"}
    assert caplog.text.count(f"{name!r} was not collected: it is not a folder that can be read") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_folder_replaced_while_collecting_is_reported_and_skipped(kind, exchange, caplog):
    exchange.arrive(f"honest+{NAME}+{TIME}+x")
    folder = exchange.arrive(f"eve+{NAME}+{TIME}+x")
    collector = exchange.collector()
    collector.init_src()
    KINDS[kind](folder)
    collector.copy_files()
    assert set(exchange.answers) == {"honest"}
    assert f"{folder.name!r} was not collected: it is not a folder that can be read" in caplog.text


def test_submission_that_cannot_be_written_does_not_stop_collecting(exchange, caplog):
    for student in ("ada", "bob", "cleo", "zoe"):
        exchange.arrive(f"{student}+{NAME}+{TIME}+x")
    exchange.submitted.mkdir(parents=True)
    (exchange.submitted / "ada").write_text("a file")
    (exchange.submitted / "bob").mkdir()
    (exchange.submitted / "bob" / NAME).symlink_to(exchange.folder)
    (exchange.submitted / "cleo").mkdir()
    (exchange.submitted / "cleo" / NAME).write_text("a file")
    exchange.collect(update=True)
    assert set(exchange.answers) == {"zoe"}
    for student in ("ada", "bob", "cleo"):
        assert f"'{student}+{NAME}+{TIME}+x' was not collected" in caplog.text
    assert (exchange.folder / "build").is_dir()


def test_stock_nbgrader_collects_a_forged_submission(exchange, caplog):
    exchange.arrive(f"victim+{NAME}+9998-01-01 00:00:00 UTC+x", "forged")
    exchange.collect(ExchangeCollect, check_owner=True)
    exchange.arrive(f"victim+{NAME}+{TIME}+x", "the victim's")
    exchange.collect(ExchangeCollect, check_owner=True, update=True)
    assert exchange.answers == {"victim": "forged"}
    assert "cheating attempt?" in caplog.text


def test_submission_in_someone_elses_name_is_refused(exchange, caplog):
    forged = [
        exchange.arrive(f"{name}+{NAME}+{TIME}+x", "forged") for name in (SOMEONE, ME.upper(), f"{ME}.", f"{ME}+a")
    ]
    exchange.arrive(f"{ME}+{NAME}+{TIME}+x", "mine")
    exchange.collect(check_owner=True)
    assert exchange.answers == {ME: "mine"}
    for folder in forged:
        assert caplog.text.count(f"{folder.name!r} was not collected: it belongs to the Unix user {ME}, not to") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can create files owned by another user")
def test_only_the_owners_submissions_count(exchange, caplog):
    nobody = 65534
    exchange.arrive(f"{SOMEONE}+{NAME}+2026-01-01 00:00:00 UTC+x", "first", owner=nobody)
    exchange.arrive(f"{SOMEONE}+{NAME}+2026-01-02 00:00:00 UTC+x", "forged")
    exchange.arrive(f"{SOMEONE}+{NAME}+2026-01-03 00:00:00 UTC+x", "no such user", owner=54321)
    exchange.arrive(f"54321+{NAME}+2026-01-03 00:00:00 UTC+x", "a name that is the user's number", owner=54321)
    exchange.collect(check_owner=True)
    assert exchange.answers == {SOMEONE: "first"}
    assert caplog.text.count("it belongs to the Unix user #54321") == 2
    exchange.arrive(f"{SOMEONE}+{NAME}+2026-01-01 12:00:00 UTC+x", "second", owner=nobody)
    exchange.collect(check_owner=True, update=True)
    assert exchange.answers == {SOMEONE: "second"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can create files owned by another user")
def test_folder_replaced_by_someone_elses_is_refused(exchange, caplog):
    folder = exchange.arrive(f"{SOMEONE}+{NAME}+{TIME}+x", "own", owner=65534)
    collector = exchange.collector(check_owner=True)
    collector.init_src()
    folder.rename(folder.with_name("aside"))
    exchange.arrive(folder.name, "forged")
    collector.copy_files()
    assert exchange.answers == {}
    assert f"{folder.name!r} was not collected: it belongs to the Unix user" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can create files owned by another user")
def test_hard_link_to_someone_elses_notebook_is_not_collected(exchange, caplog):
    theirs = exchange.arrive(f"victim+{NAME}+{TIME}+x", "the victim's") / FILE
    mine = exchange.arrive(f"{SOMEONE}+{NAME}+{TIME}+x", owner=65534) / FILE
    mine.unlink()
    os.link(theirs, mine)
    exchange.collect()
    assert exchange.answers == {"victim": "the victim's"}
    assert f"{FILE!r} in {mine.parent.name!r} was not collected: it does not belong to the owner" in caplog.text


def test_submission_from_the_future_is_refused_beyond_a_tolerance(exchange, caplog):
    exchange.arrive(f"ada+{NAME}+{TIME}+x", "now")
    later = exchange.arrive(f"ada+{NAME}+{from_now(hours=1)}+x", "later")
    exchange.arrive(f"bob+{NAME}+{from_now(minutes=1)}+x", "a clock that is ahead")
    exchange.collect()
    assert exchange.answers == {"ada": "now", "bob": "a clock that is ahead"}
    assert f"{later.name!r} was not collected: its time is in the future" in caplog.text


@pytest.mark.parametrize("time", ["9998-01-01 00:00:00 UTC", *TIMES[:10]])
def test_impossible_time_from_an_earlier_collection_does_not_block_the_next(time, exchange):
    exchange.arrive(f"victim+{NAME}+{TIME}+x", "the victim's")
    old = exchange.submitted / "victim" / NAME
    old.mkdir(parents=True)
    (old / "timestamp.txt").write_text(time)
    (old / FILE).write_text("forged")
    exchange.collect(update=True, check_times=False)
    assert exchange.answers == {"victim": "the victim's"}
    assert (old / "timestamp.txt").read_text() == TIME


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        ("2026-06-01 14:00:00.5 CEST", "2026-06-01 12:00:00.500000 UTC"),
        ("2026-06-01 14:00:00 +0530", "2026-06-01 08:30:00.000000 UTC"),
        ("2026-06-01T14:00:00 -03", "2026-06-01 17:00:00.000000 UTC"),
        ("2026-06-01 14:00:00", "2026-06-01 14:00:00.000000 UTC"),
    ],
)
def test_time_is_stored_in_utc(stamp, utc, exchange):
    exchange.arrive(f"ada+{NAME}+{stamp}+x", stamp=stamp)
    collector = exchange.collector(check_times=False)
    collector.timezone = "Europe/Berlin"
    collector.start()
    assert (exchange.submitted / "ada" / NAME / "timestamp.txt").read_text() == utc


def add_bulk(folder):
    """Add files that grading ignores: five sparse files of 99 MB, many small ones, a folder, a link, and notebooks."""
    for number in range(5):
        with open(folder / f"data{number}.npz", "wb") as file:
            file.truncate(99_000_000)
    for number in range(300):
        (folder / f"{number}.txt").write_text("x" * 1000)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / FILE).write_text("{}")
    (folder / "checks.npz").write_bytes(b"x")
    (folder / "Update_Rules.ipynb").write_text("{}")
    (folder / f"{NAME} (2)\n.ipynb").write_text("{}")
    (folder / "gradebook.db").symlink_to("/etc/passwd")


def disk_usage(folder):
    return sum(512 * path.lstat().st_blocks for path in folder.rglob("*"))


def test_stock_nbgrader_copies_files_that_grading_ignores(exchange):
    folder = exchange.arrive(f"ada+{NAME}+{TIME}+x")
    with open(folder / "data.npz", "wb") as file:
        file.truncate(20_000_000)
    used = disk_usage(folder)
    exchange.collect(ExchangeCollect)
    assert used < 1_000_000
    assert (exchange.submitted / "ada" / NAME / "data.npz").stat().st_size == 20_000_000


def test_only_the_files_that_grading_needs_are_collected(exchange, caplog):
    add_bulk(exchange.arrive(f"ada+{NAME}+{TIME}+x", "hers"))
    exchange.collect()
    collected = exchange.submitted / "ada" / NAME
    assert {path.name for path in collected.iterdir()} == {FILE, "timestamp.txt", "submission_secret.txt"}
    assert exchange.answers == {"ada": "hers"}
    assert disk_usage(exchange.submitted) < 100_000
    assert "was not collected" not in caplog.text


def test_browser_copies_are_collected_up_to_a_limit(exchange):
    folder = exchange.arrive(f"ada+{NAME}+{TIME}+x")
    (folder / FILE).unlink()
    for number in range(200):
        (folder / f"{NAME} ({number}).ipynb").write_text("{}")
        (folder / f"{NAME}({number}).ipynb").write_text("{}")
    folder = exchange.arrive(f"bob+{NAME}+{TIME}+x", '{"cells": []}')
    (folder / FILE).rename(folder / f"{NAME} (1).ipynb")
    exchange.collect()
    assert len(list((exchange.submitted / "ada" / NAME).glob("*.ipynb"))) == 3
    assert read_or_reason(exchange.submitted / "bob" / NAME / FILE).remark.startswith("Your file is named")


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1, 99_000_000, 10**12])
def test_large_notebook_takes_little_space_and_the_student_is_told_if_it_is_too_large(size, exchange, caplog):
    folder = exchange.arrive(f"ada+{NAME}+{TIME}+x")
    with open(folder / FILE, "wb") as file:
        file.truncate(size)
    exchange.collect()
    assert disk_usage(exchange.submitted) < 100_000
    reason = str(read_or_reason(exchange.submitted / "ada" / NAME / FILE))
    assert ("at most 10 MB is allowed" in reason) == (size > MAX_BYTES)
    assert (f"{FILE!r} in {folder.name!r} was not collected: it has" in caplog.text) == (size > MAX_BYTES)


def test_notebook_with_long_runs_of_zeros_is_copied_exactly(exchange):
    folder = exchange.arrive(f"ada+{NAME}+{TIME}+x")
    data = bytes(100_000) + os.urandom(200_000) + bytes(300_000) + b"x" + bytes(70_000)
    (folder / FILE).write_bytes(data)
    exchange.collect()
    assert (exchange.submitted / "ada" / NAME / FILE).read_bytes() == data


def test_log_names_other_notebooks_if_the_expected_one_is_missing(exchange, caplog):
    folder = exchange.arrive(f"ada+{NAME}+{TIME}+x")
    (folder / FILE).rename(folder / "my \x1b[31mnotebook.ipynb")
    exchange.collect()
    assert rf"has no {FILE}, but it has 'my \x1b[31mnotebook.ipynb'" in caplog.text
