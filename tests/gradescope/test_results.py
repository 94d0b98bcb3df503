"""Results have Gradescope's format, and contain only what students may see."""

import json
from pathlib import Path

import pytest

from autograder import catalogue
from autograder.gradescope.memory import LEAST, memory_for_students
from autograder.gradescope.results import MAX_OUTPUT, failure, graded_results, write
from autograder.gradescope.run import described, student
from autograder.running.settings import MEMORY

ASSIGNMENT = catalogue.assignments()["update_rules"]
# The format, as Gradescope documents it for autograders: for each key, the values that it may have.
TOP = {"score": (int, float), "output": str, "execution_time": int, "tests": list}
TEST = {"name": str, "score": (int, float), "max_score": (int, float), "output": str}
CHOICES = {
    "status": {"passed", "failed"},
    "output_format": {"text", "html", "simple_format", "md", "ansi"},
    "visibility": {"hidden", "after_due_date", "after_published", "visible"},
    "stdout_visibility": {"hidden", "after_due_date", "after_published", "visible"},
}


def check_format(results):
    """Assert that results are in Gradescope's format, that the tests' points add up, and that no traceback is shown."""
    for values, types in [(results, TOP), *((test, TEST) for test in results["tests"])]:
        assert values.keys() <= types.keys() | CHOICES.keys()
        assert all(isinstance(value, types[key]) for key, value in values.items() if key in types)
        assert all(value in CHOICES[key] for key, value in values.items() if key in CHOICES)
    assert results["score"] == sum(test["score"] for test in results["tests"])
    assert results["stdout_visibility"] == "hidden"
    assert "Traceback" not in json.dumps(results)


def graded(**changes):
    verdicts = {
        "sgd": {"score": 1.0, "points": 1.0, "report": "sgd: 4 of 4 cases pass", "seed": "123456"},
        "adam": {"score": 1.5, "points": 3.0, "report": "adam: <b>half</b>\x1b[31m", "seed": "654321"},
    }
    error = {"output_type": "error", "ename": "NameError", "evalue": "name\n'x'", "traceback": ["secret line"]}
    cells = [{"outputs": [error]}, {"outputs": []}, {}]
    fields = {"problem": "", "mismatch": "", "stopped": [], "notebook": {"cells": cells}, "verdicts": verdicts}
    return fields | changes


def test_graded_results_have_points_and_outputs_without_secrets():
    results = graded_results(graded(), ASSIGNMENT, "", 12.3)
    check_format(results)
    assert results["score"] == 2.5
    assert [test["status"] for test in results["tests"]] == ["passed", "failed"]
    assert [test["max_score"] for test in results["tests"]] == [1.0, 3.0]
    assert results["tests"][1]["output"] == "adam: <b>half</b>\\x1b[31m"
    assert results["tests"][1]["output_format"] == "text"
    assert "A cell stopped with NameError: name 'x'\n" in results["output"]
    assert not any(word in json.dumps(results) for word in ("123456", "654321", "secret line"))


LINES = {
    "an unreadable notebook": (graded(problem="it is empty"), "", "Nothing could be graded: it is empty."),
    "the wrong notebook": (graded(mismatch="this looks like ensembles"), "", "the right notebook: this looks like"),
    "a limit": (graded(stopped=["cell 3: it took too long"]), "", "Problem in cell 3: it took too long."),
    "a choice": (graded(), "Only 'a.ipynb' was graded.", "Only 'a.ipynb' was graded."),
    "written answers": (graded(), "", "Written answers (1) are not graded here"),
    "many errors": (
        graded(notebook={"cells": [{"outputs": [{"ename": "E", "evalue": "x" * 999}]}] * 12}),
        "",
        "2 more cells stopped with errors.",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_output_says_what_happened(case):
    result, note, expected = LINES[case]
    results = graded_results(result, ASSIGNMENT, note, 1.0)
    check_format(results)
    assert expected in results["output"]


def test_long_output_is_shortened():
    output = failure("x" * 10 * MAX_OUTPUT)["output"]
    assert len(output) < MAX_OUTPUT + 20
    assert output.endswith("(shortened)")


def test_results_are_replaced_in_one_step(tmp_path):
    path = tmp_path / "results" / "results.json"
    for sentence in ("first", "second"):
        write(path, failure(sentence))
        check_format(json.loads(path.read_text()))
        assert json.loads(path.read_text())["output"] == sentence
    assert list(path.parent.iterdir()) == [path]


STUDENTS = {
    '{"users": [{"id": 12, "email": "a@b"}, {"id": 7}]}': "12+7",
    '{"users": [{"id": "7; rm -rf /"}]}': "",
    '{"users": [{"name": "x"}]}': "",
    '{"users": null}': "",
    "[": "",
    "[" * 100_000: "",
    None: "",
}


@pytest.mark.parametrize("text", STUDENTS, ids=lambda text: str(text)[:40])
def test_students_are_identified_only_by_valid_numeric_ids(text, tmp_path):
    path = tmp_path / "submission_metadata.json"
    if text is not None:
        path.write_text(text)
    assert student(path) == STUDENTS[text]


@pytest.mark.parametrize(
    ("limit", "installed", "expected"),
    [
        ("805306368", 64 << 30, 512 << 20),
        ("max", 64 << 30, MEMORY),
        ("max", 1 << 30, 768 << 20),
        (str(64 << 30), 64 << 30, MEMORY),
        (str(300 << 20), 64 << 30, LEAST),
        ("", 64 << 30, MEMORY),
    ],
)
def test_memory_leaves_room_for_the_judge(limit, installed, expected, tmp_path):
    (tmp_path / "memory.max").write_text(limit)
    assert memory_for_students([tmp_path / "missing", tmp_path / "memory.max"], installed) == expected


def test_memory_for_students_on_this_machine_is_within_bounds():
    assert LEAST <= memory_for_students() <= MEMORY


def test_error_is_described_in_one_line():
    try:
        Path("/missing\n\x1b[31m").read_text()
    except OSError as error:
        line = described(error)
    assert line.startswith("FileNotFoundError: ")
    assert "\n" not in line
    assert "\x1b" not in line
