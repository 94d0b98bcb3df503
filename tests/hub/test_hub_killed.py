"""A hub that is killed while students work, and started again: what they were told was submitted is whole and there."""

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
from .people import Person, Refused, browser, cell, is_logged_in
from .running import START, Hub, processes, require, wait_for

NAME = whole_class.NAME
STUDENTS = whole_class.names(3)
FIGURES = 8000


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub whose first start was killed while it laid out the course."""
    require()
    state = tmp_path_factory.mktemp("killed")
    hub = Hub(state, STUDENTS, [NAME])
    hub.launch()
    wait_for(lambda: "building" in hub.said, "the course")
    hub.end()
    assert not hub.course.exists()
    (state / "passwords.part").write_text('{"instr')
    with hub:
        assert not list(state.glob("*.part"))
        hub.release()
        yield hub


@pytest.fixture
def running(hub):
    """The same hub, for a test that kills it."""
    if hub.starter.poll() is not None:
        hub.start()
    return hub


@pytest.fixture
def innocent():
    """Somebody else's process, whose number stands where the hub keeps those of its own."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def keep_at_it(person, told, killed):
    """Fetch, answer and submit, again and again, until the server is gone; `told` gets what it said was submitted."""
    for number in itertools.count(len(told)):
        try:
            person.fetch(NAME)
            answer(person, number)
            person.submit(NAME)
            told.append(number)
            person.move(NAME, f"round{number}")
        except (Refused, requests.RequestException):
            if killed:
                return
            raise


def answer(person, number):
    notebook = person.open(NAME)
    cell(notebook, whole_class.CHECKED.name)["source"] = f"{whole_class.mark(person.name)}, round {number}."
    person.save(NAME, notebook)


def round_of(text):
    return int(re.search(r", round (\d+)\.", text)[1])


def rounds_in_exchange(hub, name):
    """The rounds whose notebooks arrived, out of the folders that are complete."""
    folders = [path for path in whole_class.handed_in(hub) if path.name.startswith(f"{name}+")]
    whole = [path for path in folders if (path / "submission_secret.txt").exists()]
    return {round_of((path / f"{NAME}.ipynb").read_text(encoding="utf-8")) for path in whole}


def forge_numbers(hub, name, pid):
    """As if the numbers of the proxy and of a student's server had been given to another process since."""
    (hub.state / "proxy.pid").write_text(str(pid))
    with closing(sqlite3.connect(hub.state / "jupyterhub.sqlite")) as database, database:
        query = "UPDATE spawners SET state = ? WHERE user_id = (SELECT id FROM users WHERE name = ?)"
        assert database.execute(query, (json.dumps({"pid": pid}), name)).rowcount == 1


def submit_slowly(person, told, killed):
    """Submit once, and once more with so many figures that copying them takes a second or more."""
    if not any(found["status"] == "fetched" for found in person.assignments()):
        person.fetch(NAME)
    answer(person, 0)
    person.submit(NAME)
    told.append(0)
    folder = person.hub.state / "homes" / person.name / NAME
    for number in range(FIGURES):
        (folder / f"figure{number}.txt").write_text("a plot")
    answer(person, 1)
    try:
        person.submit(NAME)
        told.append(1)
    except (Refused, requests.RequestException):
        if not killed:
            raise


def cut_short(hub, name):
    """The folders of a student that are not complete."""
    return [
        path
        for path in whole_class.handed_in(hub)
        if path.name.startswith(f"{name}+") and not (path / "timestamp.txt").exists()
    ]


def test_everything_killed_while_students_submit(running, innocent):
    hub = running
    people = [Person(hub, name) for name in STUDENTS]
    cookies = browser(hub, STUDENTS[0])
    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(Person.start_server, people))
        told, killed = {person.name: [] for person in people}, []
        at_work = [pool.submit(keep_at_it, person, told[person.name], killed) for person in people[:-1]]
        at_work.append(pool.submit(submit_slowly, people[-1], told[people[-1].name], killed))
        everything = hub.processes()
        wait_for(
            lambda: cut_short(hub, people[-1].name) or any(future.done() for future in at_work),
            "a submission that is half-written",
        )
        killed.append(True)
        processes.kill(everything)
        hub.end()
        for future in at_work:
            future.result()
    assert cut_short(hub, people[-1].name)
    assert told[people[-1].name] == [0]
    forge_numbers(hub, STUDENTS[0], innocent.pid)
    hub.start()

    assert innocent.poll() is None
    assert is_logged_in(hub, cookies)
    cookies.close()
    for person in people:
        assert rounds_in_exchange(hub, person.name) >= set(told[person.name])
    said = hub.nbgrader("collect", NAME)
    assert all(f"{path.name!r} is not collected" in said for path in cut_short(hub, people[-1].name))
    assert whole_class.mixed_up(hub, STUDENTS) == {}
    for person in people:
        assert round_of(whole_class.collected(hub, person.name)) >= told[person.name][-1]
    assert hub.nbgrader("collect", NAME, "--update").count("No newer submission") == len(STUDENTS)

    for person in people:
        person.start_server()
        listed = {found["status"]: found for found in person.assignments()}
        assert len(listed["submitted"]["submissions"]) >= len(told[person.name])
        if "fetched" not in listed:
            person.fetch(NAME)
        files = {path.name for path in (hub.state / "homes" / person.name / NAME).iterdir() if path.is_file()}
        assert files >= {f"{NAME}.ipynb", "checks.npz"}
        answer(person, 1000)
        person.submit(NAME)
        person.leave()
    assert innocent.poll() is None
    hub.nbgrader("collect", NAME, "--update")
    assert [round_of(whole_class.collected(hub, name)) for name in STUDENTS] == [1000] * len(STUDENTS)


def test_only_the_hub_killed_and_work_goes_on(running):
    hub = running
    person, cookies = Person(hub, STUDENTS[1]), browser(hub, STUDENTS[1])
    person.start_server()
    if not any(found["status"] == "fetched" for found in person.assignments()):
        person.fetch(NAME)
    kernel = person.start_kernel(NAME)
    person.run(kernel, "kept = 6 * 7")
    (server,) = hub.processes(f"server of {person.name}")

    hub.kill("hub")
    assert hub.starter.wait() == 1
    assert person.run(kernel, "kept") == [{"text/plain": "42"}]
    answer(person, 2000)
    person.submit(NAME)
    person.channels[kernel].close()

    hub.start()
    assert hub.processes(f"server of {person.name}") == [server]
    assert is_logged_in(hub, cookies)
    assert person.ask("GET", f"/hub/api/users/{person.name}")["servers"][""]["ready"]
    person.connect(kernel)
    assert person.run(kernel, "kept") == [{"text/plain": "42"}]
    person.leave()
    cookies.close()
    formgrader = requests.get(f"{hub.url}/services/gradlab/formgrader", allow_redirects=False, timeout=60)
    assert formgrader.status_code == 302  # to the login, and not "service unavailable"
    hub.nbgrader("collect", NAME, "--update")
    assert round_of(whole_class.collected(hub, person.name)) == 2000


def test_a_second_hub_on_the_same_class_is_refused(running):
    hub = running
    environment = {"GRADLAB_HUB": str(hub.state), "GRADLAB_HUB_PORT": str(hub.port + 4), "PATH": "/usr/bin:/bin"}
    run = subprocess.run([sys.executable, str(START), NAME], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert "A hub is running" in run.stderr
    assert len(hub.processes("hub")) == 1


def test_a_stopped_hub_leaves_nothing_running(running):
    person = Person(running, STUDENTS[2])
    person.start_server()
    person.leave()
    assert running.stop() == 0
    assert running.processes() == []
