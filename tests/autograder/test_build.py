"""Generated files are up to date, are the same in every build, and contain nothing that reveals an answer."""

import ast
import functools
import inspect
import io
import json
import re
import shutil
import textwrap
import tokenize
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder import catalogue
from autograder.judging.cases import public_cases
from autograder.notebooks.build import build, differing, generate, outdated, stale
from autograder.notebooks.public import public_exercise
from autograder.notebooks.public_cache import kept_public_exercise
from autograder.paths import ROOT, record_file
from gradlab.checks import store

NAMES = list(catalogue.assignments())
SHORT = 25  # characters of code. Lines up to this length may occur anywhere by chance


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


@pytest.fixture
def course(tmp_path):
    """A copy of the assignments in another folder, with nothing built."""
    generated = shutil.ignore_patterns("*.ipynb", "*.npz")
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments", ignore=generated)
    return tmp_path


@functools.cache
def generated(name):
    """Return the assignment's files as they are generated for this checkout, keyed by path relative to it."""
    return {path.relative_to(ROOT): content for path, content in generate(ROOT, name, anew=True).items()}


def released(name):
    return nbformat.read(ROOT / "assignments" / name / f"{name}.ipynb", as_version=4)


def graded(book):
    return {c.metadata.nbgrader.grade_id: c for c in book.cells if "nbgrader" in c.metadata}


def test_released_files_are_up_to_date(name):
    files = {ROOT / path: content for path, content in generated(name).items() if path.parts[0] == "assignments"}
    assert len(files) == 2
    assert differing(files) == [], "run `make notebooks`"


def test_building_twice_gives_the_same_bytes_in_any_folder(name, course):
    first = generated(name)
    public_cases.cache_clear()
    build(course, name)
    assert {path: (course / path).read_bytes() for path in first} == first
    assert differing({course / path: content for path, content in first.items()}) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", None], ids=["empty", "not a zip", "missing"])
def test_missing_or_unreadable_public_part_is_recomputed(content, tmp_path):
    exercise = catalogue.assignments()["update_rules"].exercises["sgd"]
    store.save(tmp_path / "anew.npz", [public_exercise(exercise)])
    kept_public_exercise(exercise, tmp_path)
    (file,) = tmp_path.glob("sgd-*.npz")
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    store.save(tmp_path / "kept.npz", [kept_public_exercise(exercise, tmp_path)])
    anew = (tmp_path / "anew.npz").read_bytes()
    assert [(tmp_path / "kept.npz").read_bytes(), file.read_bytes()] == [anew, anew]


def test_missing_and_changed_files_are_stale(course):
    name = NAMES[0]
    build(course, name)
    book, source = (course / folder / name / f"{name}.ipynb" for folder in ("assignments", "build/source"))
    book.write_bytes(book.read_bytes() + b"\n")
    source.unlink()
    assert set(stale(course, name)) == {book, source}


@pytest.mark.parametrize(("factor", "changed"), [(1 + 1e-14, False), (1 + 1e-6, True)], ids=["rounding", "change"])
def test_file_is_rebuilt_only_if_it_differs_by_more_than_rounding(course, factor, changed):
    """Otherwise, a build on a different CPU would change files that are under version control."""
    name = NAMES[0]
    build(course, name)
    path = course / "assignments" / name / "checks.npz"
    rows = dict(np.load(path))
    rows["float64"] *= factor
    np.savez(path, **rows)
    before = path.read_bytes()
    assert (path in stale(course, name)) == changed
    build(course, name)
    assert (path.read_bytes() != before) == changed
    assert stale(course, name) == []


@pytest.mark.parametrize(("factor", "changed"), [(1 + 1e-14, False), (1 + 1e-6, True)], ids=["rounding", "change"])
def test_build_without_a_record_is_outdated_only_if_it_differs_by_more_than_rounding(course, factor, changed):
    name = NAMES[0]
    build(course, name)
    assert outdated(course, name) == []
    record_file(course, name).unlink()
    path = course / "build" / "source" / name / "checks.npz"
    rows = dict(np.load(path))
    rows["float64"] *= factor
    np.savez(path, **rows)
    assert outdated(course, name) == (["a new build differs from checks.npz"] if changed else [])
    assert record_file(course, name).exists() != changed


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"PK\x03\x04", None], ids=["empty", "text", "not a zip", "half a file"]
)
def test_broken_file_is_stale(course, content):
    name = NAMES[0]
    build(course, name)
    path = course / "assignments" / name / "checks.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert stale(course, name) == [path]
    build(course, name)
    assert path.read_bytes() == whole


def test_students_notebook_has_no_solution_hidden_call_or_output(name):
    path = ROOT / "assignments" / name / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 300_000
    for forbidden in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN", "hidden(", str(ROOT), str(Path.home())):
        assert forbidden not in text
    book = released(name)
    nbformat.validate(book)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in book.cells)


