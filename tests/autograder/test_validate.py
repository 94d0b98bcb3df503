"""Counting the judge's errors: every draw of every exercise once, whichever process judges it."""

import pytest

from autograder import catalogue
from autograder.commands import validate


def test_processes_count_what_one_would_count(monkeypatch):
    monkeypatch.setattr(validate, "CHUNK", 2)
    sgd, momentum = (catalogue.find(name)[0] for name in ("sgd", "sgd_momentum"))
    counted = validate.judge_all([sgd, momentum], 5)
    assert counted == {exercise.name: validate.tally(exercise, range(5)) for exercise in (sgd, momentum)}
    assert counted["sgd"].draws == 5
    assert counted["sgd"].correct == 5 * (1 + len(sgd.variants))
    assert counted["sgd"].wrong == 5 * len(sgd.mistakes)


@pytest.mark.parametrize(
    ("kind", "other", "errors"),
    [("mistakes", "variants", "false_passes"), ("variants", "mistakes", "false_failures")],
)
def test_what_the_judge_gets_wrong_is_counted(kind, other, errors):
    """A mistake that is right passes, and a variant that is wrong fails, on every draw."""
    sgd, _ = catalogue.find("sgd")
    broken = type("Broken", (sgd,), {})
    setattr(broken, kind, getattr(sgd, other)[:1])
    assert getattr(validate.tally(broken, range(3)), errors) == 3
