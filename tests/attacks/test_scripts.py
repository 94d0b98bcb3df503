"""Scripts in a submission run neither in its feedback page nor in the formgrader, and no picture stops a browser."""

import os
import re
import warnings
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import nbgrader.server_extensions.formgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from autograder import catalogue
from autograder.demo.students import Student
from autograder.plugin.config import configure
from autograder.plugin.formgrader import FormgraderExporter

WRITTEN = catalogue.assignments()["update_rules"].written
SCRIPT = "<script>document.title = 'owned'</script>"
TEXTS = (
    SCRIPT,
    "<img src=x onerror=alert(1)> <svg/onload=alert(1)> <iframe src=x> <a href='javascript:alert(1)'>",
    "[a](javascript:alert(1)) [b](JaVa&Tab;ScRiPt:alert(1)) [c](&#106;avascript:alert(1)) [d](java\\script\\:alert(1))",
    "[e][f] ![g](javascript:alert(1)) [h](< javascript:alert(1)>) [i](vbscript:x) [j](data:text/html,x)\n\n"
    "[f]: javascript:alert(1)",
    '<javascript:alert(1)> http://x/"onmouseover="alert(1) ![k](x "t\\" onerror=\\"alert(1)")',
    "$\\href{javascript:alert(1)}{x}$ $$\\href{javascript:alert(1)}{x}$$ $\\text{<img src=x onerror=alert(1)>}$",
    "\\$\\text{&lt;img src=x onerror=alert(1)&gt;}\\$ $&bsol;href{javascript:alert(1)}{x}$ $\\style{x}{\\unicode{60}}$",
    '# x" onclick="alert(1)\n\n```mermaid\ngraph TD; A; click A "javascript:alert(1)"\n&lt;script&gt;\n```',
    "> [l](\n> javascript:alert(1)) ![m](https://evil.example/pixel.png) [n](//evil.example)",
    "![image.png](attachment:image.png) <!-- <scr\x00ipt>alert(1)</script> -->",
)
DISPLAYS = f"""\
from IPython.display import HTML, SVG, Javascript, Markdown, display
print({SCRIPT!r})
display(HTML({SCRIPT!r}), Javascript("alert(1)"), SVG("<svg onload='alert(1)'/>"), Markdown({SCRIPT!r}))
png = 'AAAA" onerror="alert(1)'
display({{"image/png": png, "image/jpeg": '"><script>', "text/html": {SCRIPT!r}, {SCRIPT!r}: "x"}}, raw=True)
class Show:
    def __repr__(self): return {SCRIPT!r}
    _repr_html_ = _repr_svg_ = _repr_latex_ = __repr__
    def _repr_png_(self): return png
    def _repr_mimebundle_(self, **more): return {{"text/plain": repr(self), "text/html": repr(self)}}
display(Show())
raise type("<script>", (Exception,), {{}})({SCRIPT!r})"""


class Scripted(Student):
    """A student with scripts in prose, in the written answer, in outputs, and in errors."""

    def notebook(self, assignment, released):
        notebook = nbformat.reads(super().notebook(assignment, released).decode(), as_version=4)
        notebook.cells += [new_markdown_cell(text) for text in (*TEXTS, "[" * 60_000)]
        notebook.cells += [new_code_cell(text) for text in (DISPLAYS, SCRIPT, f"# {'a.' * 30_000}")]
        written = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in WRITTEN)
        written.source = "\n\n".join(TEXTS)
        return nbformat.writes(notebook).encode()


# 400 million pixels in 50 kilobytes, for which a browser needs 1.6 GB.
LARGE_PICTURE = """\
import struct, zlib
from IPython.display import display

def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

packer = zlib.compressobj()
rows = b"".join(packer.compress(bytes(2501)) for _ in range(20_000)) + packer.flush()
header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0))
picture = b"\\x89PNG\\r\\n\\x1a\\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
display({"image/png": picture}, raw=True)"""
RAISES = f"def sgd(w, dw, config=None):\n    raise ValueError({SCRIPT!r})  # {SCRIPT}"
NAME = "<img src=x onerror=alert(1)>"
SUBMISSIONS = [
    Scripted("scripts", "", answers={"sgd": RAISES}),
    Student(NAME, ""),
    Student("large-picture", "", cells=(LARGE_PICTURE,)),
]


class Active(HTMLParser):
    """A parser that counts a page's tags and attributes that could run code."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.found = Counter()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found[tag] += tag in ("script", "iframe", "object", "embed", "base", "form", "svg", "link", "meta")
        for name, value in attributes:
            target = re.sub(r"[\x00-\x20]", "", value or "").lower()
            self.found[name] += name.startswith("on")
            self.found["target"] += target.startswith(("javascript:", "vbscript:", "data:text"))


@pytest.fixture
def formgrader(tmp_path, monkeypatch):
    """``formgrader(course, name)``: the formgrader's page for a submission, as HTML."""
    monkeypatch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
    monkeypatch.setenv("PATH", os.environ["PATH"])
    config = Config()
    configure(config, tmp_path)
    folder = Path(nbgrader.server_extensions.formgrader.__file__).parent / "templates"
    exporter = FormgraderExporter(config=config, template_name="formgrade", extra_template_basedirs=[str(folder)])

    def formgrader(course, name):
        resources = {"base_url": "", "notebook_id": "", "index": 0, "total": 1, "student": name}
        return exporter.from_notebook_node(course.autograded(name), resources)[0]

    return formgrader


def stock_formgrader(notebook):
    """Return the stock formgrader's page for a notebook, as HTML."""
    folder = Path(nbgrader.server_extensions.formgrader.__file__).parent / "templates"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[str(folder)])
        resources = {"base_url": "", "notebook_id": "", "index": 0, "total": 1, "mathjax_url": ""}
        return exporter.from_notebook_node(notebook, resources)[0]


def test_stock_nbgrader_shows_scripts(course, record_property):
    """The page is the stock formgrader's, with the student's Markdown and the outputs of a kernel."""
    shown = [new_markdown_cell(text) for text in TEXTS if "attachment:" not in text]  # attachments would stop nbgrader
    notebook = new_notebook(cells=[*shown, new_code_cell(outputs=[html_output(SCRIPT)])])
    active = Active(stock_formgrader(notebook)).found - Active(stock_formgrader(new_notebook())).found
    record_property("stock", ("scripts", f"the page has {active.total()} active parts"))
    assert active["script"]
    assert active["onerror"]


def html_output(text):
    return new_output("display_data", {"text/html": text, "text/plain": ""})


@pytest.fixture
def feedback():
    return lambda course, name: course.feedback(name)


@pytest.mark.parametrize("page", ["feedback", "formgrader"])
def test_page_contains_no_script(page, course, request):
    page = request.getfixturevalue(page)
    assert Active(SCRIPT + "<a onclick=x href=' javascript:x'>").found.total() == 3, "`Active` must find scripts"
    shown = page(course, "scripts")
    assert "owned" in shown
    assert "evil.example" not in shown
    assert Active(shown).found == Active(page(course, "honest")).found
    assert shown.count("Shown without formatting") == 2
    assert "[link left out]" in shown
    assert "Content-Security-Policy" in shown


@pytest.mark.parametrize("page", ["feedback", "formgrader"])
def test_picture_with_too_many_pixels_is_left_out(page, course, request):
    assert '"image/png"' in course.shown("large-picture")
    shown = request.getfixturevalue(page)(course, "large-picture")
    assert "data:image/png" not in shown
    assert "[output left out: image/png]" in shown
