"""Where grading plugs into nbgrader: the exporter of `nbgrader autograde`, made once a run.

nbgrader reads submissions before its first preprocessor runs: it copies side files, following links, and parses
whatever the notebook is. This exporter is made after it has listed the submissions and before it has read any, so
here the run is put in order (see `autograder.plugin.autograde_run`); and it never reads a submission itself, but
takes the graded notebook that another process has made of it.
"""

from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import from_dict
from traitlets import Bool, Float, Integer, Unicode

from .autograde_run import Run


class JudgedExporter(NotebookExporter):
    """Hands nbgrader the graded notebook of each submission."""

    run_demos = Bool(False, help="Run untouched cells tagged `demo`, such as plots, while grading.").tag(config=True)
    cell_seconds = Float(30.0, help="Processor seconds that one cell may take.").tag(config=True)
    workers = Integer(0, help="Submissions graded at once on this machine; 0 is one a core.").tag(config=True)
    dask_scheduler = Unicode("", help="Address of a dask.distributed scheduler to grade on instead.").tag(config=True)
    grade_without_sandbox = Bool(
        False,
        help=(
            "Grade even where students' code cannot be confined. It can then read and change whatever you can: "
            "references, other submissions, the gradebook, your keys."
        ),
    ).tag(config=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.run = Run(self.parent, self)

    def from_filename(self, filename, resources=None, **_):
        """The graded notebook of a submission, with nbgrader's preprocessors applied.

        nbgrader asks twice, the first time for a cleaned copy that it reads again: that one may be empty.
        """
        resources = self._init_resources(resources or {})
        names = resources["nbgrader"]
        resources["metadata"]["path"] = str(Path(filename).parent)
        if self.parent._sanitizing:
            return "{}", resources
        result = self.run.result(names["student"])
        resources["gradlab"] = {"verdicts": result["verdicts"], "problem": result["problem"]}
        resources["outputs"] = self.run.coursedir.companions(names["assignment"], names["student"])
        notebook = from_dict(result["notebook"])
        notebook.metadata["gradlab"] = {"graded": result["submission"]}
        for preprocessor in self._preprocessors:
            notebook, resources = preprocessor(notebook, resources)
        return nbformat.v4.writes(notebook), resources
