"""A job reads a submission once, and grades it again only if something has changed."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.grading.job import (
    Job,
    grade,
    grade_submitted,
    job_key,
    keep_current_verdicts,
    read_result,
    submission_digest,
)
from autograder.notebooks.intake import Submitted, read_or_reason
from autograder.paths import ROOT

NAME = "sanity_checks"
BROKEN, EMPTY = b"{", json.dumps({"cells": [], "nbformat": 4}).encode()


@pytest.fixture
def job(tmp_path):
    """A job for which tests write the submission to ``job.submitted``."""
    released = tmp_path / "release" / f"{NAME}.ipynb"
    released.parent.mkdir()
    shutil.copy(ROOT / "assignments" / NAME / f"{NAME}.ipynb", released)
    submitted = tmp_path / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    submitted.parent.mkdir(parents=True)
    return Job(
        course=str(tmp_path),
        released=str(released),
        submitted=str(submitted),
        result=str(tmp_path / "result.json"),
        assignment=NAME,
        student="ada",
    )


def submit(job, content):
    Path(job.submitted).write_bytes(content)


def test_file_replaced_during_grading_is_graded_next_time(job):
    """The result has the graded file's digest. With the new file's digest, the new file would never be graded."""
    submit(job, BROKEN)
    submitted = read_or_reason(job.submitted)
    submit(job, EMPTY)
    result = read_result(grade_submitted(job, submitted))
    assert result["submission"] == submitted.digest == result["problem"] != submission_digest(job.submitted)
    assert result["key"] == job_key(job, submitted.digest) != job_key(job, submission_digest(job.submitted))


def test_readable_file_replaced_during_grading_keeps_its_answers_and_digest(job, sandbox):
    own = {"cell_type": "code", "source": "print('the first')", "metadata": {}, "id": "own"}
    submit(job, json.dumps({"cells": [own], "nbformat": 4}).encode())
    submitted = read_or_reason(job.submitted)
    submit(job, BROKEN)
    result = read_result(grade_submitted(job, submitted))
    assert isinstance(submitted, Submitted)
    assert (result["submission"], result["problem"]) == (submitted.digest, "")
    (cell,) = [cell for cell in result["notebook"]["cells"] if cell["source"] == own["source"]]
    assert cell["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "the first\n"}]
    again = read_result(grade(vars(job)))
    assert again["problem"] == again["submission"] == submission_digest(job.submitted)


def test_feedback_says_once_that_a_browsers_copy_was_graded(job, sandbox):
    released = json.loads(Path(job.released).read_text())
    Path(job.submitted).with_name(f"{NAME} (1).ipynb").write_text(json.dumps(released))
    result = read_result(grade(vars(job)))
    remark = f"Your file is named '{NAME} (1).ipynb'. It was graded as '{NAME}.ipynb'; please use that name."
    assert (result["problem"], result["remark"]) == ("", remark)
    shown = [output["data"]["text/html"] for cell in result["notebook"]["cells"] for output in cell.get("outputs", [])
             if "text/html" in output.get("data", {})]  # fmt: skip
    assert len(shown) == len(result["verdicts"])
    assert ["please use that name" in html for html in shown] == [True] + [False] * (len(shown) - 1)


def test_up_to_date_result_is_kept_unless_fresh_is_set(job):
    submit(job, BROKEN)
    path = Path(grade(vars(job)))
    path.write_text(json.dumps(read_result(path) | {"mark": "kept"}))
    assert read_result(grade(vars(job)))["mark"] == "kept"
    assert "mark" not in read_result(grade(vars(job) | {"fresh": True}))


def graded(score, keys, submission="the file", problem=""):
    """Return a result in which each exercise has the given score, and a key if it is in `keys`."""
    metadata = [{"nbgrader": {"grade": True, "solution": False, "grade_id": f"{name}-check"}} for name in keys]
    return {
        "submission": submission,
        "problem": problem,
        "notebook": {"cells": [{"metadata": each, "outputs": [score]} for each in (*metadata, {})]},
        "verdicts": {name: {"score": score, "key": {"cases": key}} for name, key in keys.items()},
    }


KEYS = {"sgd": "now", "adam": "now"}
PREVIOUS = {
    "one exercise has changed": (graded(1, {"sgd": "now", "adam": "before"}), [1, 2]),
    "an exercise is new": (graded(1, {"sgd": "now"}), [1, 2]),
    "another file was graded": (graded(1, KEYS, submission="another file"), [2, 2]),
    "the file could not be read": (graded(1, KEYS, problem="not a notebook"), [2, 2]),
    "there is no previous result": ({}, [2, 2]),
}


@pytest.mark.parametrize(("previous", "scores"), PREVIOUS.values(), ids=PREVIOUS)
def test_previous_verdicts_are_kept_where_their_keys_are_current(previous, scores):
    result = graded(2, KEYS)
    keep_current_verdicts(result, previous)
    assert [verdict["score"] for verdict in result["verdicts"].values()] == scores
    assert [cell["outputs"] for cell in result["notebook"]["cells"]] == [[scores[0]], [scores[1]], [2]]


def test_each_verdict_has_a_key(job):
    submit(job, BROKEN)
    verdicts = read_result(grade(vars(job)))["verdicts"]
    assert {name for name, verdict in verdicts.items() if verdict["key"]["tolerance"] > 0} == set(verdicts)
    assert verdicts


@pytest.mark.parametrize("change", [{"run_demos": True}, {"cell_seconds": 1.0}, {"student": "emmy"}], ids=str)
def test_changed_job_has_a_different_key(job, change):
    changed = Job(**{**vars(job), **change})
    assert job_key(changed, "digest") != job_key(job, "digest")


def test_key_depends_on_notebook_submission_and_secret_but_not_on_fresh(job, tmp_path):
    keys = [job_key(job, "digest"), job_key(job, "another digest")]
    assert job_key(Job(**{**vars(job), "fresh": True, "previous": "a", "result": "b"}), "digest") == keys[0]
    with open(job.released, "a") as file:
        file.write("\n")
    keys.append(job_key(job, "digest"))
    (tmp_path / "build" / "course_secret").write_text("ab" * 32)
    keys.append(job_key(job, "digest"))
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("content", [None, "", '{"key": '], ids=["missing", "empty", "truncated"])
def test_missing_or_incomplete_result_is_read_as_an_empty_dict(tmp_path, content):
    path = tmp_path / "result.json"
    if content is not None:
        path.write_text(content)
    assert read_result(path) == {}
