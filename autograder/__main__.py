"""``python -m autograder``: the commands that instructors and exercise authors use in addition to nbgrader's."""

import importlib.metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .commands.errors import report
from .errors import DefinitionError
from .importing.platform import Platform
from .paths import ROOT, course_folder


def _known(names: list[str] | None) -> list[str] | None:
    """Refuse names that are neither assignments nor exercises."""
    from .catalogue import exercises

    try:
        exercises(names)
    except KeyError as error:
        raise typer.BadParameter(error.args[0]) from None
    return names


def _assignment(name: str | None) -> str | None:
    """Refuse a name that is not the name of an assignment."""
    from .catalogue import assignments, suggestion

    if name is not None and name not in assignments():
        raise typer.BadParameter(f"there is no assignment {name!r}. {suggestion(name, assignments())}")
    return name


class Commands(TyperGroup):
    """The commands. If an exercise or a master is wrong, they print one sentence instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DefinitionError as error:
            raise typer.Exit(report([error])) from None


def _version(wanted: bool) -> None:
    if wanted:
        print("gradlab", importlib.metadata.version("gradlab"))
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Only = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", callback=_known, help="Assignments or exercises; all by default."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print gradlab's version, and exit.")
    ] = False,
) -> None:
    """The commands that instructors and authors of exercises use in addition to nbgrader's."""


@app.command("try")
def try_(
    exercise: Annotated[str, typer.Argument(help="The exercise's name, such as adam.")],
    file: Annotated[Path, typer.Argument(help="A Python file with a function of that name and its imports.")],
    seed: Annotated[int, typer.Option(min=0, help="The seed of the hidden cases; 0 gives the public cases.")] = 1,
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

    raise typer.Exit(run(ROOT, only, json))


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


new = typer.Typer(no_args_is_help=True, help="Write a small exercise or assignment that works, for you to replace.")
app.add_typer(new, name="new")


@new.command("exercise")
def new_exercise(
    assignment: Annotated[str, typer.Argument(help="The assignment, such as update_rules.")],
    name: Annotated[str, typer.Argument(help="The name of the function that students will write.")],
) -> None:
    """Write the module of a new exercise, and its placeholder at the end of the assignment's text."""
    from .commands.new import exercise

    raise typer.Exit(exercise(ROOT, assignment, name))


@new.command("assignment")
def new_assignment(name: Annotated[str, typer.Argument(help="The assignment's id, such as update_rules.")]) -> None:
    """Write a new assignment: its text, an exercise, a written question, and a line on the course page."""
    from .commands.new import assignment

    raise typer.Exit(assignment(ROOT, name))


@app.command()
def validate(
    only: Only = None,
    seeds: Annotated[int, typer.Option(help="The number of seeds to draw cases from.")] = 200,
    output: Annotated[Path | None, typer.Option(help="Also write the table to this file.")] = None,
) -> None:
    """Judge answers on cases drawn from many seeds, and count correct answers that fail and mistakes that pass."""
    from .commands.validate import run

    raise typer.Exit(run(only, seeds, output))


@app.command()
def pack(
    assignment: Annotated[
        str | None, typer.Argument(callback=_assignment, help="The assignment's name; the whole course by default.")
    ] = None,
) -> None:
    """Make one zip file with everything that a student without a hub needs for an assignment or for the course."""
    from .commands.pack import run

    raise typer.Exit(run(ROOT, course_folder(), assignment))


@app.command()
def gradescope(assignment: Annotated[str, typer.Argument(callback=_assignment, help="The assignment's name.")]) -> None:
    """Write the zip from which Gradescope builds an autograder for an assignment."""
    from .commands.gradescope import run

    raise typer.Exit(run(ROOT, assignment))


@app.command()
def backup(
    file: Annotated[Path | None, typer.Argument(help="The file to write. Default: build/backup/<date>.tar.gz")] = None,
) -> None:
    """Save a term's gradebook, submissions, feedback, exchange, and secret in one file."""
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
    """Regrade everything that was graded with an older version of an exercise or of the grader."""
    from .commands.regrade import run

    raise typer.Exit(run(course_folder(), assignment, dry_run, yes))


@app.command("report")
def report_(
    assignment: Annotated[str | None, typer.Argument(help="The assignment's name.")] = None,
    course: Annotated[bool, typer.Option("--course", help="Report on the whole term instead.")] = False,
    html: Annotated[Path | None, typer.Option(help="The page to write. Default: build/report/<name>.html")] = None,
    json: Annotated[Path | None, typer.Option(help="The JSON to write. Default: build/report/<name>.json")] = None,
) -> None:
    """Show what a graded class can and cannot do yet: scores, exercises, mistakes, and who needs attention."""
    from .commands.report import run

    raise typer.Exit(run(course_folder(), assignment, course, html, json))


@app.command()
def similarity(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    html: Annotated[Path | None, typer.Option(help="Write a page with the answers side by side to this file.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the pairs to this file, in JSON.")] = None,
) -> None:
    """Find pairs of submissions that are more alike than the exercises explain, as places to look."""
    from .commands.similarity import run

    raise typer.Exit(run(course_folder(), assignment, html, json))


@app.command()
def watch(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    attempts: Annotated[int | None, typer.Option(min=1, help="Attempts per student; unlimited by default.")] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between checks of the exchange.")] = 10,
    pause: Annotated[float, typer.Option(min=0, help="Minutes between two graded attempts of a student.")] = 0,
    once: Annotated[bool, typer.Option("--once", help="Handle what has arrived, and exit.")] = False,
) -> None:
    """Grade submissions as they arrive in the exchange, and release the feedback at once."""
    from .commands.watch import run

    raise typer.Exit(run(course_folder(), assignment, attempts, every, pause, once))


@app.command("import")
def import_(
    assignment: Annotated[str, typer.Argument(help="The assignment's name.")],
    path: Annotated[Path, typer.Argument(help="The zip that you downloaded, or a folder with its contents.")],
    platform: Annotated[Platform, typer.Option("--from", help="Where the submissions come from.")],
    roster: Annotated[
        Path | None, typer.Option(help="A CSV file that says who is who; by default, the gradebook is used.")
    ] = None,
) -> None:
    """Collect the submissions in a download from Canvas, Moodle, or Gradescope, or in plain folders."""
    from .commands.import_ import run

    raise typer.Exit(run(course_folder(), assignment, path, platform, roster))


@app.command()
def demo(
    assignment: Annotated[str, typer.Argument(callback=_assignment, help="The assignment's name.")] = "update_rules",
    students: Annotated[int, typer.Option(help="The minimum number of submissions.")] = 24,
) -> None:
    """Release an assignment to a made-up class, submit answers, grade them, and return the feedback."""
    from .demo.run import run

    raise typer.Exit(run(ROOT, assignment, students))


if __name__ == "__main__":
    app(prog_name="python -m autograder")
