"""A course with hostile students, and the formgrader as a Jupyter server sets it up for that course."""

import copy
import functools
import os
import re
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.demo.course import CONFIG
from autograder.paths import ROOT
from autograder.plugin.config import prepare_environment

from .hostile import MARKDOWN, NAMES

NAME = "update_rules"
FOLDERS = [name for name in NAMES if "/" not in name]  # students whose names can be names of folders in the exchange


def mark(name, points=1):
    return {
        "grade_id": name,
        "grade": True,
        "solution": True,
        "points": points,
        "locked": False,
        "schema_version": 3,
        "score": 0.0,
    }


def hostile_notebook():
    """Return a graded notebook with every attack in its answer, in other cells, and in outputs, all unescaped."""
    return copy.deepcopy(_hostile_notebook())


@functools.cache  # because nbformat checks each cell, which takes longer than copying
def _hostile_notebook():
    answer = new_markdown_cell("\n\n".join(MARKDOWN.values()), metadata={"nbgrader": mark("written") | {"task": False}})
    cells = [new_markdown_cell("The step is $\\eta g$, and `$5` is code."), answer]
    cells += [new_markdown_cell(text) for text in MARKDOWN.values()]
    cells += [
        new_code_cell(text, outputs=[new_output("stream", text=text), new_output("display_data", {"text/html": text})])
        for text in MARKDOWN.values()
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course whose gradebook has a submission by each student in `FOLDERS`, and one by "honest"."""
    from nbgrader.api import Gradebook

    folder = tmp_path_factory.mktemp("pages") / "course"
    (folder / "build").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(ROOT)), encoding="utf-8")
    ids = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        prepare_environment(ROOT)
        gradebook = Gradebook(f"sqlite:///{folder / 'build' / 'gradebook.db'}", "demo")
    with gradebook:
        gradebook.add_assignment(NAME)
        gradebook.add_notebook(NAME, NAME)
        gradebook.add_grade_cell("written", NAME, NAME, max_score=1, cell_type="markdown")
        gradebook.add_solution_cell("written", NAME, NAME)
        for student in ("honest", *FOLDERS):
            gradebook.add_student(student, first_name=NAMES[0] if student == "\\" else None, last_name=NAMES[0])
            submission = gradebook.add_submission(NAME, student)
            ids[student] = submission.notebooks[0].id
            path = folder / "build" / "autograded" / student / NAME / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            (path.parents[2].with_name("submitted") / student / NAME).mkdir(parents=True)
            nbformat.write(hostile_notebook(), path)
    return SimpleNamespace(folder=folder, submissions=ids)


@pytest.fixture(scope="session")
def formgrader(course):
    """The exporter and the Jinja environment with which the formgrader makes the course's pages."""
    from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
        patch.setenv("PATH", os.environ["PATH"])
        patch.chdir(course.folder)
        extension = FormgradeExtension()
        extension.root_dir = str(course.folder)
        extension.initialize([], root=str(course.folder))
        webapp = SimpleNamespace(settings={})
        extension.init_tornado_settings(webapp)
    return SimpleNamespace(
        exporter=webapp.settings["nbgrader_exporter"], environment=webapp.settings["nbgrader_jinja2_env"]
    )


def policy(page):
    """Return a page's Content-Security-Policy, and the nonce in it."""
    found = re.search(r'<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)[1]
    return found, re.search(r"script-src 'nonce-([\w-]+)';", found)[1]
