"""The student IDs that this course accepts. IDs become names of folders and appear in logs, pages, and spreadsheets.

An ID may contain letters and digits in any script, dots, ``@``, ``+``, apostrophes, hyphens, underscores, and single
spaces between other characters. These cover user names, email addresses, and people's names. Everything else is
refused: characters that a path, a shell, a glob pattern, or a web page would interpret, and characters that cannot be
seen.
"""

import unicodedata

from .safe_text import INVISIBLE, quoted

LONGEST = 128  # characters, as in nbgrader's gradebook
PUNCTUATION = " .@+'’_-"
CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"}  # letters, the marks that combine with them, and digits


def refusal(student: str) -> str:
    """Return the reason why `student` is not accepted as a student ID, or "" if it is accepted."""
    if not student:
        return "there is no student ID"
    if len(student) > LONGEST:
        return f"a student ID must have at most {LONGEST} characters, and this one has {len(student)}"
    for character in student:
        if not _is_allowed(character):
            return f"a student ID must not contain {quoted(character)}"
    if not (student[0].isalnum() or student[0] == "_"):
        return "a student ID must begin with a letter, a digit, or an underscore"
    if student.endswith(" ") or "  " in student:
        return "a student ID must not end with a space or contain two spaces in a row"
    return ""


def _is_allowed(character: str) -> bool:
    if character in PUNCTUATION:
        return True
    return unicodedata.category(character) in CATEGORIES and not INVISIBLE.match(character)
