"""A class on a hub: all students fetch, answer, check, and submit at the same time."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import nbformat
import psutil
from nbgrader.api import Gradebook

from autograder import catalogue
from autograder.demo.students import reference

from .people import Person, find_cell

NAME = "update_rules"
EXERCISES = catalogue.assignments()[NAME].exercises
CHECKED = next(iter(EXERCISES.values()))  # the exercise that each student checks in the notebook


@dataclass
class Report:
    """Measurements and results of one student's work.

    Attributes
    ----------
    seconds : dict of str to float
        How many seconds each step took, keyed by step.
    points : float
        The points that the check of the exercise `CHECKED` returned in the notebook.
    memory : dict of str to int
        Bytes used by the student's server and by the kernel, measured when all students have finished.
    """

    name: str
    seconds: dict = field(default_factory=dict)
    points: float | None = None
    memory: dict = field(default_factory=dict)


def student_names(count):
    return [f"student{number:02}" for number in range(1, count + 1)]


def num_answered(name):
    """Return the number of exercises that a student answers. The numbers differ, so that the scores differ."""
    return 1 + int(name.removeprefix("student")) % len(EXERCISES)


def expected_score(name):
    """Return the points that a student's answers earn."""
    return sum(exercise.points for exercise in list(EXERCISES.values())[: num_answered(name)])


def signature(name):
    """Return a comment that occurs only in this student's notebook."""
    return f"# by {name}, alone"


def work(hub, name):
    """Work on the assignment as one student, from login to submission. The student's server keeps running."""
    report, started = Report(name), time.monotonic()

    def record_time(step):
        nonlocal started
        report.seconds[step], started = time.monotonic() - started, time.monotonic()

    person = Person(hub, name)
    person.start_server()
    record_time("server")
    person.fetch(NAME)
    record_time("fetch")
    notebook = person.open(NAME)
    for exercise in list(EXERCISES.values())[: num_answered(name)]:
        find_cell(notebook, exercise.name)["source"] = f"{signature(name)}\n{reference(exercise)}"
    kernel = person.start_kernel(NAME)
    record_time("kernel")
    person.run(kernel, next(c["source"] for c in notebook["cells"] if c["cell_type"] == "code"))
    person.run(kernel, find_cell(notebook, CHECKED.name)["source"])
    outputs = person.run(kernel, find_cell(notebook, f"{CHECKED.name}-check")["source"])
    report.points = float(outputs[-1]["text/plain"])
    record_time("check")
    person.save(NAME, notebook)
    person.submit(NAME)
    record_time("submit")
    person.leave()
    return report


def work_all(hub, students):
    """Let all students work at the same time.

    Returns
    -------
    dict of str to Report, float
        The reports, keyed by student, and the seconds until the last student had finished.
    """
    started = time.monotonic()
    with ThreadPoolExecutor(len(students)) as pool:
        reports = dict(zip(students, pool.map(lambda name: work(hub, name), students), strict=True))
    seconds = time.monotonic() - started
    for name in students:
        reports[name].memory = memory(hub, name)
    return reports, seconds


def memory(hub, name):
    """Return the bytes used by a student's server and its kernels, with shared pages divided among processes (PSS)."""
    (server,) = hub.processes(f"server of {name}")
    kernels = server.children(recursive=True)
    return {"server": proportional_set_size(server), "kernel": sum(map(proportional_set_size, kernels))}


def proportional_set_size(process):
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


def read_collected(hub, name):
    """Read a student's collected notebook, as JSON text."""
    return (hub.course / "build" / "submitted" / name / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


def submission_folders(hub):
    """Return all submission folders in the exchange, complete or not."""
    return sorted((hub.course / "build" / "exchange" / "demo" / "inbound").iterdir())


def scores(hub):
    """Read each student's points from the gradebook."""
    with Gradebook(f"sqlite:///{hub.course / 'build' / 'gradebook.db'}", "demo") as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions(NAME)}


def mixed_up(hub, students):
    """Find the students whose collected notebook lacks their own signature or contains another student's.

    Returns
    -------
    dict of str to list of str
        The students whose signatures are in the notebook, keyed by the student from whom the notebook was collected.
    """
    found = {}
    for name in students:
        text = read_collected(hub, name)
        nbformat.validate(json.loads(text))
        signers = [other for other in students if signature(other) in text]
        if signers != [name]:
            found[name] = signers
    return found
