"""A made-up class: its gradebook, submissions, and results look as grading would leave them, but nothing is graded."""

import json
import os
from dataclasses import dataclass, field

import pytest

from autograder import catalogue
from autograder.demo.course import CONFIG
from autograder.paths import ROOT, verdict_file
from autograder.plugin.config import prepare_environment

NAME = "update_rules"
CASES = ("first case", "second case", "third case", "fourth case")
RIGHT = "def {name}(w, dw, config=None):\n    return w - 0.01 * dw, {{}}\n"


@dataclass(frozen=True)
class Answer:
    """An answer to an exercise: the cases that it fails, and what the judge finds in it."""

    failing: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    hint: str = ""
    diagnosis: str = ""
    problems: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    source: str = RIGHT


def mistaken(*names, failing=CASES, **more):
    return Answer(failing, names, hint=f"the hint for {names[0]}", diagnosis="Every case fails.", **more)


def unnamed(*failing, diagnosis="The result is wrong.", **more):
    return Answer(failing, diagnosis=diagnosis, **more)


UNWRITTEN = Answer(CASES, diagnosis="In each failing case: not written yet.", problems=("not_written",))


@dataclass(frozen=True)
class Work:
    """A student's submission. Exercises that are not listed are answered correctly.

    `by_hand` and `extra` are scores set by hand and extra credit, keyed by the name of the exercise or written answer.
    Written answers without a score still have to be graded.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    problem: str = ""
    mismatch: str = ""
    stopped: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    cpu: float = 0.1
    peak: float = 7e7
    by_hand: dict[str, float] = field(default_factory=dict)
    extra: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0
    flagged: bool = False
    recorded: bool = True
    graded: bool = True


def create_course(folder):
    (folder / "build").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(ROOT)), encoding="utf-8")
    return folder


def add_class(course, works, name=NAME, *, names=None, due=None, notebook=()):
    """Add an assignment to a course, with the work of a class.

    Parameters
    ----------
    course : Path
    works : dict of str to (Work or None)
        Keyed by student; None if the student has submitted nothing.
    name : str
        The assignment.
    names : dict of str to dict, optional
        The names and email addresses of students, as arguments of `nbgrader.api.Student`.
    due : datetime, optional
    notebook : sequence of dict
        Cells of the notebook other than answers. They only make the result files larger.
    """
    from nbgrader.api import Assignment, Gradebook, GradeCell, Notebook, Student

    assignment = catalogue.assignments()[name]
    points = {n: float(e.points) for n, e in assignment.exercises.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        prepare_environment(ROOT)
        gradebook = Gradebook(f"sqlite:///{course / 'build' / 'gradebook.db'}", "demo")
    with gradebook:
        known = {student.id: student for student in gradebook.students}
        added = Assignment(name=name, course_id="demo", duedate=due)
        gradebook.db.add(added)
        kept = Notebook(name=name, assignment=added)
        cells = {
            n: GradeCell(name=f"{n}-check", notebook=kept, max_score=p, cell_type="code") for n, p in points.items()
        }
        for question in assignment.written.values():
            cells[question.name] = GradeCell(
                name=question.name, notebook=kept, max_score=question.points, cell_type="markdown"
            )
        gradebook.db.add_all(cells.values())
        for student, work in works.items():
            person = known.get(student) or Student(id=student, **(names or {}).get(student, {}))
            gradebook.db.add(person)
            if work is None:
                continue
            (course / "build" / "submitted" / student / name).mkdir(parents=True)
            if work.graded:
                gradebook.db.add(_submission(work, added, kept, person, cells, points))
                if work.recorded:
                    file = verdict_file(course, name, student)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(json.dumps(result(work, points, notebook)), encoding="utf-8")
        gradebook.db.commit()


def score(work, exercise, points):
    """Return the automatic score of an answer."""
    failing = CASES if work.problem else work.answers.get(exercise, Answer()).failing
    return points * (1 - len(failing) / len(CASES))


def result(work, points, notebook):
    """Return what the judge writes about a submission."""
    answers = {} if work.problem else {name: work.answers.get(name, Answer()) for name in points}
    sources = [
        {
            "cell_type": "code",
            "metadata": {"nbgrader": {"solution": True, "grade": False, "grade_id": name}},
            "source": answer.source.format(name=name) if answer.source == RIGHT else answer.source,
            "outputs": [],
        }
        for name, answer in answers.items()
    ]
    return {
        "notebook": {"cells": [*notebook, *sources]},
        "verdicts": {name: verdict(work, name, each) for name, each in points.items()},
        "problem": work.problem,
        "remark": "",
        "mismatch": work.mismatch,
        "stopped": list(work.stopped),
        "tampering": list(work.tampering),
        "cpu": work.cpu,
        "peak": work.peak,
        "key": "",
        "submission": "",
    }


def verdict(work, name, points):
    answer = work.answers.get(name, Answer())
    return {
        "score": score(work, name, points),
        "points": points,
        "cases": [] if work.problem else [[label, label not in answer.failing] for label in CASES],
        "withdrawn": list(answer.withdrawn),
        "problems": list(answer.problems),
        "mistakes": list(answer.mistakes),
        "diagnosis": answer.diagnosis,
        "mistake": answer.mistakes[0] if answer.mistakes else "",
        "hint": answer.hint,
        "tampering": list(work.tampering),
        "seed": "1",
        "key": {},
    }


def _submission(work, assignment, notebook, student, cells, points):
    from nbgrader.api import Grade, SubmittedAssignment, SubmittedNotebook

    submission = SubmittedAssignment(assignment=assignment, student=student)
    kept = SubmittedNotebook(
        notebook=notebook, assignment=submission, late_submission_penalty=work.penalty or None, flagged=work.flagged
    )
    for name, cell in cells.items():
        by_hand = work.by_hand.get(name)
        auto = score(work, name, points[name]) if name in points else (0.0 if work.problem else None)
        Grade(
            cell=cell,
            notebook=kept,
            auto_score=auto,
            manual_score=by_hand,
            extra_credit=work.extra.get(name),
            needs_manual_grade=auto is None and by_hand is None,
        )
    return submission
