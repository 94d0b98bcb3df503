"""The judge's errors are counted exactly once for each seed of each exercise, in any number of processes."""

import pytest

from autograder import catalogue
from autograder.commands import validate


def test_several_processes_count_the_same_as_one():
    sgd, momentum = (catalogue.find(name)[0] for name in ("sgd", "sgd_momentum"))
    counted = validate.judge_all([sgd, momentum], 5, chunk=2)
    assert counted == {exercise.name: validate.tally(exercise, range(5)) for exercise in (sgd, momentum)}
    assert counted["sgd"].draws == 5
    assert counted["sgd"].correct == 5 * (1 + len(sgd.variants))
    assert counted["sgd"].wrong == 5 * len(sgd.mistakes)


@pytest.mark.parametrize(
    ("kind", "other", "errors"),
    [("mistakes", "variants", "false_passes"), ("variants", "mistakes", "false_failures")],
)
def test_errors_of_the_judge_are_counted(kind, other, errors):
    """A "mistake" that is correct passes, and a "variant" that is wrong fails, for every seed."""
    sgd, _ = catalogue.find("sgd")
    broken = type("Broken", (sgd,), {})
    setattr(broken, kind, getattr(sgd, other)[:1])
    assert getattr(validate.tally(broken, range(3)), errors) == 3
