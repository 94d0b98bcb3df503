"""``extensions.csv`` grants the longest extension that applies, and an error in it is reported with its line number."""

import re
from datetime import timedelta

import pytest

from autograder.plugin.extensions import read_extensions

HEADER = "student_id,assignment,days\n"
STUDENTS, ASSIGNMENTS = {"ada", "emmy"}, {"update_rules", "ensembles"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "extensions.csv"


def read(path):
    return read_extensions(path, lambda: STUDENTS, lambda: ASSIGNMENTS)


@pytest.mark.parametrize(
    ("student", "assignment", "days"),
    [("ada", "update_rules", 2.5), ("ada", "ensembles", 0), ("emmy", "update_rules", 7), ("sofia", "ensembles", 0)],
)
def test_longest_extension_counts(path, student, assignment, days):
    path.write_text(f"{HEADER}ada,update_rules,2.5\nemmy,*,7\nemmy,update_rules,1\n")
    assert read(path).granted(student, assignment) == timedelta(days=days)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffstudent_id,assignment,days\r\nada,update_rules,2\r\n",
        "student_id, assignment, days\n\nada , update_rules, 2\n\n",
        'student_id,assignment,days\n"ada","update_rules","2"',
    ],
    ids=["from a spreadsheet", "with spaces and empty lines", "in quotation marks"],
)
def test_common_forms_of_csv_are_read(path, text):
    path.write_bytes(text.encode())
    assert read(path).granted("ada", "update_rules") == timedelta(days=2)


def test_missing_file_and_empty_list_grant_nothing(path):
    assert read(path).path is None
    path.write_text(HEADER)
    assert read(path).path == path
    assert read(path).granted("ada", "update_rules") == timedelta()


def test_any_name_is_accepted_if_no_names_are_known(path):
    path.write_text(f"{HEADER}adda,update_rule,2\n")
    assert read_extensions(path, set, set).granted("adda", "update_rule") == timedelta(days=2)


ERRORS = {
    "empty file": ("", "must begin with the line student_id,assignment,days. Got ''."),
    "no header": ("ada,*,2\n", "must begin with the line student_id,assignment,days. Got 'ada,*,2'."),
    "semicolons": ("student_id;assignment;days\n", "Got 'student_id;assignment;days'."),
    "misspelled student": (
        f"{HEADER}adda,*,2\n",
        "line 2: there is no student 'adda' in this course. Did you mean 'ada'?",
    ),
    "unknown student": (
        f"{HEADER}ada,*,2\nx,*,2\n",
        "line 3: there is no student 'x' in this course. If the ID is right, run `nbgrader db student add",
    ),
    "misspelled assignment": (
        f"{HEADER}ada,update_rule,2\n",
        "line 2: there is no assignment 'update_rule' in this course. Did you mean 'update_rules'? The assignments are "
        "ensembles, update_rules.",
    ),
    "no student": (f"{HEADER},*,2\n", "line 2: the student is missing."),
    "no assignment": (f"{HEADER}ada,,2\n", "line 2: the assignment is missing."),
    "words": (f"{HEADER}ada,*,two\n", "line 2: days must be a number from 0 to 366. Got 'two'."),
    "decimal comma": (f"{HEADER}ada,*,1,5\n", "line 2: a line must have the three fields"),
    "too few fields": (f"{HEADER}ada,*\n", "line 2: a line must have the three fields"),
    "negative": (f"{HEADER}ada,*,-1\n", "Got '-1'."),
    "nan": (f"{HEADER}ada,*,nan\n", "Got 'nan'."),
    "too long": (f"{HEADER}ada,*,367\n", "Got '367'."),
    "repeated": (f"{HEADER}ada,*,1\nemmy,*,1\nada,*,2\n", "line 4 repeats line 2: keep only one of the two."),
    "unclosed quotation mark": (f'{HEADER}"ada,*,1\n', "must be a CSV file in UTF-8 that can be read"),
    "a different encoding": (f"{HEADER}Zoë,*,1\n".encode("latin-1"), "must be a CSV file in UTF-8 that can be read"),
    "a folder": (None, "must be a CSV file in UTF-8 that can be read"),
}


@pytest.mark.parametrize(("content", "message"), ERRORS.values(), ids=ERRORS)
def test_error_is_reported_in_one_sentence_with_file_and_line(path, content, message):
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        read(path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)
