"""`nbgrader generate_assignment`, which refuses notebooks that are older than their exercises or their master.

The exporter refuses them, because nbgrader creates it before converting anything, and ignores errors in its own hooks.
"""

from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder import catalogue
from autograder.notebooks.build import outdated
from autograder.notebooks.versions import is_generated_from, record_release, release_id
from gradlab.checks.words import series


class ReleaseExporter(NotebookExporter):
    """Puts the release's id into the notebook for students, and records what the release was generated from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.converter = cast(Any, self.parent)  # nbgrader.converters.GenerateAssignment, which has no types
        coursedir = self.converter.coursedir
        if reason := outdated_build(coursedir, coursedir.assignment_id):
            self.log.error("%s", reason)
            raise NbGraderException(reason)

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        nb, resources = super()._preprocess(nb, resources)
        coursedir, assignment = self.converter.coursedir, resources["nbgrader"]["assignment"]
        if assignment in catalogue.assignments():
            release = release_id(nb)
            nb.metadata["gradlab"] = {"release": release}
            record_release(coursedir.root, assignment, source_folder(coursedir, assignment), release)
        return nb, resources


def outdated_build(coursedir: CourseDirectory, assignment: str) -> str:
    """Say why an assignment's notebook must be built again, or return "" if it is current or was not built by us."""
    source = source_folder(coursedir, assignment)
    if not _is_built(coursedir, assignment):
        return ""
    if not (changes := outdated(coursedir.root, assignment)):
        return ""
    return (
        f"{source} is out of date: {series(changes)}. Run `python -m autograder build {assignment}`, then "
        f"`nbgrader generate_assignment {assignment} --force`."
    )


def outdated_release(coursedir: CourseDirectory, assignment: str) -> str:
    """Say why an assignment must be generated again before it is released, or return ""."""
    source = source_folder(coursedir, assignment)
    if not _is_built(coursedir, assignment):
        return ""
    if reason := outdated_build(coursedir, assignment):
        return reason
    if is_generated_from(coursedir.root, assignment, source):
        return ""
    release = coursedir.format_path(coursedir.release_directory, ".", assignment)
    return (
        f"{release} was not generated from the notebook that is now in {source}: run "
        f"`nbgrader generate_assignment {assignment} --force` first."
    )


def _is_built(coursedir: CourseDirectory, assignment: str) -> bool:
    """Return whether an assignment is built from a master, rather than one of the course's own notebooks."""
    master = Path(coursedir.root) / "assignments" / assignment / f"{assignment}.md"
    return assignment in catalogue.assignments() and master.is_file() and source_folder(coursedir, assignment).is_dir()


def source_folder(coursedir: CourseDirectory, assignment: str) -> Path:
    """Return the folder of the instructor's notebook."""
    return Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
