"""Creates a new hub's course, with its class.

`start.py` imports this module only if there is no course yet, because importing nbgrader takes more than a second.
"""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder import catalogue
from autograder.demo.course import create_course
from autograder.notebooks.build import build
from autograder.paths import ROOT
from autograder.plugin.config import configure
from autograder.sandbox.privileges import hide_and_die_with_parent


def lay_out_course(
    state: Path, assignments: list[str], students: dict[str, tuple[str, str]], say: Callable[[str], None]
) -> None:
    """Create a course with these assignments, or with all if there are none, in the folder ``course`` of `state`.

    `students` maps user names to first and last names. Progress is reported with `say`.
    """
    assignments = assignments or list(catalogue.assignments())
    unfinished = create_course(ROOT, state / "course.part")
    for name in assignments:
        shutil.copytree(ROOT / "assignments" / name, unfinished / "assignments" / name)
    configure(Config(), unfinished)  # creates the exchange now, so that the processes below do not race to create it
    say(f"building {len(assignments)} assignments")
    with ProcessPoolExecutor(os.cpu_count(), initializer=hide_and_die_with_parent, initargs=(os.getpid(),)) as pool:
        building = {pool.submit(build, unfinished, name): name for name in assignments}
        for number, built in enumerate(as_completed(building), start=1):
            built.result()
            say(f"built {building[built]}, {number} of {len(assignments)}")
    with Gradebook(f"sqlite:///{unfinished / 'build' / 'gradebook.db'}", "demo") as gradebook:
        for name, (first, last) in students.items():
            gradebook.add_student(name, first_name=first, last_name=last)
    unfinished.rename(state / "course")
