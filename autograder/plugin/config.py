"""The nbgrader configuration that all courses share: ``nbgrader_config.py`` calls `configure`."""

import logging
import os
import sys
import warnings
from pathlib import Path

from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.notebooks.stubs import configure_stubs
from autograder.safe_text import EscapedRecord

from .gradebook import create_quickly, open_quickly
from .page_exporter import TEMPLATES


def configure(c: Config, root: str | Path) -> None:
    """Configure nbgrader for this course.

    Parameters
    ----------
    c : traitlets.config.Config
    root : path
        The course's root folder. nbgrader writes only to its subfolder ``build/``.
    """
    root = Path(root).resolve()
    prepare_environment(root)
    c.CourseDirectory.root = str(root)
    c.NbGrader.logfile = str(root / "build" / "nbgrader.log")
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        setattr(c.CourseDirectory, f"{step}_directory", os.path.join("build", step))
    c.CourseDirectory.db_url = f"sqlite:///{root / 'build' / 'gradebook.db'}"
    exchange = root / "build" / "exchange"
    if not exchange.is_dir():
        exchange.mkdir(parents=True)
        exchange.chmod(0o1777)  # everyone can submit, but only the owner can replace the course's folder
    c.ExchangeFactory.release_assignment = "autograder.plugin.release.ReleaseWithDueDate"
    c.ExchangeFactory.collect = "autograder.plugin.collect.SafeCollect"

    c.Penalties.plugin_class = "autograder.plugin.late_policy.LatePolicy"
    c.Penalties.extensions = str(root / "extensions.csv")
    c.ExportApp.plugin_class = "autograder.plugin.grades_csv.GradesExport"
    c.ExportPlugin.to = str(root / "build" / "grades.csv")
    c.ShowAttempts.course = c.GradesExport.course = str(root)
    configure_judging(c)
    configure_pages(c)


def configure_judging(c: Config) -> None:
    """Configure what differs between our assignments and those that stock nbgrader grades."""
    configure_stubs(c)
    c.GenerateAssignment.exporter_class = "autograder.plugin.generate.ReleaseExporter"
    _configure_autograde(c)
    _configure_feedback(c)


def prepare_environment(root: Path) -> None:
    """Let nbgrader find the ``alembic`` command and our classes, and silence a warning that its own models cause.

    Have it create gradebooks quickly. Escape what its log quotes, because students choose the names of folders and
    files.
    """
    logging.setLogRecordFactory(EscapedRecord)
    warnings.filterwarnings("ignore", category=SAWarning, message="Object of type .* not in session")
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    create_quickly()


def _configure_autograde(c: Config) -> None:
    """Have nbgrader grade with our exporter, without its sanitizers: our notebooks are valid by construction."""
    c.Autograde.exporter_class = "autograder.plugin.exporter.JudgedExporter"
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [
        "autograder.plugin.preprocessors.SaveVerdicts",
        "autograder.plugin.late_policy.Penalties",
    ]
    open_quickly()


def _configure_feedback(c: Config) -> None:
    """Have nbgrader write feedback as one self-contained page."""
    # Always write the page again: an answer may have been graded in the meantime, by hand or by a new run.
    c.GenerateFeedback.force = True
    c.GenerateFeedback.exporter_class = "autograder.plugin.feedback_run.ParallelFeedback"
    # Set these options on our own class, because nbgrader sets its own template on HTMLExporter.
    c.FeedbackExporter.template_name = "gradlab_feedback"
    c.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
    c.FeedbackExporter.optimistic_validation = True  # validate a notebook once, not after each preprocessor
    c.GenerateFeedback.preprocessors = [
        "autograder.plugin.late_policy.Penalties",
        "autograder.plugin.preprocessors.GetGradesAndPending",
        "autograder.plugin.show_attempts.ShowAttempts",
    ]


def configure_pages(c: Config) -> None:
    """Make feedback and the formgrader show submissions with our filters, and protect the formgrader's other pages.

    The formgrader shows formulas as MathML, too. By default, it waits until MathJax has been loaded from a CDN.
    """
    filters = ("markdown2html", "highlight_code", "ansi2html", "strip_files_prefix")
    c.PageExporter.filters = {name: f"autograder.plugin.rendering.{name}" for name in filters}
    c.PageExporter.preprocessors = ["autograder.plugin.page_limits.LimitPage"]
    if "nbgrader.server_extensions.formgrader" in sys.modules:  # in a Jupyter server
        from .formgrader import protect

        protect()
    ours, others = str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")
    if ours not in others.split(os.pathsep):
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [ours, others]))
