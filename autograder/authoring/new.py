"""Write a new exercise or a new assignment: a small one that works, for its author to replace part by part."""

import builtins
from pathlib import Path

from autograder.catalogue import NAME, assignments, is_name, suggestion
from autograder.notebooks.build import read_master
from autograder.notebooks.course_page import page_of, with_row
from autograder.notebooks.master_cells import read_cells
from gradlab.checks.bindings import assigned_names

SKELETON = Path(__file__).with_name("skeleton")
LONGEST = 60  # characters


def new_exercise(course: Path, assignment: str, name: str) -> dict[Path, str]:
    """Return the files of a new exercise with their contents: its module, and its assignment's master.

    Raises
    ------
    ValueError
        If there is no such assignment, or if the exercise cannot have this name. The message gives the reason.
    """
    folder = course / "autograder" / "exercises" / assignment
    if not is_name(assignment) or not (folder / "__init__.py").is_file():
        raise ValueError(f"there is no assignment {assignment!r}. {suggestion(assignment, assignments())}")
    text, master = read_master(course, assignment)
    _check_name("exercise", name)
    if name.startswith("fix_"):
        raise ValueError(f"{name!r} begins with fix_, like exercises that print wrong code. Choose another name.")
    used = {each for cell in read_cells(text, master) if cell.is_code for each in assigned_names(cell.source)}
    if name in used or name in dir(builtins):
        raise ValueError(f"Python or the notebook of {assignment} already uses {name!r}. Choose another name.")
    module = folder / f"{name}.py"
    if module.exists():
        raise ValueError(f"{module.relative_to(course)} exists. Choose another name.")
    return {module: _filled("exercise.py", name), master: f"{text.rstrip()}\n\n{_filled('exercise.md', name)}"}


def new_assignment(course: Path, name: str) -> dict[Path, str]:
    """Return the files of a new assignment with their contents.

    They are its package, with one exercise and one written question, its master, and the course page with a line for
    the assignment.

    Raises
    ------
    ValueError
        If the assignment cannot have this name. The message gives the reason.
    """
    example, question, title = f"{name}_example", f"{name}_question", name.replace("_", " ").capitalize()
    for each in (name, example, question):
        _check_name("assignment", each)
    package, folder = course / "autograder" / "exercises" / name, course / "assignments" / name
    for path in (package, package.with_suffix(".py"), folder):
        if path.exists():
            raise ValueError(f"{path.relative_to(course)} exists. Choose another name.")
    sections = (_filled("exercise.md", example), _filled("question.md", question))
    page = page_of(course)
    return {
        package / "__init__.py": f'"""{title}: say in one line what this assignment is about."""\n',
        package / f"{example}.py": _filled("exercise.py", example),
        package / f"{question}.py": _filled("question.py", question),
        folder / f"{name}.md": "\n".join([_filled("master.md", title), *sections]),
        page: with_row(page.read_text(encoding="utf-8"), name),
    }


def _check_name(kind: str, name: str) -> None:
    taken = {item for each in assignments().values() for item in (each.name, *each.exercises, *each.written)}
    if not is_name(name) or len(name) > LONGEST:
        raise ValueError(f"the name of an {kind} must be {NAME}, and at most {LONGEST} characters long. Got {name!r}.")
    if name in taken:
        raise ValueError(f"the course already has {name!r}. Choose another name.")


def _filled(file: str, name: str) -> str:
    """Return a file from the skeleton, filled in with an exercise's or question's name, or an assignment's title."""
    text = (SKELETON / file).read_text(encoding="utf-8")
    for placeholder in ("your_exercise", "your_question", "YOUR_TITLE"):
        text = text.replace(placeholder, name)
    return text.replace("YourExercise", "".join(part.capitalize() for part in name.split("_")))
