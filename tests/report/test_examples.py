"""Examples show the function that was asked for, and nothing that could identify its author."""

import pytest

from autograder import catalogue
from autograder.report.answers import AnswerTally
from autograder.report.examples import example
from autograder.report.results import Answer

SGD, _ = catalogue.find("sgd")
ADAM, _ = catalogue.find("adam")
FUNCTION = "def sgd(w, dw, config=None):\n    return (w + 0.01 * dw, config or {})"
WITH_KEY = FUNCTION.replace("{}", "{'learning_rate': 1}")
SHOWN = {
    "comments": (f"# by Ada Lovelace\n{FUNCTION}  # Ada", FUNCTION),
    "a docstring": (FUNCTION.replace("\n", '\n    """Ada\'s solution."""\n'), FUNCTION),
    "a string that does nothing": (FUNCTION.replace("\n", "\n    'Ada'\n"), FUNCTION),
    "other code": (f"AUTHOR = 'Ada'\n{FUNCTION}\nprint(AUTHOR)\ndef ada(): pass", FUNCTION),
    "an earlier version": (f"def sgd(ada): pass\n{FUNCTION}", FUNCTION),
    "another string": (FUNCTION.replace("{}", "{'ada': 1}"), FUNCTION.replace("{}", "{'...': 1}")),
    "bytes": (FUNCTION.replace("{}", "{b'ada': 1}"), FUNCTION.replace("{}", "{'...': 1}")),
    "a key of the exercise": (FUNCTION.replace("{}", '{"learning_rate": 1}'), WITH_KEY),
    "an f-string": (FUNCTION.replace("0.01", "float(f'Ada {w}')"), FUNCTION.replace("0.01", "float(f'...{w}')")),
    "only a docstring": ("def sgd(w):\n    'Ada'", "def sgd(w):\n    pass"),
    "an invalid escape sequence": (FUNCTION.replace("{}", r'{"\d": 1}'), FUNCTION.replace("{}", "{'...': 1}")),
}  # fmt: skip
HIDDEN = {
    "the student's first name in a variable": FUNCTION.replace("0.01", "Ada_rate"),
    "the student's ID in a variable": FUNCTION.replace("0.01", "rate_s1234567"),
    "the student's login in the address": FUNCTION.replace("0.01", "countess"),
    "a number that is the ID": FUNCTION.replace("0.01", "1234567"),
    "no such function": "def adam(w): pass",
    "not Python": "def sgd(:",
    "a null byte": FUNCTION + "\0",
    "deep nesting": f"def sgd(w):\n    return {'-' * 3900}1",
    "too many characters": FUNCTION.replace("0.01", "+".join(["0.01"] * 1000)),
    "too many lines": "def sgd(w):\n" + "    w = w\n" * 50,
    "a lambda": "sgd = lambda w, dw: w",
}
NAMES = ("s1234567", "1234567", "Ada", "Lovelace", "countess@example.edu", "Al", "")


@pytest.mark.parametrize(("source", "shown"), SHOWN.values(), ids=SHOWN)
def test_example_has_no_comments_strings_or_other_code(source, shown):
    assert example(source, SGD, NAMES) == shown


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_answer_that_names_its_author_or_cannot_be_read_is_not_shown(source):
    assert example(source, SGD, NAMES) == ""


@pytest.mark.parametrize("exercise", [e for _, e in catalogue.exercises()], ids=lambda e: e.name)
def test_reference_of_every_exercise_would_be_shown_with_its_strings(exercise):
    """The strings that an exercise asks for, such as keys, are the ones that its reference contains."""
    from autograder.demo.students import reference

    shown = example(reference(exercise), exercise, ("zzzz",))
    assert "'...'" not in shown


def test_shortest_example_is_kept_whatever_the_order():
    sources = [FUNCTION.replace("0.01", number) for number in ("0.013", "0.012", "0.0111")]
    for order in (sources, sources[::-1]):
        tally = AnswerTally(SGD)
        for source in order:
            tally.add(Answer(True, (("a case", False),), mistakes=("wrong_sign",), source=source), ("ada",))
        assert tally.numbers()["examples"] == {"wrong_sign": sources[1]}


def test_hint_of_a_second_mistake_comes_from_the_exercise():
    tally = AnswerTally(ADAM)
    first, second = ADAM.mistakes[:2]
    tally.add(Answer(True, (("a case", False),), mistakes=(first.name, second.name), hint=first.hint), ())
    tally.add(Answer(True, (("a case", False),), mistakes=("raises_TypeError",), hint="It stops."), ())
    assert tally.numbers()["hints"] == {
        first.name: first.hint,
        second.name: second.hint,
        "raises_TypeError": "It stops.",
    }
