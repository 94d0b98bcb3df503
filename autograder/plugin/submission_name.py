"""The names that nbgrader gives to submissions in the exchange: ``<student>+<assignment>+<time>+<random text>``.

Anyone who can write to the exchange can give a folder any name, so names are matched against one strict pattern, and
a name that does not match is not interpreted any further.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from autograder.student_ids import refusal

from .timestamps import FORMAT, BadTime, parse_time

NAME = re.compile(
    rf"(?P<student>.*)\+(?P<assignment>[^+]*)\+(?P<stamp>{FORMAT})(?:\+[A-Za-z0-9_=-]{{1,64}})?", re.DOTALL
)


class Refused(Exception):
    """A submission in the exchange is not collected. The message gives the reason and quotes no unsafe characters."""


@dataclass(frozen=True)
class SubmissionName:
    """The student and the time in a folder's name. `stamp` is the text that gives the time."""

    student: str
    stamp: str
    time: datetime


def parse_name(name: str, assignment: str, timezone: str = "UTC") -> SubmissionName | None:
    """Return the student and the time in a folder's name, or None if the name is not about the assignment.

    Parameters
    ----------
    name : str
    assignment : str
    timezone : str
        The course's time zone, ``c.Exchange.timezone``.

    Raises
    ------
    Refused
        If the name mentions the assignment but is malformed.
    """
    match = NAME.fullmatch(name)
    if not match:
        if assignment.casefold() not in name.casefold():
            return None
        raise Refused(f"its name does not have the form STUDENT+{assignment}+YYYY-MM-DD hh:mm:ss.ffffff UTC+RANDOM")
    if match["assignment"] != assignment:
        if match["assignment"].strip().casefold() != assignment.casefold():
            return None
        raise Refused(f"the assignment's name is {assignment}")
    if reason := refusal(match["student"]):
        raise Refused(reason)
    try:
        return SubmissionName(match["student"], match["stamp"], parse_time(match["stamp"], timezone))
    except BadTime as reason:
        raise Refused(str(reason)) from None
