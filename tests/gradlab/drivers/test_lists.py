"""Drivers for calls in which several arguments change, or one argument is a list."""

import numpy as np
import pytest

from gradlab import drivers


def test_each_row_is_one_call_with_plain_numbers():
    types = []

    def function(count, fraction):
        types.append((type(count), type(fraction)))
        return f"{count}: {fraction}"

    outputs = drivers.for_each_row(function, count=np.array([1, 2]), fraction=np.array([0.5, np.nan]))
    assert outputs == {"result 1": "1: 0.5", "result 2": "2: nan"}
    assert types == [(int, float)] * 2


def test_columns_of_unequal_length_raise():
    with pytest.raises(ValueError, match="shorter"):
        drivers.for_each_row(lambda a, b: a, a=np.arange(3), b=np.arange(2))


def test_each_list_is_one_call_with_plain_words():
    lists = {"1": np.array(["a", "bc"]), "2": np.array([], dtype=np.str_)}
    outputs = drivers.for_each_list(lambda words, sign: (words, sign), "words", lists, sign="+")
    assert outputs == {"result 1": (["a", "bc"], "+"), "result 2": ([], "+")}
    assert all(type(word) is str for word in outputs["result 1"][0])
