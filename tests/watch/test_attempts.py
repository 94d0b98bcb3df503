"""The rules for attempts, and their record on disk."""

import pytest

from autograder.attempts.record import Damaged, Notice, Record, Rules, Sent, read_record, read_records, write_record
from autograder.attempts.standing import counted_attempt, notice_line, sentences

MINUTE = 60.0
NOON = 1_795_953_600.0  # November 29, 2026, 12:00 UTC


def sent(digest, arrived=NOON, problem=""):
    return Sent(f"ada+{digest}", arrived, arrived, digest, problem)


def record_of(*digests, rules=None):
    """Return the record of a student whose submissions with these digests were graded, one per minute from noon."""
    record = Record("ada")
    for number, digest in enumerate(digests):
        time = NOON + number * MINUTE
        problem = "not JSON" if digest == "unreadable" else ""
        record = record.with_attempt(sent(digest, time, problem), rules or Rules(), time)
        record = record.with_last(points=10.0 * number, most=40.0, released=True)
    return record


RULINGS = {
    "the first submission": ((), "a", Rules(), "grade"),
    "the first, with a pause": ((), "a", Rules(1, 60 * MINUTE), "grade"),
    "another one, without a limit": (("a", "b", "c"), "d", Rules(), "grade"),
    "the last one within the limit": (("a", "b"), "c", Rules(3), "grade"),
    "one beyond the limit": (("a", "b", "c"), "d", Rules(3), "limit"),
    "the limit was lowered": (("a", "b", "c"), "d", Rules(2), "limit"),
    "the same again": (("a", "b"), "b", Rules(), "same"),
    "the same again, beyond the limit": (("a",), "a", Rules(1), "same"),
    "the same again, within the pause": (("a",), "a", Rules(2, 60 * MINUTE), "same"),
    "an earlier one again": (("a", "b"), "a", Rules(), "grade"),
    "within the pause": (("a",), "b", Rules(3, 20 * MINUTE), "pause"),
    "at the end of the pause": (("a",), "b", Rules(3, 10 * MINUTE), "grade"),
    "beyond the limit and within the pause": (("a",), "b", Rules(1, 20 * MINUTE), "limit"),
    "unreadable, and nothing was graded": ((), "unreadable", Rules(1), "grade"),
    "unreadable, and something was graded": (("a",), "unreadable", Rules(), "unreadable"),
    "unreadable again": (("unreadable",), "unreadable", Rules(), "unreadable"),
    "the first that is readable": (("unreadable",), "a", Rules(1, 60 * MINUTE), "grade"),
}


@pytest.mark.parametrize(("before", "digest", "rules", "ruling"), RULINGS.values(), ids=RULINGS)
def test_ruling_depends_on_earlier_attempts(before, digest, rules, ruling):
    now = NOON + 10 * MINUTE
    new = sent(digest, now, "not JSON" if digest == "unreadable" else "")
    assert record_of(*before).rule(new, rules, now)[0] == ruling


def test_pause_starts_when_the_last_attempt_was_taken():
    assert record_of("a", "b").rule(sent("c"), Rules(pause=5 * MINUTE), NOON) == ("pause", NOON + 6 * MINUTE)


def test_attempts_are_numbered_and_unreadable_ones_are_not():
    record = record_of("unreadable", "a", "b")
    assert [attempt.number for attempt in record.attempts] == [0, 1, 2]
    assert record.used == 2


def test_attempt_that_was_never_graded_is_replaced():
    record = record_of("a").with_attempt(sent("b"), Rules(), NOON).with_attempt(sent("c"), Rules(), NOON)
    assert [(attempt.number, attempt.sent.digest) for attempt in record.attempts] == [(1, "a"), (2, "c")]


def test_graded_and_earlier_submissions_are_known():
    record = record_of("a", "b")
    assert record.is_known("ada+a", NOON + 99 * MINUTE), "the student has touched a graded submission"
    assert record.is_known("ada+x", NOON)
    assert not record.is_known("ada+x", NOON + 2 * MINUTE)


