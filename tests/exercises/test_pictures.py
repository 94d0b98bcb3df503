"""The pictures that exercises declare: many known mistakes are drawn, in pictures that are small and well-formed."""

import xml.etree.ElementTree as ElementTree

import pytest

from autograder.catalogue import exercises
from autograder.paths import ROOT
from gradlab.checks import store
from gradlab.checks.public_report import public_report

DRAWN = {exercise.name: (assignment, exercise) for assignment, exercise in exercises() if exercise.picture}
NUMBERED_STEPS = {"trajectory", "lookahead", "running_average", "epoch_by_epoch"}


@pytest.mark.parametrize("name", DRAWN)
def test_more_than_a_third_of_the_known_mistakes_are_drawn(name):
    assignment, exercise = DRAWN[name]
    public = store.load(ROOT / "assignments" / assignment / "checks.npz")[name]
    partners = [partner.reference for partner in exercise.partners]
    pictures = [
        row.picture
        for mistake in exercise.mistakes
        for row in public_report(public, [mistake.function, *partners]).rows
        if row.picture
    ]
    assert len(pictures) > len(exercise.mistakes) / 3
    for picture in pictures:
        assert len(picture) < 15_000
        assert ElementTree.fromstring(picture).get("aria-label").endswith(".")
    assert not any(row.picture for row in public_report(public, [exercise.reference, *partners]).rows)


def test_every_exercise_that_goes_step_by_step_declares_a_curve():
    for _, exercise in exercises():
        if exercise.driver.__name__ in NUMBERED_STEPS:
            assert exercise.picture is not None, exercise.name
            assert exercise.picture.kind == "curve"
