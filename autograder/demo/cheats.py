"""Answers that loop, crash, take all memory, or try to get points that were not earned."""

import inspect

DROP_CHECKS = """\
def drop_checks(lines):
    return ["1000.0\\n" if line.startswith("check(") else line for line in lines]

get_ipython().input_transformers_cleanup.append(drop_checks)"""

ALWAYS_EQUAL = '''\
import numpy as np

class Same(np.ndarray):
    """Equals whatever it is compared with, and differs from it by nothing."""

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
full_marks = gradlab.checks.compare.Outcome(True, 0.0, 1.0)
gradlab.checks.compare.compare = gradlab.checks.decide.compare = lambda *args: full_marks
gradlab.checks.compare.compare_numbers = lambda *args: full_marks"""

STORE = "seen = []"
PRINT = "for inputs in seen:\n    print(inputs)"


def endless_loop(name):
    return f"def {name}(*args, **kwargs):\n    while True:\n        pass"


def crash(name):
    return f"import ctypes\n\ndef {name}(*args, **kwargs):\n    ctypes.string_at(0)"


def memory_hog(name):
    lines = (
        "import numpy as np",
        "",
        f"def {name}(*args, **kwargs):",
        "    hoard = []",
        "    while True:",
        "        hoard.append(np.ones(10_000_000))",
    )
    return "\n".join(lines)


def does_nothing(exercise):
    """Returns what it was given: the right form, and no answer."""
    first, *rest = inspect.signature(exercise.reference).parameters
    state = ", config or {}" if "config" in rest else ""
    return f"def {exercise.name}({first}, *args, config=None, **kwargs):\n    return {first}{state}"


def always_equal(exercise):
    first, *rest = inspect.signature(exercise.reference).parameters
    state = ", config or {}" if "config" in rest else ""
    value = f"np.zeros(np.shape({first})).view(Same)"
    return f"def {exercise.name}({first}, *args, config=None, **kwargs):\n    return {value}{state}"


def peeks(name, answer):
    """The answer, made to keep everything that it is given."""
    wrapped = (
        f"plain_{name} = {name}",
        "",
        f"def {name}(*args, **kwargs):",
        "    seen.append(repr((args, kwargs)))",
        f"    return plain_{name}(*args, **kwargs)",
    )
    return answer + "\n\n" + "\n".join(wrapped)
