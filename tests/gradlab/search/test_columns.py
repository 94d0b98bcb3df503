"""`columns` turns trials into arrays: numbers stay numbers, and values missing from a failed trial are NaN or None."""

import numpy as np
import pytest

from gradlab import plots
from gradlab.search import Trial, columns, search

FLOAT, INTEGER, TRUTH, OBJECT = np.float64, np.int64, np.bool_, np.object_
TABLES = {
    "results that are numbers": (
        [Trial({"rate": 0.1}, 0.5, None, 1.0), Trial({"rate": 0.2}, 0.75, None, 2.0)],
        {"rate": (FLOAT, [0.1, 0.2]), "result": (FLOAT, [0.5, 0.75])},
    ),
    "results keyed by name": (
        [Trial({"size": 1}, {"accuracy": 0.5, "epochs": 3, "name": "a"}, None, 1.0)],
        {"size": (INTEGER, [1]), "accuracy": (FLOAT, [0.5]), "epochs": (INTEGER, [3]), "name": (OBJECT, ["a"])},
    ),
    "a failed trial": (
        [Trial({"size": 1}, {"epochs": 3, "name": "a"}, None, 1.0), Trial({"size": 2}, None, "no", 2.0)],
        {"size": (INTEGER, [1, 2]), "epochs": (FLOAT, [3, np.nan]), "name": (OBJECT, ["a", None])},
    ),
    "all trials failed": ([Trial({"size": 1}, None, "no", 1.0)], {"size": (INTEGER, [1])}),
    "lists of equal length": (
        [Trial({"h": [1, 2]}, 0.5, None, 1.0), Trial({"h": [3, 4]}, 0.5, None, 1.0)],
        {"h": (OBJECT, [[1, 2], [3, 4]]), "result": (FLOAT, [0.5, 0.5])},
    ),
    "different names in different rows": (
        [Trial({"a": 1}, 1, None, 1.0), Trial({"b": True}, 2, None, 1.0)],
        {"a": (FLOAT, [1, np.nan]), "b": (FLOAT, [np.nan, 1]), "result": (INTEGER, [1, 2])},
    ),
    "booleans": ([Trial({"a": True}, False, None, 1.0)], {"a": (TRUTH, [True]), "result": (TRUTH, [False])}),
    "None": ([Trial({"a": None}, 1, None, 1.0)], {"a": (OBJECT, [None]), "result": (INTEGER, [1])}),
    "no trials": ([], {}),
}


@pytest.mark.parametrize("case", TABLES)
def test_columns_have_the_expected_names_dtypes_and_values(case):
    trials, expected = TABLES[case]
    table = columns(trials)
    if trials:
        expected = expected | {
            "seconds": (FLOAT, [trial.seconds for trial in trials]),
            "error": (OBJECT, [trial.error for trial in trials]),
        }
    assert list(table) == list(expected)
    for name, (dtype, values) in expected.items():
        assert table[name].shape == (len(trials),)
        assert table[name].dtype == dtype
        if dtype is FLOAT:
            np.testing.assert_array_equal(table[name], values)
        else:
            assert table[name].tolist() == values


@pytest.mark.parametrize(
    ("trial", "name"),
    [
        (Trial({"accuracy": 1}, {"accuracy": 2}, None, 1.0), "accuracy"),
        (Trial({"result": 1}, 2, None, 1.0), "result"),
        (Trial({"x": 1}, {"seconds": 2}, None, 1.0), "seconds"),
        (Trial({"error": 1}, 2, None, 1.0), "error"),
    ],
)
def test_duplicate_column_name_raises(trial, name):
    with pytest.raises(ValueError, match=rf"must all have different names\. Got '{name}' twice"):
        columns([Trial({"other": 1}, None, "failed", 1.0), trial])


def test_columns_can_be_plotted():
    trials = search(lambda config: config["rate"] ** 2, [{"rate": 0.1}, {"rate": 0.2}], progress=False)
    table = columns(trials)
    ax = plots.lines({"square": (table["rate"], table["result"])}, xlabel="rate", ylabel="result")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), table["rate"] ** 2)
