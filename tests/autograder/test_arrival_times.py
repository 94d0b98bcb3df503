"""A submission counts from the time it claims, its time in the exchange, or the time of an earlier identical one.

The time in the exchange is when a file last changed (its ctime), which no test can set. It is always now, so a
submission that claims to be three days old was put into the exchange three days later. These tests tolerate up to a
day.
"""

import json
import logging
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from traitlets.config import Config

from autograder.plugin.collect import SafeCollect
from autograder.plugin.submission_name import Refused

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
NAME = "update_rules"
FORMAT = "%Y-%m-%d %H:%M:%S.%f"
DAY = 24 * 60  # minutes
LOG = logging.getLogger(__name__)
NOW = datetime.now(UTC).replace(tzinfo=None)


def ago(**distance):
    return NOW - timedelta(**distance)


class Exchange:
    """A course in a temporary folder, with an exchange."""

    def __init__(self, folder):
        self.folder = folder
        self.inbound = folder / "exchange" / "demo" / "inbound"
        self.inbound.mkdir(parents=True)

    def submit(self, student, claimed, answer="{}"):
        """Put a submission that claims the given time into the exchange, and return its folder."""
        stamp = f"{claimed.strftime(FORMAT)} UTC"
        folder = self.inbound / f"{student}+{NAME}+{stamp}+x"
        folder.mkdir()
        (folder / f"{NAME}.ipynb").write_text(answer)
        (folder / "timestamp.txt").write_text(stamp)
        return folder

    def collector(self, **options):
        config = Config(
            CourseDirectory={"root": str(self.folder), "course_id": "demo", "assignment_id": NAME},
            Exchange={"root": str(self.folder / "exchange")},
            ExchangeCollect={"check_owner": False, "update": True},
            SafeCollect={"tolerance_minutes": DAY} | options,
        )
        coursedir, authenticator = CourseDirectory(config=config), Authenticator(config=config)
        return SafeCollect(coursedir=coursedir, authenticator=authenticator, config=config, log=LOG)

    def collect(self, **options):
        """Collect with `--update`, and return the times that count, keyed by student."""
        self.collector(**options).start()
        files = (self.folder / "submitted").glob(f"*/{NAME}/timestamp.txt")
        return {file.parents[1].name: datetime.strptime(file.read_text(), f"{FORMAT} UTC") for file in files}

    def answer(self, student):
        return (self.folder / "submitted" / student / NAME / f"{NAME}.ipynb").read_text()

    def remember(self, student, **distance):
        """Change the record as if everything had been collected earlier, when it arrived."""
        file = self.folder / "build" / "arrivals" / NAME / f"{student}.json"
        record = json.loads(file.read_text())
        for arrival in record["arrivals"]:
            arrival["seen"] = (datetime.fromisoformat(arrival["seen"]) - timedelta(**distance)).isoformat()
        file.write_text(json.dumps(record))

    def move(self):
        """Replace the exchange with a copy, as an administrator might, and as a restore does."""
        shutil.copytree(self.inbound, self.inbound.with_name("copy"))
        shutil.rmtree(self.inbound)
        self.inbound.with_name("copy").rename(self.inbound)


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    # To find Alembic's version, nbgrader runs a command each time it creates a gradebook, which takes a second or two.
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: "")
    return Exchange(tmp_path)


def is_now(time):
    return abs(time - datetime.now(UTC).replace(tzinfo=None)) < timedelta(hours=12)


def test_forged_time_is_not_believed_and_the_log_names_the_student_once(exchange, caplog):
    claimed = ago(days=3)
    exchange.submit("mallory", claimed)
    exchange.submit("ada", ago(minutes=2))
    times = exchange.collect()
    assert is_now(times["mallory"])
    assert times["ada"] == ago(minutes=2)
    assert f"mallory's submission gives the time {claimed:%Y-%m-%d %H:%M:%S} UTC, but it was put into" in caplog.text
    assert exchange.collect() == times
    assert len([record for record in caplog.records if "gives the time" in record.getMessage()]) == 1


def test_notebook_replaced_in_an_old_folder_counts_as_new(exchange, caplog):
    folder = exchange.submit("mallory", ago(days=3), "early")
    exchange.collect()
    exchange.remember("mallory", days=3)
    (folder / f"{NAME}.ipynb").write_text("late")
    times = exchange.collect()
    assert is_now(times["mallory"])
    assert exchange.answer("mallory") == "late"
    assert caplog.text.count("mallory's submission gives the time") == 2


def test_renamed_folder_gains_nothing(exchange):
    folder = exchange.submit("mallory", ago(minutes=1))
    stamp = f"{ago(days=3).strftime(FORMAT)} UTC"
    (folder / "timestamp.txt").write_text(stamp)
    folder.rename(folder.with_name(f"mallory+{NAME}+{stamp}+x"))
    assert is_now(exchange.collect()["mallory"])


def test_tolerance_and_check_are_options(exchange):
    assert SafeCollect.tolerance_minutes.default_value == 10
    exchange.submit("ada", ago(days=2))
    assert is_now(exchange.collect()["ada"])
    assert exchange.collect(tolerance_minutes=3 * DAY)["ada"] == ago(days=2)
    assert is_now(exchange.collect()["ada"])
    assert exchange.collect(check_times=False)["ada"] == ago(days=2)


