"""No attack in this folder succeeds, and docs/attacks.md lists every attack.

An attack succeeds if its submission gains points that its answers do not earn, learns a secret, has an effect outside
its own run, or changes what another submission gets.
"""

import functools
import re

import pytest

from autograder import catalogue
from autograder.grading.job import read_result
from autograder.judging.cases import draw, public_cases
from autograder.paths import ROOT, verdict_file
from autograder.student_ids import refusal

from .scoreboard import COUNTS, SUMMARY, attacks, listed, shown
from .test_hidden_stay_hidden import fragments, numbers_of, readable, spellings
from .test_links import BAIT
from .test_scripts import Active

EXERCISES = catalogue.assignments()["update_rules"].exercises
OURS = {"update_rules.ipynb", "update_rules.html", "timestamp.txt", "submission_secret.txt"}
# In these modules, answers may earn full points, and submissions try to gain something other than points.
ANSWERS_CORRECTLY = {"test_hidden_stay_hidden"}
SUBMITTED = {name: (stem, student) for name, stem, student in attacks() if student}
# A submission is not graded if the name of its folder is not a valid student ID. The log says so.
NOT_GRADED = {name for name in SUBMITTED if refusal(name)}
SUBMISSIONS = [student for _, student in SUBMITTED.values()]


@pytest.fixture(scope="module")
def public():
    return {e: numbers_of(e, public_cases(e)[0]) for e in EXERCISES.values()}


@pytest.fixture(scope="module")
def common(course):
    """Fragments of text that every student can read: a checksum, for example, may share digits with a hidden number."""
    return fragments(readable(course, "honest"))


def points_gained(name, course, full):
    """Return the points for exercises that the submission answers wrongly, and points above an exercise's maximum."""
    stem, student = SUBMITTED[name]
    wrong = () if stem in ANSWERS_CORRECTLY else student.answers
    deserved = {exercise: 0.0 if exercise in wrong else points for exercise, points in full.items()}
    return sum(max(0.0, score - deserved[exercise]) for exercise, score in course.scores(name).items())


def secrets_read(name, course, public, common):
    """Return the number of secrets in what the student can read: hidden numbers, the token, and known texts."""
    page = readable(course, name)
    token, secret = course.environment["JUPYTERHUB_API_TOKEN"], (course.build / "course_secret").read_text()
    found = sum(text in page for text in (token, secret, BAIT, "SQLite format 3"))
    verdicts = result_of(name, course)["verdicts"]
    hidden = set()
    for exercise in EXERCISES.values():
        if seed := verdicts[exercise.name].get("seed"):
            hidden |= spellings(numbers_of(exercise, draw(exercise, int(seed))) - public[exercise])
    return found + len(hidden & (fragments(page) - common))


def effects(name, course):
    """Return how many foreign files are in the results, plus how many active parts the submission added to its page."""
    folders = [course.build / step / name for step in ("autograded", "feedback")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    foreign = sum(path.is_symlink() or path.name not in OURS for path in files)
    active = Active(course.feedback(name)).found - active_in_an_honest_page(course)
    return foreign + active.total()


@functools.cache
def active_in_an_honest_page(course):
    return Active(course.feedback("honest")).found


def result_of(name, course):
    return read_result(verdict_file(course.folder, "update_rules", name))


def what_happened(name, course, full):
    """Return what became of a submission, in a phrase made of the judge's words."""
    result = result_of(name, course)
    if result["problem"]:
        return f"zero points: {result['problem']}"
    phrases = [f"{course.total(name):g} of {sum(full.values()):g} points", *result["stopped"][:1]]
    if result["tampering"]:
        phrases.append("named in the log")
    return "; ".join(phrases)


@pytest.mark.parametrize("name", SUBMITTED)
def test_attack_does_not_succeed(name, course, full, public, common, record_property):
    if name in NOT_GRADED:
        record_property("attack", (shown(name), "not graded, and named in the log", {}))
        assert name not in course.gradebook
        return
    secrets = secrets_read(name, course, public, common)
    counts = (points_gained(name, course, full), secrets, effects(name, course))
    found = dict(zip(COUNTS, counts, strict=False))
    record_property("attack", (shown(name), what_happened(name, course, full), found))
    assert not any(found.values()), found


def test_honest_submission_is_not_affected(course, full, record_property):
    """The whole class is graded in one run, so whatever a submission does to others shows up in this test."""
    fair = course.scores("honest") == full and "honest: " not in course.run.stdout
    ungraded = set(SUBMITTED) - NOT_GRADED - set(course.gradebook)
    changed = course.changed
    record_property("class", (len(changed), len(ungraded) + (not fair)))
    assert fair
    assert not ungraded
    assert not changed


def test_scoreboard_lists_every_attack():
    """If this test fails, run `make attacks`."""
    assert sorted(listed()) == sorted(shown(name) for name, _, _ in attacks())


def test_readme_counts_the_attacks():
    """If this test fails, correct the numbers in README.md: `make attacks` has recounted the attacks."""
    summary = SUMMARY.read_text(encoding="utf-8")
    counted = re.search(r"- (\d+) attacks\n", summary), re.search(r"- (\d+) attacks were also run against", summary)
    given = re.search(r"lists (\d+) attacks; (\d+) of them", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert given.groups() == tuple(count[1] for count in counted)
