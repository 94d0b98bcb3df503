"""``python -m autograder``: the commands that instructors and exercise authors use in addition to nbgrader's."""

from pathlib import Path
from typing import Annotated

import typer

from .paths import ROOT, course_folder


def _known(names: list[str] | None) -> list[str] | None:
    """Refuse names that are neither assignments nor exercises."""
    from .catalogue import exercises

    try:
        exercises(names)
    except KeyError as error:
        raise typer.BadParameter(error.args[0]) from None
    return names


def _assignment(name: str) -> str:
    """Refuse a name that is not the name of an assignment."""
    from .catalogue import assignments

    if name not in assignments():
        raise typer.BadParameter(f"there is no assignment {name!r}. The assignments are {', '.join(assignments())}.")
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
    seed: Annotated[int, typer.Option(help="The seed of the hidden cases; 0 gives the public cases.")] = 1,
    json: Json = False,
) -> None:
    """Judge one function on hidden cases, in the sandbox."""
    from .commands.try_ import run

    raise typer.Exit(run(ROOT, exercise, file, seed, json))


@app.command()
def doctor(json: Json = False) -> None:
    """Show which of the protections that confine students' code work on this machine."""
    from .commands.doctor import run

    raise typer.Exit(run(json))


@app.command()
def mistakes(only: Only = None, json: Json = False) -> None:
    """Check that every known mistake loses points and every correct variant gets full credit."""
    from .commands.mistakes import run

    raise typer.Exit(run(only, json))


@app.command()
def build(
    assignment: Annotated[list[str] | None, typer.Argument(help="Assignments to build; all by default.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a file is out of date.")] = False,
    into: Annotated[
        Path | None, typer.Option(help="Write only the sources, into this source folder of an existing course.")
    ] = None,
) -> None:
    """Build notebooks and public cases from the text masters."""
    from .commands.build import run

    raise typer.Exit(run(ROOT, assignment or [], check, into))


@app.command()
def validate(
    only: Only = None,
    seeds: Annotated[int, typer.Option(help="The number of seeds to draw cases from.")] = 200,
    output: Annotated[Path | None, typer.Option(help="Also write the table to this file.")] = None,
) -> None:
    """Judge answers on the cases of many seeds, and count correct answers that fail and mistakes that pass."""
    from .commands.validate import run

    raise typer.Exit(run(only, seeds, output))


@app.command()
def pack(assignment: Annotated[str, typer.Argument(callback=_assignment, help="The assignment's name.")]) -> None:
    """Make one zip file with everything that a student without a hub needs for an assignment."""
    from .commands.pack import run

    raise typer.Exit(run(ROOT, assignment))


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="The file to write. Default: build/backup/<date>.tar.gz")] = None,
) -> None:
    """Save a term's gradebook, submissions, feedback, exchange and secret in one file."""
    from .commands.backup import backup as save

    raise typer.Exit(save(course_folder(), file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The file to restore from.")],
    force: Annotated[bool, typer.Option("--force", help="Replace existing data.")] = False,
) -> None:
    """Restore a term's data from a file that backup wrote."""
    from .commands.backup import restore as put_back

    raise typer.Exit(put_back(course_folder(), file, force))


@app.command()
def regrade(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Save the new scores without asking.")] = False,
) -> None:
    """Grade again what was graded with exercises or with a grader that have changed since."""
    from .commands.regrade import run

    raise typer.Exit(run(course_folder(), assignment, dry_run, yes))


@app.command()
def watch(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    attempts: Annotated[int | None, typer.Option(min=1, help="Attempts per student; any number by default.")] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks at the exchange.")] = 10,
    pause: Annotated[float, typer.Option(min=0, help="Minutes between two graded attempts of a student.")] = 0,
    once: Annotated[bool, typer.Option("--once", help="Handle what has arrived, and exit.")] = False,
) -> None:
    """Grade submissions as they arrive in the exchange, and release the feedback at once."""
    from .commands.watch import run

    raise typer.Exit(run(course_folder(), assignment, attempts, every, pause, once))


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(callback=_assignment, help="The assignment's name.")] = "update_rules",
    students: Annotated[int, typer.Option(help="The minimum number of submissions.")] = 24,
) -> None:
    """Release an assignment to a made-up class, submit answers, grade them and return the feedback."""
    from .demo.run import run

    raise typer.Exit(run(ROOT, assignment, students))


if __name__ == "__main__":
    app(prog_name="python -m autograder")
