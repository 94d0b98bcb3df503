"""Every command in the documents exists and has the options that they use, and every file that they run exists."""

import re
import shlex
from importlib import import_module

import pytest
import typer.main

from autograder.__main__ import app
from autograder.paths import ROOT

DOCUMENTS = [
    *sorted(ROOT.glob("docs/*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "deploy/README.md", "assignments/README.md")),
]
COMMANDS = typer.main.get_command(app).commands
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OF_MAKE = ("ID", "ONLY", "PORT", "EXAMPLES", "PYTHON", "VENV", "WATCH", "BROWSER", "HUB")


def commands(program):
    """Yield the command lines in code blocks and inline code that run a program, each with its document."""
    for document in DOCUMENTS:
        text = document.read_text()
        blocks = [line[4:] for line in text.splitlines() if line.startswith("    ")]
        spans = re.findall(r"`([^`]+)`", re.sub(r"(?m)^    .*$", "", text))
        for code in (*blocks, *(" ".join(span.split()) for span in spans)):
            for call in re.split(r"&&|;|\|", code.partition("  #")[0]):
                if (place := re.search(rf"^\s*(?:\w+=\S* )*(?:\S*/)?{program} +(?!-)(?=\S)", call)) is not None:
                    yield pytest.param(shlex.split(call[place.end() :]), id=f"{document.name}: {call.strip()}")


def unique(params):
    return list({param.id: param for param in params}.values())


@pytest.mark.parametrize("words", unique(commands("python -m autograder")))
def test_autograder_command_exists_with_its_options(words):
    command = COMMANDS[words[0]]
    for word in words[1:]:
        if word in getattr(command, "commands", {}):
            command = command.commands[word]
    options = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options | {"--help"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_commands_page_lists_every_autograder_command(name):
    assert f"\n| `python -m autograder {name}" in (ROOT / "docs" / "commands.md").read_text()


@pytest.mark.parametrize("words", unique(commands("make")))
def test_make_target_exists(words):
    assert {word for word in words if "=" not in word} <= TARGETS
    assert {word.partition("=")[0] for word in words if "=" in word} <= set(OF_MAKE)


@pytest.mark.parametrize("words", unique(commands("nbgrader")))
def test_nbgrader_command_exists(words):
    nbgrader = import_module("nbgrader.apps.nbgraderapp").NbGraderApp
    assert words[0] in nbgrader.subcommands


@pytest.mark.parametrize("words", unique(commands("python(?:3)?")))
def test_script_exists(words):
    assert (ROOT / words[0]).exists() or words[0].startswith("/")
