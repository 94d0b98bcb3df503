"""Whatever a function does or returns, the result of running a case consists of plain values."""

import sys
import warnings

import numpy as np
import pytest

from gradlab import drivers
from gradlab.checks.foreign import Foreign
from gradlab.checks.run import Unexpected, plain, run_case


def run(function, **inputs):
    return run_case(drivers.call, [function], inputs)


def raises(error):
    def function(x):
        raise error

    return function


class Same(np.ndarray):
    """An array that claims to equal everything, with differences of zero."""

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True


class Number(float):
    def __sub__(self, other):
        return 0.0


class Bomb:
    @property
    def __class__(self):
        raise RuntimeError("do not look at me")


ARRAYS = {
    "an array": (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
    "an array that claims to equal everything": (np.array([1.0, 2.0]).view(Same), np.array([1.0, 2.0])),
    "a masked array": (np.ma.array([1.0, 2.0], mask=[True, False]), np.array([1.0, 2.0])),
    "a transposed view": (np.arange(6).reshape(2, 3).T, np.array([[0, 3], [1, 4], [2, 5]])),
    "a NumPy number": (np.float32(2.0), np.array(2.0, dtype=np.float32)),
    "a NumPy boolean": (np.bool_(True), np.array(True)),
    "an array of strings": (np.array(["a", "bc"]), np.array(["a", "bc"])),
}


@pytest.mark.parametrize(("value", "expected"), ARRAYS.values(), ids=ARRAYS)
def test_arrays_become_plain_arrays(value, expected):
    result = plain(value)
    assert type(result) is np.ndarray
    assert result.dtype == expected.dtype
    assert result.tolist() == expected.tolist()
    assert result.flags.c_contiguous
    assert not np.shares_memory(result, np.asarray(value))


@pytest.mark.parametrize("value", [True, 3, 2.5, "word", None])
def test_plain_values_are_returned_unchanged(value):
    assert plain(value) is value


def test_numpy_string_becomes_str():
    assert (type(plain(np.array(["saddle"])[0])), plain(np.array(["saddle"])[0])) == (str, "saddle")


FOREIGN = {
    "a list": ([1.0, 2.0], "a list of 2 values"),
    "a dict": ({"w": 1.0}, "a dict"),
    "an array of objects": (np.array([1.0, None]), "an array of dtype object"),
    "an array of complex numbers": (np.array([1j]), "an array of dtype complex128"),
    "a complex number": (1j, "a complex"),
    "a number with its own arithmetic": (Number(3.0), "a Number"),
    "a function": (print, "a builtin_function_or_method"),
}


@pytest.mark.parametrize(("value", "description"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_values_are_only_described(value, description):
    result = plain(value)
    assert type(result) is Foreign
    assert result.description == description


def test_outputs_are_copies_of_returned_arrays():
    kept = np.zeros(2)
    result = run(lambda x: kept, x=1)
    kept += 1
    assert result.outputs["result"].tolist() == [0, 0]


ERRORS = {
    "an error": (ValueError("bad shape\nmore"), "error", "ValueError", "ValueError: bad shape"),
    "an error without a message": (KeyError(), "error", "KeyError", "KeyError"),
    "an exit": (SystemExit(0), "error", "SystemExit", "SystemExit: 0"),
    "out of memory": (MemoryError(), "error", "MemoryError", "MemoryError"),
    "the stub": (NotImplementedError("not written yet"), "not_written", "", "write this function first"),
    "a return value the driver cannot use": (
        Unexpected("a pair", [1]),
        "wrong_return",
        "",
        "expected a pair, got a list",
    ),
}


@pytest.mark.parametrize(("error", "kind", "exception", "words"), ERRORS.values(), ids=ERRORS)
def test_errors_become_problems(error, kind, exception, words):
    problem = run(raises(error), x=1).problem
    assert (problem.kind, problem.exception) == (kind, exception)
    assert problem.sentence.startswith(words)


def test_problem_shows_the_line_that_failed():
    def divide(x):
        return x / 0

    assert run(divide, x=1).problem.sentence == "ZeroDivisionError: division by zero (in `return x / 0`)"


def test_line_that_failed_is_the_students_even_if_a_library_raised_the_error():
    def fit(x):
        return np.polyfit([x], [x, x], 1)

    assert run(fit, x=1).problem.line == "return np.polyfit([x], [x, x], 1)"


def test_infinite_recursion_is_an_error():
    def down(x):
        return down(x)

    assert run(down, x=1).problem.exception == "RecursionError"


def test_object_that_raises_on_inspection_is_an_error():
    assert run(lambda x: Bomb(), x=1).problem.exception == "RuntimeError"


def test_keyboard_interrupt_propagates():
    with pytest.raises(KeyboardInterrupt):
        run(raises(KeyboardInterrupt()), x=1)


def test_printed_output_and_warnings_are_discarded(capfd):
    def noisy(x):
        print("hidden input", x)
        print(x, file=sys.stderr)
        warnings.warn("hidden input", stacklevel=1)
        return np.log(np.zeros(1)) + x

    assert run(noisy, x=1).outputs["result"][0] == -np.inf
    assert capfd.readouterr() == ("", "")


def test_arguments_are_copies_and_changes_are_reported():
    def in_place(w, dw, config):
        w -= dw
        config["v"] += 1
        config["t"] = 1
        return w

    given = {"w": np.ones(2), "dw": np.ones(2), "config": {"v": np.zeros(1)}}
    result = run(in_place, **given)
    assert result.outputs["result"].tolist() == [0, 0]
    assert result.changed == ("w",)
    assert (given["w"].tolist(), given["config"]) == ([1, 1], {"v": np.zeros(1)})


def test_change_is_reported_once_under_the_functions_parameter_name():
    def rule(weights, gradient, config):
        weights += 1
        return weights, {}

    result = run_case(drivers.trajectory, [rule], {"w": np.ones(2), "gradients": np.ones((3, 2))})
    assert result.changed == ("weights",)


def sort_both(*arrays):
    for array in arrays:
        array.sort()


def sort_unsigned(x, y):
    sort_both(x, y)


sort_unsigned.__signature__ = "none"


@pytest.mark.parametrize(
    ("function", "names"), [(sort_both, ("arrays", "argument 2")), (sort_unsigned, ("argument 1", "argument 2"))]
)
def test_arguments_without_a_name_are_numbered(function, names):
    result = run_case(lambda f, x: {"result": f(x, x)}, [function], {"x": np.array([2, 1])})
    assert (result.problem, result.changed) == (None, names)


def test_unchanged_nan_is_not_reported_as_a_change():
    assert run(lambda x: 1.0, x=np.array([np.nan])).changed == ()


def test_calls_of_function_arguments_are_counted():
    def search(f, g):
        return f(1) + f(2)

    result = run(search, f=lambda x: x, g=abs)
    assert (result.outputs, result.calls) == ({"result": 3}, {"f": 2, "g": 0})


def test_partners_are_passed_to_the_driver():
    def pair(backward, forward, x):
        return {"dx": backward(forward(x))}

    assert run_case(pair, [lambda y: 2 * y, lambda x: x + 1], {"x": 3}).outputs == {"dx": 8}


def test_entries_of_a_returned_dict_are_outputs():
    result = run_case(drivers.call_for_dict, [lambda x: {"mean": x.mean(), 1: "one"}], {"x": np.arange(3.0)})
    assert result.outputs == {"mean": 1.0, "1": "one"}
    assert run_case(drivers.call_for_dict, [lambda x: x], {"x": np.arange(3.0)}).problem.kind == "wrong_return"
