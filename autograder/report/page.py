"""Renders a report's numbers as one HTML page, which loads nothing and needs no network.

Its only script sorts tables and opens collapsed sections for printing. The Content-Security-Policy allows this
script by its hash and no other, so nothing that a student wrote can run, even if a template forgot to escape it. (No
template can forget: Jinja escapes all values.)
"""

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder import safe_text
from gradlab.checks.report import number

from . import plots

TEMPLATES = Path(__file__).parent / "templates"
MOST_MISTAKES = 15  # that are listed above the exercises
MOST_GROUPS = 8  # unnamed failures that are shown for each exercise


def assignment_page(numbers: Mapping[str, Any], date: str) -> str:
    """Return the page of the report on one assignment.

    Parameters
    ----------
    numbers : mapping
        What `autograder.report.numbers.assignment_numbers` returns.
    date : str
        The date on which the report is made.
    """
    spread, exercises = numbers["distribution"], numbers["exercises"]
    drawn = {
        "distribution": plots.distribution(**spread, mean=numbers["mean"], median=numbers["quartiles"][1]),
        "shares": plots.shares(exercises) if exercises else "",
    }
    return _render("assignment.html.j2", dict(numbers) | {"frequent": frequent_mistakes(exercises)}, drawn, date)


def frequent_mistakes(exercises: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the most frequent mistakes across all exercises."""
    found = [
        {"exercise": name, "mistake": mistake, "count": count, "fraction": count / exercise["judged"]}
        for name, exercise in exercises.items()
        for mistake, count in exercise["mistakes"].items()
    ]
    return sorted(found, key=lambda each: -each["count"])[:MOST_MISTAKES]


def course_page(numbers: Mapping[str, Any], date: str) -> str:
    """Return the page of the report on a course. For the parameters, see `assignment_page`."""
    assignments = numbers["assignments"]
    percents = [each["quartiles"] for each in assignments.values()]
    drawn = {"term": plots.term(list(map(safe_text.escape, assignments)), percents) if assignments else ""}
    return _render("course.html.j2", numbers, drawn, date)


def _render(template: str, numbers: Mapping[str, Any], drawn: Mapping[str, str], date: str) -> str:
    script = (TEMPLATES / "sort.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template(template)
        .render(
            numbers,
            date=date,
            plots={name: Markup(svg) for name, svg in drawn.items()},
            style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
            script=Markup(script),
            policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'",
        )
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters |= {
        "points": number,
        "decimals": _decimals,
        "percent": _percent,
        "prose": _prose,
        "words": _words,
    }
    environment.globals["shown"] = MOST_GROUPS
    return environment


def _visible(value: Any) -> Any:
    """Escape the characters that change how text is displayed."""
    return safe_text.escape(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _decimals(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f}%"


def _prose(text: str) -> Markup:
    """Return text as HTML, with anything between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(safe_text.escape(text)))))


def _words(name: str) -> str:
    """Return a name such as ``wrong_sign`` as words."""
    return name.replace("_", " ")
