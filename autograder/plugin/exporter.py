"""The exporter through which our grading plugs into `nbgrader autograde`. It is created once per run.

A preprocessor would run too late: before the first one runs, nbgrader copies the files next to the notebook, following
links, and parses the notebook, whatever the notebook contains. This exporter is created after nbgrader has listed the
submissions and before it reads any, so the run is set up here (see `autograder.plugin.autograde_run`). Neither the run
nor the exporter reads a submission; another process makes the graded notebook from it.
"""

import json
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import from_dict
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Float, Integer, Unicode

from autograder import catalogue
from autograder.paths import answers_file

from .answers import Answers
from .autograde_run import AutogradeRun
from .late_policy import load_late_rules


class JudgedExporter(NotebookExporter):
    """Gives nbgrader the graded notebook of each submission."""

    run_demos = Bool(
        False, help="Whether grading runs unchanged cells tagged `demo`, such as those that draw plots."
    ).tag(config=True)
    cell_seconds = Float(30.0, help="Limit on one cell's CPU time, in seconds.").tag(config=True)
    workers = Integer(0, help="Number of submissions to grade at once on this machine; 0 means one per CPU core.").tag(
        config=True
    )
    dask_scheduler = Unicode(
        "", help="Address of a dask.distributed scheduler; if set, its workers grade instead of this machine."
    ).tag(config=True)
    grade_without_sandbox = Bool(
        False,
        help=(
            "Whether to grade even if this machine cannot confine students' code. Their code can then read and "
            "change everything that you can: the reference solutions, other submissions, the gradebook, your keys."
        ),
    ).tag(config=True)

    kind_of_run = AutogradeRun

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.converter: Any = self.parent  # nbgrader.converters.Autograde, which has no types
        self._refuse_unknown_assignment()
        self.late_rules = load_late_rules(self)
        self.run = self.kind_of_run(self.converter, self)

    def graded_notebook(self, result: dict[str, Any], resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return a submission's graded notebook as text, with nbgrader's preprocessors applied.

        Parameters
        ----------
        result : dict
            The result of grading, as `autograder.grading.job.read_result` returns it.
        resources : dict
            What nbgrader's converter knows about the submission.
        """
        resources = self._init_resources(resources)
        names, coursedir = resources["nbgrader"], self.run.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"])
        resources["metadata"]["path"] = folder
        resources["gradlab"] = {
            "verdicts": result["verdicts"],
            "problem": result["problem"],
            "timestamp": coursedir.get_existing_timestamp(folder),
        }
        resources["outputs"] = coursedir.exchange_files(names["assignment"], names["student"])
        notebook = from_dict(result["notebook"])
        keys = {name: verdict["key"] for name, verdict in result["verdicts"].items()}
        notebook.metadata["gradlab"] = {
            "graded": result["submission"],
            "keys": keys,
            "mismatch": result["mismatch"],
            "problem": result["problem"],
            "stopped": result["stopped"],
            "empty": all(verdict["problems"] == ["not_written"] for verdict in result["verdicts"].values()),
            "reasons": {name: verdict["reasons"] for name, verdict in result["verdicts"].items()},
        }
        answers = answers_file(self.run.coursedir.root, names["assignment"], names["student"])
        resources["gradlab"]["answers"] = Answers(answers, notebook)
        for preprocessor in self._preprocessors:
            notebook, resources = preprocessor(notebook, resources)
        return json.dumps(notebook, ensure_ascii=False), resources

    def _refuse_unknown_assignment(self) -> None:
        assignment = self.converter.coursedir.assignment_id
        if assignment not in catalogue.assignments():
            reason = (
                f"{assignment!r} is not one of gradlab's assignments. To grade a course's own assignments with stock "
                "nbgrader next to ours, see docs/existing-course.md."
            )
            self.log.error("%s", reason)
            raise NbGraderException(reason)
