"""What Python code does, as a set of fragments that stay the same when the code is only made to look different.

A fragment is a statement, an expression, or a statement together with the one around it. Names that the code itself
defines don't count, nor does the order of statements. Neither do comments, docstrings, annotations, formatting, the
spelling of numbers, the order of the operands of ``+`` and ``*``, or ``x += y`` instead of ``x = x + y``.

The code is parsed and never run. Code that is not valid Python, or that is too long or too deeply nested to be parsed
safely, is split into overlapping sequences of words and symbols instead.
"""

import ast
import hashlib
import itertools
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 30_000
MOST_FRAGMENTS = 1_000
DEEPEST = 40  # brackets within brackets
SMALLEST = 4  # nodes of an expression that counts as a fragment
RUN = 5  # words and symbols in a fragment of code that cannot be parsed
TOKEN = re.compile(r"""\d[\w.]*|\w+|"[^"\n]*"|'[^'\n]*'|#[^\n]*|[^\w\s]""")
WORDS = {"and", "def", "else", "for", "if", "in", "is", "lambda", "not", "or", "return", "while", "with", "yield"}
COMMUTATIVE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)
SYMMETRIC: tuple[type[ast.cmpop], ...] = (ast.Eq, ast.NotEq)
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
LEFT_OUT = {"ctx", "annotation", "returns", "type_comment", "type_params", "decorator_list", "kind", *BODIES}


@dataclass(frozen=True)
class Fragment:
    """A part of an answer.

    Attributes
    ----------
    key : int
        The same number for all fragments that mean the same thing.
    start, end : int
        Where the answer contains the fragment: the index of its first character, and the index after its last one.
    """

    key: int
    start: int
    end: int


def code_fragments(source: str) -> list[Fragment]:
    """Return the fragments of Python code. Those that occur several times are listed several times."""
    try:
        return _Reader(source, _parsed(source)).fragments()[:MOST_FRAGMENTS]
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return list(itertools.islice(_sequences(source[:MOST_CHARACTERS]), MOST_FRAGMENTS))


def number(*parts: object) -> int:
    """Return a number that stands for these parts, the same on every machine. They must be made of text and numbers."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=7).digest())


def _parsed(source: str) -> ast.Module:
    if len(source) > MOST_CHARACTERS or _depth(source) > DEEPEST:
        raise ValueError("the code is too long or too deeply nested")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escape sequences, for example
        return ast.parse(source)


def _depth(source: str) -> int:
    """Return the maximum depth to which brackets are nested. Brackets in strings and comments count, too."""
    depth = deepest = 0
    for character in source:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


class _Reader:
    """Turns a syntax tree into fragments."""

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.tree = tree
        self.places = _Places(source)
        self.modules = {"np": "numpy"}
        self.own: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.own.add(node.id)
            elif isinstance(node, ast.arg):
                self.own.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
                self.own.add(node.name)
            elif isinstance(node, ast.Import):
                self.modules |= {alias.asname: alias.name for alias in node.names if alias.asname}
        self.own -= self.modules.keys()
        self.found: list[Fragment] = []

    def fragments(self) -> list[Fragment]:
        self._block(self.tree.body, 0)
        return self.found

    def _block(self, statements: Iterable[ast.AST], parent: int) -> None:
        """Add the fragments of statements inside the statement with the key `parent`."""
        for statement in statements:
            for node in _plain(statement):
                key, _, names = self._read(node)
                places = {name: place for place, name in enumerate(dict.fromkeys(names))}
                end = self.places.end_of_head(node)
                for each in (key, number("names", key, *(places[name] for name in names)), number("in", parent, key)):
                    self._add(each, node, end)
                for field in BODIES:
                    self._block(getattr(node, field, None) or [], number(field, key))

    def _read(self, node: ast.AST) -> tuple[int, int, list[str]]:
        """Return a node's key, its size, and the names in it that the code defines. Add the expressions in it."""
        if isinstance(node, ast.Name):
            own = node.id in self.own
            return number("name", "" if own else self.modules.get(node.id, node.id)), 1, [node.id] if own else []
        if isinstance(node, ast.Constant):
            return number("constant", _value(node.value)), 1, []
        kind, parts = self._parts(node)
        read = [self._read(part) if isinstance(part, ast.AST) else (number(part), 0, []) for part in parts]
        if kind in ("commutative", "keywords"):
            read.sort(key=lambda part: part[0])
        key = number(kind, *(key for key, _, _ in read))
        size = 1 + sum(size for _, size, _ in read)
        if isinstance(node, ast.expr) and size >= SMALLEST:
            self._add(key, node, self.places.end(node))
        return key, size, [name for _, _, names in read for name in names]

    def _parts(self, node: ast.AST) -> tuple[str, Sequence[object]]:
        """Return a node's kind and its parts. Nodes that mean the same thing have the same kind and parts."""
        if isinstance(node, ast.BinOp):
            operator = type(node.op)
            if operator in COMMUTATIVE:
                return "commutative", [operator.__name__, *_operands(node, operator)]
            return operator.__name__, [node.left, node.right]
        if isinstance(node, ast.BoolOp):
            return "commutative", [type(node.op).__name__, *node.values]
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            comparison, sides = type(node.ops[0]), [node.left, *node.comparators]
            if comparison in SYMMETRIC:
                return "commutative", [comparison.__name__, *sides]
            mirrored = MIRRORED.get(comparison)
            return (mirrored or comparison).__name__, sides[::-1] if mirrored else sides
        if isinstance(node, ast.Call):
            return "Call", [node.func, *node.args, _Keywords(node.keywords)]
        if isinstance(node, _Keywords):
            return "keywords", node.keywords
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return "def", [node.args]
        if isinstance(node, ast.arg):
            return "arg", []
        return type(node).__name__, list(_children(node))

    def _add(self, key: int, node: ast.AST, end: int) -> None:
        start = self.places.start(node)
        self.found.append(Fragment(key, start, max(start, end)))


