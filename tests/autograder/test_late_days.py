"""Late days are deducted in order of due date, and penalties match an independent computation."""

import itertools
import logging
from datetime import datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.plugin.late_days import Lateness, deduct, summarize
from autograder.plugin.late_policy import LatePolicy, Penalties

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")
# This is not nbgrader's own logger, which belongs to an application if an earlier test has started one in this process.
LOG = logging.getLogger(__name__)
START = datetime(2026, 10, 1, 12)
NAMES = "abcd"  # assignments, which are due one week apart

DEDUCTIONS = {
    "nothing late": ([0, 0], 4, None, [0, 0], 4),
    "within the budget": ([1, 2], 4, None, [1, 2], 1),
    "more than the budget": ([3, 3, 1], 4, None, [3, 1, 0], 0),
    "limited per assignment": ([3, 3], 4, 2, [2, 2], 0),
    "no budget": ([3, 1], 0, None, [0, 0], 0),
    "none allowed per assignment": ([3], 4, 0, [0], 4),
}


@pytest.mark.parametrize(("days", "budget", "most", "used", "left"), DEDUCTIONS.values(), ids=DEDUCTIONS)
def test_late_days_are_deducted_in_order_of_due_date(days, budget, most, used, left):
    late = [Lateness(START + timedelta(weeks=week), name, n) for week, (name, n) in enumerate(zip(NAMES, days))]  # noqa: B905
    for order in itertools.permutations(late):
        found = deduct(order, budget, most)
        assert ([found.used[each.assignment] for each in late], found.left) == (used, left)


def test_assignments_due_at_the_same_time_are_ordered_by_name():
    late = [Lateness(START, name, 2) for name in "ba"]
    assert deduct(late, 3).used == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((2, 2, 1), "Submitted 2 days late: 2 late days used, 1 left."),
        ((3, 1, 0), "Submitted 3 days late: 1 late day used, 0 left."),
        ((0, 0, 4), "Submitted on time: no late days used, 4 left."),
    ],
)
def test_student_reads_how_many_late_days_are_left(numbers, sentence):
    assert summarize(*numbers) == sentence


# Each case has the policy's settings, the student's extensions in days, and for each assignment how many hours after
# the due date it was submitted (None: not at all), the points earned, the penalty, and the late days used.
POLICY = {"percent_per_day": 10, "most": 50}
CASES = {
    "penalty per started day": (POLICY, {}, [(1, 40, 4, 0), (24, 40, 4, 0), (25, 40, 8, 0), (1000, 40, 20, 0)]),
    "grace period": (
        POLICY | {"grace_minutes": 30}, {}, [(0.5, 40, 0, 0), (0.51, 40, 4, 0), (24.5, 40, 4, 0), (25, 40, 8, 0)],
    ),
    "extension": (POLICY, {"a": 2, "*": 1}, [(48, 40, 0, 0), (49, 40, 8, 0), (24, 40, 0, 0), (None, 0, 0, 0)]),
    "half a day": (POLICY, {"*": 0.5}, [(12, 40, 0, 0), (13, 40, 4, 0)]),
    "late days first": (POLICY | {"late_days": 4}, {}, [(30, 40, 0, 2), (1, 40, 0, 1), (49, 30, 6, 1), (2, 10, 1, 0)]),
    "late days per assignment": (
        POLICY | {"late_days": 4, "late_days_per_assignment": 1}, {},
        [(30, 40, 4, 1), (1, 40, 0, 1), (0, 30, 0, 0), (72, 10, 2, 1)],
    ),
    "late days after an extension": (POLICY | {"late_days": 2}, {"a": 1}, [(30, 40, 0, 1), (30, 40, 4, 1)]),
    "grace period before late days": (
        POLICY | {"late_days": 1, "grace_minutes": 60}, {}, [(1, 40, 0, 0), (25, 40, 0, 1), (2, 40, 4, 0)],
    ),
    "missing assignment uses none": (POLICY | {"late_days": 1}, {}, [(None, 0, 0, 0), (1, 40, 0, 1)]),
    "late days and zero points otherwise": (
        {"late_days": 2, "penalty_method": "zero"}, {}, [(24, 40, 0, 1), (24, 30, 0, 1), (1, 20, 20, 0)],
    ),
    "late days without a penalty": ({"late_days": 1}, {}, [(1, 40, 0, 1), (1, 40, 0, 0)]),
}  # fmt: skip


