"""The report that a check shows: one row per case, then a diagnosis and a hint, as HTML in a notebook or as text.

The feedback in a graded notebook is the same report, filled in by the judge.
"""

import re
from dataclasses import dataclass
from html import escape

from .outcome import PROBLEMS, Outcome

PASS, FAIL, WITHDRAWN = "✓", "✗", "–"
CELL = "text-align:left;padding:0.2em 1.2em 0.2em 0"
COLORS = {True: "#1a9850", False: "#d73027"}  # readable on white and on black
MOST_LINES, MOST_CHARACTERS = 20, 4000  # the most that is shown of a function's printed output
DOUBTS = "Your grade may differ."
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """The table row of one case.

    Attributes
    ----------
    label : str
    outcome : Outcome
    details : tuple of str
        Sentences that explain the outcome.
    printed : str
        What the function printed.
    picture : str
        SVG from `gradlab.checks.pictures`, which only HTML shows.
    counts : bool
        Whether the case counts. A case with a weight of 0 does not.
    """

    label: str
    outcome: Outcome
    details: tuple[str, ...] = ()
    printed: str = ""
    picture: str = ""
    counts: bool = True

    @property
    def title(self) -> str:
        return self.label if self.counts else f"{self.label} (worth no points)"


@dataclass(frozen=True)
class Report:
    """The verdict on one exercise, as it is displayed.

    Attributes
    ----------
    exercise : str
    score, points : float
    rows : tuple of Row
    scope : str
        A sentence that says which cases the report covers, or why it covers none, shown below the table.
    diagnosis : str
        Where the answer goes wrong; empty if all cases pass.
    hints : tuple of str
        The hints for the known mistakes that were recognized; empty if no mistake was recognized.
    done : str
        What the student can do now; empty unless all cases pass.
    notes : tuple of str
        Other remarks, for example about an argument that was changed in place.
    doubts : tuple of str
        Reasons why the grade may differ.
    """

    exercise: str
    score: float
    points: float
    rows: tuple[Row, ...]
    scope: str
    diagnosis: str = ""
    hints: tuple[str, ...] = ()
    done: str = ""
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def passed(self) -> int:
        return sum(row.outcome.passed for row in self.rows if row.counts)

    @property
    def headline(self) -> str:
        if not self.rows:
            return f"{self.exercise}: {number(self.score)} of {number(self.points)} points"
        count = f"{self.passed} of {sum(row.counts for row in self.rows)} cases pass"
        return f"{self.exercise}: {count}, {number(self.score)} of {number(self.points)} points"

    def html(self, graded: bool = False) -> str:
        """Return HTML without scripts or style sheets. Hints are collapsed unless `graded` is true."""
        measured = any(row.outcome.error is not None for row in self.rows)
        names = ("", "case", *(("relative error", "allowed") if measured else ("result", "")))
        head = "".join(f'<th style="{CELL}">{name}</th>' if name else "<td></td>" for name in names)
        lines = [f"<p><b>{escape(self.headline)}</b></p>"]
        if self.rows:
            lines += ['<table class="gradlab-check"><thead><tr>' + head + "</tr></thead><tbody>"]
            lines += [_html_row(row) for row in self.rows]
            lines += ["</tbody></table>"]
        if self.diagnosis:
            lines.append(f"<p>{prose(self.diagnosis)}</p>")
        for hint in self.hints:
            lines.append(_html_hint(hint, opened=graded))
        if self.done:
            lines.append(f'<p class="gradlab-done">{prose(self.done)}</p>')
        lines += [f"<p>{prose(note)}</p>" for note in self.notes]
        if self.doubts:
            lines.append(f"<p><b>{DOUBTS}</b> {prose(' '.join(self.doubts))}</p>")
        lines.append(f"<p><i>{prose(self.scope)}</i></p>")
        return '<div class="gradlab-report">' + "".join(lines) + "</div>"

    def text(self) -> str:
        """Return the report as plain text, for a terminal."""
        width = max((len(row.title) for row in self.rows), default=0)
        lines = [self.headline]
        for row in self.rows:
            line = f"  {_mark(row)} {row.title:<{width}}  {_error(row.outcome)}"
            if allowed := _allowed(row.outcome):
                line += f"  (allowed {allowed})"
            lines += [line.rstrip(), *(f"      {detail}" for detail in row.details)]
            lines += [f"      | {text}" for text in shortened(row.printed).splitlines()]
        lines += [self.diagnosis] if self.diagnosis else []
        lines += [f"Hint: {hint}" for hint in self.hints]
        lines += [self.done] if self.done else []
        doubts = [" ".join([DOUBTS, *self.doubts])] if self.doubts else []
        # A terminal obeys control characters, and an error message may contain some.
        return _printable("\n".join([*lines, *self.notes, *doubts, self.scope]))


