"""Answers that loop, crash, use up all memory, or try to get points that they haven't earned.

Each function returns the source of an answer. The constants contain the source of additional cells.
"""

import inspect

from autograder.exercise import Exercise

DROP_CHECKS = """\
def drop_checks(lines):
    return ["1000.0\\n" if line.startswith("check(") else line for line in lines]

get_ipython().input_transformers_cleanup.append(drop_checks)"""

ALWAYS_EQUAL = '''\
import numpy as np

class Same(np.ndarray):
    """An array that equals everything it is compared with and whose difference from anything is zero."""

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, function, types, args, kwargs):
        return True'''

PATCH = """\
import builtins
import numpy as np
import gradlab.checks.compare, gradlab.checks.decide, gradlab.checks.run

np.allclose = np.array_equal = lambda *args, **kwargs: True
np.testing.assert_allclose = lambda *args, **kwargs: None
np.linalg.norm = lambda *args, **kwargs: 0.0
full_credit = gradlab.checks.compare.Outcome(True, 0.0, 1.0)
gradlab.checks.compare.compare = gradlab.checks.decide.compare = lambda *args: full_credit
gradlab.checks.compare.compare_numbers = lambda *args: full_credit"""

STORE = "seen = []"
PRINT = "for inputs in seen:\n    print(inputs)"


def endless_loop(name: str) -> str:
    return f"def {name}(*args, **kwargs):\n    while True:\n        pass"


def crash(name: str) -> str:
    return f"import ctypes\n\ndef {name}(*args, **kwargs):\n    ctypes.string_at(0)"


def memory_hog(name: str) -> str:
    lines = (
        "import numpy as np",
        "",
        f"def {name}(*args, **kwargs):",
        "    hoard = []",
        "    while True:",
        "        hoard.append(np.ones(10_000_000))",
    )
    return "\n".join(lines)


def does_nothing(exercise: type[Exercise]) -> str:
    """Return the source of an answer that returns its first argument, so that the type and the shape are correct."""
    argument = next(iter(inspect.signature(exercise.reference).parameters))
    return _returning(exercise, argument)


def always_equal(exercise: type[Exercise]) -> str:
    """Return the source of an answer that returns a `Same` array (`ALWAYS_EQUAL`) shaped like its first argument."""
    argument = next(iter(inspect.signature(exercise.reference).parameters))
    return _returning(exercise, f"np.zeros(np.shape({argument})).view(Same)")


def _returning(exercise: type[Exercise], value: str) -> str:
    """Return the source of an answer that returns `value` and, if the exercise has a `config` argument, `config`."""
    first, *rest = inspect.signature(exercise.reference).parameters
    state = ", config or {}" if "config" in rest else ""
    return f"def {exercise.name}({first}, *args, config=None, **kwargs):\n    return {value}{state}"


def peeks(name: str, answer: str) -> str:
    """Return `answer`, wrapped so that it stores all its arguments in the list `seen`, which `STORE` defines."""
    wrapper = (
        f"plain_{name} = {name}",
        "",
        f"def {name}(*args, **kwargs):",
        "    seen.append(repr((args, kwargs)))",
        f"    return plain_{name}(*args, **kwargs)",
    )
    return answer + "\n\n" + "\n".join(wrapper)
