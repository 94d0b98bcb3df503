"""Exercises are found where they are defined, without being registered."""

import itertools
import sys
import textwrap

import pytest

from autograder import catalogue
from autograder.errors import DefinitionError

HEAD = """
from autograder.exercise import Case, Exercise, Written, mistake, variant

"""
EXERCISE = (
    HEAD
    + """
class {Name}(Exercise):
    name, points = "{name}", 2

    def reference(x):
        return x

    def cases(rng):
        yield Case("one", x=rng.normal())
"""
)
WRITTEN = HEAD + 'question = Written("{name}", 3, "Why?", "Because.", "One point for each reason.")\n'
names = itertools.count()


def exercise(name):
    return EXERCISE.format(name=name, Name=name.title().replace("_", ""))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """``package({"path.py": text})``: create a package with these modules and return its name."""
    monkeypatch.syspath_prepend(tmp_path)
    made = []

    def package(files):
        name = f"course{next(names)}"
        made.append(name)
        for path, text in {"__init__.py": "", **files}.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return name

    yield package
    for module in [module for module in sys.modules if module.split(".")[0] in made]:
        del sys.modules[module]


def test_modules_and_packages_with_exercises_are_assignments(package):
    name = package(
        {
            "update_rules/__init__.py": "",
            "update_rules/common.py": "EPSILON = 1e-8",
            "update_rules/adam.py": exercise("adam"),
            "update_rules/why.py": WRITTEN.format(name="why"),
            "ensembles.py": exercise("average") + exercise("distill"),
            "drawing.py": "def uniform(rng): return rng.random()",
        }
    )
    found = catalogue.assignments(name)
    assert {a: list(found[a].exercises) for a in found} == {
        "ensembles": ["average", "distill"],
        "update_rules": ["adam"],
    }
    assert {a: list(found[a].written) for a in found if found[a].written} == {"update_rules": ["why"]}
    assert {a: found[a].points for a in found} == {"ensembles": 4, "update_rules": 5}
    assert [(a, e.name) for a, e in catalogue.exercises(package=name)] == [
        ("ensembles", "average"),
        ("ensembles", "distill"),
        ("update_rules", "adam"),
    ]


def test_imported_and_nameless_classes_are_not_exercises(package):
    """An exercise may inherit from another one, and a common base class does not set a name."""
    name = package({"a.py": exercise("adam"), "b.py": "from .a import Adam, Exercise\n\nclass Base(Adam):\n    pass\n"})
    assert [e.name for _, e in catalogue.exercises(package=name)] == ["adam"]


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": exercise("adam"), "b.py": exercise("adam")},
        {"a.py": exercise("adam") + exercise("adam").replace("class Adam", "class Adam2")},
        {"a.py": exercise("adam"), "b.py": WRITTEN.format(name="adam")},
        {"a/__init__.py": "", "a/one.py": exercise("adam"), "a/two.py": exercise("adam")},
    ],
    ids=["in two assignments", "in one module", "for a question and an exercise", "in one package"],
)
def test_duplicate_name_raises(package, files):
    name = package(files)
    with pytest.raises(
        DefinitionError, match=r"\.py:\d+: 'adam' is already used in .*\.py:\d+\. Rename one of the two"
    ):
        catalogue.assignments(name)


def test_exercise_is_found_by_its_name(package):
    name = package({"a.py": exercise("adam"), "b.py": exercise("sgd")})
    found, assignment = catalogue.find("sgd", name)
    assert (found.name, assignment.name) == ("sgd", "b")
    with pytest.raises(KeyError, match=r"there is no exercise 'sgdd'\. Did you mean sgd\?"):
        catalogue.find("sgdd", name)


@pytest.mark.parametrize(
    ("only", "found"),
    [((), ["adam", "sgd", "rmsprop"]), (["b"], ["sgd", "rmsprop"]), (["rmsprop", "a"], ["adam", "rmsprop"])],
)
def test_exercises_are_selected_by_assignment_or_name(package, only, found):
    name = package({"a.py": exercise("adam"), "b.py": exercise("sgd") + exercise("rmsprop")})
    assert [e.name for _, e in catalogue.exercises(only, package=name)] == found


def test_mistakes_and_variants_are_found_in_order(package):
    marked = """
    @mistake("Second.", indistinguishable="as the reference")
    def b(x): return -x

    @variant
    def c(x): return x

    @mistake("First.")
    def a(x): return 2 * x
"""
    found, _ = catalogue.find("adam", package({"a.py": exercise("adam") + marked}))
    assert [(m.name, m.hint, m.function(1)) for m in found.mistakes] == [("b", "Second.", -1), ("a", "First.", 2)]
    assert [(v.name, v.function(1)) for v in found.variants] == [("c", 1)]
    assert found.mistakes[0].indistinguishable == "as the reference"


def test_course_is_the_default_package():
    assert "update_rules" in catalogue.assignments()
    assert catalogue.find("adam")[1].name == "update_rules"


def test_instantiating_an_exercise_raises():
    with pytest.raises(TypeError, match="never instantiated"):
        catalogue.find("adam")[0]()
