"""The check in an open notebook and the grade of the saved notebook agree, or the check says why they may differ.

Each situation is one exercise in a notebook that is edited, run, and saved as in JupyterLab. A kernel runs the checks,
and the saved notebook is graded once.
"""

import functools

import pytest

from .open_notebook import OpenNotebook

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]


def helper_further_down(book, name):
    """Grading calls the function after the last cell has run. Comments that were added later change nothing."""
    book.at_the_end("def further_down(x):\n    return x")
    book.write(name, book.solution(name, "further_down(1)"))
    book.cell(name).source = f"# Done!\n{book.cell(name).source}  # really"
    book.save()
    return book.check(name)


def default_further_down(book, name):
    book.at_the_end("FURTHER_DOWN = 1")
    book.write(name, book.solution(name).replace("):", ", unused=FURTHER_DOWN):", 1))
    book.save()
    return book.check(name)


def helper_set_again_further_down(book, name):
    first = book.above(name, "def set_again(x):\n    return x")
    book.write(name, book.solution(name, "w = set_again(w)"))
    book.at_the_end("def set_again(x):\n    return x + 1")
    book.run(first)
    book.save()
    return book.check(name)


def answer_set_again_below_its_check(book, name):
    book.write(name, book.solution(name))
    book.at_the_end(f"def {name}(*args):\n    return None")
    book.run(book.cell(name))
    book.save()
    return book.check(name)


def answer_in_another_cell(book, name):
    book.at_the_end(book.solution(name))
    book.save()
    return book.check(name)


def cell_run_twice(book, name):
    book.above(name, "run_twice = 0.25")
    book.run(book.above(name, "run_twice *= 2"))
    book.write(name, book.solution(name, "w = w * run_twice"))
    return book.check(name)


def cells_out_of_order(book, name):
    first = book.above(name, "out_of_order = 1.0")
    book.above(name, "out_of_order = 2.0")
    book.run(first)
    book.write(name, book.solution(name, "w = w * out_of_order"))
    book.save()
    return book.check(name)


def defaults_that_are_changed(book, name):
    """The first call without `config` leaves its velocity in the defaults, where the next such call finds it."""
    book.above(name, 'defaults = {"learning_rate": 1e-2, "momentum": 0.9}')
    answer = f"""
def {name}(w, dw, config=None):
    config = defaults if config is None else config
    velocity = config.get("momentum", 0.9) * config.get("velocity", np.zeros_like(w))
    config["velocity"] = velocity - config.get("learning_rate", 1e-2) * dw
    return w + config["velocity"], config
"""
    book.write(name, answer)
    return book.check(name)


def counter_that_does_no_harm(book, name):
    book.above(name, "calls = []")
    book.write(name, book.solution(name, "calls.append(1)"))
    return book.check(name)


def helper_deleted(book, name):
    helper = book.above(name, "def deleted(x):\n    return x")
    book.write(name, book.solution(name, "deleted(1)"))
    book.book.cells.remove(helper)
    book.save()
    return book.check(name)


def helper_renamed(book, name):
    """The notebook is not saved: the kernel itself knows that the cell has changed."""
    helper = book.above(name, "def old_name(x):\n    return x")
    book.write(name, book.solution(name, "old_name(1)"))
    helper.source = helper.source.replace("old", "new")
    book.run(helper)
    return book.check(name)


def name_from_a_console(book, name):
    book.run("from_a_console = 1")
    book.write(name, book.solution(name, "from_a_console"))
    book.save()
    return book.check(name)


def answer_edited_and_not_run(book, name):
    book.write(name, book.solution(name))
    book.cell(name).source = book.solution(name, "raise ValueError")
    book.save()
    return book.check(name)


def helper_edited_and_not_run(book, name):
    helper = book.above(name, "def edited(x):\n    return x")
    book.write(name, book.solution(name, "edited(1)"))
    helper.source = "def edited(x):\n    return x.missing"
    book.save()
    return book.check(name)


def answer_with_another_name(book, name):
    book.write(name, book.solution(name).replace(f"def {name}(", f"def my_{name}("))
    return book.check(name, f'check("{name}", my_{name})')


def another_function_than_the_answer(book, name):
    book.run(book.cell(name))
    book.at_the_end(book.solution(name).replace(f"def {name}(", f"def my_{name}("))
    return book.check(name, f'check("{name}", my_{name})')


def helper_in_a_file(book, name):
    book.path.with_name("own_helpers.py").write_text("def in_a_file(x):\n    return x")
    book.above(name, "from own_helpers import in_a_file")
    book.write(name, book.solution(name, "in_a_file(1)"))
    return book.check(name)