class _Places:
    """Finds where a node is in the source. Python counts lines, and bytes in a line."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.starts = [0, *itertools.accumulate(len(line) + 1 for line in self.lines)]

    def start(self, node: ast.AST) -> int:
        return self._index(getattr(node, "lineno", None), getattr(node, "col_offset", None))

    def end(self, node: ast.AST) -> int:
        return self._index(getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None))

    def end_of_head(self, node: ast.AST) -> int:
        """Return where a statement ends or, if it contains statements, where the first of these begins."""
        bodies = [getattr(node, field, None) for field in BODIES]
        starts = [self.start(body[0]) for body in bodies if isinstance(body, list) and body]
        return min(starts, default=self.end(node))

    def _index(self, line: int | None, column: int | None) -> int:
        if line is None or column is None or not 0 < line <= len(self.lines):
            return 0
        text = self.lines[line - 1]
        return self.starts[line - 1] + (
            column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))
        )


class _Keywords(ast.AST):
    """The keyword arguments of a call, whose order does not matter."""

    def __init__(self, keywords: list[ast.keyword]) -> None:
        self.keywords = keywords


def _plain(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield statements that mean the same as `statement`, in their plainest form, or none for a docstring or `pass`."""
    if isinstance(statement, ast.Pass):
        return
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return
    if isinstance(statement, ast.AugAssign):
        value = ast.BinOp(statement.target, statement.op, statement.value)
        yield ast.copy_location(ast.Assign([statement.target], ast.copy_location(value, statement)), statement)
    elif isinstance(statement, ast.AnnAssign):
        if statement.value is not None:
            yield ast.copy_location(ast.Assign([statement.target], statement.value), statement)
    elif isinstance(statement, ast.Assign):
        yield from _single_assignments(statement)
    else:
        yield statement


def _single_assignments(statement: ast.Assign) -> Iterator[ast.Assign]:
    """Split ``a, b = x, y`` and ``a = b = x`` into assignments to one name each."""
    for target in statement.targets:
        pairs: list[tuple[ast.expr, ast.expr]] = [(target, statement.value)]
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            left, right = target.elts, statement.value.elts
            if len(left) == len(right) and not any(isinstance(part, ast.Starred) for part in left + right):
                pairs = list(zip(left, right, strict=True))
        for name, value in pairs:
            yield ast.copy_location(ast.Assign([name], value), statement)


def _operands(node: ast.expr, operator: type[ast.operator]) -> list[ast.expr]:
    """Return the operands of a chain of the same operator: x, y, and z for ``x + y + z``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operator):
        return _operands(node.left, operator) + _operands(node.right, operator)
    return [node]


def _children(node: ast.AST) -> Iterator[object]:
    """Yield the parts of a node that say what it does, without the statements in it."""
    for field, value in ast.iter_fields(node):
        if field in LEFT_OUT and not (field == "body" and isinstance(value, ast.expr)):
            continue
        if isinstance(value, list):
            yield f"{field} {len(value)}"
            yield from (field if item is None else item for item in value)
        elif value is not None:
            yield value


def _value(value: object) -> str:
    """Return a constant in a form that is the same for all spellings: 1e-3 and 0.001, or 2 and 2.0."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value))
    return repr(value)


def _sequences(source: str) -> Iterator[Fragment]:
    """Yield all sequences of a few words and symbols, with names replaced by one symbol."""
    tokens = [match for match in TOKEN.finditer(source) if not match[0].startswith("#")]
    for start in range(len(tokens) - RUN + 1):
        run = tokens[start : start + RUN]
        words = [match[0] if not match[0].isidentifier() or match[0] in WORDS else "name" for match in run]
        yield Fragment(number("tokens", *words), run[0].start(), run[-1].end())
