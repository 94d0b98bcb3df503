"""Imports go down: what runs students' code knows no answers, and what builds notebooks knows no nbgrader plugin."""

import ast

import pytest

from autograder.paths import ROOT

# Each module or package of autograder with those that it may import. Whatever is not listed here may import all.
ALLOWED = {
    "paths": set(),
    "exercise": set(),
    "exercises": {"exercise", "data"},
    "catalogue": {"exercise"},
    "sandbox": {"paths"},
    "running": {"paths", "exercise", "sandbox"},
    "judging": {"exercise"},
    "notebooks": {"paths", "exercise", "catalogue", "judging"},
    "grading": {"paths", "exercise", "catalogue", "judging", "notebooks", "sandbox", "running"},
    "plugin": {"paths", "grading", "notebooks", "running", "sandbox"},
}
STUDENT_LIBRARY = ROOT / "source" / "gradlab"


def imports(path):
    """The modules that a file imports, with their full names."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def files(name):
    folder = ROOT / "autograder" / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def parts(path):
    """The parts of autograder that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("autograder.")}


@pytest.mark.parametrize("name", ALLOWED)
def test_imports_only_from_below(name):
    found = {(path.relative_to(ROOT).as_posix(), part) for path in files(name) for part in parts(path)}
    assert {(path, part) for path, part in found if part not in ALLOWED[name] | {name}} == set()


def test_no_module_imports_one_that_imports_it():
    for name, allowed in ALLOWED.items():
        assert not [other for other in allowed if name in ALLOWED.get(other, ())], name


def test_students_library_does_not_import_the_grader():
    assert not [path for path in STUDENT_LIBRARY.rglob("*.py") if parts(path)]


def test_relative_and_absolute_imports_are_found():
    assert "judging" in parts(ROOT / "autograder" / "notebooks" / "public.py")
    assert "notebooks" in parts(ROOT / "autograder" / "notebooks" / "build.py")
