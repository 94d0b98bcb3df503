"""Claims in a master's prose about what a cell computes, which a test compares with what it really computes.

A comment after a number gives the expression it comes from, and a comment after a sentence gives a condition:

    The schedule ends at 0.947<!-- = largest_momentum -->, so it never gets to 0.99.
    Of all six rules, Adam is the fastest.<!-- holds: min(losses, key=losses.get) == "adam" -->

Both are evaluated in the answered notebook, after the cells above. The built notebooks contain no comments.
"""

import re
from dataclasses import dataclass

COMMENT = re.compile(r"<!--\s*(?:=\s*(?P<value>.+?)|holds:\s*(?P<condition>.+?))\s*-->", re.DOTALL)
# A number right before a comment, such as -0.947, 450,000, 2e-7, or 88%, and what may stand between the two.
NUMBER = re.compile(r"(?P<number>[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)(?P<percent>%?)[*$`]*\Z")


@dataclass(frozen=True)
class Claim:
    """What a sentence says about a cell's result.

    Attributes
    ----------
    expression : str
        A Python expression, for the answered notebook.
    shown : str or None
        The number in the text, which may differ from the expression by one in the last digit; None if the
        expression must be true.
    is_percentage : bool
        Whether `shown` is followed by a percent sign, so that the expression is a fraction.
    """

    expression: str
    shown: str | None
    is_percentage: bool = False

    def holds(self, value: float) -> bool:
        """Return whether the value of the expression bears out the text.

        The last digit may be off by one, because a different CPU may round differently.
        """
        if self.shown is None:
            return bool(value)
        digits = self.shown.replace("−", "-").replace(",", "")
        mantissa, _, exponent = digits.partition("e")
        decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        if self.is_percentage:
            value = 100 * value
        return abs(value - float(digits)) <= 1.5 * 10.0**-decimals


def claims(text: str) -> list[Claim]:
    """Return the claims in a cell of Markdown, in order.

    Raises
    ------
    ValueError
        If no number stands right before a comment with a value.
    """
    found = []
    for comment in COMMENT.finditer(text):
        if comment["condition"]:
            found.append(Claim(comment["condition"], None))
            continue
        number = NUMBER.search(text[: comment.start()])
        if number is None:
            before = text[max(0, comment.start() - 30) : comment.start()]
            raise ValueError(f"a number must stand right before <!-- = {comment['value']} -->. Got ...{before!r}.")
        found.append(Claim(comment["value"], number["number"], bool(number["percent"])))
    return found


def without_claims(text: str) -> str:
    """Return the text as students read it."""
    return COMMENT.sub("", text)
