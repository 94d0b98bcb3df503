"""A change in the middle of a term is noticed, and `regrade` regrades exactly the stale exercises.

The course is a copy of the repository, so that an exercise can change. All commands run as an instructor runs them.
"""

import csv
import json
import shutil

import nbformat
import pytest

from autograder import catalogue
from autograder.demo.course import CONFIG
from autograder.demo.students import Student
from autograder.paths import ROOT, public_cache
from gradlab.checks import store

from .. import commands

# SQLAlchemy warns about nbgrader's own models.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")

NAME, WRITTEN, OTHER = "update_rules", "momentum_or_newton", "learning_rates"
ASSIGNMENT = catalogue.assignments()[NAME]
# The first of adam's six cases calls the function without `config`.
NEEDS_CONFIG = """
def adam(w, dw, config=None):
    if config is None:
        return w, {}
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0, "v": 0, "t": 0, **config}
    t, b1, b2 = config["t"] + 1, config["beta1"], config["beta2"]
    m, v = b1 * config["m"] + (1 - b1) * dw, b2 * config["v"] + (1 - b2) * dw**2
    step = config["learning_rate"] * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + config["epsilon"])
    return w - step, {**config, "m": m, "v": v, "t": t}
"""
STUDENTS = [
    Student("ada", "everything right"),
    Student("byron", "adam needs config", {"adam": NEEDS_CONFIG}),
    Student("carol", "adam needs config, and has a score set by hand", {"adam": NEEDS_CONFIG}),
]
BEFORE, AFTER = pytest.approx(5 * 5 / 6), pytest.approx(5 * 5 / 10)
FIRST_CASE = 'Case("ten steps, config=None", '


