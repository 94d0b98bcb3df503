"""Feedback pages in every state: what the judge and the instructor may have said about a submission."""

import copy

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from autograder.plugin import config as course_config
from autograder.plugin.feedback import FeedbackExporter
from autograder.plugin.page_pool import render
from gradlab.checks.outcome import Outcome
from gradlab.checks.report import Report, Row

HINT = "Does `v` start at zero? It starts at one. Set it to 0."
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
LATE_DAYS = "Submitted 3 days late: 2 late days used, 0 left."
ATTEMPTS = ["Attempt 2 of 5 counts until a newer one has been graded.", "You have 3 attempts left."]
FACTS = [("Student", "Ada <b>Lovelace</b> (ada)"), ("Submitted", "Friday, October 16, 2026, 23:59 EDT")]
UNTOUCHED = {"untouched": True}


def exporter_for(folder):
    """Return the exporter for a course in `folder`, as a page process creates it."""
    config = Config()
    course_config.configure(config, folder)
    return FeedbackExporter(config=config)


def page(exporter, grades=None, cells=(), comments=None, judged=None, **names):
    """Return the feedback page of a small submission, as HTML.

    Parameters
    ----------
    exporter : FeedbackExporter
    grades : dict, optional
        Changes to the grades, keyed by ``grade_id``.
    cells : sequence of cells
        The student's own cells.
    comments : dict of str to str, optional
        Comments by the instructor, keyed by ``grade_id``.
    judged : dict, optional
        What the judge has left in the notebook's metadata.
    names : dict
        Values that nbgrader's preprocessors pass to the template.
    """
    notebook = submission(grades or {}, cells, comments or {}, judged or {})
    marks = [cell.metadata.nbgrader for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    total = sum(mark["score"] for mark in marks) - names.get("late_penalty", 0)
    given = {
        "notebook": "two_rules",
        "score": total,
        "max_score": sum(mark["points"] for mark in marks),
        "facts": FACTS,
    }
    given["bonus"] = sum(mark["bonus"] for mark in marks)
    return render(exporter, {"notebook": copy.deepcopy(notebook), "resources": {"nbgrader": given | names}})


def submission(grades, own_cells, comments, judged):
    """Return a graded notebook with two exercises, `sgd` (right) and `adam` (wrong), and a written answer."""
    right = Report(
        "sgd", 1, 1, (Row("ten steps", Outcome(True)), Row("a matrix", Outcome(False), counts=False)), "All."
    )
    wrong = Report("adam", 0, 4, (Row("ten steps", Outcome(False, 0.1, 1e-7)),), "All.", "Wrong.", (HINT,))
    cells = [
        new_markdown_cell("# Two rules\n\nText with $x^2$.", metadata={"gradlab": UNTOUCHED}),
        new_markdown_cell("## 1 Descent\n\n$$w \\leftarrow w - \\eta g$$", metadata={"gradlab": UNTOUCHED}),
        *exercise("sgd", right, grades, comments),
        new_code_cell("plot(sgd)  # a demo", metadata={"gradlab": UNTOUCHED}),
        new_markdown_cell("That was easy.\n\n### 2 Moments & more", metadata={"gradlab": UNTOUCHED}),
        *own_cells,
        *exercise("adam", wrong, grades, comments),
        new_markdown_cell("## 3 In words", metadata={"gradlab": UNTOUCHED}),
        written(grades, comments),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"c{number}"
    reasons = {"sgd": [], "adam": [HINT]}
    return new_notebook(cells=cells, metadata={"gradlab": {"reasons": reasons, **judged}})


def exercise(name, report, grades, comments):
    answer = {"grade_id": name, "grade": False, "solution": True, "comment": comments.get(name)}
    check = grade(f"{name}-check", report.score, report.points, grades) | {"solution": False}
    shown = new_output("execute_result", {"text/plain": "0", "text/html": report.html(graded=True)})
    yield new_code_cell(f"def {name}(w):\n    return w  # a comment", metadata={"nbgrader": answer})
    yield new_code_cell(f'check("{name}", {name})', outputs=[shown], metadata={"nbgrader": check, "gradlab": UNTOUCHED})


def written(grades, comments):
    mark = grade("why", None, 2, grades) | {"solution": True, "comment": comments.get("why")}
    return new_markdown_cell("Because.", metadata={"nbgrader": mark})


def grade(name, automatic, points, grades):
    """Return the metadata of a graded cell, as `GetGradesAndPending` leaves it."""
    by_hand, bonus = (grades.get(name, {}).get(key) for key in ("by_hand", "bonus"))
    score = (automatic or 0 if by_hand is None else by_hand) + (bonus or 0)
    pending = automatic is None and by_hand is None
    mark = {"grade_id": name, "grade": True, "points": float(points), "score": float(score), "pending": pending}
    return mark | {"automatic": automatic, "by_hand": by_hand, "bonus": bonus or 0.0}


RIGHT = {"adam-check": {"by_hand": 4}, "why": {"by_hand": 2}}
LONG = "x" * 3000
HOSTILE_CELLS = [
    new_code_cell(
        f"{LONG} = '{LONG}'  # {LONG}", outputs=[new_output("stream", text=LONG)], metadata={"gradlab": {"own": True}}
    ),
    new_code_cell(
        "picture",
        outputs=[
            new_output("display_data", {"image/png": PIXEL}),
            new_output("error", ename=LONG, evalue=LONG, traceback=[LONG]),
        ],
        metadata={"gradlab": {"own": True}},
    ),
    *(
        new_markdown_cell(text, metadata={"gradlab": {"own": True}})
        for text in (
            f"# {LONG}\n\n##### A level too deep\n\n{LONG} `{LONG}` [{LONG}](https://x.example/{LONG})",
            f"|{'a|' * 60}\n|{'-|' * 60}\n|{'bbbbbbbb|' * 60}",
            f"$${'a + ' * 200}b$$ and ${'a + ' * 200}b$ and $\\text{{{'w' * 500}}}$ and $\\hspace{{99cm}}$",
            f"```\n{LONG}\n```\n\n- {LONG}\n  - > {LONG}\n\n![{LONG}](data:image/png;base64,{PIXEL})",
        )
    ),
]

# Each state: the arguments of `page`.
STATES = {
    "mistake": {},
    "all right": {"grades": RIGHT},
    "unreadable": {"judged": {"problem": "the submitted file is not a notebook: it is not valid JSON (line 1)"}},
    "wrong notebook": {"judged": {"mismatch": "this looks like <i>, not two_rules"}},
    "nothing written": {"judged": {"empty": True, "reasons": {"adam": ["`adam` is not written yet."]}}},
    "stopped": {"judged": {"stopped": ["cell 3: it took longer than 30 s", "adam: stopped: took too long", "x: y"]}},
    "late": {"days_late": 3, "late_penalty": 0.5},
    "late day": {"days_late": 1},
    "late, with late days": {"days_late": 3, "late_days": LATE_DAYS, "late_penalty": 0.5},
    "on time, with late days": {"late_days": "Submitted on time: no late days used, 3 left."},
    "attempt": {"attempts": ATTEMPTS},
    "set by hand": {"grades": {"adam-check": {"by_hand": 3}}},
    "bonus": {"grades": {"sgd-check": {"bonus": 0.5}}},
    "bonus beyond all points": {"grades": RIGHT | {"sgd-check": {"bonus": 0.5}}},
    "deduction": {"grades": {"sgd-check": {"bonus": -0.5}}},
    "comments": {"comments": {"adam": "Look at *v*.", "why": "Good."}, "grades": {"why": {"by_hand": 1.5}}},
    "hostile": {"cells": HOSTILE_CELLS},
}
