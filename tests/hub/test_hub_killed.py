"""A hub is killed while students work, and then restarted. All confirmed submissions must be complete."""

import itertools
import json
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests

from . import whole_class
from .people import Person, Refused, browser_session, find_cell, is_logged_in
from .running import PATIENCE, START, Hub, processes, require_hub, wait_for

NAME = whole_class.NAME
STUDENTS = whole_class.student_names(3)
FIGURES = 8000  # number of files next to a notebook: enough that copying a submission takes a second or more


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub whose first start was killed while it was creating the course."""
    require_hub()
    state = tmp_path_factory.mktemp("killed")
    hub = Hub(state, STUDENTS, [NAME])
    hub.launch()
    wait_for(lambda: "building" in hub.output, "the course to be built")
    hub.kill_all()
    assert not hub.course.exists()
    (state / "passwords.part").write_text('{"instr')
    with hub:
        assert not list(state.glob("*.part"))
        hub.release()
        yield hub


@pytest.fixture
def running(hub):
    """The same hub, started again if an earlier test killed it."""
    if hub.starter.poll() is not None:
        hub.start()
    return hub


@pytest.fixture
def bystander():
    """An unrelated process, whose id `forge_process_ids` writes where the hub stores the ids of the hub's processes."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def submit_repeatedly(person, reported, killed):
    """Fetch, answer, and submit until the server has been killed.

    Append to `reported` each round that the server reported as submitted. Errors are expected once `killed` is not
    empty.
    """
    for number in itertools.count(len(reported)):
        try:
            person.fetch(NAME)
            answer(person, number)
            person.submit(NAME)
            reported.append(number)
            person.move(NAME, f"round{number}")
        except (Refused, requests.RequestException):
            if killed:
                return
            raise


def answer(person, number):
    notebook = person.open(NAME)
    find_cell(notebook, whole_class.CHECKED.name)["source"] = f"{whole_class.signature(person.name)}, round {number}."
    person.save(NAME, notebook)


def round_of(text):
    return int(re.search(r", round (\d+)\.", text)[1])


def rounds_in_exchange(hub, name):
    """Return the rounds whose submissions in the exchange are complete."""
    folders = [path for path in whole_class.submission_folders(hub) if path.name.startswith(f"{name}+")]
    complete = [path for path in folders if (path / "submission_secret.txt").exists()]
    return {round_of((path / f"{NAME}.ipynb").read_text(encoding="utf-8")) for path in complete}


def forge_process_ids(hub, name, pid):
    """Replace the stored ids of the proxy and of a student's server with a different process's id."""
    (hub.state / "proxy.pid").write_text(str(pid))
    with closing(sqlite3.connect(hub.state / "jupyterhub.sqlite")) as database, database:
        query = "UPDATE spawners SET state = ? WHERE user_id = (SELECT id FROM users WHERE name = ?)"
        assert database.execute(query, (json.dumps({"pid": pid}), name)).rowcount == 1


def submit_slowly(person, reported, killed):
    """Submit once, then submit again with `FIGURES` more files."""
    if not any(entry["status"] == "fetched" for entry in person.assignments()):
        person.fetch(NAME)
    answer(person, 0)
    person.submit(NAME)
    reported.append(0)
    folder = person.hub.state / "homes" / person.name / NAME
    for number in range(FIGURES):
        (folder / f"figure{number}.txt").write_text("a plot")
    answer(person, 1)
    try:
        person.submit(NAME)
        reported.append(1)
    except (Refused, requests.RequestException):
        if not killed:
            raise


def incomplete_submissions(hub, name):
    """Return a student's incomplete submission folders."""
    return [
        path
        for path in whole_class.submission_folders(hub)
        if path.name.startswith(f"{name}+") and not (path / "timestamp.txt").exists()
    ]