def independent_penalties(settings, extensions, submissions):
    """Compute a student's penalties with exact fractions, one assignment at a time."""
    left = settings.get("late_days", 0)
    for name, (hours, points, *_) in zip(NAMES, submissions, strict=False):
        late = Fraction(str(hours or 0)) - 24 * Fraction(str(max(extensions.get(key, 0) for key in (name, "*"))))
        days = -((Fraction(settings.get("grace_minutes", 0), 60) - late) // 24) if late > 0 else 0
        days = max(days, 0)
        covered = min(days, left, settings.get("late_days_per_assignment", days))
        left -= covered
        percent = min((days - covered) * settings.get("percent_per_day", 0), settings.get("most", 100))
        if settings.get("penalty_method") == "zero" and days > covered:
            percent = 100
        yield float(points * Fraction(percent, 100)), covered


@pytest.mark.parametrize(("settings", "extensions", "submissions"), CASES.values(), ids=CASES)
def test_independent_computation_agrees_with_the_table(settings, extensions, submissions):
    expected = [(penalty, used) for *_, penalty, used in submissions]
    assert list(independent_penalties(settings, extensions, submissions)) == expected


@pytest.fixture(scope="module")
def empty(alembic, tmp_path_factory):
    """A gradebook file with four assignments and no submissions."""
    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{file}", "demo") as gradebook:
        gradebook.add_student("ada")
        for week, name in enumerate(NAMES):
            gradebook.add_assignment(name, duedate=START + timedelta(weeks=week))
            gradebook.add_notebook(name, name)
            gradebook.add_grade_cell("sgd-check", name, name, max_score=40, cell_type="code")
    return file


class Term:
    """A student's term, graded assignment by assignment with our preprocessor."""

    def __init__(self, empty, folder, settings, extensions):
        file = folder / "gradebook.db"
        file.write_bytes(empty.read_bytes())
        self.url = f"sqlite:///{file}"
        self.extensions = folder / "extensions.csv"
        lines = [f"ada,{name},{days}\n" for name, days in extensions.items()]
        self.extensions.write_text("student_id,assignment,days\n" + "".join(lines))
        self.config = Config(LatePolicy={k: v for k, v in settings.items() if k != "penalty_method"})
        if "penalty_method" in settings:
            self.config.LateSubmissionPlugin.penalty_method = settings["penalty_method"]

    def submit(self, name, hours, points):
        with Gradebook(self.url, "demo") as gradebook:
            due = gradebook.find_assignment(name).duedate
            gradebook.update_or_create_submission(name, "ada", timestamp=due + timedelta(hours=hours))
            gradebook.find_grade("sgd-check", name, name, "ada").auto_score = points
            gradebook.db.commit()

    def settle(self, name):
        """Do what autograde and generate_feedback do for an assignment. Return the sentence on the feedback page."""
        penalties = Penalties(config=self.config, plugin_class=LatePolicy, extensions=str(self.extensions), log=LOG)
        names = {"notebook": name, "assignment": name, "student": "ada", "db_url": self.url}
        _, resources = penalties.preprocess(SimpleNamespace(cells=[]), {"nbgrader": names})
        return resources["nbgrader"]["late_days"]

    def penalties(self):
        with Gradebook(self.url, "demo") as gradebook:
            return {s.name: s.late_submission_penalty for s in gradebook.student_submissions("ada")}


ORDERS = {"in order": NAMES, "in reverse": NAMES[::-1], "mixed": "bdac"}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize(("settings", "extensions", "submissions"), CASES.values(), ids=CASES)
def test_penalties_agree_in_any_order_of_grading(empty, tmp_path, settings, extensions, submissions, order):
    term = Term(empty, tmp_path, settings, extensions)
    submitted = {name: s for name, s in zip(NAMES, submissions, strict=False) if s[0] is not None}
    sentences = {}
    for name in order:
        if name in submitted:
            hours, points, *_ = submitted[name]
            term.submit(name, hours, points)
            sentences[name] = term.settle(name)
    assert term.penalties() == pytest.approx({name: penalty for name, (*_, penalty, _) in submitted.items()})
    if settings.get("late_days"):
        left = settings["late_days"] - sum(used for *_, used in submissions)
        last = [name for name in order if name in submitted][-1]
        used = submitted[last][-1]
        assert f"{used or 'no'} late day{'' if used == 1 else 's'} used, {left} left." in sentences[last]
    else:
        assert set(sentences.values()) == {""}


def test_change_in_another_assignments_penalty_is_logged(empty, tmp_path, caplog):
    term = Term(empty, tmp_path, POLICY | {"late_days": 1}, {})
    term.submit("b", 1, 40)
    term.settle("b")
    term.submit("a", 1, 40)
    term.settle("a")
    assert "ada's late penalty for b was 0 points and is now 4" in caplog.text
    assert "Run `nbgrader generate_feedback b` again." in caplog.text
    caplog.clear()
    term.settle("b")
    assert "is now" not in caplog.text


def test_assignment_without_a_due_date_is_never_late(empty, tmp_path):
    term = Term(empty, tmp_path, POLICY | {"late_days": 1}, {"*": 2})
    term.submit("a", 100, 40)
    with Gradebook(term.url, "demo") as gradebook:
        gradebook.update_or_create_assignment("a", duedate=None)
    assert term.settle("a") == "Submitted on time: no late days used, 1 left."
    assert term.penalties() == {"a": 0}
