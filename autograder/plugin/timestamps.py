"""The times of submissions. nbgrader writes them on the students' side, so they may be anything.

Times are read only in nbgrader's own format. A date library would accept much more, and crash on some of it.
"""

import re
from datetime import UTC, datetime, timedelta

from dateutil.tz import gettz
from traitlets.config import Config

# Such as "2026-10-16 21:59:00.000000 UTC". The zone is what strftime's %Z gives: an abbreviation or an offset.
FORMAT = (
    r"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)"
    r"(?: (?P<zone>[A-Z]{1,5}|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
EARLIEST = datetime(2000, 1, 1)
CLOCK_SKEW = timedelta(minutes=10)  # how far a student's clock may be ahead of ours


class BadTime(ValueError):
    """The text is not a valid submission time. The message gives the reason."""


def parse_time(text: str, timezone: str = "UTC") -> datetime:
    """Return the time that `text` gives, in UTC without a time zone, as in nbgrader's gradebook.

    Parameters
    ----------
    text : str
    timezone : str
        The course's time zone, ``c.Exchange.timezone``, in which abbreviations such as "CEST" are looked up first.

    Raises
    ------
    BadTime
        If `text` is not in nbgrader's format, has an unknown time zone, or is not a time from 2000 until now.
    """
    parts = re.fullmatch(FORMAT, text)
    if not parts:
        raise BadTime("its time is not in the format YYYY-MM-DD hh:mm:ss.ffffff UTC")
    try:
        local = datetime.fromisoformat(parts["time"])
        offset = _utc_offset(parts["zone"] or "UTC", local, timezone)
        time = None if offset is None else local - offset
    except Exception:  # whatever a date library raises
        raise BadTime("its time does not exist") from None
    if time is None:
        raise BadTime(f"its time zone {parts['zone']} is not that of c.Exchange.timezone, {timezone}")
    if time < EARLIEST:
        raise BadTime(f"its time is before {EARLIEST.year}")
    if time > datetime.now(UTC).replace(tzinfo=None) + CLOCK_SKEW:
        raise BadTime("its time is in the future")
    return time


def time_text(time: datetime) -> str:
    """Return a time in nbgrader's format. `time` is in UTC without a time zone."""
    return f"{time:%Y-%m-%d %H:%M:%S.%f} UTC"


def shown_timezone(config: Config) -> str:
    """Return the time zone in which students see times: ``c.ReleaseWithDueDate.timezone`` or that of the exchange."""
    return str(config.ReleaseWithDueDate.get("timezone") or config.Exchange.get("timezone") or "UTC")


def shown_time(time: datetime, timezone: str) -> str:
    """Return a time from the gradebook, which is in UTC, as in "Friday, October 16, 2026, 23:59 EDT"."""
    local = time.replace(tzinfo=UTC).astimezone(gettz(timezone) or UTC)
    return f"{local:%A, %B} {local.day}, {local:%Y, %H:%M %Z}"


def _utc_offset(zone: str, local: datetime, timezone: str) -> timedelta | None:
    """Return the offset of a time zone from UTC at a local time, or None if the zone is unknown."""
    if zone in ("UTC", "GMT", "Z"):
        return timedelta()
    if zone[0] in "+-":
        hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
        if hours > 14 or minutes > 59:
            raise ValueError("no place on Earth has this time zone")
        return (-1 if zone[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
    for known in (gettz(timezone), gettz(zone)):
        there = local.replace(tzinfo=known)
        if known is not None and there.tzname() == zone:
            return there.utcoffset()
    return None
