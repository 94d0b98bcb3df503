"""Forged verdicts earn no points. Most attacks are first shown to fool stock nbgrader, which proves that they work."""

import re
from dataclasses import dataclass, field

import pytest

from autograder import catalogue
from autograder.demo import cheats
from autograder.demo.students import Student
from autograder.running.tampering import NAMES

from .stock_nbgrader import in_stock_nbgrader

EXERCISES = catalogue.assignments()["update_rules"].exercises
STEP = """\
import numpy as np
w, dw, want = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([0.7, 1.6])
next_w = sgd(w, dw, {"learning_rate": 0.1})[0]
"""
ALLCLOSE = STEP + "assert np.allclose(next_w, want)"
EQUAL = STEP + "assert (next_w == want).all()"
NOT_ABOVE = STEP + "assert not np.max(np.abs(next_w - want) / (np.abs(next_w) + np.abs(want))) > 1e-7"
MEAN = "next_w = sgd(1.0, 3.0, {'learning_rate': 0.1})[0]\nassert abs(next_w - 0.7) < 1e-9"
PARTIAL = STEP + "float(np.allclose(next_w, want))"
OUR_CHECK = 'check("sgd", sgd)'

DROP = """\
def drop(lines):
    return ["" if line.startswith(("assert", "check(")) else line for line in lines]

get_ipython().input_transformers_cleanup.append(drop)"""
DROP_NODES = """\
import ast

class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

get_ipython().ast_transformers.append(Drop())"""
COMPILE_AWAY = """\
import builtins
plain_compile = builtins.compile
builtins.compile = lambda *args, **more: plain_compile(*args, **{**more, "optimize": 2})"""
HIDE_ERRORS = """\
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *args, **more: None
plain_run = shell.run_cell_async

async def run_cell_async(*args, **more):
    result = await plain_run(*args, **more)
    result.error_in_exec = result.error_before_exec = None
    return result

shell.run_cell_async = run_cell_async"""
STOP_RUNNING = """\
async def run_code(*args, **more):
    return False

get_ipython().run_code = run_code"""
FORMAT = """\
get_ipython().display_formatter.formatters["text/plain"].for_type(float, lambda x, p, cycle: p.text("{}"))"""
HOOK = """\
import sys
hook = type(sys.displayhook)
plain_write = hook.write_format_data
hook.write_format_data = lambda self, data, *more: plain_write(self, {**data, "text/plain": "1.0"}, *more)"""
MODULES = """\
import sys, types, numpy
fake = types.ModuleType("numpy")
vars(fake).update(vars(numpy))
fake.allclose = lambda *args, **more: True
sys.modules["numpy"] = fake
for name in [name for name in sys.modules if name.startswith("gradlab")]:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].check = lambda *args: 1.0"""
CHECK = "import gradlab\ngradlab.check = check = gradlab.checks.check = lambda *args: 1.0"
SAME_FLOAT = """\
class Same(float):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: Same(0.0)
    __lt__ = __le__ = lambda self, other: True
    __gt__ = __ge__ = lambda self, other: False"""
SAME_OBJECT = "class Same:\n    __eq__ = lambda self, other: True"
QUIET = "import numpy as np\nnp.seterr(all='ignore')"
NUMPY = "array = list\nallclose = lambda *args, **more: True"


def returns(value):
    """Return a function that writes answers whose return value is `value`, where ``x`` is the first argument."""

    def answer(exercise):
        return cheats.does_nothing(exercise).replace("return w", f"return {value.replace('x', 'w')}")

    return answer


@dataclass(frozen=True)
class Forgery(Student):
    """A student with wrong answers to all exercises and a trick to make them pass."""

    answer: object = cheats.does_nothing
    test: str = ALLCLOSE
    reason: str = "0 of 4 cases pass"
    files: dict = field(default_factory=dict)

    def notebook(self, assignment, released):
        self.answers.update({name: self.answer(exercise) for name, exercise in assignment.exercises.items()})
        return super().notebook(assignment, released)

    def add_files(self, folder, _):
        for name, text in self.files.items():
            (folder / name).write_text(text)

    def for_stock(self):
        cells = [*self.first, self.answer(EXERCISES["sgd"]), self.test]
        return {"cells": cells, "files": self.files}


