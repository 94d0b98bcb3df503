"""Claims in a master's prose are found and compared with the results, and students never see them."""

import pytest

from autograder.notebooks.claims import Claim, claims, without_claims

FOUND = {
    "a number": ("It ends at 0.947<!-- = mu -->.", Claim("mu", "0.947")),
    "a percentage": ("It is right 94.8%<!-- = accuracy --> of the time.", Claim("accuracy", "94.8", True)),
    "a bold number": ("**450,000**<!-- = count --> kinks", Claim("count", "450,000")),
    "a formula": ("$-2$<!-- = slope -->", Claim("slope", "-2")),
    "scientific notation": ("about 2e-7<!-- = error -->", Claim("error", "2e-7")),
    "a condition": ("Adam wins.<!-- holds: min(losses) == a -->", Claim("min(losses) == a", None)),
    "over two lines": ("Adam wins.<!-- holds: a <\nb -->", Claim("a <\nb", None)),
}


@pytest.mark.parametrize(("text", "claim"), FOUND.values(), ids=FOUND)
def test_claim_is_found_and_students_do_not_see_it(text, claim):
    assert claims(text) == [claim]
    assert "<!--" not in without_claims(text)


def test_comments_without_a_claim_are_kept():
    text = "A <!-- remark --> in prose."
    assert claims(text) == []
    assert without_claims(text) == text


def test_claim_without_a_number_raises_and_shows_where():
    with pytest.raises(ValueError, match=r"right before <!-- = mu -->\. Got \.\.\.'It ends soon'"):
        claims("It ends soon<!-- = mu -->.")


HOLDS = {
    "exact": ("0.947", False, 0.947, True),
    "one in the last digit": ("0.947", False, 0.9481, True),
    "two in the last digit": ("0.947", False, 0.949, False),
    "a whole number": ("450,000", False, 450_000, True),
    "a different whole number": ("450,000", False, 449_998, False),
    "a percentage": ("94.8", True, 0.948, True),
    "a percentage, given as one": ("94.8", True, 94.8, False),
    "scientific notation": ("2.1e-7", False, 2.1e-7, True),
    "a different exponent": ("2.1e-7", False, 2.1e-6, False),
    "a typographic minus": ("−2", False, -2.0, True),
    "true": (None, False, 1.0, True),
    "false": (None, False, 0.0, False),
    "not a number": ("2", False, float("nan"), False),
}


@pytest.mark.parametrize(("shown", "is_percentage", "value", "holds"), HOLDS.values(), ids=HOLDS)
def test_number_may_differ_by_at_most_one_in_the_last_printed_digit(shown, is_percentage, value, holds):
    assert Claim("x", shown, is_percentage).holds(value) is holds
