"""Student IDs contain letters in any script, digits, and a few punctuation marks, and nothing else."""

import os
import sys
import unicodedata

import pytest

from autograder.paths import verdict_file
from autograder.student_ids import PUNCTUATION, refusal

LONG = ["陳" * 30, "陳" * 29 + "李", "陳" * 85, "मरियम" * 12, "é" * 120, "@" * 128, "x" * 128, "ж" * 127]


@pytest.mark.parametrize(
    "student", ["ada", "Ada Lovelace", "o'brien", "o’brien", "a.b+c@d.org", "_x-1", "李明", "अनन्या", "José", "7"]
)
def test_valid_student_id_is_accepted(student):
    assert refusal(student) == ""


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("", "there is no student ID"),
        ("..", "must begin with a letter, a digit, or an underscore"),
        ("-x", "must begin with"),
        ("\u0301a", "must begin with"),
        ("a ", "must not end with a space"),
        ("a  b", "two spaces in a row"),
        ("a/b", "must not contain '/'"),
        ("a\0", r"must not contain '\x00'"),
        ("a\u202eb", r"must not contain '\u202e'"),
        ("a\u3164b", r"must not contain '\u3164'"),
        ("a\udcffb", r"must not contain '\udcff'"),
        ("<b>", "must not contain '<'"),
        ("x" * 129, "at most 128 characters, and this one has 129"),
    ],
)
def test_invalid_student_id_is_refused_with_the_reason(student, reason):
    assert reason in refusal(student)
    assert refusal(student).isprintable()


def test_every_accepted_character_is_printable():
    accepted = [c for c in map(chr, range(sys.maxunicode + 1)) if refusal(f"a{c}a") == ""]
    assert all(c.isprintable() for c in accepted)
    assert {c for c in accepted if not c.isalnum() and unicodedata.category(c)[0] != "M"} == set(PUNCTUATION)
    assert len(accepted) > 100_000


def test_verdict_file_names_are_short_and_unique():
    names = [verdict_file("course", "rules", student).name for student in LONG]
    assert len(set(names)) == len(LONG)
    assert all(len(os.fsencode(name)) <= 255 for name in names)


@pytest.mark.parametrize(
    ("student", "name"),
    [("ada", "ada.json"), ("o'brien@x.org", "o%27brien%40x.org.json"), ("李" * 27, "%E6%9D%8E" * 27 + ".json")],
)
def test_verdict_file_of_a_short_student_id_has_the_quoted_id_as_its_name(student, name):
    assert verdict_file("course", "rules", student).name == name
