"""Measure how long it takes to show the largest notebook that is accepted, filled with text that is slow to format.

    python tests/bench/pages.py [--slowest 15] [--growth] [TEXT ...]

Each notebook has the most characters that are accepted, all from one of the texts in ``tests/pages/hostile.py``, in
cells as long as those that are still formatted. With ``--growth``, one cell is formatted instead, without a limit, at
four lengths, each twice the previous one; if the time quadruples at each step, it grows with the square of the length.
The script measures CPU time. A page should take less than 5 seconds.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "pages")]

from hostile import SLOW_CODE, SLOW_MARKDOWN  # noqa: E402

from autograder.notebooks.intake import MAX_BYTES, MAX_CELLS, MAX_SOURCE  # noqa: E402
from autograder.plugin import config as course_config  # noqa: E402
from autograder.plugin.feedback import FeedbackExporter  # noqa: E402
from autograder.plugin.page_limits import MOST_IN_CELL  # noqa: E402
from autograder.plugin.rendering import formatted, highlight_code  # noqa: E402

GOAL = 5.0
LENGTHS = (2_500, 5_000, 10_000, 20_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slowest", type=int, default=15, help="how many texts to print")
    parser.add_argument("--growth", action="store_true", help="format one cell at several lengths instead")
    parser.add_argument("texts", nargs="*", help="measure only these texts")
    options = parser.parse_args()
    texts = [("markdown", *text) for text in SLOW_MARKDOWN.items()] + [("code", *text) for text in SLOW_CODE.items()]
    texts = [text for text in texts if not options.texts or text[1] in options.texts]
    if options.growth:
        rows = [(kind, name, *growth(kind, make)) for kind, name, make in texts]
        head = ("", "one cell", *(f"{length:,}" for length in LENGTHS))
    else:
        exporter = feedback_exporter()
        rows = [(kind, name, page_seconds(exporter, largest(kind, make))) for kind, name, make in texts]
        rows.append(("output", "printed lines", page_seconds(exporter, printed())))
        head = ("", "notebook filled with", "seconds")
    rows.sort(key=lambda row: -row[-1])
    print(f"{head[0]:<10}{head[1]:<40}" + "".join(f"{name:>10}" for name in head[2:]))
    for kind, name, *times in rows[: options.slowest]:
        print(f"{kind:<10}{name:<40}" + "".join(f"{seconds:10.3f}" for seconds in times))
    if not options.growth:
        print(f"The slowest page takes {rows[0][-1]:.1f} s; the goal is {GOAL:.0f} s.")


def feedback_exporter():
    config = Config()
    course_config.configure(config, tempfile.mkdtemp())
    return FeedbackExporter(config=config)


def largest(kind, make):
    """Return a notebook with the largest number of characters that is accepted, in cells as long as possible."""
    new_cell = new_code_cell if kind == "code" else new_markdown_cell
    size = MOST_IN_CELL[kind]
    return new_notebook(cells=[new_cell(make(size)[:size]) for _ in range(MAX_SOURCE // size)])


def printed():
    """Return a notebook with as many cells as are accepted, and with as much printed output as fits."""
    text = "<a&\n" * (MAX_BYTES // MAX_CELLS // 4)
    return new_notebook(
        cells=[new_code_cell("print(text)" * 45, outputs=[new_output("stream", text=text)]) for _ in range(MAX_CELLS)]
    )


def page_seconds(exporter, notebook):
    resources = {"nbgrader": {"notebook": "a", "score": 0, "max_score": 1}}
    return seconds(lambda: exporter.from_notebook_node(notebook, resources))


def growth(kind, make):
    render = highlight_code if kind == "code" else formatted
    return [seconds(lambda length=length: render(make(length))) for length in LENGTHS]


def seconds(call):
    start = time.process_time()
    call()
    return time.process_time() - start


if __name__ == "__main__":
    main()
