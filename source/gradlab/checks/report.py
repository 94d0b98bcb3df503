"""What a check shows: one row a case, the hint below, as HTML in a notebook and as text in a terminal.

The feedback that a graded notebook carries is the same report, filled in by the judge.
"""

from dataclasses import dataclass
from html import escape

from .outcome import PROBLEMS

PASS, FAIL = "✓", "✗"
CELL = "text-align:left;padding:0.2em 1.2em 0.2em 0"


@dataclass(frozen=True)
class Row:
    """One case: its label, how it went, and why."""

    label: str
    outcome: object
    detail: str = ""

    @property
    def remark(self):
        """The detail, or what was found beside a relative error."""
        return self.detail or (self.outcome.finding if self.outcome.error is not None else "")


@dataclass(frozen=True)
class Report:
    """A verdict to show.

    Attributes
    ----------
    exercise : str
    score, points : float
    rows : sequence of Row
    scope : str
        Which cases these are, in a sentence: shown under every table.
    hint : str
        The known mistake's, if one was recognized.
    notes : sequence of str
        Other things to tell, such as an argument that was changed in place.
    """

    exercise: str
    score: float
    points: float
    rows: tuple
    scope: str
    hint: str = ""
    notes: tuple = ()

    @property
    def passed(self):
        return sum(row.outcome.passed for row in self.rows)

    @property
    def headline(self):
        if not self.rows:
            return f"{self.exercise}: {number(self.score)} of {number(self.points)} points"
        count = f"{self.passed} of {len(self.rows)} cases pass"
        return f"{self.exercise}: {count}, {number(self.score)} of {number(self.points)} points"

    def html(self):
        """An HTML table without scripts, style sheets or colors that a dark theme would swallow."""
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

    def text(self):
        """The same for a terminal."""
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
        # A terminal obeys control characters, and an error's text may hold some.
        return "".join(c for c in "\n".join([*lines, *self.notes, self.scope]) if c.isprintable() or c == "\n")


def number(value):
    """A score without trailing zeros: 4, 2.5, 1.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _html_row(row):
    outcome = row.outcome
    allowed = "" if outcome.tolerance is None or outcome.error is None else f"{outcome.tolerance:.0e}"
    cells = (_mark(outcome), row.label, _error(outcome), allowed)
    line = "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in cells)
    detail = f'<tr><td></td><td colspan="3" style="{CELL}">{escape(row.remark)}</td></tr>' if row.remark else ""
    return f'<tr class="{"pass" if outcome.passed else "fail"}">{line}</tr>{detail}'


def _mark(outcome):
    return PASS if outcome.passed else FAIL


def _error(outcome):
    if outcome.problem is not None:
        return PROBLEMS[outcome.problem.kind]
    if outcome.error is None:
        return outcome.finding or ("as asked" if outcome.passed else "not as asked")
    return f"{outcome.error:.1e}".replace(".0e", "e") if outcome.error else "0"
