"""``python -m autograder try`` keeps contract C5, which other people's scripts rely on."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from autograder import catalogue
from autograder.__main__ import app
from autograder.commands.try_ import as_dict, judge_source
from autograder.demo.standalone import standalone
from autograder.judging.cases import draw
from autograder.paths import ROOT

# Answers in the style of CS231n students' code, which is copied most often. These answers were written for this test.
DROPPED_IN = '''
"""First-order update rules."""
import numpy as np


def sgd(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)

    w -= config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    velocity = config.get('velocity', np.zeros_like(w))

    next_w = None
    velocity = config['momentum'] * velocity - config['learning_rate'] * dw
    next_w = w + velocity

    config['velocity'] = velocity
    return next_w, config


def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    for key, value in dict(learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w)).items():
        config.setdefault(key, value)
    rho, eps = config['decay_rate'], config['epsilon']
    config['cache'] = rho * config['cache'] + (1 - rho) * dw * dw
    next_w = w - config['learning_rate'] * dw / (np.sqrt(config['cache']) + eps)
    return next_w, config


def adam(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * (dw ** 2)
    first_unbiased = config["m"] / (1 - config["beta1"] ** config["t"])
    second_unbiased = config["v"] / (1 - config["beta2"] ** config["t"])
    w = w - config["learning_rate"] * first_unbiased / (np.sqrt(second_unbiased) + config["epsilon"])
    return w, config
'''


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def judge(sandbox, tmp_path):
    """``judge(exercise, source, ...)``: return the JSON that ``try --json`` prints for a file with this source."""

    def judge(exercise, source, *options):
        file = tmp_path / "answer.py"
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        result = run("try", exercise, file, "--json", *options)
        assert result.exit_code == 0, result.stderr
        found = json.loads(result.stdout)
        assert list(found) == ["exercise", "points", "score", "cases", "mistake", "mistakes", "diagnosis", "problem"]
        assert found["mistakes"][:1] == ([found["mistake"]] if found["mistake"] else [])
        assert bool(found["diagnosis"]) == (found["score"] < found["points"])
        assert all(list(case) == ["name", "passed", "error", "tolerance"] for case in found["cases"])
        return found

    return judge


def labels(name):
    return [case.label for case in draw(catalogue.find(name)[0], 0)]


@pytest.mark.parametrize("name", ["sgd", "sgd_momentum", "rmsprop", "adam"])
def test_code_in_the_style_of_cs231n_gets_full_credit(judge, name):
    found = judge(name, DROPPED_IN)
    assert (found["exercise"], found["mistake"], found["problem"]) == (name, None, None)
    assert found["score"] == found["points"] == catalogue.find(name)[0].points
    assert [case["name"] for case in found["cases"]] == labels(name)
    assert all(case["passed"] and case["error"] <= case["tolerance"] for case in found["cases"])


def test_known_mistake_is_named(judge):
    exercise, _ = catalogue.find("sgd")
    wrong = next(m for m in exercise.mistakes if m.name == "wrong_sign")
    found = judge("sgd", "import numpy as np\n" + standalone(wrong.function, "sgd"))
    assert found["score"] < found["points"]
    assert found["mistake"] == {"name": "wrong_sign", "hint": wrong.hint}
    assert found["problem"] is None


ANSWER = "def sgd(w, dw, config=None):\n    return w - (config or {}).get('learning_rate', 1e-2) * dw, config or {}\n"
RIGHT = {
    "a byte order mark": b"\xef\xbb\xbf" + ANSWER.encode(),
    "an error after the function": ANSWER + "1 / 0\n",
    "a print before the function": "print('{}')\n" + ANSWER,
    "a function with another name, assigned": ANSWER.replace("def sgd", "def rule") + "sgd = rule\n",
    "a function in a branch": "if True:\n" + "".join(f"    {line}\n" for line in ANSWER.splitlines()),
}


@pytest.mark.parametrize("source", RIGHT.values(), ids=RIGHT)
def test_correct_answer_is_found_in_any_file(judge, source):
    assert judge("sgd", source)["score"] == catalogue.find("sgd")[0].points


PROBLEMS = {
    "another function": ("def sgdd(): pass\ndef b(): pass", "no function 'sgd' in the file. Functions found: sgdd, b."),
    "no function": ("x = 1", "There is no function 'sgd' in the file. Functions found: none."),
    "a syntax error": ("x = 1\ndef sgd(:\n", "The file is not valid Python (line 2)."),
    "null bytes": (b"x = 1\0", "The file is not valid Python."),
    "deep nesting": ("x = " + "-" * 100_000 + "1", "The file is not valid Python."),
    "a stub": ("def sgd(w, dw, config=None):\n    raise NotImplementedError", "write this function first"),
    "an error": ("def sgd(w, dw, config=None):\n    return w - lr * dw, config", "NameError: name 'lr' is not defined"),
    "an error before the function": ("1 / 0\n" + ANSWER, "not defined at the time of the check: sgd"),
    "not a function": ("sgd = 3", "not defined at the time of the check: sgd"),
    "a function that exits": ("import os\ndef sgd(w, dw, config=None):\n    os._exit(0)", "the process died"),
}


@pytest.mark.parametrize(("source", "problem"), PROBLEMS.values(), ids=PROBLEMS)
def test_problem_is_reported_if_no_case_returns_numbers(judge, source, problem):
    found = judge("sgd", source)
    assert found["score"] == 0
    assert found["mistake"] is None or found["mistake"]["name"] == "raises_NameError"
    assert problem in found["problem"]


def test_endless_loop_is_stopped(sandbox):
    exercise = type("Impatient", (catalogue.find("sgd")[0],), {"seconds": 0.3})
    found, _ = judge_source(ROOT, exercise, "def sgd(w, dw, config=None):\n    while True: pass", seed=1)
    assert found.score == 0
    assert "took more than 0.3 seconds" in as_dict(found)["problem"]


def test_cases_are_hidden_unless_the_seed_is_zero(judge):
    """A file that has memorized the public cases must not pass."""
    wrong = ANSWER.replace("1e-2", "1.1e-2")
    by_default, one, public = (judge("sgd", wrong, *options)["cases"] for options in ((), ("--seed", 1), ("--seed", 0)))
    assert by_default == one != public


def test_table_is_printed_without_the_json_option(sandbox, tmp_path):
    (tmp_path / "answer.py").write_text(DROPPED_IN)
    result = run("try", "sgd", tmp_path / "answer.py")
    assert (result.exit_code, result.stderr) == (0, "")
    cases, points = len(labels("sgd")), catalogue.find("sgd")[0].points
    assert result.stdout.startswith(f"sgd: {cases} of {cases} cases pass, {points:g} of {points:g} points\n  ✓ ")
    assert "hidden cases" in result.stdout


@pytest.mark.parametrize(
    ("name", "file", "reason"),
    [
        ("adm", "answer.py", "there is no exercise 'adm'. Did you mean adam"),
        ("xyzzy", "answer.py", "there is no exercise 'xyzzy'. Did you mean "),
        ("adam", "nothing.py", "nothing.py cannot be read: "),
        ("adam", "", "cannot be read: "),
        ("adam", "utf16.py", "utf16.py cannot be read: "),
        ("adam", "answer.ipynb", "answer.ipynb is a notebook, but FILE must be a Python file"),
    ],
)
def test_exit_code_is_two_if_the_command_cannot_be_carried_out(tmp_path, name, file, reason):
    (tmp_path / "answer.py").write_text(DROPPED_IN)
    (tmp_path / "utf16.py").write_text(DROPPED_IN, encoding="utf-16")
    result = run("try", name, tmp_path / file, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_try_runs_as_a_module(sandbox, tmp_path):
    (tmp_path / "answer.py").write_text(DROPPED_IN)
    command = [sys.executable, "-m", "autograder", "try", "adam", str(tmp_path / "answer.py"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["score"] == catalogue.find("adam")[0].points


def test_table_shows_calls_as_a_student_would_write_them(sandbox, tmp_path):
    (tmp_path / "answer.py").write_text("def gradient_verdict(error, kinks=False):\n    return 'sad'\n")
    result = run("try", "gradient_verdict", tmp_path / "answer.py")
    assert "`gradient_verdict(error=" in result.stdout
    assert "got 'sad'." in result.stdout
