"""The documentation site, as `make docs` has built it: it needs nothing from elsewhere, and anybody can read it.

Sphinx itself fails on a page that no menu leads to and on a link that leads nowhere. Without `make docs`, most of
these tests are skipped; the browser's tests also need `make browser`.
"""

import re
import sys
from pathlib import Path

import pytest

import gradlab
from autograder import catalogue
from autograder.paths import ROOT

SITE = ROOT / "build" / "docs"
AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "front page": "docs/site/index.html",
    "README": "README.html",
    "students": "docs/students.html",
    "a term": "docs/term.html",
    "security": "docs/security.html",
    "attacks": "docs/attacks.html",
    "deploy": "deploy/README.html",
    "changes": "CHANGELOG.html",
    "a notebook": "assignments/update_rules/update_rules.html",
    "reference": "docs/site/reference/layers.html",
    "source": "_modules/gradlab/losses.html",
    "search": "search.html",
}
built = pytest.mark.skipif(not SITE.exists(), reason="the site is not built: run `make docs`")
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("module", sorted(gradlab._MODULES))
def test_reference_has_a_page_for_each_module(module):
    page = (ROOT / "docs" / "site" / "reference" / f"{module}.md").read_text()
    assert f".. automodule:: gradlab.{module}" in page


@pytest.mark.parametrize("assignment", catalogue.assignments())
def test_every_notebook_is_in_the_menu(assignment):
    assert f"../../assignments/{assignment}/{assignment}\n" in (ROOT / "docs" / "site" / "notebooks.md").read_text()


@built
def test_no_script_style_font_or_picture_comes_from_elsewhere():
    elsewhere = re.compile(r"""<(?:script|img|iframe)[^>]+src=["']https?:[^>]+|<link[^>]+href=["']https?:[^>]+""")
    fonts = re.compile(r"url\(\s*[\"']?https?:[^)]+|@import[^;]+https?:[^;]+")
    found = [m[0] for page in SITE.rglob("*.html") for m in elsewhere.finditer(page.read_text())]
    found += [m[0] for sheet in SITE.rglob("*.css") for m in fonts.finditer(sheet.read_text())]
    assert found == []


@built
def test_formulas_are_shown_without_a_script():
    page = (SITE / "assignments" / "update_rules" / "update_rules.html").read_text()
    assert "<math" in page
    assert "mathjax.js" not in page.lower()
    assert "tex-mml" not in page.lower()


@built
def test_folder_of_the_site_opens_its_front_page():
    target = re.search('url=([^"]+)', (SITE / "index.html").read_text())[1]
    assert (SITE / target).exists()


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(scope="module", params=[360, 1280], ids=["phone", "wide"])
def tab(request, browser, scheme):
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    yield context.new_page()
    context.close()


@built
@pytest.mark.parametrize("page", PAGES)
def test_page_fits_its_window_and_axe_finds_no_serious_violation(page, tab):
    tab.goto((SITE / PAGES[page]).as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `make browser`")
    tab.add_script_tag(path=str(AXE))
    found = tab.evaluate("axe.run()")
    faults = [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"] if fault["impact"] in SERIOUS]
    assert faults == []


@built
def test_search_finds_a_function_and_a_page(browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((SITE / "search.html").as_uri() + "?q=softmax_loss")
    page.wait_for_selector("#search-results li a")
    assert "losses" in page.inner_text("#search-results")
    context.close()
