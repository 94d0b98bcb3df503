"""Each part of autograder imports only the parts below it.

Thus the code that runs students' code imports no answers, and the code that builds notebooks imports no nbgrader
plugin.
"""

import ast

import pytest

from autograder.paths import ROOT

# Modules and packages in autograder, each with those that it may import. Unlisted modules may import any of them.
ALLOWED = {
    "paths": set(),
    "atomic": set(),
    "safe_text": set(),
    "student_ids": {"safe_text"},
    "edits": set(),
    "errors": set(),
    "exercise": {"edits", "errors"},
    "exercises": {"exercise", "data"},
    "sources": {"paths"},
    "catalogue": {"errors", "exercise"},
    "sandbox": {"paths"},
    "running": {"paths", "exercise", "sandbox"},
    "judging": {"edits", "exercise"},
    "notebooks": {"paths", "atomic", "sources", "errors", "exercise", "catalogue", "judging"},
    "authoring": {"errors", "exercise", "catalogue", "judging", "notebooks"},
    "grading": {
        "paths",
        "atomic",
        "sources",
        "edits",
        "exercise",
        "catalogue",
        "judging",
        "notebooks",
        "sandbox",
        "running",
        "safe_text",
    },
    "gradescope": {"paths", "atomic", "catalogue", "grading", "notebooks", "running", "sandbox", "safe_text"},
    "attempts": {"atomic"},
    "plugin": {
        "paths",
        "atomic",
        "attempts",
        "sources",
        "catalogue",
        "grading",
        "notebooks",
        "running",
        "sandbox",
        "safe_text",
        "student_ids",
    },
    "importing": {"paths", "notebooks", "plugin", "safe_text", "student_ids"},
    "watch": {"paths", "attempts", "notebooks", "plugin", "student_ids"},
}
STUDENT_LIBRARY = ROOT / "source" / "gradlab"


def imports(path):
    """Yield the full names of the modules that a file imports."""
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
    """Return the parts of autograder that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("autograder.")}


@pytest.mark.parametrize("name", ALLOWED)
def test_part_imports_only_what_is_allowed(name):
    found = {(path.relative_to(ROOT).as_posix(), part) for path in files(name) for part in parts(path)}
    assert {(path, part) for path, part in found if part not in ALLOWED[name] | {name}} == set()


def test_no_two_parts_may_import_each_other():
    for name, allowed in ALLOWED.items():
        assert not [other for other in allowed if name in ALLOWED.get(other, ())], name


def test_students_library_does_not_import_the_grader():
    assert not [path for path in STUDENT_LIBRARY.rglob("*.py") if parts(path)]


def test_relative_and_absolute_imports_are_found():
    assert "judging" in parts(ROOT / "autograder" / "notebooks" / "public.py")
    assert "notebooks" in parts(ROOT / "autograder" / "notebooks" / "build.py")
