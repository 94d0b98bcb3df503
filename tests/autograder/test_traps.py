"""An author's error in an exercise or a master is reported in one sentence, with its file and line."""

import itertools
import re
import shutil
import sys

import pytest

from autograder import catalogue
from autograder.commands import build, mistakes
from autograder.commands.errors import report
from autograder.errors import DefinitionError
from autograder.paths import ROOT

from .. import commands
from .traps import EXERCISE, MASTER, TRAPS, Trap

numbers = itertools.count()


def write(folder, package, trap):
    """Write a course with one assignment, ``rules``. Return the files of its exercise and its master."""
    exercises, text = folder / package / "rules", folder / "assignments" / "rules" / "rules.md"
    exercises.mkdir(parents=True)
    text.parent.mkdir(parents=True)
    contents = {exercises / "__init__.py": "", exercises / "scale.py": EXERCISE, text: MASTER}
    contents |= {exercises / name: content for name, content in trap.files.items()}
    (folder / package / "__init__.py").write_text("")
    for file, content in contents.items():
        for old, new in trap.changes.items():
            content = content.replace(old, new)
        file.write_text(content)
    assert all(any(new in file.read_text() for file in contents) for new in trap.changes.values())
    return exercises / "scale.py", text


def line_of(file, text):
    """Return the number of the line that contains a text; "text two" means the second of these lines."""
    text, place = re.fullmatch(r"(.*?)( two| three)?", text).groups()
    lines = [number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line]
    return lines[{None: 0, " two": 1, " three": 2}[place]]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """``course(trap)``: return the folder, the package, and the two files of a course with this trap."""
    monkeypatch.syspath_prepend(tmp_path)
    package = f"trapped{next(numbers)}"
    yield lambda trap: (tmp_path, package, *write(tmp_path, package, trap))
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def build_errors(folder, package):
    """Do what `build` does before it writes anything."""
    return report([error for each in catalogue.assignments(package).values() for error in build.errors(folder, each)])


COMMANDS = {"build": build_errors, "mistakes": lambda folder, package: mistakes.run(folder, None, False, package)}


def run(command, folder, package, capsys):
    """Return the exit code and the lines on stderr."""
    try:
        code, error = COMMANDS[command](folder, package), ""
    except DefinitionError as found:  # autograder/__main__.py prints these
        code, error = 1, f"{found}\n"
    return code, (capsys.readouterr().err + error).splitlines()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", TRAPS)
def test_error_is_one_sentence_with_file_and_line(name, command, course, capsys):
    trap = TRAPS[name]
    folder, package, exercise, text = course(trap)
    code, lines = run(command, folder, package, capsys)
    file = text if trap.in_master else exercise
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{file}:{line_of(file, trap.at)}: "), lines
    assert trap.says in lines[0]
    assert code == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_course_without_errors_is_accepted(command, course, capsys):
    folder, package, *_ = course(Trap({}, "", ""))
    assert run(command, folder, package, capsys) == (0, [])


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_master_is_reported_in_one_sentence(command, course, capsys):
    folder, package, _, text = course(Trap({}, "", ""))
    text.unlink()
    code, (line,) = run(command, folder, package, capsys)
    assert line.startswith(f"{text}:1: the text of assignment rules cannot be read: [Errno 2] No such file")
    assert code == 1


def test_exercise_can_be_checked_before_it_has_a_placeholder(course, capsys):
    folder, package, *_ = course(TRAPS["an exercise without a placeholder"])
    assert mistakes.run(folder, ["scale"], False, package) == 0
    assert mistakes.run(folder, ["rules"], False, package) == 1
    assert "`scale` has no placeholder" in capsys.readouterr().err


@pytest.fixture
def repository(tmp_path):
    """``repository(trap)``: the folder of a copy of the repository in which the only exercise has this trap."""

    def repository(trap):
        shutil.copytree(ROOT / "autograder", tmp_path / "autograder", ignore=shutil.ignore_patterns("exercises"))
        write(tmp_path, "written", trap)
        (tmp_path / "written").rename(tmp_path / "autograder" / "exercises")
        (tmp_path / "scale.py").write_text("def scale(x, factor=2.0):\n    return factor * x\n")
        return tmp_path

    return repository


def autograder(folder, command):
    return commands.run("autograder", *command.split(), cwd=folder)


@pytest.mark.timeout(600)  # the process that each test starts may have to wait on a busy machine
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("labels that differ from draw to draw", "build"),
        ("labels that differ from draw to draw", "mistakes --json"),
        ("labels that differ from draw to draw", "try scale scale.py"),
        ("labels that differ from draw to draw", "validate --seeds 1"),
        ("a module that is not Python", "build"),
        ("a module that is not Python", "try scale scale.py"),
    ],
)
def test_every_command_that_loads_exercises_prints_the_sentence(name, command, repository):
    """The path is relative to the folder in which the command runs, so that terminals and editors can open the file."""
    trap = TRAPS[name]
    folder = repository(trap)
    file = folder / "autograder" / "exercises" / "rules" / "scale.py"
    done = autograder(folder, command)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"autograder/exercises/rules/scale.py:{line_of(file, trap.at)}: ")
    assert trap.says in line
    assert done.returncode == 1
    assert done.stdout.strip() == ("[]" if "--json" in command else "")
    assert not list(folder.rglob("*.ipynb"))


@pytest.mark.timeout(600)
def test_assignment_without_errors_is_built(repository):
    folder = repository(Trap({}, "", ""))
    done = autograder(folder, "build")
    assert (done.returncode, done.stdout, done.stderr) == (0, "built rules\n", "")
    assert (folder / "assignments" / "rules" / "rules.ipynb").is_file()
