"""A class on a hub: everybody fetches, answers, checks and submits, all at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import nbformat
import psutil
from nbgrader.api import Gradebook

from autograder import catalogue
from autograder.demo.students import reference

from .people import Person, cell

NAME = "update_rules"
EXERCISES = catalogue.assignments()[NAME].exercises
CHECKED = next(iter(EXERCISES.values()))  # the one that everybody checks in their notebook


@dataclass
class Report:
    """What one student did and saw.

    Attributes
    ----------
    seconds : dict of str to float
        How long each step took.
    points : float
        What the check in the notebook gave for the exercise `CHECKED`.
    memory : dict of str to int
        Bytes of their server and of their kernel, when all have finished.
    """

    name: str
    seconds: dict = field(default_factory=dict)
    points: float | None = None
    memory: dict = field(default_factory=dict)


def names(count):
    return [f"student{number:02}" for number in range(1, count + 1)]


def answered(name):
    """How many of the exercises a student answers, so that their scores differ."""
    return 1 + int(name.removeprefix("student")) % len(EXERCISES)


def expected(name):
    """The points of that."""
    return sum(exercise.points for exercise in list(EXERCISES.values())[: answered(name)])


def mark(name):
    """What stands in a student's notebook and in nobody else's."""
    return f"# by {name}, alone"


def work(hub, name):
    """One student, from the login to the submission; their server goes on."""
    report, started = Report(name), time.monotonic()

    def took(step):
        nonlocal started
        report.seconds[step], started = time.monotonic() - started, time.monotonic()

    person = Person(hub, name)
    person.start_server()
    took("server")
    person.fetch(NAME)
    took("fetch")
    notebook = person.open(NAME)
    for exercise in list(EXERCISES.values())[: answered(name)]:
        cell(notebook, exercise.name)["source"] = f"{mark(name)}\n{reference(exercise)}"
    kernel = person.start_kernel(NAME)
    took("kernel")
    person.run(kernel, next(c["source"] for c in notebook["cells"] if c["cell_type"] == "code"))
    person.run(kernel, cell(notebook, CHECKED.name)["source"])
    report.points = float(person.run(kernel, cell(notebook, f"{CHECKED.name}-check")["source"])[-1]["text/plain"])
    took("check")
    person.save(NAME, notebook)
    person.submit(NAME)
    took("submit")
    person.leave()
    return report


def work_all(hub, students):
    """Everybody at once; returns their reports by name, and how many seconds it took."""
    started = time.monotonic()
    with ThreadPoolExecutor(len(students)) as pool:
        reports = dict(zip(students, pool.map(lambda name: work(hub, name), students), strict=True))
    seconds = time.monotonic() - started
    for name in students:
        reports[name].memory = memory(hub, name)
    return reports, seconds


def memory(hub, name):
    """Bytes that a student's server and kernels hold, pages that are shared divided among their users (PSS)."""
    (server,) = hub.processes(f"server of {name}")
    kernels = server.children(recursive=True)
    return {"server": held(server), "kernel": sum(map(held, kernels))}


def held(process):
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def collected(hub, name):
    """The source of the notebook that was collected from a student."""
    return (hub.course / "build" / "submitted" / name / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


def handed_in(hub):
    """All folders in the exchange, whole or not."""
    return sorted((hub.course / "build" / "exchange" / "demo" / "inbound").iterdir())


def scores(hub):
    """Everybody's points in the gradebook."""
    with Gradebook(f"sqlite:///{hub.course / 'build' / 'gradebook.db'}", "demo") as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions(NAME)}


def mixed_up(hub, students):
    """Who has another's mark in what was collected under their name, or not their own.

    Returns
    -------
    dict of str to list of str
    """
    found = {}
    for name in students:
        text = collected(hub, name)
        nbformat.validate(json.loads(text))
        marks = [other for other in students if mark(other) in text]
        if marks != [name]:
            found[name] = marks
    return found