def shortened(text: str) -> str:
    """Return the first lines of what a function printed."""
    lines = text[:MOST_CHARACTERS].rstrip().splitlines()
    shown = "\n".join(lines[:MOST_LINES])
    return shown if len(lines) <= MOST_LINES and len(text) <= MOST_CHARACTERS else f"{shown}\n..."


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c == "\n")


def number(value: float) -> str:
    """Format a score without trailing zeros, such as 4, 2.5, or 1.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _html_hint(hint: str, opened: bool) -> str:
    """Return a hint that opens with a click. If it starts with a question, a second click shows the fix."""
    attribute = ' open=""' if opened else ""
    question, mark, fix = hint.partition("? ")
    text = f"<p>{prose(question + mark.rstrip())}</p>"
    if mark:
        text += f"<details{attribute}><summary>Show the fix</summary><p>{prose(fix)}</p></details>"
    opening = f'<details class="gradlab-hint" style="margin:0.6em 0"{attribute}>'
    return f"{opening}<summary><b>Hint</b></summary>{text}</details>"


def _html_row(row: Row) -> str:
    outcome = row.outcome
    color = f";color:{COLORS[outcome.passed]}" if row.counts else ""
    mark = f'<td style="{CELL}{color}">{_mark(row)}</td>'
    texts = (row.title, _error(outcome), _allowed(outcome))
    cells = "".join(f'<td style="{CELL}">{escape(text)}</td>' for text in texts)
    line = f'<tr class="{_kind(row)}">{mark}{cells}</tr>'
    details = "<br/>".join(map(prose, row.details))
    if row.printed:
        details += f"<pre>{escape(_printable(shortened(row.printed)))}</pre>"
    details += row.picture
    return line + (f'<tr><td></td><td colspan="3" style="{CELL}">{details}</td></tr>' if details else "")


def prose(text: str) -> str:
    """Return text as HTML, with text in backticks shown as code."""
    return CODE.sub(r"<code>\1</code>", escape(text))


def _kind(row: Row) -> str:
    return ("pass" if row.outcome.passed else "fail") if row.counts else "withdrawn"


def _mark(row: Row) -> str:
    return {"pass": PASS, "fail": FAIL, "withdrawn": WITHDRAWN}[_kind(row)]


def _error(outcome: Outcome) -> str:
    if outcome.reached:
        return "; ".join(filter(None, [outcome.reached.sentence, _fault(outcome)]))
    if outcome.problem is not None:
        return PROBLEMS[outcome.problem.kind]
    if outcome.error is not None and (outcome.passed or outcome.error > (outcome.tolerance or 0.0)):
        return f"{outcome.error:.1e}".replace(".0e", "e") if outcome.error else "0"
    if outcome.parts and not (outcome.passed and outcome.finding):
        return "right" if outcome.passed else "wrong"
    return outcome.finding or ("as required" if outcome.passed else "not as required")


def _allowed(outcome: Outcome) -> str:
    """Return the largest error that passes, if an error is shown."""
    shown = outcome.error is not None and outcome.tolerance is not None and outcome.problem is None
    return f"{outcome.tolerance:.0e}" if shown else ""


def _fault(outcome: Outcome) -> str:
    """Return what is wrong apart from the outputs that are compared one by one."""
    if outcome.problem is not None and outcome.problem.kind != "wrong_word":
        return PROBLEMS[outcome.problem.kind]
    return "" if outcome.parts else outcome.finding