def value_from_a_demo(book, name):
    """The answer uses a variable that one of the student's cells has computed from a demo's variable."""
    book.run("globals()['rates'] = [1, 2]")
    book.above(name, "from_a_demo = rates[0]")
    book.write(name, book.solution(name, "from_a_demo"))
    return book.check(name)


def demo_above_the_answer(book, name):
    """The answer's cell first prints a demo's variable, so the cell stops there when it is graded."""
    book.run("globals()['rates'] = [1, 2]")
    book.write(name, f"print(rates)\n{book.solution(name)}")
    return book.check(name)


def unsaved(book, name):
    """The file has an earlier version of the answer, which proves nothing about the later one."""
    book.write(name, book.solution(name, "w = None"))
    book.save()
    book.write(name, book.solution(name))
    return book.check(name)


NOWHERE, SAME = "no cell in the notebook as last saved sets it", "is not the same as in this check"

# For each exercise: the situation, the fractions of the points from the check and the grade, and what the check says.
SITUATIONS = {
    "update_rules": {
        "sgd": (counter_that_does_no_harm, 1, 1, ""),
        "sgd_momentum": (defaults_that_are_changed, 1, 0.8, "`sgd_momentum` changes `defaults`, and later calls"),
        "adagrad": (default_further_down, 1, 0, "`FURTHER_DOWN`, which is set only further down"),
        "rmsprop": (answer_set_again_below_its_check, 1, 1, ""),
        "adam": (helper_set_again_further_down, 1, 0, "sets `set_again` in more than one place"),
        "nesterov_momentum": (cell_run_twice, 1, 0, "has changed `run_twice` 2 times"),
        "newton_step": (cells_out_of_order, 1, 0, "sets `out_of_order` in more than one place"),
        "nesterov_lookahead": (helper_deleted, 1, 0, f"needs `deleted`, but {NOWHERE}"),
        "lbfgs_direction": (helper_renamed, 1, 0, "the cell that set `old_name` has since run without doing so"),
        "momentum_schedule": (name_from_a_console, 1, 0, f"needs `from_a_console`, but {NOWHERE}"),
        "escape_saddle": (answer_edited_and_not_run, 1, 0, f"`escape_saddle` {SAME}"),
        "classify_critical_point": (answer_with_another_name, 0, 0, "no such function yet"),
        "adam_epsilon": (another_function_than_the_answer, 1, 0, "a function other than `adam_epsilon`"),
    },
    "learning_rates": {
        "step_decay": (unsaved, 1, 1, ""),
        "exponential_decay": (helper_edited_and_not_run, 1, 0, f"`edited` {SAME}"),
        "inverse_time_decay": (helper_in_a_file, 1, 0, "needs `own_helpers.py`, but only the notebook is graded"),
        "linear_warmup": (value_from_a_demo, 0, 0, "uses `rates`, set only in a demo cell"),
        "warmup_cosine": (demo_above_the_answer, 0, 0, "uses `rates`, set only in a demo cell"),
        "reduce_on_plateau": (helper_further_down, 1, 1, ""),
        "root_mean_square_scale": (answer_in_another_cell, 1, 0, "you checked one from further down: move it up"),
    },
}


@pytest.fixture(scope="module")
def seen(confinement, tmp_path_factory):
    """``seen(assignment)``: return the points and the text of each check, and the points of each grade."""

    @functools.cache
    def check_and_grade(assignment):
        book = OpenNotebook(tmp_path_factory.mktemp(assignment), assignment)
        try:
            book.run(next(cell for cell in book.book.cells if cell.cell_type == "code"))
            checks = {name: situation(book, name) for name, (situation, *_) in SITUATIONS[assignment].items()}
            book.save()
            return checks, book.grade()
        finally:
            book.close()

    return check_and_grade


@pytest.mark.parametrize(
    ("assignment", "name"),
    [
        pytest.param(assignment, name, id=situation[0].__name__)
        for assignment, situations in SITUATIONS.items()
        for name, situation in situations.items()
    ],
)
def test_check_and_grade_agree_or_the_check_says_why_not(seen, assignment, name):
    _, check, grade, said = SITUATIONS[assignment][name]
    checks, grades = seen(assignment)
    points, text = checks[name]
    assert (points, grades[name]) == (pytest.approx(check), pytest.approx(grade))
    assert said.replace("`", "") in text
    assert ("Your grade may differ" in text) == (check != grade)
