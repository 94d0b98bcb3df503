"""Trials run in processes, which may die or be interrupted. Without processes, they run in threads or one by one."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from operator import itemgetter

import pytest

from gradlab.search import search

from .common import NUMBERS, linux, quietly, results

# Python warns about forking a process that has threads. The pools in these tests do that, as a user's pools would.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def no_fork(monkeypatch):
    def fork():
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "fork", fork)


@linux
def test_default_processes_run_functions_defined_in_a_notebook():
    factor = 3
    trials = quietly(lambda config: {"pid": os.getpid(), "y": factor * config["f"](config["x"])}, [
        {"x": x, "f": lambda x: x + 1} for x in range(4)
    ])  # fmt: skip
    assert [trial.result["y"] for trial in trials] == [3, 6, 9, 12]
    assert os.getpid() not in {trial.result["pid"] for trial in trials}
    assert not multiprocessing.active_children()


def blas_threads():
    """Return the number of threads that NumPy's own OpenBLAS uses, or None if NumPy uses another library."""
    with open("/proc/self/maps") as maps:
        path = next((line.split()[-1] for line in maps if "scipy_openblas64" in line), None)
    return path and ctypes.CDLL(path).scipy_openblas_get_num_threads64_()


@linux
def test_each_process_multiplies_matrices_in_one_thread():
    before = blas_threads()
    if before is None:
        pytest.skip("NumPy does not use its own OpenBLAS")
    assert results(quietly(lambda config: blas_threads(), NUMBERS[:3])) == [1, 1, 1]
    assert blas_threads() == before


DEATHS = {
    "exits": lambda: os._exit(0),
    "is killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


@linux
@pytest.mark.parametrize("killers", [{0}, {3}, {5}, {0, 1}, {1, 4, 5}, set(range(6))], ids=str)
@pytest.mark.parametrize("death", DEATHS)
def test_death_of_a_process_fails_only_its_trial(death, killers):
    def objective(config):
        return DEATHS[death]() if config["x"] in killers else config["x"]

    trials = quietly(objective, NUMBERS)
    assert results(trials) == [None if x in killers else x for x in range(6)]
    assert {x for x in range(6) if (trials[x].error or "").startswith("The trial's process died: ")} == killers
    assert not multiprocessing.active_children()


def die_at_two(config):
    return os._exit(1) if config["x"] == 2 else config["x"]


@linux
def test_death_in_a_given_pool_fails_only_its_trial(capsys):
    with ProcessPoolExecutor(2) as executor:
        trials = search(die_at_two, NUMBERS, executor=executor, progress=False)
    assert results(trials) == [0, 1, None, 3, 4, 5]
    assert (
        capsys.readouterr().out
        == "The executor's processes died. The search starts its own processes for the remaining trials.\n"
    )


def test_without_processes_trials_run_in_threads_with_one_notice(monkeypatch, capsys):
    no_fork(monkeypatch)
    trials = quietly(lambda config: {"pid": os.getpid(), "x": config["x"]}, NUMBERS)
    assert [trial.result["x"] for trial in trials] == list(range(6))
    assert {trial.result["pid"] for trial in trials} == {os.getpid()}
    out, err = capsys.readouterr()
    assert out == (
        "The trials run in threads, not in processes: the system cannot start processes (PermissionError: [Errno 1] "
        "Operation not permitted).\n"
    )
    assert err == ""


def test_without_processes_and_threads_trials_run_one_after_the_other(monkeypatch, capsys):
    def start(self):
        raise RuntimeError("can't start new thread")

    no_fork(monkeypatch)
    monkeypatch.setattr(threading.Thread, "start", start)
    reported = []
    trials = quietly(itemgetter("x"), NUMBERS, on_result=lambda trial: reported.append(trial.result))
    assert results(trials) == reported == list(range(6))
    assert capsys.readouterr().out.startswith("The trials run one after the other, not in processes: ")


def test_importable_objective_runs_in_spawned_processes(monkeypatch, tmp_path, capsys):
    (tmp_path / "spawned_objective.py").write_text(
        "import os\ndef objective(config):\n    return os._exit(3) if config['x'] == 1 else os.getpid()\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")  # on macOS, processes are spawned
    from spawned_objective import objective

    trials = quietly(objective, NUMBERS[:3])
    assert trials[1].error.startswith("The trial's process died")
    assert os.getpid() not in {trials[0].result, trials[2].result}
    assert capsys.readouterr().out == ""


def only_in_main(config):
    return os.getpid()


@pytest.mark.parametrize("kind", ["lambda", "defined in __main__"])
def test_other_objectives_run_in_threads_instead_of_spawned_processes(kind, monkeypatch, capfd):
    monkeypatch.setattr(sys, "platform", "darwin")  # on macOS, processes are spawned
    objective = (lambda config: os.getpid()) if kind == "lambda" else only_in_main
    if kind != "lambda":  # Move the function to __main__, like a notebook's functions: a spawned process lacks them.
        monkeypatch.setattr(only_in_main, "__module__", "__main__")
        monkeypatch.setattr(sys.modules["__main__"], "only_in_main", only_in_main, raising=False)
    trials = quietly(objective, NUMBERS[:2])
    assert results(trials) == [os.getpid()] * 2
    out, err = capfd.readouterr()
    assert out.startswith("The trials run in threads, not in processes: the objective cannot be sent to a process (")
    assert out.endswith("; to use processes, import it from a .py file.\n")
    assert err == ""


def test_ctrl_c_ends_the_search_and_returns_finished_trials(capsys):
    def on_result(trial):
        if trial.result == 3:
            raise KeyboardInterrupt

    trials = search(itemgetter("x"), [{"x": x} for x in range(50)], on_result=on_result)
    assert 3 in results(trials)
    assert len(trials) < 50
    assert results(trials) == sorted(results(trials))
    assert f"Stopped: {len(trials)} of 50 trials are finished." in capsys.readouterr().out


INTERRUPTED = """
import os, signal, sys
from gradlab.search import search

def objective(config):
    if config["x"] >= 4:
        signal.pause()
    return config["x"]

def on_result(trial):
    finished.append(trial)
    if len(finished) == 4:
        print("now", flush=True)

finished = []
trials = search(objective, [{"x": x} for x in range(20)], on_result=on_result, progress=False)
print([trial.result for trial in trials])
"""


@linux
@pytest.mark.parametrize("target", ["the process group, as from a terminal or a notebook", "the search alone"])
def test_ctrl_c_signal_ends_the_running_trials(target):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "now\n"
        if target == "the search alone":
            os.kill(process.pid, signal.SIGINT)
        else:
            os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert out == "Stopped: 4 of 20 trials are finished.\n[0, 1, 2, 3]\n"
    assert err == ""
    with pytest.raises(ProcessLookupError):  # no process in the group is left
        os.killpg(process.pid, 0)
