"""The cells that this kernel has run, in order, with the time of each run and the cell's id in the notebook."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .bindings import Binding, bindings, updated_names


@dataclass(frozen=True)
class Run:
    """One run of a cell. The id is "" if the notebook's editor does not send ids."""

    source: str
    cell_id: str
    seconds: float


RUNS: list[Run] = []


def record_runs(shell: Any) -> None:
    """Record the cells that the kernel has run so far, and every cell that it runs later."""
    now = time.time()  # the true times are unknown, but no later than this
    RUNS.extend(Run(source, "", now) for source in shell.user_ns.get("In", []))
    shell.events.register("pre_run_cell", _record)


def _record(info: Any) -> None:
    if info.store_history:
        RUNS.append(Run(str(info.raw_cell), str(info.cell_id or ""), time.time()))


def current_runs(runs: Sequence[Run]) -> list[Run]:
    """Return the last run of each cell, in order. Runs without a cell id are all kept."""
    last = {run.cell_id: number for number, run in enumerate(runs) if run.cell_id}
    return [run for number, run in enumerate(runs) if last.get(run.cell_id, number) == number]


def last_binding(runs: Sequence[Run], name: str) -> tuple[Run, Binding] | None:
    """Return the last run that set a name, and the statement that set it, or None if no run did."""
    return next(((run, found[-1]) for run in reversed(runs) if (found := _bindings_of(name, run))), None)


def repeated_updates(runs: Sequence[Run], name: str) -> int:
    """Return the largest number of times that one cell has updated a name since a cell last set the name anew.

    Runs without a cell id do not count: they may be runs of different cells.
    """
    counts: dict[str, int] = {}
    for run in runs:
        if name in run.source and name in updated_names(run.source):
            counts[run.cell_id] = counts.get(run.cell_id, 0) + 1
        elif _bindings_of(name, run):
            counts.clear()
    return max((count for cell_id, count in counts.items() if cell_id), default=0)


def _bindings_of(name: str, run: Run) -> tuple[Binding, ...]:
    """Return the statements that set a name in a run. Only cells that contain the name are parsed, to save time."""
    return bindings(run.source).get(name, ()) if name in run.source else ()
