"""Returned values that cannot be compared are described by what they are."""

import numpy as np
import pytest

from gradlab.checks.foreign import describe_contents

CONTENTS = {
    "numbers": ([1, 2.0, np.float32(3)], "a list of 3 values"),
    "two kinds": (({}, 1.5), "a tuple of 2 values: a dict and a number"),
    "one kind": ([(0, 1)] * 10, "a list of 10 values, each a tuple"),
    "arrays": ((np.ones(2), np.ones(3)), "a tuple of 2 values, each an array"),
    "many kinds": ([1, "a", None, {}], "a list of 4 values"),
    "nothing": ([], "an empty list"),
    "an array": (np.ones(2), "an array of shape (2,), float64"),
}


@pytest.mark.parametrize(("value", "words"), CONTENTS.values(), ids=CONTENTS)
def test_kinds_of_values_in_a_collection_are_named(value, words):
    assert describe_contents(value) == words