def test_every_exercise_has_its_cells_and_is_unsolved(name):
    assignment, cells = catalogue.assignments()[name], graded(released(name))
    wanted = [grade_id for e in assignment.exercises for grade_id in (e, f"{e}-check")]
    wanted += [grade_id for w in assignment.written for grade_id in (f"{w}-question", w)]
    assert sorted(cells) == sorted(wanted)
    for exercise in assignment.exercises.values():
        call = ", ".join([f'"{exercise.name}"', *exercise.function_names()])
        assert cells[f"{exercise.name}-check"].source == f"check({call})"
        assert cells[f"{exercise.name}-check"].metadata.nbgrader.points == exercise.points
        (function,) = ast.parse(cells[exercise.name].source).body
        _, body = function.body
        assert (function.name, ast.unparse(body)) == (exercise.name, "raise NotImplementedError('not written yet')")
        assert ast.get_docstring(function) == ast.get_docstring(ast.parse(_source(exercise.reference)).body[0])
    assert all(cells[question].source == "*Write your answer here.*" for question in assignment.written)


def test_instructors_notebook_has_solutions_and_hidden_calls(name):
    source = generated(name)[Path("build", "source", name, f"{name}.ipynb")]
    cells = graded(nbformat.reads(source.decode(), as_version=4))
    for exercise in catalogue.assignments()[name].exercises.values():
        assert "### BEGIN SOLUTION" in cells[exercise.name].source
        assert f'check.hidden("{exercise.name}"' in cells[f"{exercise.name}-check"].source


# --- students can read no line of a solution, a mistake, or a hidden case ------------------------------------


def _source(function):
    lines = Path(function.__code__.co_filename).read_text(encoding="utf-8").splitlines()
    first = function.__code__.co_firstlineno - 1
    tree = ast.parse("\n".join(lines))
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.lineno == first + 1)
    return textwrap.dedent("\n".join(lines[first : node.end_lineno]))


def squeezed(text):
    return re.sub(r"\s+", "", text)


@functools.cache
def secret_lines(folder=ROOT / "autograder" / "exercises"):
    """Return the lines of code in the bodies of all functions in the exercises, except docstrings and short lines.

    A function `as_printed` in the body of an exercise is shown to students, who have to fix it. Its lines are not
    secret in that exercise, but they are secret in any other exercise.
    """
    found = set()
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        lines, code = [squeezed(line) for line in text.splitlines()], characters_of_code(text)
        for part in ast.parse(text).body:
            numbers = body_lines(node for node in ast.walk(part) if isinstance(node, ast.FunctionDef))
            printed = [line for node in shown(part) for line in lines[node.lineno - 1 : node.end_lineno]]
            secrets = {lines[number - 1] for number in numbers if code[number] > SHORT}
            found |= {line for line in secrets if not any(line in other for other in printed)}
    return frozenset(found)


@functools.cache
def edited_lines():
    """Return the long lines in mistakes and variants that are written as edits, except those their exercise shows."""
    found = set()
    for _, exercise in catalogue.exercises():
        printed = [squeezed(inspect.getsource(m.function)) for m in exercise.mistakes if m.name == "as_printed"]
        for marked in (*exercise.mistakes, *exercise.variants):
            if marked.edits is not None:
                text = inspect.getsource(marked.function)
                code = characters_of_code(text)
                lines = [squeezed(line) for number, line in enumerate(text.splitlines(), 1) if code[number] > SHORT]
                found |= {line for line in lines[1:] if not any(line in other for other in printed)}
    return frozenset(found)


def characters_of_code(text):
    """Count the characters of code in each line, without strings and comments."""
    sizes = Counter()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if not re.search("STRING|COMMENT", tokenize.tok_name[token.type]):  # since 3.12, an f-string has several tokens
            sizes[token.start[0]] += len(token.string.strip())
    return sizes


def body_lines(functions):
    """Return the line numbers of the functions' bodies, without docstrings."""
    numbers = set()
    for node in functions:
        body = node.body[1:] if ast.get_docstring(node) else node.body
        numbers |= {number for part in body for number in range(part.lineno, part.end_lineno + 1)}
    return numbers


def shown(part):
    """Return the functions that an exercise shows students as code to fix: `as_printed` in the class, if any."""
    inside = part.body if isinstance(part, ast.ClassDef) else []
    return [node for node in inside if isinstance(node, ast.FunctionDef) and node.name == "as_printed"]


def strings(value):
    """Return every string in a JSON value."""
    if isinstance(value, str):
        return [value]
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in strings(part)]


