"""A search runs on a Dask cluster with real worker processes."""

import os
from concurrent.futures import Executor, Future
from operator import itemgetter

import pytest

from gradlab.search import search

# Ignore warnings from Dask's own threads and sockets while a cluster starts and stops.
pytestmark = pytest.mark.filterwarnings("ignore")
NUMBERS = [{"x": x} for x in range(6)]


@pytest.fixture(scope="module")
def client():
    import dask
    import distributed

    # By default, Dask gives up on a trial once it has killed four workers. On a busy machine, a worker that is killed
    # while it starts is not replaced, so four deaths could leave neither of the two.
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_search_runs_on_the_workers_of_a_client(client):
    factor = 3

    def objective(config):
        return {"y": factor * config["x"], "pid": os.getpid()} if config["x"] != 2 else 1 / 0

    reported = []
    trials = search(objective, NUMBERS, executor=client, on_result=reported.append, progress=False)
    assert [trial.result and trial.result["y"] for trial in trials] == [0, 3, None, 9, 12, 15]
    assert trials[2].error == "ZeroDivisionError: division by zero"
    assert len(reported) == 6
    pids = {trial.result["pid"] for trial in trials if trial.result}
    assert pids <= set(client.run(os.getpid).values())
    assert os.getpid() not in pids


def test_search_runs_on_the_clients_executor(client):
    trials = search(itemgetter("x"), NUMBERS, executor=client.get_executor(), progress=False)
    assert [trial.result for trial in trials] == list(range(6))


def test_search_on_a_cluster_resumes_from_its_file(client, tmp_path):
    path = tmp_path / "trials.jsonl"
    search(itemgetter("x"), NUMBERS[:3], executor=client, file=path, progress=False)
    trials = search(lambda config: -config["x"], NUMBERS, executor=client, file=path, progress=False)
    assert [trial.result for trial in trials] == [0, 1, 2, -3, -4, -5]


def test_repeated_configuration_is_run_twice(client):
    trials = search(lambda config: {"random": os.urandom(8).hex()}, [{}, {}], executor=client, progress=False)
    assert trials[0].result != trials[1].result


def test_search_says_that_it_waits_for_workers(capsys):
    import distributed

    class LateCluster(distributed.Client):
        def get_executor(self, **options):
            """Start a worker only now, after the search has looked for workers."""
            self.cluster.scale(1)
            return super().get_executor(**options)

    with (
        distributed.LocalCluster(
            n_workers=0, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        LateCluster(cluster) as client,
    ):
        trials = search(itemgetter("x"), NUMBERS, executor=client, progress=False)
    assert [trial.result for trial in trials] == list(range(6))
    assert "no workers yet" in capsys.readouterr().out


class LosesFirstResult(Executor):
    """Runs trials immediately. The first attempt at configuration 2 fails with `error`, as Dask's executor may."""

    def __init__(self, error):
        self.errors = [error]

    def submit(self, run, objective, config):
        future = Future()
        if config["x"] == 2 and self.errors:
            future.set_exception(self.errors.pop())
        else:
            future.set_result(run(objective, config))
        return future


def dask_errors():
    import distributed

    yield distributed.scheduler.KilledWorker("run_trial", None, 3)
    try:
        raise None.with_traceback(None)  # as Dask does if the worker dies while its result is fetched
    except AttributeError as error:
        yield error


@pytest.mark.parametrize("number", [0, 1], ids=["while it runs", "while its result is fetched"])
def test_trial_is_run_again_if_its_worker_dies(number):
    executor = LosesFirstResult(list(dask_errors())[number])
    trials = search(itemgetter("x"), NUMBERS, executor=executor, progress=False)
    assert [trial.result for trial in trials] == list(range(6))
    assert executor.errors == []


def test_death_of_a_worker_fails_only_its_trial(client):
    def objective(config):
        return os._exit(1) if config["x"] == 2 else config["x"]

    trials = search(objective, NUMBERS, executor=client, progress=False)
    assert [trial.result for trial in trials] == [0, 1, None, 3, 4, 5]
    assert trials[2].error.startswith("The trial's process died: ")
