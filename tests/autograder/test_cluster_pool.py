"""Whatever a Dask worker answers, the run gets a result or an error for each job.

tests/attacks/test_cluster.py grades on a real cluster. A client that gives fixed answers takes its place here.
"""

import asyncio

import pytest

from autograder.grading import cluster
from autograder.grading.job import grade
from autograder.grading.pool import GradingError, PoolEnded

WORKERS = ("tcp://10.0.0.5:1", "tcp://10.0.0.5:2")


class Task:
    """A finished task, whose answer may be an exception."""

    def __init__(self, answer):
        self.answer = answer

    def add_done_callback(self, callback):
        callback(self)

    def result(self):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


class Client:
    """Answers the first job with the first of `answers`, and so on."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def wait_for_workers(self, count, timeout):
        pass

    def run(self, *arguments, on_error):
        return {worker: {} for worker in WORKERS}

    def scheduler_info(self, n_workers):
        return {"workers": WORKERS}

    def submit(self, *arguments, **options):
        return Task(next(self.answers))


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """``answered(*answers)``: submit a job to workers that give these answers, and return the job's future."""

    def answered(*answers):
        monkeypatch.setattr(cluster, "connect", lambda address: Client(answers))
        pool = cluster.ClusterPool(WORKERS[0], tmp_path, confine=True, warn=lambda sentence: None)
        return pool.submit(grade, {})

    return answered


def refusal(worker):
    return {"refused": "it does not see the course", "worker": worker}


def test_result_of_a_worker_that_can_grade_is_passed_on(answered, tmp_path):
    result = {"result": str(tmp_path / "verdicts.json")}
    assert answered(result).result(0) == result["result"]
    assert answered(refusal(WORKERS[0]), result).result(0) == result["result"]


@pytest.mark.parametrize(
    ("answers", "kind", "sentence"),
    [
        pytest.param([{"error": "out of luck"}], GradingError, "out of luck", id="error"),
        pytest.param([ValueError("no such job")], GradingError, "ValueError: no such job", id="exception"),
        pytest.param([None], GradingError, "TypeError", id="no dict"),
        pytest.param([{}], GradingError, "KeyError: 'result'", id="empty"),
        pytest.param([{"result": "/missing/verdicts.json"}], GradingError, "FileNotFoundError", id="unseen folder"),
        pytest.param([{"refused": "broken"}], GradingError, "KeyError: 'worker'", id="nameless worker"),
        pytest.param([refusal(WORKERS[0])], GradingError, "StopIteration", id="job cannot be sent again"),
        pytest.param([*map(refusal, WORKERS)], PoolEnded, "No Dask worker is left", id="no worker left"),
        pytest.param([asyncio.CancelledError()], PoolEnded, "connection to the Dask scheduler was lost", id="lost"),
    ],
)
def test_every_other_answer_becomes_an_error(answered, answers, kind, sentence):
    with pytest.raises(kind, match=sentence):
        answered(*answers).result(0)
