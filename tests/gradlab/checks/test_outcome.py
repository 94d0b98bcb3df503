"""The result that an answer reached is rounded down and shown next to the required one."""

import pytest

from gradlab.checks.outcome import Reached


@pytest.mark.parametrize(
    ("value", "asked", "sentence"),
    [
        (0.889, 0.88, "88.9% (required: 88%)"),
        (0.8799999, 0.88, "87.9% (required: 88%)"),
        (0.88, 0.88, "88% (required: 88%)"),
        (0.825, 0.825, "82.5% (required: 82.5%)"),
        (1.0, 1.0, "100% (required: 100%)"),
        (0.0, 0.55, "0% (required: 55%)"),
    ],
)
def test_fraction_that_falls_short_never_looks_like_enough(value, asked, sentence):
    assert Reached.fraction(value, asked).sentence == sentence


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [
        (Reached("17 of 20", "18", "named correctly"), "17 of 20 named correctly (required: 18)"),
        (Reached("8 of 9 right"), "8 of 9 right"),
    ],
)
def test_sentence_names_what_was_counted_and_what_was_required(reached, sentence):
    assert reached.sentence == sentence
