"""Say how a wrong word is related to the expected one, and join words into a series."""

import re
from collections.abc import Sequence


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
    return ""


def series(words: Sequence[str], conjunction: str = "and") -> str:
    """Join at least one word: "a", "a and b", or "a, b, and c"."""
    *first, last = words
    if len(first) < 2:
        return f" {conjunction} ".join(words)
    return f"{', '.join(first)}, {conjunction} {last}"
