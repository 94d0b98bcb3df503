"""``demo``: takes one assignment through every step of nbgrader, with a made-up class, in a course below ``build/``."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.catalogue import Assignment
from autograder.commands.report import run as report
from autograder.grading.job import read_result
from autograder.paths import verdict_file
from gradlab.checks.outcome import PROBLEMS

from .course import create_course, grades_path, nbgrader, read_scores, submit
from .students import Student, make_class

Result = dict[str, Any]  # a result of grading, as `read_result` returns it


def run(root: str | Path, name: str, size: int) -> int:
    """Release, answer, submit, collect, and grade an assignment, return feedback, and export the grades.

    Returns
    -------
    int
        0 if every submission got the expected grade, otherwise 1.
    """
    started = time.monotonic()
    console = Console()
    course = create_course(root, Path(root) / "build" / "demo", name)
    assignment = catalogue.assignments()[name]

    def step(title: str, *commands: str) -> None:
        for command in commands:
            arguments = [command] if command == "export" else [command, name]
            console.print(f"[bold]{title}[/]: nbgrader {' '.join(arguments)}")
            nbgrader(course, *arguments)

    step("Release the assignment", "generate_assignment", "release_assignment")
    released = nbformat.read(course / "build" / "release" / name / f"{name}.ipynb", as_version=4)
    students = make_class(assignment, size)
    console.print(f"[bold]{len(students)} students[/] write their answers and submit")
    for student in students:
        submit(course, name, student.name, student.notebook(assignment, released))
    step("Collect", "collect")
    step("Grade", "autograde")
    step("Write and release feedback", "generate_feedback", "release_feedback")
    step("Export the grades", "export")
    console.print(f"[bold]See what the class knows[/]: python -m autograder report {name}")
    report(course, name)
    results = {s.name: read_result(verdict_file(course, name, s.name)) for s in students}
    print_report(console, course, students, results, assignment)
    console.print(f"Finished in {time.monotonic() - started:.0f} seconds.")
    wrong = [student.name for student in students if not is_as_expected(student, results[student.name], assignment)]
    if wrong:
        console.print(f"[red]These students got an unexpected grade: {', '.join(wrong)}[/]")
    return int(bool(wrong))


def is_as_expected(student: Student, result: Result, assignment: Assignment) -> bool:
    """Return whether a submission lost points exactly as expected, with its known mistake named, if it has one."""
    verdicts = result["verdicts"]
    lost = [name for name, verdict in verdicts.items() if verdict["score"] < verdict["points"]]
    if student.gets == "none":
        return len(verdicts) == len(assignment.exercises) and not any(v["score"] for v in verdicts.values())
    if student.mistake:
        exercise, mistake = student.mistake
        return lost == [exercise] and verdicts[exercise]["mistake"] == mistake
    return len(lost) == (student.gets == "all but one")


def print_report(
    console: Console, course: Path, students: Sequence[Student], results: Mapping[str, Result], assignment: Assignment
) -> None:
    """Print a table of the class, and where the feedback and the grades are."""
    scores = read_scores(course)
    title = f"{assignment.name}: {assignment.points:g} points"
    table = Table("student", "score", "submitted", "what the judge found", title=title)
    for student in students:
        table.add_row(student.name, f"{scores[student.name]:.4g}", student.story, summarize(results[student.name]))
    console.print(table)
    by_hand = sum(written.points for written in assignment.written.values())
    console.print(f"{by_hand:g} points are for written answers, which are graded by hand in the formgrader.")
    console.print("Open some of the feedback in a browser:")
    for name in ("blaise", "loop", "patcher", "mangled"):
        page = course / "build" / "feedback" / name / assignment.name / f"{assignment.name}.html"
        console.print(f"  {page}", soft_wrap=True)
    console.print(f"Grades: {grades_path(course)}", soft_wrap=True)


def summarize(result: Result) -> str:
    """Summarize in one line what the judge found in a submission."""
    if result["problem"]:
        return result["problem"]
    verdicts = result["verdicts"]
    replaced = sorted({name for verdict in verdicts.values() for name in verdict["tampering"]})
    lines = [f"replaced {', '.join(replaced)}"] if replaced else []
    lines += [f"{name}: {verdict['hint']}" for name, verdict in verdicts.items() if verdict["hint"]]
    for name, verdict in verdicts.items():
        problems = [PROBLEMS[kind] for kind in verdict["problems"] if kind != "not_run"]
        if problems and not verdict["hint"]:
            lines.append(f"{name}: {', '.join(problems)}")
    wrong = [name for name, verdict in verdicts.items() if verdict["score"] < verdict["points"]]
    if wrong and not lines:
        lines.append(f"wrong, but not a known mistake: {', '.join(wrong)}")
    more = f" (and {len(lines) - 2} more)" if len(lines) > 2 else ""
    return "; ".join(lines[:2]) + more if lines else "all correct"