def test_identical_resubmission_counts_from_its_first_arrival(exchange):
    exchange.submit("ada", ago(minutes=9), "first")
    exchange.collect()
    exchange.submit("ada", ago(minutes=8), "second")
    assert exchange.collect()["ada"] == ago(minutes=8)
    exchange.submit("ada", ago(minutes=7), "second")
    assert exchange.collect()["ada"] == ago(minutes=8)
    exchange.submit("ada", ago(minutes=6), "first")
    assert exchange.collect()["ada"] == ago(minutes=9)
    assert exchange.answer("ada") == "first"


def test_identical_resubmission_counts_from_the_first_even_if_the_first_was_never_collected(exchange):
    exchange.submit("ada", ago(minutes=9))
    exchange.submit("ada", ago(minutes=1))
    assert exchange.collect()["ada"] == ago(minutes=9)


def test_before_duedate_option_collects_the_latest_submission_that_arrived_in_time(exchange):
    with Gradebook(f"sqlite:///{exchange.folder / 'gradebook.db'}", "demo") as gradebook:
        gradebook.add_assignment(NAME, duedate=ago(minutes=5))
    exchange.submit("mallory", ago(minutes=9), "in time")
    exchange.submit("mallory", ago(days=3), "forged")
    assert exchange.collect(before_duedate=True)["mallory"] == ago(minutes=9)
    assert exchange.answer("mallory") == "in time"


def test_moving_the_exchange_changes_nothing_that_was_already_collected(exchange):
    for number in range(3):
        exchange.submit(f"student{number}", ago(days=number + 1))
    exchange.collect()
    for number in range(3):
        exchange.remember(f"student{number}", days=number + 1)
    times = exchange.collect()
    assert times == {f"student{number}": ago(days=number + 1) for number in range(3)}
    exchange.move()
    assert exchange.collect() == times
    shutil.rmtree(exchange.folder / "submitted")
    assert exchange.collect() == times


def test_class_whose_exchange_was_moved_before_the_first_collection_is_believed(exchange, caplog):
    claimed = {f"student{number}": ago(days=3, minutes=number) for number in range(10)}
    for student, time in claimed.items():
        exchange.submit(student, time)
    exchange.submit("late", ago(minutes=1))
    times = exchange.collect()
    assert times == claimed | {"late": ago(minutes=1)}
    assert "The exchange saw the new submissions of 10 of 11 students much later" in caplog.text
    exchange.submit("mallory", ago(days=3))
    assert is_now(exchange.collect()["mallory"])


def test_few_submissions_are_believed_if_the_configuration_says_when_the_exchange_was_moved(exchange, caplog):
    exchange.submit("ada", ago(days=5))
    exchange.submit("mallory", ago(days=3))
    with Gradebook(f"sqlite:///{exchange.folder / 'gradebook.db'}", "demo") as gradebook:
        gradebook.add_assignment(NAME)
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada", timestamp=exchange.collect()["ada"])
    times = exchange.collect(exchange_moved=f"{ago(days=4).strftime(FORMAT)} UTC")
    assert times["ada"] == ago(days=5)
    assert is_now(times["mallory"])
    with Gradebook(f"sqlite:///{exchange.folder / 'gradebook.db'}", "demo") as gradebook:
        assert gradebook.find_submission(NAME, "ada").timestamp == ago(days=5)
    assert "ada's submission now counts as submitted at" in caplog.text


def test_malformed_time_of_a_move_is_refused(exchange, caplog):
    exchange.submit("ada", ago(minutes=1))
    with pytest.raises(ExchangeError):
        exchange.collect(exchange_moved="yesterday")
    assert "c.SafeCollect.exchange_moved is 'yesterday', and its time is not in the format" in caplog.text


def test_submission_changed_while_it_is_collected_is_not_collected(exchange):
    folder = exchange.submit("mallory", ago(minutes=1), "first")
    collector = exchange.collector()
    collector.init_src()
    (folder / f"{NAME}.ipynb").write_text("second")
    with pytest.raises(Refused, match="it was changed while it was being collected"):
        collector.copy_submission(collector.src_records[0], exchange.folder / "copy")
    collector.copy_files()
    assert not (exchange.folder / "submitted" / "mallory" / NAME).exists()


def test_damaged_record_does_not_stop_collecting(exchange):
    exchange.submit("ada", ago(minutes=1))
    times = exchange.collect()
    for content in ("", "{", "[]", '{"arrivals": [{}]}', '{"arrivals": 1, "collected": null}'):
        (exchange.folder / "build" / "arrivals" / NAME / "ada.json").write_text(content)
        assert exchange.collect() == times


def test_unchanged_notebooks_are_not_read_again(exchange, monkeypatch):
    exchange.submit("ada", ago(minutes=1))
    exchange.collect()
    monkeypatch.setattr("autograder.plugin.collect.read_files", lambda *_: pytest.fail("the notebook is read again"))
    exchange.collect()
