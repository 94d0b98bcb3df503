"""Submission times are read only in nbgrader's own format, and only from the year 2000 until now."""

from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from autograder.plugin.coursedir import SafeCourseDirectory
from autograder.plugin.timestamps import BadTime, parse_time


@pytest.mark.parametrize(
    "text",
    ["2026-10-16 21:59:00.123456 UTC", "2026-10-16 21:59:00.5 GMT", "2026-10-16T21:59:00", "2026-02-03 04:05:06 EST"],
)
def test_nbgraders_format_is_read_as_nbgrader_reads_it(text):
    assert parse_time(text) == parse_utc(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-06-01 14:00:00 CEST", datetime(2026, 6, 1, 12)),
        ("2026-01-01 14:00:00 CET", datetime(2026, 1, 1, 13)),
        ("2026-01-01 14:00:00 +0545", datetime(2026, 1, 1, 8, 15)),
        ("2026-01-01 14:00:00 -03", datetime(2026, 1, 1, 17)),
        ("2026-01-01 14:00:00 -03:30", datetime(2026, 1, 1, 17, 30)),
    ],
)
def test_times_in_other_zones_are_converted_to_utc(text, utc):
    assert parse_time(text, "Europe/Berlin") == utc


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not in the format"),
        ("11111111111111111111111111199m", "not in the format"),
        ("2026-10-16 21:59:00 UTC\n", "not in the format"),
        ("2026-10-16 21:59:00 ../../etc/passwd", "not in the format"),
        ("٢٠٢٦-٠١-٠١ ٠٠:٠٠:٠٠ UTC", "not in the format"),
        ("2026-02-30 00:00:00 UTC", "does not exist"),
        ("0000-01-01 00:00:00 UTC", "does not exist"),
        ("0001-01-01 00:00:00 +2359", "does not exist"),
        ("9999-12-31 23:59:59 -99:99", "does not exist"),
        ("2026-01-01 00:00:00 +99", "does not exist"),
        ("2026-01-01 00:00:00 +01:60", "does not exist"),
        ("2026-01-01 14:00:00 CEST", "its time zone CEST is not that of c.Exchange.timezone, UTC"),
        ("1999-12-31 23:59:59 UTC", "is before 2000"),
        ("9998-01-01 00:00:00 UTC", "is in the future"),
    ],
)
def test_invalid_time_is_refused_with_the_reason(text, reason):
    with pytest.raises(BadTime, match=reason):
        parse_time(text)


def test_clock_that_is_minutes_ahead_is_tolerated():
    now = datetime.now(UTC)
    assert parse_time(f"{now + timedelta(minutes=5):%Y-%m-%d %H:%M:%S} UTC")
    with pytest.raises(BadTime, match="is in the future"):
        parse_time(f"{now + timedelta(minutes=30):%Y-%m-%d %H:%M:%S} UTC")


@pytest.mark.parametrize("text", ["11111111111111111111111111199m", "9" * 5000, "2026-01-01 00:00:00 /dev/zero"])
def test_invalid_time_of_a_collected_submission_is_ignored(text, tmp_path):
    (tmp_path / "timestamp.txt").write_text(text)
    coursedir = SafeCourseDirectory.copy_of(CourseDirectory(root=str(tmp_path)))
    assert coursedir.get_existing_timestamp(str(tmp_path)) is None
