"""In a made-up class, disguised copies are found, and students who chose the same solutions are left alone."""

import random

import numpy as np
import pytest

from autograder import catalogue
from autograder.similarity.closeness import compare
from autograder.similarity.pairs import find_pairs
from autograder.similarity.submissions import Submissions

from .made_up import made_up_class

ASSIGNMENT = catalogue.assignments()["update_rules"]
COPIES = 20


@pytest.fixture(scope="module")
def made_up():
    """The answers of 200 students who worked independently and of 20 who copied, and the pairs of copies."""
    return made_up_class(ASSIGNMENT, 200, COPIES)


def test_disguised_copies_and_no_other_pairs_are_reported(made_up):
    students, copies = made_up
    found = {frozenset(pair.students) for pair in find_pairs(ASSIGNMENT, Submissions(students, {})).pairs}
    assert len(found & copies) >= 0.9 * COPIES
    assert not found - copies


def test_independent_students_are_not_reported(made_up):
    students = dict(list(made_up[0].items())[:60])
    findings = find_pairs(ASSIGNMENT, Submissions(students, {}))
    assert findings.pairs == []
    assert findings.undecidable == {}


def test_class_that_copies_one_solution_is_undecidable(made_up):
    answers = made_up[0]["student0000"]
    findings = find_pairs(ASSIGNMENT, Submissions({f"student{n}": answers for n in range(20)}, {}))
    assert findings.pairs == []
    assert set(findings.undecidable) == {*ASSIGNMENT.exercises, *ASSIGNMENT.written}
    assert {reason.partition(",")[0] for reason in findings.undecidable.values()} == {
        "many students write the same answer"
    }


@pytest.mark.parametrize("size", [0, 1, 2, 9])
def test_small_classes_are_undecidable(made_up, size):
    students = dict(list(made_up[0].items())[:size])
    findings = find_pairs(ASSIGNMENT, Submissions(students, {}))
    assert findings.pairs == []
    assert all(reason.startswith(f"only {size} students answered") for reason in findings.undecidable.values())


def test_unanswered_exercises_do_not_count_as_evidence(made_up):
    """If two students answer only one exercise, the same one, the exercises that they left out are not evidence."""
    students = {name: dict(answers) for name, answers in list(made_up[0].items())[:60]}
    for name in ("student0001", "student0002"):
        students[name] = {"adam": students[name]["adam"]}
    students["nobody"] = {}
    findings = find_pairs(ASSIGNMENT, Submissions(students, {}))
    assert findings.pairs == []
    assert "nobody" not in findings.students


def test_released_code_does_not_count_as_evidence(made_up):
    """Released code that two students have left in their answers is not compared."""
    given = "def helper(x):\n    return np.tanh(x) * 3 + x ** 7"
    students = {name: dict(answers) for name, answers in list(made_up[0].items())[:60]}
    for name in ("student0001", "student0002"):
        students[name] = {exercise: f"{given}\n\n{source}" for exercise, source in students[name].items()}
    one, other = (find_pairs(ASSIGNMENT, Submissions(students, {}, (code,))) for code in ("", given))
    evidence = [findings.exercises["sgd"].bits[1, 2] for findings in (one, other)]
    assert evidence[1] < evidence[0]


def independent_answers(rng, count, size=20, choices=3):
    """Return answers in which each fragment is one of a few."""
    return [{choices * place + rng.randrange(choices) for place in range(size)} for _ in range(count)]


def test_rare_answer_is_stronger_evidence_than_frequent_one():
    answers = independent_answers(random.Random(0), 30)
    frequent, rare = set(range(1000, 1020)), set(range(2000, 2020))
    answers += [frequent] * 10 + [rare] * 2
    closeness = compare("adam", answers, [])
    assert closeness.among == 41
    assert closeness.as_close[40, 41] == 1
    assert closeness.as_close[30, 31] == 9
    assert closeness.bits[40, 41] == pytest.approx(np.log2(41))
    assert closeness.bits[30, 31] == pytest.approx(np.log2(41 / 9))


def test_known_solutions_count_like_classmates():
    answers = independent_answers(random.Random(0), 30)
    answers[1] = answers[0]
    bits = [compare("adam", answers, known).bits[0, 1] for known in ([], [answers[0]], [answers[0], answers[0]])]
    assert bits == pytest.approx([np.log2(29), np.log2(30 / 2), np.log2(31 / 3)])


def test_evidence_is_symmetric_and_zero_for_missing_answers():
    answers = [*independent_answers(random.Random(1), 20), set(), set()]
    bits = compare("adam", answers, []).bits
    assert np.array_equal(bits, bits.T)
    assert not bits[20:].any()
    assert not np.diag(bits).any()
    assert (bits >= 0).all()


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([{1, 2, 3}] * 20, "a typical answer is too short"),
        ([set(range(50))] * 20, "many students write the same answer"),
        ([set(range(50))] * 9 + [set()] * 20, "only 9 students answered"),
    ],
)
def test_reason_is_given_for_undecidable_exercises(answers, reason):
    closeness = compare("adam", answers, [])
    assert closeness.undecidable.startswith(reason)
    assert not closeness.bits.any()
