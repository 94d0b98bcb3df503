"""Find names that an answer uses but grading will not have, because only a cell that grading skips sets them."""

from collections.abc import Iterable, Sequence
from typing import Any

from .bindings import assigned_names
from .session import Session


def missing_when_graded(
    names: Sequence[str], functions: Sequence[Any], session: Session, demo_names: Iterable[str]
) -> list[str]:
    """Return the names that grading will not have, in alphabetical order.

    Parameters
    ----------
    names : sequence of str
        The names of the functions to check.
    functions : sequence of callable
        The functions to check. The notebook's functions that they call are searched too, and so are the cells that
        set what they use.
    session : Session
    demo_names : iterable of str
        The names that only demo cells set.
    """
    suspects = session.needed_names(names, functions).intersection(demo_names)
    return sorted(suspects - {name for run in session.current for name in assigned_names(run.source)})
