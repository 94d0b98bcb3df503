"""`search`: an objective on each of some configurations, with a table at the end."""

import contextlib
import sys

from tqdm import tqdm

from .outcomes import as_executor, outcomes
from .record import Record
from .trial import Trial


def search(objective, configurations, *, executor=None, file=None, retry_failed=False, on_result=None, progress=True):
    """Try an objective on every one of some configurations, several at a time.

    A trial that fails is a row of the table like any other, with its error; so is one whose process dies, and
    the rest goes on. Ctrl-C ends the search, and the trials that are finished are returned.

    Parameters
    ----------
    objective : callable
        ``objective(config)`` returns a number, or a dict of results: numbers, strings, lists, dicts, arrays. It
        must take all it needs from `config`, its seed included: where it runs is not said.
    configurations : iterable of dict
        Each with names as keys. They may be made in any way; one that stands twice is tried twice.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where the trials run. Without one they run in a process for each processor; where processes are not to be
        had, in threads, or one after the other, and a sentence says so. On Linux the processes are forked, so
        that a function defined in a notebook will do, and multiply in one thread each; elsewhere it must be
        importable, or threads are used.
    file : path, optional
        Every finished trial is added to it at once, as a line of JSON. What is in it already is not tried again.
        A file belongs to one objective: give another one when you change it.
    retry_failed : bool
        Whether trials that failed according to the file are tried again.
    on_result : callable, optional
        ``on_result(trial)`` is called with each `Trial` as soon as it is finished, in whatever order that is.
    progress : bool
        Whether to show a bar.

    Returns
    -------
    list of Trial
        In the order of the configurations, whatever the order in which they were finished.

    Raises
    ------
    TypeError
        If the arguments are of the wrong kind, or the file could not hold the configurations.
    ValueError
        If the file was not written by a search.

    Notes
    -----
    When a process of the search's own dies, the trials that were under way, at most one a processor, are run once
    more, each in a process by itself, to find the one that is to blame.

    Examples
    --------
    >>> trials = search(lambda config: config["x"] ** 2, [{"x": 3}, {"x": "no"}], progress=False)
    >>> trials[0].result, trials[1].error
    (9, "TypeError: unsupported operand type(s) for ** or pow(): 'str' and 'int'")
    """
    configurations = [_checked(number, config) for number, config in enumerate(configurations)]
    executor = as_executor(executor, objective)
    record = Record(file, configurations) if file is not None else None
    done = _done(record, retry_failed)
    left = {number: config for number, config in enumerate(configurations) if number not in done}
    failed = 0
    with (
        tqdm(
            desc="search",
            total=len(configurations),
            initial=len(done),
            unit="trial",
            file=sys.stdout,
            disable=not progress,
        ) as bar,
        contextlib.closing(outcomes(objective, left, executor)) as finished,
    ):
        try:
            for number, outcome in finished:
                done[number] = outcome
                if record:
                    record.add(number, outcome)
                failed += outcome[1] is not None
                bar.set_postfix({"failed": failed} if failed else {}, refresh=False)
                bar.update()
                if on_result:
                    on_result(Trial(configurations[number], *outcome))
        except KeyboardInterrupt:
            tqdm.write(f"Stopped: {len(done)} of {len(configurations)} trials are finished.")
    return [Trial(configurations[number], *done[number]) for number in sorted(done)]


def _done(record, retry_failed):
    if record is None:
        return {}
    return {number: outcome for number, outcome in record.done.items() if not (retry_failed and outcome[1])}


def _checked(number, config):
    if not isinstance(config, dict) or not all(isinstance(name, str) for name in config):
        raise TypeError(
            f'Every configuration must be a dict with names as keys, such as {{"learning_rate": 1e-3}}. Got '
            f"{config!r}, number {number}."
        )
    return dict(config)
