"""The judge's errors are counted exactly once for each seed of each exercise, in any number of processes."""

import pytest

from autograder import catalogue
from autograder.commands import validate


def test_several_processes_count_the_same_as_one():
    sgd, momentum = (catalogue.find(name)[0] for name in ("sgd", "sgd_momentum"))
    counted = validate.judge_all([sgd, momentum], 5, chunk=2)
    assert counted == {exercise.name: validate.tally(exercise, range(5)) for exercise in (sgd, momentum)}
    assert counted["sgd"].seeds == 5
    assert counted["sgd"].correct == 5 * (1 + len(sgd.variants))
    assert counted["sgd"].wrong == 5 * len(sgd.mistakes)


@pytest.mark.parametrize(
    ("kind", "other", "errors"),
    [("mistakes", "variants", "false_passes"), ("variants", "mistakes", "false_failures")],
)
def test_judges_errors_are_listed_with_their_seeds(kind, other, errors):
    """A "mistake" that is correct passes, and a "variant" that is wrong fails, for every seed."""
    sgd, _ = catalogue.find("sgd")
    broken = type("Broken", (sgd,), {})
    setattr(broken, kind, getattr(sgd, other)[:1])
    (misjudged,) = getattr(broken, kind)
    assert getattr(validate.tally(broken, range(3)), errors) == tuple(f"seed {i}: {misjudged.name}" for i in range(3))


def test_report_says_which_mistake_passes_on_which_seed(capsys, tmp_path):
    sgd = validate.Tally("sgd", seeds=2, wrong=2, false_passes=("seed 1: wrong_sign",))
    assert validate.report([sgd], seeds=2, output=tmp_path / "page.md") == 1
    assert "sgd, seed 1: wrong_sign passes" in capsys.readouterr().out
    page = (tmp_path / "page.md").read_text()
    assert "- false passes: 1 of 2 wrong answers\n- **sgd, seed 1: wrong_sign passes**\n" in page


def test_report_without_errors_is_only_a_table(capsys, tmp_path):
    assert validate.report([validate.Tally("sgd", seeds=2, wrong=2)], seeds=2, output=tmp_path / "table.md") == 0
    assert "- sgd" not in capsys.readouterr().out
    assert (tmp_path / "table.md").read_text().splitlines()[-1] == "| `sgd` | 2 | 0 | 2 | 0.0e+00 |"
