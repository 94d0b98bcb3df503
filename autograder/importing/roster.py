"""Who is who: a course's students, with the names and numbers that platforms use for them.

They come from the gradebook and, if there is one, from a roster: a CSV file that a platform exports, or one with the
columns ``id,first_name,last_name,email``. A student has keys of these kinds:

- ``student``: student IDs, logins, and university ID numbers;
- ``email``;
- ``name``: the letters and digits of the full name, in either order;
- ``canvas`` and ``moodle``: a platform's own number for the student.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from autograder.safe_text import quoted
from gradlab.checks.words import series

from .senders import Sender


@dataclass
class Person:
    """A student.

    Attributes
    ----------
    student : str
        The student ID in this course.
    keys : dict of str to set of str
        The student's keys, by kind.
    row : dict of str to str
        The columns of the student's row in the roster.
    time : datetime or None
        When the student submitted, according to the roster: in UTC without a time zone.
    """

    student: str
    keys: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    row: dict[str, str] = field(default_factory=dict)
    time: datetime | None = None

    def add(self, kind: str, value: str) -> None:
        if value := key(kind, value):
            self.keys[kind].add(value)

    def add_name(self, first: str, last: str) -> None:
        self.add("name", first + last)
        self.add("name", last + first)


class Roster:
    """A course's students.

    Parameters
    ----------
    people : iterable of Person
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = {person.student: person for person in people}
        self._known: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for person in self.people.values():
            for kind, values in person.keys.items():
                for value in values:
                    self._known[kind, value].add(person.student)

    def find(self, senders: Sequence[Sender]) -> tuple[str, Sender | None, str]:
        """Find the student who is one of the possible senders of a file.

        Returns
        -------
        student : str
            "" if nobody matches, or if it is not certain who does.
        sender : Sender or None
            The sender that is the student.
        reason : str
            Why no student is returned.
        """
        found = {student: sender for sender in senders for student in self._matches(sender)}
        if len(found) == 1:
            return *next(iter(found.items())), ""
        if found:
            return "", None, f"it may come from {series(sorted(found), 'or')}"
        shown = " / ".join(quoted(value) for _, value in senders[0].keys) if senders else ""
        return "", None, f"no student matches {shown}" if shown else "its name matches no student"

    def knows(self, name: str) -> bool:
        """Return whether a name in a plain folder is a student's."""
        return bool(self._matches(Sender((("any", name),))))

    def _matches(self, sender: Sender) -> set[str]:
        """Return the students who match the sender's first key that matches anyone."""
        for place, (kind, value) in enumerate(sender.keys):
            kinds = (
                ("student", "email", "name") if kind == "any" else ("email", "student") if kind == "email" else (kind,)
            )
            for each in kinds:
                found = self._known.get((each, key(each, value)), set())
                found = {s for s in found if not self._has_another(self.people[s], sender.keys[:place])}
                if found:
                    return found
        return set()

    def _has_another(self, person: Person, keys: Iterable[tuple[str, str]]) -> bool:
        """Return whether a platform's number for a person differs from that in `keys`, which is then a namesake's."""
        numbers = [(kind, value) for kind, value in keys if kind in ("canvas", "moodle")]
        return any(person.keys.get(kind) and key(kind, value) not in person.keys[kind] for kind, value in numbers)


def key(kind: str, value: str) -> str:
    """Return a key in the form in which keys are compared."""
    value = unicodedata.normalize("NFKC", value).casefold().strip()
    if kind == "name":
        return re.sub(r"[\W_]", "", value)
    if kind == "moodle":  # such as "Participant 123"
        return "".join(re.findall("[0-9]+$", value))
    return value


def person(student: str, first: str = "", last: str = "", email: str = "") -> Person:
    """Return a student with the keys that the gradebook gives."""
    made = Person(student)
    made.add("student", student)
    made.add("email", email)
    made.add_name(first, last)
    return made