def forgery(name, *first, **more):
    return Forgery(f"forger-{name}", "", first=first, answers={}, **more)


REWRITES, NUMPYS = "the text of cells before they run", "np.allclose, np.array_equal"
ZEROS = "np.zeros(np.shape(x))"
SUBMISSIONS = [
    forgery("drops-lines", DROP, reason=REWRITES),
    forgery("drops-nodes", DROP_NODES, reason=REWRITES),
    forgery("compiles-away", COMPILE_AWAY),
    forgery("hides-errors", HIDE_ERRORS),
    forgery("stops-running", STOP_RUNNING, reason="is not defined"),
    forgery("formats-1", FORMAT.format("1.0"), test=PARTIAL),
    forgery("formats-nan", FORMAT.format("nan"), test=PARTIAL),
    forgery("formats-minus-5", FORMAT.format("-5"), test=PARTIAL),
    forgery("formats-words", FORMAT.format("all of them"), test=PARTIAL),
    forgery("hooks", HOOK, test=PARTIAL),
    forgery("always-equal", cheats.ALWAYS_EQUAL, answer=cheats.always_equal),
    forgery("patches", cheats.PATCH, reason=NUMPYS),
    forgery("modules", MODULES),
    forgery("check", CHECK, test=OUR_CHECK),
    forgery("nan", QUIET, answer=returns("np.nan * " + ZEROS), test=NOT_ABOVE, reason="not finite"),
    forgery("inf", QUIET, answer=returns("np.inf + " + ZEROS), test=NOT_ABOVE, reason="not finite"),
    forgery("empty", "import numpy as np", answer=returns("np.zeros((0, *np.shape(x)))"), reason="of shape (0, 0, 3)"),
    forgery(
        "objects", SAME_OBJECT, answer=returns("np.array([Same()] * np.size(x))"), test=EQUAL, reason="dtype object"
    ),
    forgery("float", SAME_FLOAT, answer=returns("Same()"), test=MEAN, reason="did not return what was asked"),
    forgery("numpy.py", files={"numpy.py": NUMPY}),
]
FORGERIES = [pytest.param(student, id=student.name) for student in SUBMISSIONS]
# These attacks do not apply to stock nbgrader.
SUBMISSIONS += [
    forgery("formats-99", FORMAT.format("99")),
    forgery("scalar", "import numpy as np", answer=returns("np.mean(x)"), reason="wrong shape"),
    forgery("demo-drops-checks", cheats.DROP_CHECKS, reason=REWRITES),
]


@pytest.fixture(scope="module")
def stock():
    """Stock nbgrader's results for the same attacks, and for a wrong answer without an attack."""
    plain = {"cells": [cheats.does_nothing(EXERCISES["sgd"]), ALLCLOSE], "files": {}}
    submissions = {student.values[0].name: student.values[0].for_stock() for student in FORGERIES} | {"nothing": plain}
    return in_stock_nbgrader(submissions)


def test_stock_nbgrader_rejects_a_wrong_answer(stock):
    assert stock["nothing"]["points"] == 0


@pytest.mark.parametrize("student", FORGERIES)
def test_stock_nbgrader_is_fooled(student, stock, record_property):
    points = stock[student.name]["points"]
    record_property("stock", (student.name, f"{points:g} of 1 points"))
    assert points == 1 or points != points or points < 0, stock[student.name]


@pytest.mark.parametrize("student", SUBMISSIONS, ids=lambda student: student.name)
def test_forgery_earns_nothing(student, course):
    assert course.scores(student.name) == dict.fromkeys(EXERCISES, 0)
    assert student.reason in course.reported(student.name, "sgd")


def test_honest_student_gets_full_points(course, full):
    assert course.run.returncode == 0, course.errors(course.run)
    assert course.scores("honest") == full


def test_log_names_replaced_parts_in_fixed_words(course):
    """The log names the parts that were replaced. A submission cannot choose the words."""
    logged = re.findall("(.*): tampering, without effect: the notebook replaced (.*)", course.run.stdout)
    replaced = {name for _, names in logged for name in names.split(", ")}
    assert {"np.allclose"} <= replaced <= set(NAMES)
    assert not any("honest" in student for student, _ in logged)