def readable(path):
    """Return all text that a student could read in a file of any format, without whitespace."""
    if path.suffix == ".ipynb":
        texts = strings(json.loads(path.read_text(encoding="utf-8")))
    elif path.suffix == ".npz":
        arrays = dict(np.load(path))
        texts = [array.tobytes().decode("latin-1") for array in arrays.values()]
        texts += strings(json.loads(arrays["index"].tobytes())) if "index" in arrays else []
    else:
        texts = [path.read_bytes().decode("utf-8", errors="replace")]
    return squeezed("\n".join(texts))


# Common lines that reveal no answer, such as the creation of a generator, or a formula that a docstring gives.
IDIOMS = {
    squeezed(line)
    for line in (
        'cache = config.get("cache", np.zeros_like(w))',
        "curvatures = np.linalg.eigvalsh(hessian)",
        "from itertools import pairwise",
        "rng = np.random.default_rng(0)",
        "rng = np.random.default_rng(seed)",
        "for name, gradient in grads.items():",
        'X = np.maximum(X @ params[f"W{i}"] + params[f"b{i}"], 0)',
        "order = rng.permutation(count)",
        "p = np.exp(scores - scores.max(axis=1, keepdims=True))",
        "shifted = scores - scores.max(axis=1, keepdims=True)",
        "u = (step - warmup_steps) / (total_steps - warmup_steps)",
    )
}


def leaks(paths):
    """Return the secret lines in the files, each with its file's name.

    There are thousands of secret lines, so look only for those that begin with the next characters of a text.
    """
    beginnings = {}
    for line in (secret_lines() | edited_lines()) - IDIOMS:
        beginnings.setdefault(line[:SHORT], []).append(line)
    found = set()
    for path in paths:
        text = readable(path)
        starts = [start for start in range(len(text) - SHORT) if text[start : start + SHORT] in beginnings]
        possible = [(line, start) for start in starts for line in beginnings[text[start : start + SHORT]]]
        found |= {(path.name, line) for line, start in possible if text.startswith(line, start)}
    return found


def test_students_can_read_no_secret_line():
    folders = [ROOT / folder for folder in ("assignments", "source", "data")]
    paths = [p for folder in folders for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert len(paths) > 10
    assert leaks(paths) == set()


SECRET = "m = beta1 * config['m'] + (1 - beta1) * dw"


@pytest.mark.parametrize("suffix", [".ipynb", ".npz", ".py"])
def test_leaked_line_is_found_in_any_format_and_spacing(tmp_path, suffix):
    """This test shows that `test_students_can_read_no_secret_line` fails if a line leaks."""
    line = next(line for line in secret_lines() if line.replace('"', "'") == squeezed(SECRET))
    path = tmp_path / f"leak{suffix}"
    spaced = line.replace("=", " = ").replace("*", "  * ")
    if suffix == ".npz":
        np.savez(path, index=np.frombuffer(json.dumps({"hint": spaced}).encode(), dtype=np.uint8))
    else:
        path.write_text(json.dumps({"cells": [{"source": ["", spaced]}]}) if suffix == ".ipynb" else f"  {spaced}\n")
    assert leaks([path]) == {(path.name, line)}
    assert len(secret_lines()) > 100


PRINTED = """
def as_printed(weights, gradients):
    return weights + 0.1 * gradients.sum(axis=0)


class First:
    def reference(weights, gradients):
        total = np.abs(gradients).sum(axis=0)
        smaller = weights - 0.5 * gradients.mean(axis=0)
        return smaller / (1 + total + total**2 + total**3)

    def as_printed(weights, gradients):
        total = np.abs(gradients).sum(axis=0)
        # and now the step: smaller = weights - 0.5 * gradients.mean(axis=0)
        return weights * (1 + total + total**2 + total**3)


class Second:
    def reference(weights, gradients):
        total = np.abs(gradients).sum(axis=0)
        return total
"""


def test_all_code_is_secret_except_what_its_exercise_shows(tmp_path):
    """A line that another exercise shows is still secret, and so is a function `as_printed` outside a class."""
    (tmp_path / "exercises.py").write_text(PRINTED)
    assert secret_lines(tmp_path) == {
        squeezed("return weights + 0.1 * gradients.sum(axis=0)"),
        squeezed("return smaller / (1 + total + total**2 + total**3)"),
        squeezed("total = np.abs(gradients).sum(axis=0)"),
    }


def test_only_exercises_named_fix_have_a_mistake_named_as_printed():
    """In any other exercise, the lines of a mistake named `as_printed` would wrongly count as public."""
    printed = {e.name for _, e in catalogue.exercises() if any(m.name == "as_printed" for m in e.mistakes)}
    assert printed == {e.name for _, e in catalogue.exercises() if e.name.startswith("fix_")}


def test_exercises_are_stored_in_the_order_of_the_notebook(name):
    exercises = store.load(ROOT / "assignments" / name / "checks.npz")
    assert list(exercises) == [grade_id for grade_id in graded(released(name)) if grade_id in exercises]
