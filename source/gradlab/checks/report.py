"""The report that a check shows: one row per case, then a hint, as HTML in a notebook and as text in a terminal.

The feedback in a graded notebook is the same report, filled in by the judge.
"""

from dataclasses import dataclass
from html import escape

from .outcome import PROBLEMS, Outcome

PASS, FAIL = "✓", "✗"
CELL = "text-align:left;padding:0.2em 1.2em 0.2em 0"


@dataclass(frozen=True)
class Row:
    """The row of one case: its label, its outcome, and a detail that explains the outcome."""

    label: str
    outcome: Outcome
    detail: str = ""

    @property
    def remark(self) -> str:
        """The detail or, if it is empty, the finding that accompanies a relative error."""
        return self.detail or (self.outcome.finding if self.outcome.error is not None else "")


@dataclass(frozen=True)
class Report:
    """The verdict on one exercise, in the form in which it is shown.

    Attributes
    ----------
    exercise : str
    score, points : float
    rows : tuple of Row
    scope : str
        A sentence that says which cases the report covers, shown below the table.
    hint : str
        The hint for the known mistake that was recognized; empty if no mistake was recognized.
    notes : tuple of str
        Other remarks, for example about an argument that was changed in place.
    """

    exercise: str
    score: float
    points: float
    rows: tuple[Row, ...]
    scope: str
    hint: str = ""
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> int:
        return sum(row.outcome.passed for row in self.rows)

    @property
    def headline(self) -> str:
        if not self.rows:
            return f"{self.exercise}: {number(self.score)} of {number(self.points)} points"
        count = f"{self.passed} of {len(self.rows)} cases pass"
        return f"{self.exercise}: {count}, {number(self.score)} of {number(self.points)} points"

    def html(self) -> str:
        """Return an HTML table without scripts, style sheets, or colors that would be unreadable in a dark theme."""
        head = "".join(f'<th style="{CELL}">{name}</th>' for name in ("", "case", "relative error", "allowed"))
        lines = [f"<p><b>{escape(self.headline)}</b></p>"]
        if self.rows:
            lines += ['<table class="gradlab-check"><thead><tr>' + head + "</tr></thead><tbody>"]
            lines += [_html_row(row) for row in self.rows]
            lines += ["</tbody></table>"]
        if self.hint:
            lines.append(f'<p class="gradlab-hint"><b>Hint:</b> {escape(self.hint)}</p>')
        lines += [f"<p>{escape(note)}</p>" for note in self.notes]
        lines.append(f"<p><i>{escape(self.scope)}</i></p>")
        return '<div class="gradlab-report">' + "".join(lines) + "</div>"

    def text(self) -> str:
        """Return the report as plain text, for a terminal."""
        width = max((len(row.label) for row in self.rows), default=0)
        lines = [self.headline]
        for row in self.rows:
            line = f"  {_mark(row.outcome)} {row.label:<{width}}  {_error(row.outcome)}"
            if row.outcome.error is not None and row.outcome.tolerance is not None:
                line += f"  (allowed {row.outcome.tolerance:.0e})"
            lines.append(line.rstrip())
            if row.remark:
                lines.append(f"      {row.remark}")
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        # Remove control characters, which an error message may contain and a terminal would execute.
        return "".join(c for c in "\n".join([*lines, *self.notes, self.scope]) if c.isprintable() or c == "\n")


def number(value: float) -> str:
    """Format a score without trailing zeros, such as 4, 2.5 or 1.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _html_row(row: Row) -> str:
    outcome = row.outcome
    allowed = "" if outcome.tolerance is None or outcome.error is None else f"{outcome.tolerance:.0e}"
    cells = (_mark(outcome), row.label, _error(outcome), allowed)
    line = "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in cells)
    detail = f'<tr><td></td><td colspan="3" style="{CELL}">{escape(row.remark)}</td></tr>' if row.remark else ""
    return f'<tr class="{"pass" if outcome.passed else "fail"}">{line}</tr>{detail}'


def _mark(outcome: Outcome) -> str:
    return PASS if outcome.passed else FAIL


def _error(outcome: Outcome) -> str:
    if outcome.problem is not None:
        return PROBLEMS[outcome.problem.kind]
    if outcome.error is None:
        return outcome.finding or ("as required" if outcome.passed else "not as required")
    return f"{outcome.error:.1e}".replace(".0e", "e") if outcome.error else "0"
