"""`check.progress()` shows which exercises are done on the public cases, which have changed, and what is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from types import FunctionType
from typing import Any

from .kernel import kernel_shell
from .outcome import Reached
from .reachable import Fingerprint, changed_names, code_print, fingerprint
from .report import CELL, COLORS, FAIL, PASS, Report, number
from .words import series

FIXED = (FunctionType, bool, int, float, str, tuple)  # types of values that change only if a cell assigns a new one


@dataclass(frozen=True)
class _Checked:
    """The last check of one exercise."""

    score: float
    code: object  # of the function
    used: Fingerprint
    doubted: bool


class Progress:
    """The last check of each exercise, shown as a table."""

    def __init__(self) -> None:
        self._points: dict[str, float] = {}
        self._checked: dict[str, _Checked] = {}
        self._best: dict[str, dict[str, Reached]] = {}  # by exercise and case

    def expect(self, points: dict[str, float]) -> None:
        """Set the assignment's exercises and their points."""
        self._points = points

    def record(self, report: Report, functions: Sequence[Any]) -> None:
        """Record the points from a check, the code that earned them, and what that code uses."""
        code = code_print(functions[0]) if functions else None
        used = fingerprint(functions[:1], _namespace())
        self._checked[report.exercise] = _Checked(report.score, code, used, bool(report.doubts))
        best = self._best.setdefault(report.exercise, {})
        for row in report.rows:
            reached = row.outcome.reached
            if reached and reached.asked and (row.label not in best or reached.rank > best[row.label].rank):
                best[row.label] = reached

    def outdated(self, but: str) -> Iterator[str]:
        """Yield a sentence for each exercise except `but` whose code or constants changed after it earned points."""
        for name, checked in self._checked.items():
            changed = [used for used in self._changed(name) if isinstance(_namespace()[used], FIXED)]
            if name != but and checked.score and changed:
                listed = series([f"`{used}`" for used in changed])
                yield f"`{name}` uses {listed}, which changed after `{name}` was checked: check `{name}` again."

    def rows(self) -> list[tuple[str, float, float, str]]:
        """Return the name, the points earned, the points possible, and the state of each exercise."""
        return [(name, self._score(name), points, self._state(name)) for name, points in self._points.items()]

    def summary(self) -> str:
        """Say how many points are earned, and how many exercises are left."""
        rows = self.rows()
        earned, possible = sum(row[1] for row in rows), sum(row[2] for row in rows)
        total = f"{number(earned)} of {number(possible)} points on the public cases."
        left = [name for name, score, points, state in rows if score < points or state]
        if not left:
            return f"{total} Everything is done: ready to submit."
        return f"{total} {len(left)} of {len(rows)} exercises left; next: {left[0]}."

    def text(self) -> str:
        """Return the table as plain text, for a terminal."""
        width = max(map(len, self._points), default=0)
        lines = [
            f"  {_mark(score, points, state)} {name:<{width}}  {number(score)} of {number(points)}  "
            f"{self._remarks(name, state)}".rstrip()
            for name, score, points, state in self.rows()
        ]
        return "\n".join([*lines, self.summary()])

    def _repr_html_(self) -> str:
        head = "".join(f'<th style="{CELL}">{title}</th>' for title in ("", "exercise", "points", ""))
        lines = [f'<table class="gradlab-progress"><thead><tr>{head}</tr></thead><tbody>']
        for name, score, points, state in self.rows():
            mark = _mark(score, points, state)
            cells = (name, f"{number(score)} of {number(points)}", self._remarks(name, state))
            lines.append(f'<tr><td style="{CELL};color:{COLORS[mark == PASS]}">{mark}</td>')
            lines += [f'<td style="{CELL}">{escape(cell)}</td>' for cell in cells]
            lines.append("</tr>")
        return "".join([*lines, "</tbody></table>", f"<p>{escape(self.summary())}</p>"])

    __repr__ = text

    def _score(self, name: str) -> float:
        return self._checked[name].score if name in self._checked else 0.0

    def _remarks(self, name: str, state: str) -> str:
        """Return the state of an exercise and, for cases with a goal, the best result so far."""
        best = ", ".join(reached.shown for reached in self._best.get(name, {}).values())
        return "; ".join(filter(None, [state, best and f"best so far: {best}"]))

    def _state(self, name: str) -> str:
        if name not in self._checked:
            return "not checked yet"
        checked, names = self._checked[name], _namespace()
        if name in names and code_print(names[name]) != checked.code:
            return "changed since its last check"
        if changed := self._changed(name):
            return f"uses {series(changed)}, changed since its last check"
        return "see the end of its check" if checked.doubted else ""

    def _changed(self, name: str) -> list[str]:
        """Return the names that an exercise's function used at its last check and whose values have changed since."""
        names = _namespace()
        functions = [names[name]] if name in names else []
        return changed_names(self._checked[name].used, fingerprint(functions, names))


def _mark(score: float, points: float, state: str) -> str:
    return PASS if score == points and not state else FAIL


def _namespace() -> dict[str, Any]:
    shell = kernel_shell()
    return shell.user_ns if shell is not None else __import__("__main__").__dict__
