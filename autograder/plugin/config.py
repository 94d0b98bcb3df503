"""What ``nbgrader_config.py`` sets, in one place."""

import functools
import os
import sys
import warnings
from pathlib import Path

import nbgrader.api
from sqlalchemy.exc import SAWarning

from autograder.notebooks.stubs import configure_stubs

TEMPLATES = Path(__file__).parent / "templates"


def configure(c, root):
    """Configure nbgrader for this course.

    Parameters
    ----------
    c : traitlets.config.Config
    root : path
        The course's root. Everything that nbgrader writes lies in ``build/`` below it.
    """
    root = Path(root).resolve()
    make_stock_commands_work(root)
    c.CourseDirectory.root = str(root)
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        setattr(c.CourseDirectory, f"{step}_directory", os.path.join("build", step))
    c.CourseDirectory.db_url = f"sqlite:///{root / 'build' / 'gradebook.db'}"
    exchange = root / "build" / "exchange"
    if not exchange.is_dir():
        exchange.mkdir(parents=True)
        exchange.chmod(0o1777)  # everyone hands in there, and nobody replaces the folder of a course
    c.ExchangeFactory.release_assignment = "autograder.plugin.release.DatedRelease"
    c.ExchangeFactory.collect = "autograder.plugin.collect.WaryCollect"

    configure_stubs(c)
    c.Penalties.plugin_class = "autograder.plugin.late_policy.LatePolicy"
    c.Penalties.extensions = str(root / "extensions.csv")
    c.ExportApp.plugin_class = "autograder.plugin.grades_csv.GradesExport"
    c.ExportPlugin.to = str(root / "build" / "grades.csv")
    grade_with_the_judge(c)
    give_feedback(c)
    show_formulas(c)


def make_stock_commands_work(root):
    """nbgrader runs ``alembic`` by its name, imports our classes by theirs, and its models warn of themselves."""
    warnings.filterwarnings("ignore", category=SAWarning, message="Object of type .* not in session")
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))


def grade_with_the_judge(c):
    """Our exporter grades. What nbgrader does to repair a notebook is not needed: ours is whole by construction."""
    c.Autograde.exporter_class = "autograder.plugin.exporter.JudgedExporter"
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [
        "autograder.plugin.preprocessors.SaveVerdicts",
        "autograder.plugin.late_policy.Penalties",
    ]
    # nbgrader opens the gradebook a dozen times a submission and each time reads its whole schema again.
    if not hasattr(nbgrader.api.create_engine, "cache_info"):
        nbgrader.api.create_engine = functools.lru_cache(nbgrader.api.create_engine)


def give_feedback(c):
    """Feedback as one page that loads nothing from elsewhere."""
    # Pages are made anew each time: one from before an answer was marked, or graded again, tells the wrong score.
    c.GenerateFeedback.force = True
    c.GenerateFeedback.exporter_class = "autograder.plugin.feedback.FeedbackExporter"
    # In the section of our own class, because nbgrader names its template in HTMLExporter's.
    c.FeedbackExporter.template_name = "gradlab_feedback"
    c.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
    c.GenerateFeedback.preprocessors = [
        "autograder.plugin.late_policy.Penalties",
        "autograder.plugin.preprocessors.GetMarks",
    ]


def show_formulas(c):
    """Formulas in the formgrader as MathML. It loads MathJax from elsewhere, and does nothing until that has come."""
    # The filter that its template applies last.
    c.HTMLExporter.filters = {"strip_files_prefix": "autograder.plugin.feedback.formulas"}
    ours, others = str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")
    if ours not in others.split(os.pathsep):
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [ours, others]))
