"""The pages format text up to a length, show longer text as it is, and say so."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.notebooks.intake import MAX_CELLS
from autograder.plugin.page_limits import MOST_IN_CELL, MOST_IN_PAGE, LimitPage

from .hostile import SLOW_CODE, SLOW_MARKDOWN


def limited(*cells):
    """Return, for each cell, the reason why it is shown without formatting, or None if it is formatted."""
    notebook, _ = LimitPage().preprocess(new_notebook(cells=list(cells)), {})
    return [cell.metadata.gradlab.get("plain") for cell in notebook.cells]


def text(size):
    return new_markdown_cell("a" * size)


def code(size):
    return new_code_cell("a = 1\n" * (size // 6))


def test_long_text_is_shown_without_formatting():
    most = MOST_IN_CELL["markdown"]
    assert limited(text(most), text(most + 1)) == [
        None,
        "only text of up to 10,000 characters and table cells is formatted",
    ]


def test_long_code_is_shown_without_formatting():
    most = MOST_IN_CELL["code"]
    assert limited(code(most), code(most + 10)) == [None, "only code of up to 10,000 characters is formatted"]


def test_omitted_table_cells_are_counted():
    rows = new_markdown_cell("|a" * 100 + "\n" + "|-" * 100 + "\n" + "|\n" * 100)
    assert len(rows.source) < MOST_IN_CELL["markdown"] / 10
    assert limited(rows) == ["only text of up to 10,000 characters and table cells is formatted"]


@pytest.mark.parametrize(("kind", "cell"), [("markdown", text), ("code", code)])
def test_page_formats_a_limited_number_of_characters(kind, cell):
    count = MOST_IN_PAGE[kind] // MOST_IN_CELL[kind]
    *formatted, last, short = limited(*[cell(MOST_IN_CELL[kind]) for _ in range(count + 1)], cell(0))
    assert formatted == [None] * count
    assert f"this page formats only {MOST_IN_PAGE[kind]:,} characters" in last
    assert short is None


def test_released_text_is_always_formatted():
    released = text(10 * MOST_IN_PAGE["markdown"])
    released.metadata["gradlab"] = {"untouched": True}
    guide = text(10 * MOST_IN_PAGE["markdown"])
    guide.metadata["gradlab"] = {"guide": True}
    assert limited(released, guide, text(10)) == [None, None, None]


@pytest.mark.parametrize("make", [*SLOW_MARKDOWN.values(), *SLOW_CODE.values()], ids=[*SLOW_MARKDOWN, *SLOW_CODE])
def test_slow_text_above_the_limit_is_not_formatted(make):
    """``tests/bench/pages.py`` measures how long it takes to format these texts."""
    for cell, kind in ((new_markdown_cell(make(60_000)), "markdown"), (new_code_cell(make(60_000)), "code")):
        (reason,) = limited(cell)
        assert reason is not None or len(cell.source) <= MOST_IN_CELL[kind]


def test_number_of_formatted_characters_does_not_depend_on_the_number_of_cells():
    cells = [text(500) for _ in range(MAX_CELLS)]
    assert limited(*cells).count(None) == MOST_IN_PAGE["markdown"] // 500


def outputs(*given, **metadata):
    cell = new_code_cell("", outputs=[new_output("display_data", data) for data in given], metadata=metadata)
    notebook, _ = LimitPage().preprocess(new_notebook(cells=[cell]), {})
    return [output.data for output in notebook.cells[0].outputs]


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptV\nAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
# Only the header of a PNG of 60,000 by 60,000 pixels.
LARGE = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAAAAAA="


def test_outputs_are_reduced_to_text_and_pictures():
    script = "<script>alert(1)</script>"
    assert outputs(
        {"text/plain": script, "text/html": script, "image/svg+xml": script, "image/png": PIXEL},
        {"application/javascript": "alert(1)"},
        {"image/jpeg": '"><script>', "text/plain": "a"},
        {"image/png": LARGE},
    ) == [
        {"text/plain": script, "image/png": PIXEL},
        {"text/plain": "[output left out: application/javascript]"},
        {"text/plain": "a"},
        {"text/plain": "[output left out: image/png]"},
    ]


def test_report_of_a_check_is_shown_without_scripts():
    check = {"grade": True, "solution": False, "grade_id": "adam-check"}
    (shown,) = outputs({"text/plain": "1.0", "text/html": "<p onclick=x>a<script>b</script></p>"}, nbgrader=check)
    assert shown == {"text/plain": "1.0", "text/html": "<p>ab</p>"}
