"""``python -m autograder``: what an author of exercises and an instructor do besides nbgrader."""

from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]


def _known(names):
    """Names of assignments or exercises, if there are such."""
    from .catalogue import exercises

    try:
        exercises(names)
    except KeyError as error:
        raise typer.BadParameter(error.args[0]) from None
    return names


def _assignment(name):
    """The name of an assignment, if there is such."""
    from .catalogue import assignments

    if name not in assignments():
        raise typer.BadParameter(f"there is no assignment {name!r}. There are {', '.join(assignments())}.")
    return name


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Only = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", callback=_known, help="Assignments or exercises; all by default."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("try")
def try_(
    exercise: Annotated[str, typer.Argument(help="The exercise's name, such as adam.")],
    file: Annotated[Path, typer.Argument(help="A Python file with a function of that name.")],
    seed: Annotated[int, typer.Option(help="Which hidden cases to draw; 0 gives the public ones.")] = 1,
    json: Json = False,
):
    """Judge one function in the sandbox, on hidden cases."""
    from .commands.try_ import run

    raise typer.Exit(run(ROOT, exercise, file, seed, json))


@app.command()
def doctor(json: Json = False):
    """List the protections that confine students' code, and which of them hold on this machine."""
    from .commands.doctor import run

    raise typer.Exit(run(json))


@app.command()
def mistakes(only: Only = None, json: Json = False):
    """Show that every known mistake loses points and every correct variant gets full marks."""
    from .commands.mistakes import run

    raise typer.Exit(run(only, json))


@app.command()
def build(
    assignment: Annotated[list[str] | None, typer.Argument(help="Which to build; all by default.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a file is stale.")] = False,
):
    """Build notebooks and public cases from the text masters."""
    from .commands.build import run

    raise typer.Exit(run(ROOT, assignment or [], check))


@app.command()
def validate(
    only: Only = None,
    seeds: Annotated[int, typer.Option(help="How many draws of the cases.")] = 200,
    output: Annotated[Path | None, typer.Option(help="Write the table to this file, too.")] = None,
):
    """Count false failures of correct answers and false passes of mistakes, over many draws of the cases."""
    from .commands.validate import run

    raise typer.Exit(run(only, seeds, output))


@app.command()
def pack(assignment: Annotated[str, typer.Argument(callback=_assignment, help="Which assignment.")]):
    """Put what a student needs for an assignment into one zip, for work without a hub."""
    from .commands.pack import run

    raise typer.Exit(run(ROOT, assignment))


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; build/backup/<date>.tar.gz by default.")] = None,
):
    """Save a term's gradebook, submissions, feedback, exchange and secret in one file."""
    from .commands.backup import backup as save

    raise typer.Exit(save(ROOT, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the data that is there.")] = False,
):
    """Put what backup saved back in its place."""
    from .commands.backup import restore as put_back

    raise typer.Exit(put_back(ROOT, file, force))


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(callback=_assignment, help="Which assignment.")] = "update_rules",
    students: Annotated[int, typer.Option(help="How many submissions at least.")] = 24,
):
    """Release, answer, grade and return an assignment with a made-up class."""
    from .demo.run import run

    raise typer.Exit(run(ROOT, assignment, students))


if __name__ == "__main__":
    app(prog_name="python -m autograder")
