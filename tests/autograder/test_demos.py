"""The check and the grade agree on which names from demo cells an answer may use, in all notebooks."""

import functools

import nbformat
import pytest

from autograder import catalogue
from autograder.demo.standalone import standalone
from autograder.grading.grader import Grader
from autograder.grading.host import zygote_host
from autograder.notebooks.demos import is_demo, missing_names
from autograder.notebooks.intake import read_or_reason
from autograder.paths import ROOT
from gradlab.checks import store
from gradlab.checks.bindings import assigned_names, bindings
from gradlab.checks.demo_cells import cell_digest, definitions, graded_source
from gradlab.checks.doubts import doubts
from gradlab.checks.history import Run
from gradlab.checks.saved import SavedNotebook
from gradlab.checks.session import Session
from gradlab.checks.skipped import missing_when_graded

from ..kernels import run_notebook

ASSIGNMENTS = catalogue.assignments()

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]


def released(name):
    return nbformat.read(ROOT / "assignments" / name / f"{name}.ipynb", as_version=4)


def test_only_imports_and_plain_functions_are_kept():
    source = "import os\nx = 1\n@cache\ndef f(): pass\n\ndef g(a=x): pass\n\ndef h(a, b=2, *, c=None):\n    return a"
    assert definitions(source) == "import os\n\ndef h(a, b=2, *, c=None):\n    return a"
    assert definitions("plot()\nx = 3") == ""


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_check_knows_every_demo_name_that_grading_lacks(name):
    """Find the names that exist during grading by running what grading runs, without the answers."""
    cells = [cell for cell in released(name).cells if cell.cell_type == "code"]
    namespace = {}
    for cell in cells:
        if "nbgrader" not in cell.metadata:
            exec(definitions(cell.source) if is_demo(cell) else cell.source, namespace)
    from_demos = {each for cell in cells if is_demo(cell) for each in assigned_names(cell.source)}
    missing = from_demos - set(namespace) - set(ASSIGNMENTS[name].exercises)
    assert missing_names(cells) == sorted(missing)
    public = store.load(ROOT / "assignments" / name / "checks.npz")
    assert all(set(exercise.demo_names) == missing for exercise in public.values())
    digests = {cell_digest(cell.source) for cell in cells if is_demo(cell)}
    assert all(set(exercise.demo_cells) == digests for exercise in public.values())


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_check_does_not_doubt_the_grade_of_a_notebook_with_the_reference_solutions(name):
    """The notebook is saved after its cells have run, including the demo cells."""
    cells = [cell for cell in released(name).cells if cell.cell_type == "code"]
    exercises, digests = ASSIGNMENTS[name].exercises, [cell_digest(cell.source) for cell in cells if is_demo(cell)]
    sources, checks, namespace = [], {}, {}
    for cell in cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.endswith("-check"):
            checks[grade_id.removesuffix("-check")] = len(sources)
        elif grade_id in exercises:
            sources.append(standalone(exercises[grade_id].reference, grade_id))
        else:
            sources.append(graded_source(cell.source, digests))
    for source in sources:
        exec(source, namespace)
    ran = [Run(graded_source(source, digests), "", 0.0) for source in sources]
    session = Session(namespace, ran, SavedNotebook(1.0, tuple(sources), checks))
    assert not session.saved.may_set_more
    for exercise in exercises.values():
        names = exercise.function_names()
        functions = [namespace[each] for each in names]
        assert doubts(exercise.name, names, functions, session) == ()
        assert missing_when_graded(names, functions, session, missing_names(cells)) == []


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_demo_parts_that_grading_keeps_are_unchanged(name):
    for cell in released(name).cells:
        if cell.cell_type == "code" and is_demo(cell):
            in_full = bindings(cell.source)
            for each, kept in bindings(definitions(cell.source)).items():
                assert {binding.code for binding in kept} <= {binding.code for binding in in_full[each]}


def answers_with_names(exercises, names):
    """Answer each exercise with its reference, which first uses some of the names. Each name is used once."""
    answers = {}
    for number, exercise in enumerate(exercises):
        source = standalone(exercise.reference, exercise.name)
        start = source.index("):\n", source.index(f"def {exercise.name}(")) + 3
        used = "".join(f"    {name}\n" for name in names[number :: len(exercises)])
        answers[exercise.name] = source[:start] + used + source[start:]
    return answers


def points_of_the_check(name, notebook):
    """Run the checks in a kernel that has the demos' names and has their cells in its history. Return the points."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_demo(cell):
            names = dict.fromkeys(assigned_names(cell.source), 1.0)
            cell.source = (
                f"get_ipython().user_ns['In'].append({cell.source!r})\n"
                f"globals().update({names!r})\n{definitions(cell.source)}"
            )
        cells += [cell] if cell.cell_type == "code" else []
    notebook.cells = cells
    run_notebook(notebook, ROOT / "assignments" / name, timeout=120, allow_errors=True)
    return {
        cell.metadata.nbgrader.grade_id.removesuffix("-check"): float(cell.outputs[-1].data["text/plain"])
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


@pytest.fixture
def points_of_the_grade(confinement, tmp_path):
    def grade(name, notebook):
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        host = functools.partial(zygote_host, str(ROOT), True)
        path = ROOT / "assignments" / name / f"{name}.ipynb"
        graded = Grader(host, path, name, "ada", secret=bytes(32)).grade(read_or_reason(tmp_path / f"{name}.ipynb"))
        return {exercise: verdict["score"] for exercise, verdict in graded["verdicts"].items()}

    return grade


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_answer_that_uses_a_demos_name_is_judged_the_same_by_check_and_grade(name, points_of_the_grade):
    """Exercises that train a network are left unanswered to save time."""
    assignment, notebook = ASSIGNMENTS[name], released(name)
    quick = [exercise for exercise in assignment.exercises.values() if not exercise.trains]
    names = {each for cell in notebook.cells if is_demo(cell) for each in assigned_names(cell.source)}
    answers = answers_with_names(quick, sorted(names - set(assignment.exercises)))
    for cell in notebook.cells:
        if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id")) in answers:
            cell.source = answers[grade_id]
    graded, checked = points_of_the_grade(name, notebook), points_of_the_check(name, notebook)
    assert graded.keys() == checked.keys()
    correct = {each for each in graded if graded[each] > 0}
    assert correct == {each for each in checked if checked[each] > 0}
    missing = [f"    {each}\n" for each in missing_names(released(name).cells)]
    assert correct == {each for each, source in answers.items() if not any(use in source for use in missing)}