class Course:
    """A copy of the repository with one assignment, in which nbgrader's commands and ours run."""

    def __init__(self, folder):
        self.folder, self.build = folder, folder / "build"
        shutil.copytree(ROOT / "autograder", folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "assignments" / NAME, folder / "assignments" / NAME)
        (folder / "nbgrader_config.py").write_text(CONFIG.format(root=str(folder)), encoding="utf-8")
        if public_cache().is_dir():  # this only saves time
            shutil.copytree(public_cache(), self.build / "cache" / "public")

    def run(self, *command, **options):
        """Run a command, and return its exit code and everything that it printed."""
        done = commands.run(*command, cwd=self.folder, **options)
        printed = done.stdout + done.stderr
        assert "Traceback" not in printed, printed
        return done.returncode, printed

    def nbgrader(self, step, *more):
        return self.run("nbgrader", step, NAME, *more)

    def regrade(self, *options, **more):
        return self.run("autograder", "regrade", NAME, *options, **more)

    def released(self):
        return nbformat.read(self.build / "release" / NAME / f"{NAME}.ipynb", as_version=4)

    def submit(self, student, notebook):
        folder = self.build / "submitted" / student / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{NAME}.ipynb").write_bytes(notebook)

    def edit(self, path, old, new):
        path = self.folder / path
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def gradebook(self):
        from nbgrader.api import Gradebook

        return Gradebook(f"sqlite:///{self.build / 'gradebook.db'}", "demo")

    def mark(self, student, cell, score):
        """Set a score by hand, as the formgrader does."""
        with self.gradebook() as gradebook:
            grade = gradebook.find_grade(cell, NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.db.commit()

    def grades(self):
        """Return each grade's automatic score, score set by hand, and flag, keyed by student and cell."""
        with self.gradebook() as gradebook:
            return {
                (submission.student_id, grade.name): (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                for submission in gradebook.assignment_submissions(NAME)
                for grade in submission.notebooks[0].grades
            }

    def state(self):
        """Return the contents of the files that grading writes, keyed by path, and the grades."""
        folders = [self.build / name for name in ("autograded", "verdicts", "answers")]
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in files}, self.grades()

    def verdicts(self, student):
        return json.loads((self.build / "verdicts" / NAME / f"{student}.json").read_text())["verdicts"]

    def rows(self):
        """Return the rows of the last list of changes."""
        path = max((self.build / "regrade").glob("*.csv"))
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def prose_removed(path):
    """Remove all cells but the answers, the checks, and the first code cell from a notebook, to save time."""
    notebook = nbformat.read(path, as_version=4)
    code = next(index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells = [cell for index, cell in enumerate(notebook.cells) if index == code or "nbgrader" in cell.metadata]
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def course(confinement, tmp_path_factory):
    """A course in which `adam` changed after the work was graded, automatically and by hand."""
    course = Course(tmp_path_factory.mktemp("term"))
    assert course.run("autograder", "build", NAME)[0] == 0
    prose_removed(course.build / "source" / NAME / f"{NAME}.ipynb")
    assert course.nbgrader("generate_assignment")[0] == 0
    for student in STUDENTS:
        course.submit(student.name, student.notebook(ASSIGNMENT, course.released()))
    code, said = course.nbgrader("autograde")
    assert code == 0, said
    assert "older" not in said
    for student in STUDENTS:
        course.mark(student.name, WRITTEN, 1.5)
    course.mark("carol", "adam-check", 4.5)
    course.before = course.state()
    course.edit(f"autograder/exercises/{NAME}/adam.py", FIRST_CASE, f"{FIRST_CASE}weight=5, ")
    return course


@pytest.fixture(scope="module")
def regraded(course):
    """The course after `regrade` was called in various ways, with each call's output and effects."""
    course.autograde = course.nbgrader("autograde")
    course.dry_run, course.dry_rows = course.regrade("--dry-run"), course.rows()
    course.refusals = {step: course.nbgrader(step) for step in ("generate_assignment", "release_assignment")}
    course.unanswered = course.regrade()
    course.declined = course.regrade(stdin="n\n")
    course.unchanged = course.state()
    course.answered, course.answered_rows = course.regrade(stdin="y\n"), course.rows()
    course.after = course.state()
    course.again, course.after_again = course.regrade("--yes"), course.state()
    course.autograde_after = course.nbgrader("autograde")
    return course


def test_autograde_counts_the_submissions_that_were_graded_with_an_older_exercise(regraded):
    code, said = regraded.autograde
    line = f"3 of 3 submissions were graded with an older `adam`: run `python -m autograder regrade {NAME}`"
    assert (code, line in said) == (0, True), said
    assert "older" not in regraded.autograde_after[1]


def test_dry_run_and_a_negative_answer_change_nothing(regraded):
    assert regraded.unchanged == regraded.before
    assert [regraded.dry_run[0], regraded.unanswered[0], regraded.declined[0]] == [0, 1, 1]
    assert not list(regraded.build.glob(".regrade*"))


def test_changes_are_printed_and_written_with_their_reason(regraded):
    reason = "its cases changed"
    expected = [
        ["byron", "adam", "4.166666667", "2.5", reason],
        ["carol", "adam", "4.166666667", "2.5", f"{reason}; the score set by hand, 4.5, is kept"],
    ]
    for said, rows in ((regraded.dry_run[1], regraded.dry_rows), (regraded.answered[1], regraded.answered_rows)):
        assert [list(row.values()) for row in rows] == expected
        assert list(rows[0]) == ["student", "exercise", "old", "new", "reason"]
        assert all(cell in said for row in expected for cell in row), said
    assert f"nbgrader generate_feedback {NAME}" in regraded.answered[1]


def test_only_stale_verdicts_change_and_manual_grades_stay(regraded):
    assert regraded.answered[0] == 0
    before, after = regraded.before[1], regraded.after[1]
    assert before["byron", "adam-check"] == (BEFORE, None, False)
    assert after["byron", "adam-check"] == (AFTER, None, False)
    assert after["carol", "adam-check"] == (AFTER, 4.5, True), "the score set by hand is kept, but needs review"
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {("byron", "adam-check"), ("carol", "adam-check")}
    assert {after[student.name, WRITTEN] for student in STUDENTS} == {(None, 1.5, False)}


def test_graded_notebooks_have_the_new_verdicts(regraded):
    path = regraded.build / "autograded" / "byron" / NAME / f"{NAME}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    (check,) = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "adam-check"]
    assert float(check.outputs[0].data["text/plain"]) == AFTER
    assert regraded.verdicts("byron")["adam"]["score"] == AFTER


def test_nothing_is_stale_after_a_regrade(regraded):
    code, said = regraded.again
    assert (code, "Nothing is stale: 3 submissions" in said) == (0, True), said
    assert regraded.after_again == regraded.after


def test_outdated_build_is_neither_generated_nor_released(regraded):
    for code, said in regraded.refusals.values():
        assert code == 1
        assert f"its exercises have changed since the last build. Run `python -m autograder build {NAME}`, then" in said


@pytest.fixture(scope="module")
def rebuilt(regraded):
    """The course after a new build, with the commands' output before and after `generate_assignment`."""
    regraded.edit(
        f"autograder/exercises/{NAME}/adam.py", '"""One step of Adam.', '"""One step of Adam, for each weight.'
    )
    assert regraded.run("autograder", "build", NAME)[0] == 0
    regraded.too_early = regraded.nbgrader("release_assignment")
    regraded.old_notebook = regraded.released()
    prose_removed(regraded.build / "source" / NAME / f"{NAME}.ipynb")
    regraded.generated = regraded.nbgrader("generate_assignment", "--force")
    regraded.in_time = regraded.nbgrader("release_assignment")
    return regraded


def test_release_that_is_older_than_its_source_is_refused(rebuilt):
    code, said = rebuilt.too_early
    assert (code, f"run `nbgrader generate_assignment {NAME} --force` first" in said) == (1, True), said
    assert (rebuilt.generated[0], rebuilt.in_time[0]) == (0, 0)


def test_build_has_the_changed_cases(rebuilt):
    cases = store.load(rebuilt.build / "source" / NAME / "checks.npz")["adam"].cases
    assert [case.weight for case in cases] == [5, *[1] * (len(cases) - 1)]


def test_changed_docstring_makes_no_verdict_stale(rebuilt):
    code, said = rebuilt.regrade("--dry-run")
    assert (code, "Nothing is stale" in said) == (0, True), said


def test_changed_master_is_noticed(rebuilt):
    path = f"assignments/{NAME}/{NAME}.md"
    text = (rebuilt.folder / path).read_text(encoding="utf-8")
    (rebuilt.folder / path).write_text(f"{text}\nOne more line.\n", encoding="utf-8")
    code, said = rebuilt.nbgrader("release_assignment", "--force")
    assert (code, "its master has changed since" in said) == (1, True), said
    (rebuilt.folder / path).write_text(text, encoding="utf-8")
    assert rebuilt.nbgrader("release_assignment", "--force")[0] == 0


def test_manual_grades_are_reopened_only_if_the_written_answer_changed(rebuilt):
    """Grade everything afresh after two students have submitted again, one of them with a different written answer."""
    for student in ("ada", "byron"):
        notebook = next(each for each in STUDENTS if each.name == student).notebook(ASSIGNMENT, rebuilt.released())
        notebook = nbformat.reads(notebook.decode(), as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in {"ada": ("sgd",), "byron": (WRITTEN,)}[student]:
                cell.source += "\n\n# Changed."
        rebuilt.submit(student, nbformat.writes(notebook).encode())
    assert rebuilt.nbgrader("autograde")[0] == 0
    flags = {student: rebuilt.grades()[student, WRITTEN] for student in ("ada", "byron", "carol")}
    assert flags == {"ada": (None, 1.5, False), "byron": (None, 1.5, True), "carol": (None, 1.5, False)}
    assert rebuilt.nbgrader("autograde", "--force")[0] == 0
    assert {student: rebuilt.grades()[student, WRITTEN] for student in flags} == flags


def test_wrong_notebooks_are_recognized(rebuilt):
    other = (ROOT / "assignments" / OTHER / f"{OTHER}.ipynb").read_bytes()
    fragment = rebuilt.released()
    fragment.cells = fragment.cells[:5]
    kept = sum(bool(cell.metadata.get("nbgrader", {}).get("solution")) for cell in fragment.cells)
    assignment = catalogue.assignments()[NAME]
    total = len(assignment.exercises) + len(assignment.written)
    notebooks = {
        "other": (other, f"this looks like {OTHER}, not {NAME}"),
        "earlier": (
            nbformat.writes(rebuilt.old_notebook).encode(),
            f"this notebook comes from an earlier release of {NAME}",
        ),
        "fragment": (nbformat.writes(fragment).encode(), f"only {kept} of the {total} answers for {NAME} can be found"),
        "right": (nbformat.writes(rebuilt.released()).encode(), ""),
    }
    for student, (notebook, _) in notebooks.items():
        rebuilt.submit(student, notebook)
    code, said = rebuilt.nbgrader("autograde")
    assert code == 0, said
    assert rebuilt.nbgrader("generate_feedback")[0] == 0
    for student, (_, sentence) in notebooks.items():
        result = json.loads((rebuilt.build / "verdicts" / NAME / f"{student}.json").read_text())
        page = (rebuilt.build / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        assert bool(result["mismatch"]) == bool(sentence) == ("Is this the right notebook?" in page)
        assert sentence in result["mismatch"]
        assert not sentence or f"{student}: {sentence}" in said
        assert sentence[1:] in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["nosuch"], "there is no assignment 'nosuch'"), ([OTHER], "run `nbgrader generate_assignment learning_rates`")],
    ids=["unknown assignment", "assignment that was not generated"],
)
def test_error_is_one_sentence(course, arguments, sentence):
    code, said = course.run("autograder", "regrade", *arguments)
    assert (code, len(said.splitlines())) == (1, 1)
    assert sentence in said
