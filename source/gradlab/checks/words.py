"""Say how a wrong word is related to the expected one, and join words into a series."""

import re
from collections.abc import Sequence

LONG = 12  # characters; only in a text at least this long does it help to say which end is wrong
SHARED = 4  # characters that an end must share to count as right


def word_relation(want: str, got: str) -> str:
    """Say how a wrong text is related to the expected one, or return "" if nothing simple applies.

    Parameters
    ----------
    want, got : str
        Two different texts.

    Returns
    -------
    str
        A phrase with a verb that quotes neither text.
    """
    if got.lower() == want.lower():
        return "differs only in capitalization"
    if re.sub(r"[\s_-]", "", got) == re.sub(r"[\s_-]", "", want):
        return "differs only in spaces, dashes, or underscores"
    if min(len(want), len(got)) < LONG:
        return ""
    starts, ends = want[:SHARED] == got[:SHARED], want[-SHARED:] == got[-SHARED:]
    if starts and ends:
        return "is right at both ends and wrong in between"
    return "is wrong at the end" if starts else "is wrong at the start" if ends else ""


def series(words: Sequence[str], conjunction: str = "and") -> str:
    """Join at least one word: "a", "a and b", or "a, b, and c"."""
    *first, last = words
    if len(first) < 2:
        return f" {conjunction} ".join(words)
    return f"{', '.join(first)}, {conjunction} {last}"