def test_record_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "attempts" / "ada.json"
    record = record_of("unreadable", "a", rules=Rules(3, MINUTE))
    for written in (record, Record("ada", record.attempts, Notice(sent("b"), "pause", NOON), Rules(2))):
        write_record(path, written)
        assert read_record(path) == written
    assert [entry.name for entry in path.parent.iterdir()] == ["ada.json"]
    assert read_record(tmp_path / "nobody.json", "nobody") == Record("nobody")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"student": "ada", "attempts": 3, "notice": null, "rules": {}}']
)
def test_damaged_record_is_refused_and_the_others_are_read(tmp_path, text):
    path = tmp_path / "ada.json"
    path.write_text(text)
    with pytest.raises(Damaged, match="is damaged: restore it from a backup"):
        read_record(path)
    write_record(tmp_path / "bob.json", Record("bob"))
    complaints = []
    assert list(read_records(tmp_path, complaints.append)) == [Record("bob")]
    assert len(complaints) == 1


STANDINGS = {
    "without a limit": (
        record_of("a"),
        "Attempt 1 counts until a newer one has been graded. It was submitted on November 29, 12:00 UTC, and this page "
        "shows it. You can submit as often as you like.",
    ),
    "one left": (
        record_of("a", "b", rules=Rules(3)),
        "Attempt 2 of 3 counts until a newer one has been graded. It was submitted on November 29, 12:01 UTC, and this "
        "page shows it. You have 1 attempt left.",
    ),
    "none left": (
        record_of("a", "b", "c", rules=Rules(3, MINUTE)),
        "Attempt 3 of 3 counts. It was submitted on November 29, 12:02 UTC, and this page shows it. You have no "
        "attempts left.",
    ),
    "with a pause": (
        record_of("a", rules=Rules(3, 30 * MINUTE)),
        "Attempt 1 of 3 counts until a newer one has been graded. It was submitted on November 29, 12:00 UTC, and this "
        "page shows it. You have 2 attempts left. The next one will be graded on November 29, 12:30 UTC at the "
        "earliest.",
    ),
    "unreadable": (
        record_of("unreadable", rules=Rules(2)),
        "Your submission of November 29, 12:00 UTC cannot be read, so it does not use up an attempt. You have 2 "
        "attempts left.",
    ),
    "nothing graded": (Record("ada"), ""),
}


@pytest.mark.parametrize(("record", "text"), STANDINGS.values(), ids=STANDINGS)
def test_page_says_which_attempt_counts_how_many_are_left_and_when_the_next_is_graded(record, text):
    assert " ".join(sentences(record, "UTC")) == text


@pytest.mark.parametrize(
    ("record", "attempt"),
    [
        (record_of("a", "b"), "2"),
        (record_of("a", rules=Rules(2)), "1 of 2"),
        (record_of("unreadable"), ""),
        (Record("ada"), ""),
    ],
    ids=["without a limit", "with a limit", "unreadable", "nothing graded"],
)
def test_page_shows_the_number_of_the_attempt_that_counts(record, attempt):
    assert counted_attempt(record) == attempt


NOTICES = {
    "limit": ("", "was not graded, because you had no attempts left.", "not graded: there are no attempts left"),
    "same": (
        "",
        "is the same notebook as the attempt below, so it is not a new attempt.",
        "not graded: it is identical",
    ),
    "pause": ("", "will be graded on November 29, 14:00 CET, unless you", "waits until November 29, 14:00 CET"),
    "unreadable": ("not JSON", "was not graded: not JSON. It does not use up", "not graded: it cannot be read"),
}


@pytest.mark.parametrize(("ruling", "texts"), NOTICES.items(), ids=NOTICES)
def test_reason_for_not_grading_a_submission_has_times_in_the_courses_time_zone(ruling, texts):
    problem, told, printed = texts
    notice = Notice(sent("b", NOON + 5 * MINUTE, problem), ruling, NOON + 60 * MINUTE)
    record = Record("ada", record_of("a").attempts, notice)
    first, *_ = sentences(record, "Europe/Berlin")
    assert first.startswith("Your submission of November 29, 13:05 CET ")
    assert told in first
    assert notice_line(record, "Europe/Berlin").startswith("ada: submission of November 29, 13:05 CET ")
    assert printed in notice_line(record, "Europe/Berlin")
