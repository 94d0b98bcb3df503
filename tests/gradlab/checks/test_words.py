"""How words are joined into a series."""

import pytest

from gradlab.checks.words import series

SERIES = {"a": ["a"], "a and b": ["a", "b"], "a, b, and c": ["a", "b", "c"], "a, b, c, and d": ["a", "b", "c", "d"]}


@pytest.mark.parametrize(("joined", "words"), SERIES.items())
def test_words_are_joined_with_serial_commas(joined, words):
    assert series(words) == joined
    assert series(words, "or") == joined.replace("and", "or")
