"""The formgrader's pages, made with the course's configuration: nothing in a name or a submission runs there."""

import functools
import json
import re
from pathlib import Path

import nbgrader.server_extensions.formgrader
import pytest
from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_notebook

from autograder.plugin.formgrader import HANDLERS

from .conftest import NAME, hostile_notebook, policy
from .hostile import ACT, NAMES
from .reader import Reader

NBGRADER = Path(nbgrader.server_extensions.formgrader.__file__).parent
TEMPLATES = NBGRADER / "templates"
STOCK = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(TEMPLATES)])
# The page about a missing file is left out: in nbgrader 0.9.6, it imports a template that does not exist.
PAGES = {path.name for path in TEMPLATES.glob("*.tpl")} - {"formgrade_404.tpl"}


def resources(student="honest"):
    return {
        "base_url": "/base",
        "assignment_id": NAME,
        "notebook_id": NAME,
        "submission_id": "1f",
        "notebook_path": f"course/{student}/{NAME}.ipynb",
        "student": student,
        "last_name": student,
        "first_name": None,
        "index": 0,
        "total": 1,
    }


def values(name):
    return {"base_url": "/base", "student_id": name, "assignment_id": name, "notebook_id": name}


def scripts(page):
    """Return the attributes and the text of each script."""
    return re.findall(r"<script([^>]*)>(.*?)</script", page, re.DOTALL)


@pytest.fixture(scope="module")
def page(formgrader):
    """The page for a submission full of attacks."""
    return formgrader.exporter.from_notebook_node(hostile_notebook(), resources())[0]


def test_formulas_are_mathml(page):
    assert re.search(r"The step is <span [^>]*><math .*>η<.*>g<.*</math></span>, and <code>\$5</code> is code", page)


def test_page_loads_nothing_from_other_sites(page):
    loaded = re.findall(r"(?:<script[^>]*src|<link[^>]*href)=\"([^\"]*)", page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/base/formgrader/static/")] == []


def test_page_defines_the_mathjax_names_that_the_formgrader_uses(page):
    script = (NBGRADER / "static" / "js" / "formgrade.js").read_text(encoding="utf-8")
    assert set(re.findall(r"MathJax[.\w]*", script)) == {"MathJax.loaded", "MathJax.Hub.Startup.signal.Interest"}
    assert "var MathJax = {Hub: {Startup: {signal: {Interest: " in page


def test_submission_adds_nothing_active_to_the_page(page, formgrader):
    empty = hostile_notebook()
    for cell in empty.cells:
        cell.source, cell.outputs = "", []
    blank = formgrader.exporter.from_notebook_node(empty, resources())[0]
    assert Reader(blank).active
    assert Reader(page).active == Reader(blank).active


@pytest.fixture(scope="module")
def page_of(formgrader):
    """``page_of(student, exporter)``: the page for a submission without cells, from our exporter or another one."""
    empty = new_notebook()

    @functools.cache
    def page_of(student, exporter=formgrader.exporter):
        return exporter.from_notebook_node(empty, resources(student))[0]

    return page_of


@pytest.mark.parametrize("name", NAMES)
def test_names_on_a_submissions_page_are_shown_as_text(name, page_of):
    shown, plain = Reader(page_of(name)), Reader(page_of("honest"))
    assert shown.elements == plain.elements
    assert name in shown.text
    if "<" in name:
        assert Reader(page_of(name, STOCK)).elements != plain.elements


@pytest.fixture(scope="module")
def other_page(formgrader):
    """``other_page(name, template)``: one of the other pages, with this name in its address."""
    return functools.cache(lambda name, template: formgrader.environment.get_template(template).render(**values(name)))


@pytest.mark.parametrize("template", sorted(PAGES))
@pytest.mark.parametrize("name", NAMES)
def test_names_on_formgrader_pages_without_a_submission_are_shown_as_text(name, template, other_page):
    """The name may be a student's, or any text in the address of a page that someone is tricked into opening."""
    shown, plain = other_page(name, template), other_page("honest", template)
    assert Reader(shown).elements == Reader(plain).elements
    assert "7 * 7" in shown or "7 * 7" not in name or "honest" not in plain
    for variable in re.findall(r"^var (\w+_id) = ", shown, re.MULTILINE):
        (literal,) = re.findall(rf"^var {variable} = (.*);$", shown, re.MULTILINE)
        assert json.loads(literal) == name
        assert "<" not in literal


def test_hostile_names_run_in_stock_nbgrader():
    stock = Environment(loader=FileSystemLoader(TEMPLATES)).get_template("manage_students_assignments.tpl")
    assert any("onerror" in part for part in Reader(stock.render(**values(NAMES[0]))).active)
    assert f'var student_id = "";{ACT};"";' in stock.render(**values(NAMES[1]))


def test_every_script_has_the_nonce_and_none_is_from_the_submission(page, formgrader):
    _, nonce = policy(page)
    assert scripts(page)
    for attributes, text in scripts(page):
        assert f'nonce="{nonce}"' in attributes
        assert "owned" not in text


@pytest.mark.parametrize("template", sorted(PAGES))
def test_every_page_has_a_policy_and_its_own_nonce(template, formgrader):
    pages = [formgrader.environment.get_template(template).render(**values("honest")) for _ in range(2)]
    nonces = {policy(page)[1] for page in pages}
    assert len(nonces) == 2
    for page in pages:
        found, nonce = policy(page)
        assert found.startswith("default-src 'none';")
        assert "'unsafe-inline'" not in re.search("script-src [^;]*", found)[0]
        assert all(f'nonce="{nonce}"' in attributes for attributes, _ in scripts(page))


def test_scripts_in_attributes_are_those_that_the_policy_allows():
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*") if path.is_file()]
    assert set(re.findall(r'\son\w+="([^"]*)"', "\n".join(texts))) == set(HANDLERS)
