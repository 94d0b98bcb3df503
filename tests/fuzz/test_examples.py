"""Whatever code a student submits, it yields an example or no example, but never an error."""

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from autograder import catalogue
from autograder.report.examples import example as shown

SGD, _ = catalogue.find("sgd")
TOKENS = [
    *"()[]{}:,.=+-*/\n#'\"\\@;~ ", "\n    ", "\n        ", "def sgd(", "w, dw", "):", "return ", "lambda: ", "if w: ",
    "else: ", "f'", "{w}", "{w!r:>{dw}}", "'Ada'", 'b"Ada"', "'''", '"""', "'learning_rate'", "config", "not ",
    "await ", "yield ", "class A:", "try:", "except* E:", "match w:", "case ", "async def f():", "import os",
    "0x" + "f" * 400, "1e999", "\x00", "\ud800", "\u202e", "\f", "\t",
]  # fmt: skip
SOURCES = st.one_of(
    st.lists(st.sampled_from(TOKENS), max_size=20).map("".join),
    st.lists(st.sampled_from(TOKENS), max_size=14).map(lambda tokens: f"def sgd(w, dw):\n    {''.join(tokens)}"),
    st.text(max_size=60).map(lambda text: f"def sgd(w):\n    return {text!r}"),
)


@given(source=SOURCES)
@example(source=f"def sgd(w):\n    return {'(' * 90}w{')' * 90}")
@example(source=f"def sgd(w):\n    return w{'[0]' * 1200}")
@example(source=f"def sgd(w):\n    return 0x{'f' * 3900}")
def test_example_is_valid_code_without_the_students_strings_and_comments(source):
    found = shown(source, SGD, ("zzzz",))
    if found:
        assert "Ada" not in found
        assert "#" not in found
        ast.parse(found)
