"""The formgrader's page for grading an answer by hand, rendered with the course's configuration."""

import re
from pathlib import Path

import nbgrader.server_extensions.formgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.plugin.config import configure

FORMGRADER_TEMPLATES = Path(nbgrader.server_extensions.formgrader.__file__).parent / "templates"


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The HTML that the formgrader shows for a notebook."""
    monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
    monkeypatch.setenv("PATH", "")
    config = Config()
    configure(config, tmp_path)
    exporter = HTMLExporter(
        config=config, template_name="formgrade", extra_template_basedirs=[str(FORMGRADER_TEMPLATES)]
    )
    cells = [new_markdown_cell("The step is $\\eta g$, and `$5` is code."), new_code_cell("price = '$1 and $2'")]
    resources = {"base_url": "/base", "notebook_id": "a", "index": 0, "total": 1}
    return exporter.from_notebook_node(new_notebook(cells=cells), resources)[0]


def test_formulas_are_mathml(page):
    assert re.search(r"The step is <math.*>η<.*>g<.*</math>, and <code>\$5</code> is code", page)
    assert page.count("<math") == 1


def test_page_loads_nothing_from_other_sites(page):
    loaded = re.findall(r"(?:<script[^>]*src|<link[^>]*href)=\"([^\"]*)", page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/base/formgrader/static/")] == []


def test_page_defines_the_mathjax_names_that_the_formgrader_uses(page):
    script = (FORMGRADER_TEMPLATES.parent / "static" / "js" / "formgrade.js").read_text(encoding="utf-8")
    assert set(re.findall(r"MathJax[.\w]*", script)) == {"MathJax.loaded", "MathJax.Hub.Startup.signal.Interest"}
    assert "var MathJax = {Hub: {Startup: {signal: {Interest: " in page
