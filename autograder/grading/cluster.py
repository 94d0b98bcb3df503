"""A `concurrent.futures` executor that grades on the workers of a Dask cluster.

The workers run as the instructor, on machines that share the course's folder. Dask's processes send each other pickles,
so students must not be able to reach its ports. No pickle contains anything from a submission: a job is a dict of our
own values, and the answer is the path of a result or a sentence.
"""

import asyncio
import os
import re
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from autograder.paths import ROOT

from .pool import GradingError, JobPool, PoolEnded

CONNECT_SECONDS = 10  # to wait for the scheduler
WORKER_SECONDS = 60  # to wait for the first worker
ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://([^\s:/\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
HELP = "docs/cluster.md describes how to start a scheduler and workers"

Answer = dict[str, str]


class ClusterPool(JobPool):
    """Runs `autograder.grading.job.grade` on the workers of a Dask cluster, as `LocalPool` does on this machine.

    If a worker dies, Dask gives its jobs to other workers. A worker that cannot grade refuses jobs, which then go to
    other workers.

    Parameters
    ----------
    address : str
        The address of the scheduler, such as ``tcp://10.0.0.5:8786``.
    released : Path
        The released notebook, which the workers must be able to see.
    confine : bool
        Whether the workers must be able to confine students' code.
    warn : callable
        ``warn(sentence)`` is called for each worker that cannot grade.

    Raises
    ------
    GradingError
        If Dask is not installed, if no scheduler answers, or if no worker can grade.
    """

    def __init__(self, address: str, released: Path, confine: bool, warn: Callable[[str], object]) -> None:
        self.warn = warn
        self.run = secrets.token_hex(8)  # tells the workers which jobs belong to the same run
        self.refused: set[str] = set()  # addresses of workers
        self.call = worker_function()
        self.client = connect(address)
        try:
            self._find_workers(address, str(released), confine)
        except BaseException:
            self.client.close()
            raise

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the grading processes on the workers, and disconnect. Jobs that are not finished are cancelled."""
        if wait and not cancel_futures and self.client.status == "running":
            self.client.run(self.call, str(ROOT), "end", self.run, on_error="ignore")
        self.client.close()

    def _find_workers(self, address: str, released: str, confine: bool) -> None:
        """Wait for a worker, and ask all workers whether they can grade."""
        try:
            self.client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise GradingError(
                f"No worker has connected to the Dask scheduler at {address} within {WORKER_SECONDS} seconds; {HELP}."
            ) from None
        answers = self.client.run(self.call, str(ROOT), "check", released, confine, on_error="return")
        for worker, answer in answers.items():
            reason = answer.get("refused", "") if isinstance(answer, dict) else f"{type(answer).__name__}: {answer}"
            if reason:
                self._refuse(worker, reason)
        if not self._able():
            raise GradingError(f"Nothing is graded, because no worker of the Dask scheduler at {address} can grade.")

    def _refuse(self, worker: str, reason: str) -> None:
        if worker not in self.refused:
            self.refused.add(worker)
            self.warn(f"The Dask worker {worker} grades nothing: {reason}.")

    def _able(self) -> list[str]:
        """Return the addresses of the workers that have not refused to grade."""
        return [
            address for address in self.client.scheduler_info(n_workers=-1)["workers"] if address not in self.refused
        ]

    def _start(self, job: dict[str, Any], future: Future[str]) -> None:
        """Send a job to a worker that can grade."""
        limits = {"workers": self._able(), "allow_other_workers": True} if self.refused else {}
        task = self.client.submit(self.call, str(ROOT), "grade", self.run, job, pure=False, **limits)
        task.add_done_callback(lambda task: self._finish(task, job, future))

    def _finish(self, task: Any, job: dict[str, Any], future: Future[str]) -> None:
        """Pass on the answer to a job.

        Dask calls this method in a thread, and only logs what it raises. So every exception must go into the future;
        otherwise, the run would wait for it forever.
        """
        try:
            answer: Answer = task.result()
            if "refused" in answer:
                self._refuse(answer["worker"], answer["refused"])
                if not self._able():
                    raise PoolEnded("No Dask worker is left that can grade")
                self._start(job, future)
            elif "error" in answer:
                raise GradingError(answer["error"])
            else:
                # On a network file system, opening the folder makes this machine notice the new file.
                os.close(os.open(os.path.dirname(answer["result"]), os.O_RDONLY))
                future.set_result(answer["result"])
        except asyncio.CancelledError:
            future.set_exception(PoolEnded("The connection to the Dask scheduler was lost"))
        except GradingError as error:
            future.set_exception(error)
        except Exception as error:
            future.set_exception(GradingError(f"{type(error).__name__}: {error}"))


def connect(address: str) -> Any:
    """Return a client of a Dask scheduler."""
    if not ADDRESS.fullmatch(address):
        raise GradingError(
            f"The option JudgedExporter.dask_scheduler must be an address such as tcp://10.0.0.5:8786. Got {address!r}."
        )
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise GradingError(
            f"Grading on a Dask cluster needs the package dask.distributed, which cannot be imported here ({error}): "
            "run `pip install distributed`."
        ) from None
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except OSError as error:
        reason = str(error) or type(error).__name__
        raise GradingError(f"No Dask scheduler answers at {address} ({reason}); {HELP}.") from None


def worker_function() -> Callable[..., Answer]:
    """Return the function that workers call. They cannot import our code yet, so Dask must send the function's code.

    Dask sends the code of a function only if no module contains it under its name.
    """

    def call(root: str, name: str, *arguments: Any) -> Answer:
        import os
        import sys

        if not os.path.isdir(os.path.join(root, "autograder")):
            return {"refused": f"it does not see {root}, which all machines must share"}
        if root not in sys.path:
            sys.path.insert(0, root)
        from autograder.grading import cluster_worker

        answer: Answer = getattr(cluster_worker, name)(*arguments)
        return answer

    return call