def test_reported_submissions_survive_killing_everything(running, bystander):
    hub = running
    people = [Person(hub, name) for name in STUDENTS]
    slow = people[-1].name
    cookies = browser_session(hub, STUDENTS[0])
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.start_server, people))
        reported, killed = {person.name: [] for person in people}, []
        at_work = [pool.submit(submit_repeatedly, person, reported[person.name], killed) for person in people[:-1]]
        at_work.append(pool.submit(submit_slowly, people[-1], reported[slow], killed))
        everything = hub.processes()
        wait_for(
            lambda: (reported[slow] and incomplete_submissions(hub, slow)) or any(future.done() for future in at_work),
            "an incomplete second submission",
        )
        killed.append(True)
        processes.kill(everything)
        hub.kill_all()
        for future in at_work:
            future.result()
    assert incomplete_submissions(hub, slow)
    assert reported[slow] == [0]
    forge_process_ids(hub, STUDENTS[0], bystander.pid)
    hub.start()

    assert bystander.poll() is None
    assert is_logged_in(hub, cookies)
    cookies.close()
    for person in people:
        assert rounds_in_exchange(hub, person.name) >= set(reported[person.name])
    output = hub.nbgrader("collect", NAME, "--update")  # another test may have collected before
    assert all(f"{path.name!r} was not collected" in output for path in incomplete_submissions(hub, slow))
    assert whole_class.mixed_up(hub, STUDENTS) == {}
    for person in people:
        assert round_of(whole_class.read_collected(hub, person.name)) >= reported[person.name][-1]
    again = hub.nbgrader("collect", NAME, "--update")
    assert again.count("No newer submission") == len(STUDENTS), f"first:\n{output}\nsecond:\n{again}"

    for person in people:
        person.start_server()
        listed = {entry["status"]: entry for entry in person.assignments()}
        assert len(listed["submitted"]["submissions"]) >= len(reported[person.name])
        if "fetched" not in listed:
            person.fetch(NAME)
        folder = hub.state / "homes" / person.name / NAME
        assert {path.name for path in folder.iterdir() if path.is_file()} >= {f"{NAME}.ipynb", "checks.npz"}
        for figure in folder.glob("figure*.txt"):  # submitting and collecting these files again would only cost time
            figure.unlink()
        answer(person, 1000)
        person.submit(NAME)
        person.leave()
    assert bystander.poll() is None
    hub.nbgrader("collect", NAME, "--update")
    assert [round_of(whole_class.read_collected(hub, name)) for name in STUDENTS] == [1000] * len(STUDENTS)


def test_students_can_work_while_only_the_hub_is_down(running):
    hub = running
    person, cookies = Person(hub, STUDENTS[1]), browser_session(hub, STUDENTS[1])
    person.start_server()
    if not any(entry["status"] == "fetched" for entry in person.assignments()):
        person.fetch(NAME)
    kernel = person.start_kernel(NAME)
    person.run(kernel, "answer = 6 * 7")
    (server,) = hub.processes(f"server of {person.name}")

    hub.kill("hub")
    assert hub.starter.wait(PATIENCE) == 1
    assert person.run(kernel, "answer") == [{"text/plain": "42"}]
    answer(person, 2000)
    person.submit(NAME)
    person.channels[kernel].close()

    hub.start()
    assert hub.processes(f"server of {person.name}") == [server]
    assert is_logged_in(hub, cookies)
    assert person.ask("GET", f"/hub/api/users/{person.name}")["servers"][""]["ready"]
    person.connect(kernel)
    assert person.run(kernel, "answer") == [{"text/plain": "42"}]
    person.leave()
    cookies.close()
    formgrader = requests.get(f"{hub.url}/services/gradlab/formgrader", allow_redirects=False, timeout=PATIENCE)
    assert formgrader.status_code == 302  # a redirect to the login page, not "service unavailable"
    hub.nbgrader("collect", NAME, "--update")
    assert round_of(whole_class.read_collected(hub, person.name)) == 2000


def test_second_hub_for_the_same_class_is_refused(running):
    hub = running
    environment = {"GRADLAB_HUB": str(hub.state), "GRADLAB_HUB_PORT": str(hub.port + 4), "PATH": "/usr/bin:/bin"}
    run = subprocess.run([sys.executable, str(START), NAME], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert "A hub is already running" in run.stderr
    assert len(hub.processes("hub")) == 1


def test_stopped_hub_leaves_nothing_running(running):
    person = Person(running, STUDENTS[2])
    person.start_server()
    person.leave()
    assert running.stop() == 0
    assert running.processes() == []
