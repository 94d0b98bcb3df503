"""``demo``: one assignment through all of nbgrader, with a made-up class, in a course of its own under ``build/``."""

import time
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder import catalogue
from autograder.grading.job import read_result
from autograder.paths import verdict_file
from gradlab.checks.outcome import PROBLEMS

from .course import grades, hand_in, lay_out, nbgrader, read_scores
from .students import make_class


def run(root, name, size):
    """Hand out, answer, collect, grade, return; returns 0 if every grade is what was to be expected."""
    started = time.monotonic()
    console = Console()
    course = lay_out(root, Path(root) / "build" / "demo", name)
    assignment = catalogue.assignments()[name]

    def step(what, *commands):
        for command in commands:
            arguments = [command] if command == "export" else [command, name]
            console.print(f"[bold]{what}[/]: nbgrader {' '.join(arguments)}")
            nbgrader(course, *arguments)

    step("hand the assignment out", "generate_assignment", "release_assignment")
    released = nbformat.read(course / "build" / "release" / name / f"{name}.ipynb", as_version=4)
    students = make_class(assignment, size)
    console.print(f"[bold]{len(students)} students[/] answer it and hand in")
    for student in students:
        hand_in(course, name, student.name, student.notebook(assignment, released))
    step("collect", "collect")
    step("grade", "autograde")
    step("write and return feedback", "generate_feedback", "release_feedback")
    step("export the grades", "export")
    results = {s.name: read_result(verdict_file(course, name, s.name)) for s in students}
    show(console, course, students, results, assignment)
    console.print(f"Done in {time.monotonic() - started:.0f} seconds.")
    wrong = [student.name for student in students if not as_expected(student, results[student.name], assignment)]
    if wrong:
        console.print(f"[red]Not graded as they should be: {', '.join(wrong)}[/]")
    return int(bool(wrong))


def as_expected(student, result, assignment):
    """Whether a student's verdicts are what they must be, the known mistake's name included."""
    verdicts = result["verdicts"]
    lost = [name for name, verdict in verdicts.items() if verdict["score"] < verdict["points"]]
    if student.gets == "none":
        return len(verdicts) == len(assignment.exercises) and not any(v["score"] for v in verdicts.values())
    if student.mistake:
        exercise, mistake = student.mistake
        return lost == [exercise] and verdicts[exercise]["mistake"] == mistake
    return len(lost) == (student.gets == "the rest")


def show(console, course, students, results, assignment):
    """The table of the class, and where to read more."""
    scores = read_scores(course)
    table = Table(
        "student", "score", "handed in", "what was found", title=f"{assignment.name}, of {assignment.points:g} points"
    )
    for student in students:
        story = found(results[student.name])
        table.add_row(student.name, f"{scores[student.name]:.4g}", student.story, story)
    console.print(table)
    by_hand = sum(written.points for written in assignment.written.values())
    console.print(f"{by_hand:g} points are for written answers, which a person marks in the formgrader.")
    console.print("Open in a browser, for instance:")
    for name in ("blaise", "loop", "patcher", "mangled"):
        page = course / "build" / "feedback" / name / assignment.name / f"{assignment.name}.html"
        console.print(f"  {page}", soft_wrap=True)
    console.print(f"Grades: {grades(course)}", soft_wrap=True)


def found(result):
    """What the judge found in a submission, in a line."""
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
        lines.append(f"wrong in a way that is not known: {', '.join(wrong)}")
    more = f" (and {len(lines) - 2} more)" if len(lines) > 2 else ""
    return "; ".join(lines[:2]) + more if lines else "nothing wrong"
