"""The pages in headless Chromium: no attack runs, but the formgrader's own scripts do."""

import json
import os
import re
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.plugin.config import configure
from autograder.plugin.feedback import FeedbackExporter

from .conftest import FOLDERS, NAME, hostile_notebook
from .hostile import LIVE_IN_BROWSER, MARKDOWN, NAMES
from .reader import Reader

TOKEN = "a-token-for-tests"
PATIENCE = 120  # seconds
# What would run or load something hostile, as `Reader` describes it. Links to notebooks may contain a hostile name.
HOSTILE = re.compile(r"\w+ (on\w+=.*owned|[\w:]+=\W*(javascript|vbscript|data:text)|\w+=\W*(https?://)?evil)")


@pytest.fixture(scope="module")
def tab(browser):
    """A browser tab. All tests use the same one, because each new tab starts a process and loads the scripts again."""
    tab = browser.new_context(extra_http_headers={"Authorization": f"token {TOKEN}"}).new_page()
    tab.set_default_timeout(1000 * PATIENCE)
    tab.on("console", lambda message: tab.console.append(message.text))
    return tab


@pytest.fixture
def page(tab):
    """The browser tab, with an empty page. The messages in its console are in ``page.console``."""
    tab.console = []
    tab.goto("about:blank")
    tab.console.clear()  # drops messages from the previous page
    return tab


@pytest.fixture(scope="module")
def server(course, tmp_path_factory):
    """The address of the formgrader in a running Jupyter server."""
    state = tmp_path_factory.mktemp("server")
    options = {
        "ServerApp.jpserver_extensions": "nbgrader.server_extensions.formgrader=True",
        "ServerApp.root_dir": str(course.folder),
        "ServerApp.port": "0",
        "ServerApp.allow_root": "True",
        "IdentityProvider.token": TOKEN,
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", *(f"--{k}={v}" for k, v in options.items())]
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(state), "JUPYTER_CONFIG_DIR": str(state / "config")}
    with open(state / "log", "wb") as log:
        process = subprocess.Popen(command, cwd=course.folder, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := list(state.glob("jpserver-*.json"))) or not found[0].read_text().endswith("}"):
            assert process.poll() is None, (state / "log").read_text()
            assert time.monotonic() < deadline, (state / "log").read_text()
            time.sleep(0.05)  # polling interval: affects only how soon the server's file is noticed
        yield json.loads(found[0].read_text())["url"] + "formgrader/"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def assert_nothing_ran(page):
    """Assert that no attack ran, that none waits for a click, and that the policy had nothing to refuse."""
    assert page.title() != "owned"
    assert list(filter(HOSTILE.match, Reader(page.content()).active)) == []
    assert page.console == []


@pytest.mark.parametrize("name", ["script", "image that fails", "svg", "details", *LIVE_IN_BROWSER])
def test_attack_runs_in_stock_nbconvert(name, page, tmp_path):
    path = tmp_path / "page.html"
    body = HTMLExporter().markdown2html({}, MARKDOWN[name])
    path.write_text(f"<!DOCTYPE html><title>page</title>{body}", encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_function("document.title == 'owned'")


def test_nothing_runs_on_the_feedback_page(page, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
    monkeypatch.setenv("PATH", os.environ["PATH"])
    config = Config()
    configure(config, tmp_path)
    resources = {"nbgrader": {"notebook": NAMES[0], "score": 0, "max_score": 1}}
    html, _ = FeedbackExporter(config=config).from_notebook_node(hostile_notebook(), resources)
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    page.goto(path.as_uri())
    assert page.locator("math").count() > 0
    assert_nothing_ran(page)


@pytest.mark.parametrize("student", FOLDERS)
def test_nothing_runs_on_the_page_of_a_submission(student, server, page, course):
    page.goto(f"{server}submissions/{course.submissions[student]}/")
    page.locator("#written_extra_credit[placeholder]").wait_for()  # the page's own script adds this placeholder
    page.locator("span.name-hidden").click()
    page.locator("a.name-shown").wait_for()
    assert_nothing_ran(page)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_an_address_runs(name, server, page):
    for place in (
        "manage_students/{}",
        "manage_students/{}/{}",
        "manage_submissions/{}",
        "gradebook/{}",
        "gradebook/{}/{}",
    ):
        page.goto(f"{server}{place.format(*2 * [quote(name, safe='')])}", wait_until="networkidle")
        assert name in page.locator("ol.breadcrumb").inner_text()
        page.console = [text for text in page.console if "404" not in text]  # there is no such student or assignment
        assert_nothing_ran(page)


@pytest.mark.parametrize("place", [f"manage_submissions/{NAME}", "manage_students", f"gradebook/{NAME}/{NAME}"])
def test_lists_work_and_show_names_as_text(place, server, page):
    page.goto(f"{server}{place}")
    page.locator("#main-table tr").nth(len(FOLDERS)).wait_for()
    if page.locator("#toggle_names").count():
        page.locator("#toggle_names").click()
    shown = page.locator("#main-table").inner_text()
    named = [name for name in FOLDERS if name != "\\"]  # some lists show the first and last name of this student
    assert [name for name in named if name not in shown] == []
    assert_nothing_ran(page)
