"""Whatever an answer contains, comparing it and marking it on a page raises nothing, and leaves the text unchanged."""

from hypothesis import example, given
from hypothesis import strategies as st

from autograder.safe_text import escape
from autograder.similarity.page import spans
from autograder.similarity.prose import prose_fragments
from autograder.similarity.syntax import code_fragments

CODE = """
x = y + 1
x, y = y, 1e9
é += ü * (0x1f - x)
x: int = 1
x[1:2, ...]
def f(a, *b, c=1, **d):
async def g():
class A(B):
if x < y > z:
else:
for x in y:
while x:
with f() as g:
try:
except E as e:
match x:
case [a, *b]:
lambda x:
return x if y else z
yield f'{x!r:>{y}}'
import a.b as c, d
from a import b
global x
'''
"""
PARTS = st.sampled_from([*CODE.splitlines(), *"([{)]},:;'@#\\\n\t", "\n    ", "\x00", "\x0c", "\ud800", "\u202e"])
SOURCES = st.one_of(st.text(), st.lists(PARTS, max_size=30).map("".join))


@given(SOURCES)
@example("match x:\n    case [a, *b] if a: pass")
@example("try:\n    x = f(y)\nexcept* E as e:\n    y = g(x)\nfinally: z = 1 + x")
@example("if x:\n    é = ü + 1 * 2; z = é")
def test_fragment_offsets_are_within_any_text(source):
    for split in (code_fragments, prose_fragments):
        for fragment in split(source):
            assert 0 <= fragment.start <= fragment.end <= len(source)


@given(SOURCES)
def test_marking_fragments_keeps_the_text(source):
    fragments = code_fragments(source)
    marked = list(spans(source, fragments, {fragment.key: 1 + number % 2 for number, fragment in enumerate(fragments)}))
    assert "".join(text for _, text in marked) == escape(source)
