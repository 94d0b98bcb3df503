"""A made-up class for tests: students who worked independently, and students who copied and disguised their copies.

An independent student answers each exercise with the reference, a correct variant, or a known mistake, chosen at
random, and writes it in their own style: with more or fewer temporary variables, with different idioms, and with
different names. Many students choose the same answer, so their answers are much alike, although nobody copied. A copy
is someone else's answer with renamed variables, reordered statements, new comments, and a different layout.
"""

import ast
import copy
import functools
import random

from autograder.demo.standalone import standalone

from .phrases import PHRASES

NAMES = [*"abcdefghknpqrsuxyz", "acc", "avg", "cur", "delta", "grad", "new", "old", "out", "res", "ret", "tmp", "vec"]
COMMENTS = ("now the update", "see the slides", "first the easy part", "this took me a while", "as in the formula")
REMARKS = ("print('here')", "assert True", "pass")
MATHS = ("sum", "mean", "argmin", "argmax", "max", "min", "any", "all", "std")
# The fractions of students whose answer is the reference, one of the variants, and one of the known mistakes.
CHOICES = ("reference", "variant", "mistake")
WEIGHTS = (0.45, 0.35, 0.2)


def independent(assignment, rng):
    """Return the answers of a student who worked independently, keyed by name."""
    style = {habit: rng.random() for habit in HABITS}
    answers = {name: written_in(_chosen(exercise, rng), style, rng) for name, exercise in assignment.exercises.items()}
    return answers | {name: written_answer(question, rng) for name, question in assignment.written.items()}


def _chosen(exercise, rng):
    """Return the source of one of an exercise's known answers."""
    known = {"reference": [], "variant": list(exercise.variants), "mistake": list(exercise.mistakes)}
    kind = rng.choices(CHOICES, WEIGHTS)[0]
    function = rng.choice(known[kind]).function if known[kind] else exercise.reference
    return _source(function, exercise.name)


_source = functools.cache(standalone)


def written_in(source, style, rng):
    """Return code rewritten in a student's style. The student usually follows their own habits, and rarely others."""
    tree = ast.parse(source)
    for habit, likes in style.items():
        tree = HABITS[habit](lambda likes=likes: rng.random() < (0.85 if likes > 0.5 else 0.1), rng).visit(tree)
    tree = _Renamed(tree, rng).visit(tree)
    return commented(ast.unparse(ast.fix_missing_locations(tree)), rng)


def written_answer(question, rng):
    """Return an answer in words: some of the points of the model answer, each in one of several phrasings."""
    points = PHRASES.get(question.name) or [[sentence] for sentence in _sentences(question.answer)]
    chosen = [rng.choice(point) for point in points if rng.random() < 0.75]
    return " ".join(_reworded(sentence, rng) for sentence in chosen)


def _sentences(text):
    return [f"{sentence.strip()}." for sentence in text.replace("\n", " ").split(". ") if len(sentence) > 20]


SYNONYMS = {
    "because": ["since", "as"],
    "so": ["hence", "therefore", "thus"],
    "large": ["big", "huge"],
    "small": ["tiny", "little"],
    "needs": ["takes", "requires"],
    "steps": ["updates", "iterations"],
    "network": ["model", "net"],
    "weights": ["parameters", "coefficients"],
    "direction": ["axis", "way"],
    "slow": ["inefficient", "lengthy"],
}


def _reworded(sentence, rng, chance=0.5):
    words = sentence.split(" ")
    return " ".join(rng.choice(SYNONYMS[w]) if w in SYNONYMS and rng.random() < chance else w for w in words)


def copied(answers, assignment, rng, fraction=1.0):
    """Return disguised copies of a fraction of someone's answers, and independent answers otherwise."""
    own = independent(assignment, rng)
    taken = rng.sample(sorted(answers), round(fraction * len(answers)))
    return own | {name: _disguised(name, answers[name], assignment, rng) for name in taken}


def _disguised(name, answer, assignment, rng):
    if name in assignment.written:
        sentences = answer.split(". ")
        rng.shuffle(sentences)
        return ". ".join(_reworded(sentence, rng, 0.3) for sentence in sentences)
    tree = _Renamed(tree := ast.parse(answer), rng).visit(tree)
    tree = _Disguise(rng).visit(tree)
    return commented(ast.unparse(ast.fix_missing_locations(tree)), rng, 0.5)


def commented(source, rng, chance=0.15):
    """Return code with comments, more blank lines, and different spacing."""
    lines = []
    for line in source.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        if line.strip() and indent and rng.random() < chance:
            lines.append(f"{indent}# {rng.choice(COMMENTS)}")
        lines.append(line.replace(" = ", rng.choice([" = ", "="]), 1) if indent else line)
        if rng.random() < 0.1:
            lines.append("")
    return "\n".join(lines)


class _Renamed(ast.NodeTransformer):
    """Gives new names to a function's variables, except for its arguments."""

    def __init__(self, tree, rng):
        stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        own = [name for name in dict.fromkeys(stored) if name not in arguments]
        pool = [*NAMES, *(f"{first}_{second}" for first in NAMES for second in NAMES)]
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | arguments
        free = [name for name in pool if name not in used]
        self.names = dict(zip(own, rng.sample(free, len(own)), strict=True))

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


