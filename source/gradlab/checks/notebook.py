"""`check("adam", adam)` shows at once which public cases pass, and names a known mistake if it recognizes one."""

import copy
import difflib
import os
import sys
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Self

from ..typing import Config, Outputs
from . import store
from .demo_cells import graded_source
from .help import Page, help_page
from .history import RUNS
from .kernel import a_person_runs_this_cell, kernel_shell
from .opened import find_checks, missing, saved_notebooks
from .progress import Progress
from .public_exercise import PublicExercise
from .public_report import public_report
from .report import Report
from .saved import saved_notebook
from .session import Session
from .waiting import line_for_a_person
from .words import series


class Points(float):
    """The points earned on the public cases, displayed in a notebook as the table of cases, with pictures."""

    report: Report

    def __new__(cls, report: Report) -> Self:
        points = super().__new__(cls, report.score)
        points.report = report
        return points

    def _repr_html_(self) -> str:
        return self.report.html()


@dataclass(frozen=True)
class ShownCase:
    """A copy of a public case, with arrays that you may change.

    Attributes
    ----------
    label : str
    inputs : dict
        The arguments for the driver, keyed by name.
    expected : dict or None
        The expected outputs, keyed by name; None if there is more than one correct answer.
    """

    label: str
    inputs: Config
    expected: Outputs | None


class Check:
    """Run your function on each public case of an exercise, and show which cases pass.

    Parameters
    ----------
    name : str
        The exercise's name.
    *functions : callable
        Your function, followed by any functions that are checked together with it.
    checks : path, optional
        The path of the assignment's ``checks.npz``. By default, the file in the kernel's folder is used, or the one
        next to the notebook.

    Returns
    -------
    Points
        The points earned, as a float. A notebook displays them as the table of cases, and for some exercises draws
        the first failing case; in a terminal, the table is printed.

    Raises
    ------
    ValueError
        If the assignment has no exercise called `name`; the message suggests similar names.
    FileNotFoundError
        If ``checks.npz`` is missing.
    """

    def __init__(self) -> None:
        self._loaded: dict[tuple[Path, int], dict[str, PublicExercise]] = {}
        self._progress = Progress()

    def __call__(self, name: str, *functions: Any, checks: str | PathLike[str] | None = None) -> Points:
        """Run the public cases of an exercise, as the class describes."""
        exercise = self._exercise(name, checks)
        session = self._session(exercise, checks)
        report = public_report(exercise, functions, session, line_for_a_person())
        self._progress.record(report, functions)
        if session is not None:
            report = replace(report, doubts=(*report.doubts, *self._progress.outdated(but=name)))
        if session is None:
            print(report.text())
        elif os.environ.get("NBGRADER_VALIDATING") and report.score < report.points:
            # nbgrader's Validate shows only the stderr of a cell with partial credit.
            print(report.text(), file=sys.stderr)
        return Points(report)

    def case(self, name: str, which: int | str, checks: str | PathLike[str] | None = None) -> ShownCase:
        """Return one public case, to look at its numbers or to call your function with them.

        Parameters
        ----------
        name : str
            The exercise's name.
        which : int or str
            The number of the case in the table, counting from 1, or its label.
        checks : path, optional
            The path of the assignment's ``checks.npz``. By default, the file next to the notebook is used.

        Raises
        ------
        ValueError
            If the assignment has no such exercise, or the exercise has no such case.
        """
        exercise = self._exercise(name, checks)
        labels = [case.label for case in exercise.cases]
        number = labels.index(which) + 1 if which in labels else which
        if number not in range(1, len(labels) + 1):
            raise ValueError(f"{name} has cases 1 to {len(labels)}: {', '.join(map(repr, labels))}. Got {which!r}.")
        case = exercise.cases[int(number) - 1]
        return ShownCase(case.label, copy.deepcopy(case.inputs), copy.deepcopy(case.expected))

    def progress(self, checks: str | PathLike[str] | None = None) -> Progress:
        """Return the points of all exercises on the public cases, and what is left to do."""
        exercises = self._exercises(self._path(checks))
        self._progress.expect({exercise.name: exercise.points for exercise in exercises.values()})
        if kernel_shell() is None:
            print(self._progress.text())
        return self._progress

    def help(self) -> Page:
        """Return a page that explains what a check does and what is graded."""
        page = help_page()
        if kernel_shell() is None:
            print(page)
        return page

    def hidden(self, name: str, *functions: Any) -> None:
        """Mark the place in the instructor's notebook where the judge collects a submission's functions.

        If a person runs the cell, nothing happens. If a program executes the notebook, an error is raised:
        otherwise, without our exporter, nbgrader would give points for cases that were never run.
        """
        if not a_person_runs_this_cell():
            raise RuntimeError(
                f"check.hidden({name!r}, ...) runs only when a submission is graded, by `nbgrader autograde`."
            )

    def _session(self, exercise: PublicExercise, checks: str | PathLike[str] | None) -> Session | None:
        """Return the notebook's kernel and the saved notebook, or None in a terminal or a script."""
        shell = kernel_shell()
        if shell is None:
            return None
        notebooks = saved_notebooks(self._path(checks).parent, shell.user_ns)
        runs = [replace(run, source=graded_source(run.source, exercise.demo_cells)) for run in RUNS]
        return Session(shell.user_ns, runs, saved_notebook(notebooks, exercise.name, exercise.demo_cells))

    def _exercise(self, name: str, checks: str | PathLike[str] | None) -> PublicExercise:
        exercises = self._exercises(self._path(checks))
        if name not in exercises:
            close = difflib.get_close_matches(str(name).lower(), exercises, n=3, cutoff=0.5)
            if close:
                hint = f"Did you mean {series([repr(name) for name in close], 'or')}?"
            else:
                hint = f"Its exercises are {series(list(exercises))}."
            raise ValueError(f"there is no exercise {name!r} in this assignment. {hint}")
        return exercises[name]

    def _path(self, checks: str | PathLike[str] | None) -> Path:
        if checks is None:
            shell = kernel_shell()
            return find_checks(shell.user_ns if shell else {}, [path for path, _ in self._loaded])
        return Path(checks).resolve()

    def _exercises(self, path: Path) -> dict[str, PublicExercise]:
        if not path.exists():
            raise FileNotFoundError(missing(path))
        stamp = (path, path.stat().st_mtime_ns)
        if stamp not in self._loaded:
            self._loaded = {stamp: store.load(path)}
        return self._loaded[stamp]


check = Check()
