"""A student's session: the kernel's variables, the cells that it has run, and the notebook as last saved."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .history import Run, current_runs, last_binding
from .reachable import used_names
from .saved import SavedNotebook


@dataclass(frozen=True)
class Session:
    """A kernel and its notebook.

    Attributes
    ----------
    namespace : dict
        The kernel's variables, keyed by name.
    runs : sequence of Run
        The cells that the kernel has run, in order. For demo cells, only the part that grading runs is included.
    saved : SavedNotebook or None
        None if it is unknown which notebook is open.
    """

    namespace: dict[str, Any]
    runs: Sequence[Run]
    saved: SavedNotebook | None = None

    @functools.cached_property
    def current(self) -> list[Run]:
        """The last run of each cell, as returned by `current_runs`."""
        return current_runs(self.runs)

    def needed_names(self, names: Iterable[str], functions: Sequence[Any]) -> set[str]:
        """Return every name that an answer needs: `names`, those that its functions use, and those needed to set them.

        Parameters
        ----------
        names : iterable of str
        functions : sequence of callable
        """
        found: set[str] = set()
        waiting = [*names, *used_names(functions, self.namespace)]
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.namespace:
                continue
            found.add(name)
            if made := last_binding(self.current, name):
                values = [self.namespace.get(need) for need in made[1].needs]
                waiting += [*made[1].needs, *used_names(values, self.namespace)]
        return found
