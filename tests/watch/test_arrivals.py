"""`watch` notices each submission in the exchange once, when it is complete, in the order of arrival."""

import logging
import os
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.commands.watch import loop
from autograder.plugin.collect import SafeCollect
from autograder.plugin.per_student_folders import CollectFromFolders
from autograder.watch.arrivals import Arrivals
from autograder.watch.watcher import BATCH

NAME = "update_rules"
LOG = logging.getLogger(__name__)


def name_of(student, minutes_ago=0):
    time = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return f"{student}+{NAME}+{time:%Y-%m-%d %H:%M:%S.%f} UTC+x"


@pytest.fixture
def inbound(tmp_path):
    folder = tmp_path / "exchange" / "demo" / "inbound"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(params=[SafeCollect, CollectFromFolders], ids=["one folder for all", "one folder per student"])
def exchange(request, inbound, tmp_path):
    """An exchange of each kind. `arrive(name)` puts a submission there, complete or with some files missing."""
    config = Config()
    config.CourseDirectory.update(root=str(tmp_path), course_id="demo", assignment_id=NAME)
    config.Exchange.root = str(tmp_path / "exchange")
    config.SafeCollect.check_owner = False
    kind = request.param
    collector = kind(
        coursedir=CourseDirectory(config=config), authenticator=Authenticator(config=config), config=config, log=LOG
    )

    def arrive(name, without=()):
        folder = inbound / name.split("+")[0] if kind is CollectFromFolders else inbound
        folder = folder / name
        folder.mkdir(parents=True, exist_ok=True)
        stamp = f"{name}++".split("+")[2]
        contents = {f"{NAME}.ipynb": "{}", "timestamp.txt": stamp, "submission_secret.txt": "5ec12e7" * 9}
        for file, text in contents.items():
            if file not in without:
                (folder / file).write_text(text)
        return folder

    return SimpleNamespace(arrivals=Arrivals(collector, patience=60), arrive=arrive)


def students(submissions):
    return [submission.student for submission in submissions]


def test_each_submission_is_noticed_once(exchange):
    assert students(exchange.arrivals.look(0)) == []
    exchange.arrive(name_of("ada"))
    exchange.arrive(name_of("bob"))
    assert students(exchange.arrivals.look(10)) == ["ada", "bob"]
    exchange.arrive(name_of("ada"))
    assert students(exchange.arrivals.look(20)) == ["ada"]
    assert students(exchange.arrivals.look(30)) == []


@pytest.mark.parametrize("missing", ["timestamp.txt", "submission_secret.txt"])
def test_submission_is_noticed_when_it_is_complete(missing, exchange, caplog):
    name = name_of("ada")
    exchange.arrive(name, without=[missing])
    assert students(exchange.arrivals.look(0)) == []
    assert students(exchange.arrivals.look(59)) == []
    exchange.arrive(name)
    assert students(exchange.arrivals.look(59.5)) == ["ada"]
    assert caplog.text == ""


def test_submission_that_stays_incomplete_is_reported_once(exchange, caplog):
    exchange.arrive(name_of("ada"), without=["timestamp.txt"])
    exchange.arrive(name_of("bob"), without=["submission_secret.txt"])
    exchange.arrive(f"eve+{NAME}+yesterday")
    seen = [students(exchange.arrivals.look(now)) for now in (0, 30, 60, 90)]
    assert seen == [[], [], ["bob"], []], "a submission without a secret is graded"
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert "it was cut short or changed" in messages[0]
    assert "its name does not have the form" in messages[1]


def test_arrival_cannot_be_forged(exchange):
    old = exchange.arrive(name_of("ada", minutes_ago=100))
    os.utime(old, (0, 0))
    (submission,) = exchange.arrivals.look(0)
    assert abs(submission.arrived - datetime.now().timestamp()) < 3600


def test_other_assignments_and_vanished_folders_are_skipped(exchange, caplog):
    exchange.arrive(name_of("ada").replace(NAME, "ensembles"))
    shutil.rmtree(exchange.arrive(name_of("bob")))
    assert students(exchange.arrivals.look(0)) == []
    assert students(exchange.arrivals.look(99)) == []
    assert caplog.text == ""


class Stop:
    """Records how long the loop waits each time, and stops it after `rounds` waits."""

    def __init__(self, rounds):
        self.rounds, self.waited = rounds, []

    def is_set(self):
        return len(self.waited) == self.rounds

    def wait(self, seconds):
        self.waited.append(seconds)


def run_loop(outcomes, once=False, failed=()):
    """Run the loop on rounds with these outcomes. Return the exit code, and the waits between the rounds."""
    rounds, stop = iter(outcomes), Stop(3)

    def take_turn(now):
        outcome = next(rounds)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    watcher = SimpleNamespace(round=take_turn, failed=failed, steps=SimpleNamespace(app=SimpleNamespace(log=LOG)))
    return loop(watcher, stop, every=5, once=once), stop.waited


FULL_DISK = OSError(28, "No space left on device")


def test_loop_waits_between_rounds_unless_there_is_more_to_do():
    assert run_loop([0, BATCH, 1, BATCH, BATCH, 0]) == (0, [5, 5, 5])


def test_loop_reports_trouble_once_in_one_sentence_and_tries_again(capsys):
    assert run_loop([FULL_DISK, FULL_DISK, 0]) == (0, [60, 60, 5])
    assert capsys.readouterr().err == "Nothing can be graded: No space left on device. Trying again in 60 seconds.\n"


@pytest.mark.parametrize(
    ("outcomes", "failed", "code"), [([2, 1, 0], (), 0), ([0], (), 0), ([1, 0], ("ada",), 1), ([FULL_DISK], (), 1)]
)
def test_single_run_ends_when_nothing_is_left_to_do(outcomes, failed, code, capsys):
    assert run_loop(outcomes, once=True, failed=failed) == (code, [])
