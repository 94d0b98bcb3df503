"""`search` runs an objective on each of several configurations and returns a table of results."""

import contextlib
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from os import PathLike
from typing import Any, Protocol

from tqdm import tqdm

from ..typing import Config
from .interrupts import deferred_interrupts, interruptible
from .outcomes import as_executor, outcomes
from .record import Record
from .trial import Objective, Trial, TrialOutcome


class Client(Protocol):
    """A client of a cluster, such as ``dask.distributed.Client``."""

    def get_executor(self, *, pure: bool) -> Any:
        """Return an executor of concurrent.futures that runs on the cluster."""


def search(
    objective: Objective,
    configurations: Iterable[Config],
    *,
    executor: Executor | Client | None = None,
    file: str | PathLike[str] | None = None,
    retry_failed: bool = False,
    on_result: Callable[[Trial], object] | None = None,
    progress: bool = True,
) -> list[Trial]:
    """Run an objective on every configuration, several at a time.

    A failed trial gets a row in the table like any other trial, with its error. The same is true of a trial whose
    process dies; the other trials continue. After Ctrl-C, the search returns the finished trials.

    Parameters
    ----------
    objective : callable
        ``objective(config)`` returns a number, or a dict of results: numbers, strings, lists, dicts, or arrays. It
        must take everything it needs from `config`, including its seed, because it may run in another process
        or on another computer.
    configurations : iterable of dict
        Dicts with names as keys. A configuration that is listed twice runs twice.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where the trials run. By default, they run in one process per CPU core, each of which multiplies matrices in
        a single thread. If the system cannot start processes, the trials run in threads or one after the other, and a
        printed message says so. On Linux, the processes are forked, so the objective may be a function defined in a
        notebook. On other systems, it must be importable; otherwise, the trials run in threads.
    file : path, optional
        The file to which every finished trial is added at once, as one line of JSON. Trials already in the file are not
        repeated. A file belongs to one objective: choose another file when you change the objective.
    retry_failed : bool
        Whether to repeat the trials that the file records as failed.
    on_result : callable, optional
        ``on_result(trial)`` is called with each `Trial` as soon as it finishes. Trials finish in any order.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    list of Trial
        The trials in the order of the configurations, regardless of when they finished.

    Raises
    ------
    TypeError
        If an argument has the wrong type, or if a configuration cannot be stored in the file.
    ValueError
        If the file was not written by a search.

    Notes
    -----
    If one of the search's own processes dies, the trials under way, at most one per CPU core, are run once more,
    each in a separate process, to find out which of them caused the death.

    Ctrl-C takes effect within a tenth of a second, but never in the middle of the search's own code. If it has had no
    effect after two seconds, a second Ctrl-C interrupts whatever code is running.

    Examples
    --------
    >>> trials = search(lambda config: config["x"] ** 2, [{"x": 3}, {"x": "no"}], progress=False)
    >>> trials[0].result, trials[1].error
    (9, "TypeError: unsupported operand type(s) for ** or pow(): 'str' and 'int'")
    """
    configurations = [_checked(number, config) for number, config in enumerate(configurations)]
    chosen = as_executor(executor, objective)
    record = Record(file, configurations) if file is not None else None
    done = _done(record, retry_failed)
    left = {number: config for number, config in enumerate(configurations) if number not in done}
    failed = 0
    try:
        with (
            deferred_interrupts(),
            tqdm(
                desc="search",
                total=len(configurations),
                initial=len(done),
                unit="trial",
                file=sys.stdout,
                disable=not progress,
            ) as bar,
            contextlib.closing(outcomes(objective, left, chosen)) as finished,
        ):
            for number, outcome in finished:
                done[number] = outcome
                if record:
                    record.add(number, outcome)
                failed += outcome[1] is not None
                bar.set_postfix({"failed": failed} if failed else {}, refresh=False)
                bar.update()
                if on_result:
                    with interruptible():
                        on_result(Trial(configurations[number], *outcome))
    except KeyboardInterrupt:
        tqdm.write(f"Stopped: {len(done)} of {len(configurations)} trials are finished.")
    return [Trial(configurations[number], *done[number]) for number in sorted(done)]


def _done(record: Record | None, retry_failed: bool) -> dict[int, TrialOutcome]:
    if record is None:
        return {}
    return {number: outcome for number, outcome in record.done.items() if not (retry_failed and outcome[1])}


def _checked(number: int, config: Config) -> Config:
    if not isinstance(config, dict) or not all(isinstance(name, str) for name in config):
        raise TypeError(
            f'Every configuration must be a dict with names as keys, such as {{"learning_rate": 1e-3}}. Got '
            f"{config!r} at index {number}."
        )
    return dict(config)
