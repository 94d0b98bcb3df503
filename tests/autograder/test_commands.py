"""``python -m autograder doctor`` (contract C7), ``mistakes`` (C8), and ``build``. For ``try``, see test_try."""

import contextlib
import importlib.metadata
import json
import shutil

import pytest
from typer.testing import CliRunner

from autograder import catalogue
from autograder.__main__ import app
from autograder.commands import build, doctor, mistakes
from autograder.paths import ROOT
from autograder.running.settings import require_sandbox
from autograder.sandbox import Protection, Unavailable, probe, required_protections
from autograder.sandbox.selftest.probes import CHILD


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def protection(required, holds):
    return Protection("files", required=required, holds=holds, detail="nothing outside can be read")


@pytest.mark.parametrize(
    ("protections", "code"),
    [
        ([protection(True, True), protection(False, False)], 0),
        ([protection(True, True), protection(True, False)], 1),
    ],
    ids=["all required protections work", "a required protection fails"],
)
def test_doctor_fails_if_a_required_protection_fails(capsys, protections, code):
    assert doctor.run(as_json=False, probe=lambda: protections) == code
    assert "files" in capsys.readouterr().out
    assert doctor.run(as_json=True, probe=lambda: protections) == code
    assert [p["holds"] for p in json.loads(capsys.readouterr().out)] == [p.holds for p in protections]


# Simulated hosts. Each value is the code that the child runs before it tries the protections.
HOSTS = {
    "this machine": "",
    "Landlock is missing": "landlock.restrict = fails(errno.ENOSYS)",
    "Landlock has no effect": "landlock.restrict = works",
    "Landlock is too old for truncation": "abi = landlock.abi; landlock.abi = lambda: min(abi(), 1)",
    "seccomp is missing": "seccomp.prepare = fails(errno.EINVAL)",
    "seccomp has no effect": "seccomp.install = works",
    "limits have no effect": "limits.apply = works",
    "privileges cannot be dropped": "privileges.drop = fails(errno.EPERM)",
    "the child crashes": "import os; os.abort()",
}
REPLACES = """
def fails(code):
    def fail(*args):
        raise OSError(code, os.strerror(code))
    return fail
works = lambda *args: None
import errno, os
from autograder.sandbox import landlock, limits, privileges, seccomp
"""


@pytest.mark.parametrize("host", HOSTS)
def test_doctor_and_autograde_agree_on_every_host(sandbox, host):
    path, main = CHILD.split("from ", 1)
    program = f"{path}\n{REPLACES}\n{HOSTS[host]}\nfrom {main}"
    can_be_graded_here = host in ("this machine", "Landlock is too old for truncation")
    assert doctor.run(as_json=True, probe=lambda: probe(program)) == int(not can_be_graded_here)
    with contextlib.nullcontext() if can_be_graded_here else pytest.raises(Unavailable, match="Autograding is refused"):
        require_sandbox(lambda: required_protections(program))


def test_doctor_lists_the_protections_of_this_machine(sandbox):
    result = run("doctor", "--json")
    found = {p["name"]: p["holds"] for p in json.loads(result.stdout) if p["required"]}
    assert result.exit_code == 0
    assert {"files", "network", "processes", "memory"} <= {name for name, holds in found.items() if holds}


KEYS = [
    "exercise",
    "assignment",
    "points",
    "mistakes",
    "caught",
    "named",
    "variants",
    "accepted",
    "pairs",
    "pairs_explained",
]


@pytest.mark.parametrize("name", catalogue.assignments())
def test_mistakes_of_every_assignment_are_counted(name):
    result = run("mistakes", name, "--json")
    lines = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [line["exercise"] for line in lines] == list(catalogue.assignments()[name].exercises)
    for line in lines:
        assert list(line) == KEYS
        assert all(isinstance(line[key], (int, float)) for key in KEYS[2:])
        assert line["mistakes"] == line["caught"] >= line["named"]
        assert line["variants"] == line["accepted"]


def test_mistakes_are_counted_only_for_the_named_exercises():
    lines = json.loads(run("mistakes", "newton_step", "sgd", "--json").stdout)
    assert [line["exercise"] for line in lines] == ["newton_step", "sgd"]


@pytest.mark.parametrize("command", ["mistakes", "validate"])
def test_unknown_names_are_refused(command):
    result = run(command, "adamm")
    assert result.exit_code == 2
    assert "there is no assignment or exercise 'adamm'" in result.output


@pytest.mark.parametrize("kind", ["mistakes", "variants"])
def test_mistakes_command_exits_with_1_if_a_mistake_gets_full_credit_or_a_variant_does_not(capsys, kind):
    exercise, _ = catalogue.find("sgd")
    other = {"mistakes": exercise.variants, "variants": exercise.mistakes}[kind]
    broken = type("Broken", (exercise,), {})
    setattr(broken, kind, other[:1])
    assert mistakes.report([("update_rules", broken)], as_json=True) == 1
    capsys.readouterr()
    assert mistakes.report([("update_rules", broken)], as_json=False) == 1
    assert other[0].name in capsys.readouterr().err


OWN_NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "source": "assert f(1) == 2", "metadata": {"nbgrader": {"grade": true}}}]}'
)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "there is no folder"),
        (["source/update_rules/update_rules.ipynb"], "is an assignment in your own course, and must not be replaced"),
        (["source/update_rules/part1.ipynb"], "is an assignment in your own course, and must not be replaced"),
    ],
)
def test_build_into_another_course_replaces_none_of_that_courses_files(tmp_path, capsys, files, sentence):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(OWN_NOTEBOOK)
    assert build.run(ROOT, ["update_rules"], check=False, into=tmp_path / "source") == 2
    assert sentence in capsys.readouterr().err
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == files


def test_build_refuses_to_check_and_to_write_elsewhere_at_once(tmp_path, capsys):
    assert build.run(ROOT, ["update_rules"], check=True, into=tmp_path) == 2
    assert "use only one of them" in capsys.readouterr().err


def test_build_check_reports_stale_files_and_changes_nothing(tmp_path, capsys):
    """This test builds a copy of one assignment. `test_build` tests whether the course's own files are stale."""
    name = "debug_the_notes"
    shutil.copytree(ROOT / "assignments" / name, tmp_path / "assignments" / name)
    assert build.run(tmp_path, [name], check=False) == 0
    assert build.run(tmp_path, [name], check=True) == 0
    assert capsys.readouterr() == (f"built {name}\n", "")
    notebook = tmp_path / "assignments" / name / f"{name}.ipynb"
    notebook.write_text("{}")
    assert build.run(tmp_path, [name], check=True) == 1
    assert capsys.readouterr().err == f"stale: {notebook}: run `make notebooks`\n"
    assert notebook.read_text() == "{}"


def test_master_that_cannot_be_built_is_reported(tmp_path, capsys):
    folder = tmp_path / "assignments" / "update_rules"
    folder.mkdir(parents=True)
    (folder / "update_rules.md").write_text("# Nothing\n")
    assert build.run(tmp_path, ["update_rules"], check=True) == 1
    assert "`adagrad` has no placeholder in the notebook" in capsys.readouterr().err


def test_unknown_assignment_suggests_close_names():
    result = run("build", "update_rule", "--check")
    assert result.exit_code == 2
    assert "there is no assignment 'update_rule'. Did you mean update_rules?" in result.stderr


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["mistakes", "-h"], ["try", "--help"]])
def test_help_is_shown_with_and_without_a_command(arguments):
    result = run(*arguments)
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_version_is_printed():
    assert run("--version").output == f"gradlab {importlib.metadata.version('gradlab')}\n"
