"""Run benchmarks, and write what they print into docs/benchmarks.md, each into its own section.

    python tests/bench/page.py [BENCHMARK ...]

Without arguments, all of them run, which takes about two hours; the machine should have nothing else to do. Each
section says when and on what machine it was measured, so you can measure them one at a time.
"""

import os
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "benchmarks.md"
BENCHMARKS = {
    "layers": "Layers",
    "training": "Training",
    "checks": "Checks in a notebook",
    "notebooks": "Notebooks",
    "confinement": "The cost of confinement",
    "grading": "Grading, compared with stock nbgrader",
    "term": "Grading a thousand submissions",
    "watch": "Grading on submit",
    "pages": "Pages",
    "report": "Class reports",
    "similarity": "Similar submissions",
    "kills": "Killed runs",
    "play_term": "A whole term",
    "cluster": "A cluster",
    "gradescope": "Gradescope's autograder",
    "hub": "The hub",
}
INTRODUCTION = """\
# Benchmarks

`make bench` ran these and wrote this page. Times depend on the machine, so compare only what was measured in one
section: ratios carry over to other machines, seconds don't. If a goal was missed, its section says so.
"""


def run(name: str) -> str:
    """Run a benchmark, show its output, and return its section of the page."""
    script = HERE / f"{name}.py"
    description = re.match('"""(.+?)(?:"""|\n)', script.read_text())[1]
    print(f"\n{BENCHMARKS[name]}: {description}", flush=True)
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line.rstrip())
    if process.wait() != 0:
        lines.append(f"This ended with exit code {process.returncode}: a goal was missed, or something went wrong.")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release().split('-')[0]}"
    where = f"`python tests/bench/{name}.py`, {date.today():%B %Y}, Python {platform.python_version()}, {machine}"
    output = "\n".join(f"    {line}" if line else "" for line in lines)
    return f"## {BENCHMARKS[name]}\n\n{description}\n{where}:\n\n{output.rstrip()}\n"


def sections(text: str) -> dict[str, str]:
    """Return the sections of the page, keyed by title."""
    found = re.split(r"(?m)^(?=## )", text)[1:]
    return {section.partition("\n")[0][3:]: section.rstrip() + "\n" for section in found}


def main() -> None:
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"there is no benchmark {unknown[0]!r}. Choose from {', '.join(BENCHMARKS)}.")
    for name in names:
        measured = run(name)
        known = (sections(PAGE.read_text()) if PAGE.exists() else {}) | sections(measured)
        page = [INTRODUCTION, *(known[title] for title in BENCHMARKS.values() if title in known)]
        PAGE.write_text("\n".join(page))


if __name__ == "__main__":
    main()
