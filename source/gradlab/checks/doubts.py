"""Say why the grade may differ from the check: the kernel's state need not match the saved notebook.

Grading runs the cells of the saved notebook once, from top to bottom, in a new process, and then calls the functions.
The kernel of a check may still have names from deleted cells, old versions of functions, or variables that a cell has
changed twice. Only differences for which there is clear evidence are reported.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from .bindings import may_set_more
from .history import last_binding, repeated_updates
from .saved import Place, SavedNotebook
from .session import Session
from .words import series

RESTART = "Before you submit, restart the kernel, run all cells, and check again."
MOST = 3  # the most differences shown


def doubts(exercise: str, names: Sequence[str], functions: Sequence[Any], session: Session) -> tuple[str, ...]:
    """Return sentences on why the grade may differ from the check; empty if nothing suggests that it will.

    Parameters
    ----------
    exercise : str
        The exercise's name.
    names : sequence of str
        The names of the functions that grading calls.
    functions : sequence of callable
        The functions that were checked.
    session : Session
    """
    given = dict(zip(names, functions, strict=True))
    own = [name for name, function in given.items() if session.namespace.get(name) is function]
    needed = sorted(session.needed_names(own, functions))
    found = [sentence for name in needed for sentence in _differences(exercise, name, name in own, session)]
    others = [_other_function(name) for name in given if name not in own]
    return (*others, *dict.fromkeys(found[:MOST]), *([RESTART] if found else []))


def kept_doubts(exercise: str, kept: Sequence[str], cases: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence about an answer that depends on earlier calls. Grading calls it more often than a check does.

    Parameters
    ----------
    exercise : str
        The exercise's name.
    kept : sequence of str
        What the function changes and leaves changed for the next call.
    cases : sequence of str
        The labels of the cases that pass the first time and fail the second time; empty if there are none.
    """
    if not cases:
        return ()
    return (
        f"`{exercise}` changes {series(kept)}, and later calls find what earlier ones left there. When the same "
        f'cases run again, "{cases[0]}" fails, and grading makes more calls than this check.',
    )


def _other_function(name: str) -> str:
    return (
        f"You checked a function other than `{name}`. Grading uses the function named `{name}`: if the one that you "
        f"checked is your answer, name it `{name}`, and run its cell again."
    )


def _differences(exercise: str, name: str, own: bool, session: Session) -> Iterator[str]:
    """Yield sentences on how the value of a name that the answer needs may differ in grading.

    `own` says whether the name is that of a checked function.
    """
    value = session.namespace.get(name)
    times = 0 if isinstance(value, ModuleType) else repeated_updates(session.runs, name)
    if times > 1:
        yield f"A cell has changed `{name}` {times} times in this kernel, and grading runs each cell only once."
    yield from _in_own_file(exercise, value, session)
    made = last_binding(session.current, name)
    if made is None:
        yield from _replaced(exercise, name, session)
    elif session.saved is not None and session.saved.seconds > made[0].seconds:
        yield from _compared(exercise, name, own, made[1].code, session.saved, session)


def _in_own_file(exercise: str, value: Any, session: Session) -> Iterator[str]:
    """Yield a sentence if a value comes from a file next to the notebook. Grading has only the notebook."""
    name = value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", "__main__"))
    file = getattr(sys.modules.get(name), "__file__", None) if name != "__main__" else None
    written = any("%%writefile" in run.source for run in session.runs)  # grading runs that cell too
    if file and Path(file).parent == Path.cwd() and not written:
        yield f"`{exercise}` needs `{Path(file).name}`, but only the notebook is graded: copy the code into a cell."


def _replaced(exercise: str, name: str, session: Session) -> Iterator[str]:
    """Yield a sentence if the cell that set a name has since run without setting it."""
    made = last_binding(session.runs, name)
    if made is None or any(may_set_more(run.source) for run in session.current):
        return
    rerun = max(run.seconds for run in session.runs if run.cell_id == made[0].cell_id)
    saved = session.saved
    if saved is None or saved.seconds <= rerun or not saved.places(name):
        yield (
            f"`{exercise}` needs `{name}`, but the cell that set `{name}` has since run without doing so: grading will "
            "fail unless another cell sets it."
        )


def _compared(exercise: str, name: str, own: bool, code: str, saved: SavedNotebook, session: Session) -> Iterator[str]:
    """Yield a sentence if the saved notebook sets a name differently from `code`, which set it in the kernel."""
    everywhere = saved.places(name)
    # Grading uses the exercise's own function as it is defined above its check.
    places = [place for place in everywhere if not own or place.cell < saved.checks[exercise]] or everywhere
    if not places:
        if not saved.may_set_more:
            yield f"`{exercise}` needs `{name}`, but no cell in the notebook as last saved sets it."
    elif places[-1].code == code:
        yield from _set_too_late(name, places[-1], saved, session)
    elif code in [place.code for place in places]:
        yield (
            f"The notebook as last saved sets `{name}` in more than one place. Grading uses the last one, but this "
            "check used a different one: give them different names."
        )
    elif code in [place.code for place in everywhere]:
        yield f"Grading uses the `{name}` above its check, but you checked one from further down: move it up."
    else:
        yield f"In the notebook as last saved, `{name}` is not the same as in this check: run its cell again."


def _set_too_late(name: str, place: Place, saved: SavedNotebook, session: Session) -> Iterator[str]:
    """Yield a sentence for each name that a cell needs and that the saved notebook sets only further down."""
    for need in sorted(place.needs):
        cells = [each.cell for each in saved.places(need)]
        made = last_binding(session.current, need)
        is_newer = made is not None and saved.seconds > made[0].seconds
        if cells and min(cells) >= place.cell and is_newer and not saved.may_set_more:
            yield (
                f"The cell that sets `{name}` needs `{need}`, which is set only further down in the notebook as last "
                f"saved. Grading runs the cells from top to bottom: move `{need}` up."
            )