class _Disguise(ast.NodeTransformer):
    """Reorders independent statements, and writes assignments and numbers differently."""

    def __init__(self, rng):
        self.rng = rng

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.body = [ast.Expr(ast.Constant("My own words about this function.")), *self._reordered(node.body)]
        return node

    def visit_Assign(self, node):
        self.generic_visit(node)
        target, value = node.targets[0], node.value
        same = isinstance(value, ast.BinOp) and ast.dump(value.left) == ast.dump(target).replace("Store()", "Load()")
        return ast.AugAssign(target, value.op, value.right) if same else node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if self.rng.random() < 0.5:
            return node
        value = copy.deepcopy(node.target)
        value.ctx = ast.Load()
        return ast.Assign([node.target], ast.BinOp(value, node.op, node.value), lineno=node.lineno)

    def visit_Constant(self, node):
        if type(node.value) is int and self.rng.random() < 0.2:
            return ast.Constant(float(node.value)) if abs(node.value) > 2 else node
        return node

    def _reordered(self, body):
        body = list(body)
        for _ in range(3 * len(body)):
            place = self.rng.randrange(max(1, len(body) - 1))
            pair = body[place : place + 2]
            if len(pair) == 2 and _independent(*pair):
                body[place : place + 2] = pair[::-1]
        return body


def _independent(first, second):
    """Return whether two assignments can be swapped: neither uses or sets what the other sets."""
    if not all(isinstance(statement, ast.Assign) for statement in (first, second)):
        return False
    (reads, sets), (others_reads, others_sets) = map(_names, (first, second))
    return not (sets & others_reads or others_sets & reads or sets & others_sets)


def _names(statement):
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    subscripted = {node.value.id for target in statement.targets for node in ast.walk(target)
                   if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)}  # fmt: skip
    return {n.id for n in names}, {n.id for n in names if isinstance(n.ctx, ast.Store)} | subscripted


class _Habit(ast.NodeTransformer):
    """A habit of writing code in a certain way. Each call to `follows` decides whether the student follows it."""

    def __init__(self, follows, rng):
        self.follows, self.rng = follows, rng


class _Squares(_Habit):
    """Writes squares and square roots as products and powers, or as functions."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and node.right.value == 2:
            if self.follows():
                return ast.BinOp(node.left, ast.Mult(), copy.deepcopy(node.left))
            if self.follows():
                return _call("square", node.left)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if _is_numpy(node, "sqrt") and self.follows():
            return ast.BinOp(node.args[0], ast.Pow(), ast.Constant(0.5))
        return node


class _Methods(_Habit):
    """Calls functions of NumPy instead of methods, and `dot` instead of ``@``."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in MATHS and not _is_numpy(node, node.func.attr):
            if self.follows():
                return ast.Call(_function(node.func.attr), [node.func.value, *node.args], node.keywords)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "zeros_like" and self.follows():
            return _call("zeros", ast.Attribute(node.args[0], "shape", ast.Load()))
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return _call("dot", node.left, node.right) if isinstance(node.op, ast.MatMult) and self.follows() else node


class _Temporaries(_Habit):
    """Gives names to intermediate results."""

    def visit_FunctionDef(self, node):
        node.body = [each for statement in node.body for each in self._named(statement)]
        return node

    def _named(self, statement):
        if isinstance(statement, ast.Assign | ast.Return) and isinstance(statement.value, ast.BinOp) and self.follows():
            value = statement.value
            side = self.rng.choice(["left", "right"])
            if isinstance(getattr(value, side), ast.BinOp | ast.Call):
                name = f"part{self.rng.randrange(10**6)}"
                yield ast.Assign([ast.Name(name, ast.Store())], getattr(value, side), lineno=1)
                setattr(value, side, ast.Name(name, ast.Load()))
        elif isinstance(statement, ast.Return) and statement.value is not None and self.follows():
            name = f"result{self.rng.randrange(10**6)}"
            yield ast.Assign([ast.Name(name, ast.Store())], statement.value, lineno=1)
            statement = ast.Return(ast.Name(name, ast.Load()))
        yield statement


class _Defaults(_Habit):
    """Sets defaults with `if` instead of `or`, and swaps the branches of conditions."""

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        default = isinstance(node.op, ast.Or) and len(node.values) == 2 and isinstance(node.values[1], ast.Dict)
        if default and self.follows():
            missing = ast.Compare(node.values[0], [ast.Is()], [ast.Constant(None)])
            return ast.IfExp(missing, node.values[1], copy.deepcopy(node.values[0]))
        return node

    def visit_If(self, node):
        self.generic_visit(node)
        if node.orelse and not isinstance(node.orelse[0], ast.If) and self.follows():
            return ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
        return node


class _Remarks(_Habit):
    """Adds unnecessary things to the code."""

    def visit_FunctionDef(self, node):
        if self.follows():
            node.body.insert(self.rng.randrange(len(node.body)), ast.parse(self.rng.choice(REMARKS)).body[0])
        if self.follows():
            names = [arg.arg for arg in node.args.args]
            node.body.insert(0, ast.parse(f"{self.rng.choice(names)}_copy = {self.rng.choice(names)}.copy()").body[0])
        return node


HABITS = {
    "squares": _Squares,
    "methods": _Methods,
    "temporaries": _Temporaries,
    "defaults": _Defaults,
    "remarks": _Remarks,
}


def _function(name):
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())


def _call(name, *arguments):
    return ast.Call(_function(name), list(arguments), [])


def _is_numpy(node, name):
    return isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == f"np.{name}"


def made_up_class(assignment, size, pairs, seed=0, fraction=1.0):
    """Return a class in which some students copied.

    Returns
    -------
    students : dict
        Each student's answers, keyed by student and by name.
    copies : set of frozenset of str
        The pairs of students in which one copied from the other.
    """
    rng = random.Random(seed)
    students = {f"student{place:04}": independent(assignment, rng) for place in range(size)}
    copies = set()
    for place, source in enumerate(rng.sample(sorted(students), pairs)):
        students[f"copy{place:04}"] = copied(students[source], assignment, rng, fraction)
        copies.add(frozenset((source, f"copy{place:04}")))
    return students, copies
