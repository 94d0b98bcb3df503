"""Join an existing nbgrader course: our judge grades our assignments, and stock nbgrader the course's own.

nbgrader's configuration applies to all assignments in a course. But for each run, nbgrader creates an exporter, or an
object that releases or collects. `join` has it create one of the classes below instead. By then, the assignment is
known, so the class can choose between our class and the course's own.
"""

from contextlib import suppress
from typing import Any

from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.exporters.exporter import Exporter
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import abc
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseAssignment
from nbgrader.preprocessors import AssignLatePenalties, IncludeHeaderFooter
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.paths import ROOT

from .collect import SafeCollect
from .config import configure_judging, configure_pages, prepare_environment
from .late_policy import LatePolicy, Penalties, load_late_rules
from .ownership import is_ours
from .release import ReleaseWithDueDate

STOCK_EXPORTERS = {
    "GenerateAssignment": NotebookExporter,
    "Autograde": NotebookExporter,
    "GenerateFeedback": HTMLExporter,
}
STOCK_EXCHANGE = {"collect": ExchangeCollect, "release_assignment": ExchangeReleaseAssignment}


def join(c: Config) -> None:
    """Let gradlab grade its own assignments in an existing course. Call this at the end of ``nbgrader_config.py``.

    For the course's own assignments, everything that it has configured stays in force.
    """
    prepare_environment(ROOT)
    own = {name: c[name].get("exporter_class", stock) for name, stock in STOCK_EXPORTERS.items()}
    own |= {name: c.ExchangeFactory.get(name, stock) for name, stock in STOCK_EXCHANGE.items()}
    c.ChosenExporter.own = own
    for name in STOCK_EXPORTERS:
        c[name].exporter_class = ChosenExporter
    c.ExchangeFactory.collect, c.ExchangeFactory.release_assignment = ChosenCollect, ChosenRelease
    # All assignments share one late policy. Unless LatePolicy is configured, it does what nbgrader's own policy does.
    c.AssignLatePenalties.setdefault("plugin_class", LatePolicy)
    configure_pages(c)


class ChosenExporter(Exporter):
    """Creates a converter's exporter for one run, and configures the converter, for our assignment or the course's."""

    def __new__(cls, parent: BaseConverter, config: Config) -> Exporter:  # type: ignore[misc]  # another class's object
        try:
            ours = is_ours(parent.coursedir, generating=isinstance(parent, GenerateAssignment))
        except NbGraderException as reason:
            parent.log.error("%s", reason)
            raise
        if ours:
            parent.update_config(_settings_for_ours())
            return parent.exporter_class(parent=parent, config=parent.config)
        parent.exporter_class = _import(config.ChosenExporter.own[type(parent).__name__])
        exporter = parent.exporter_class(parent=parent, config=parent.config)
        if hasattr(parent, "autograde_preprocessors"):
            parent.autograde_preprocessors = list(map(_with_extensions, parent.autograde_preprocessors))
            exporter.late_rules = load_late_rules(exporter)
        return exporter


class ChosenCollect(abc.ExchangeCollect):
    """Creates the object that collects: ours takes only what our judge needs, and stock nbgrader's takes all files."""

    def __new__(cls, **arguments: Any) -> abc.ExchangeCollect:
        return _exchange_class("collect", SafeCollect, **arguments)(**arguments)


class ChosenRelease(abc.ExchangeReleaseAssignment):
    """Creates the object that releases an assignment. Only ours shows the due date in the notebook."""

    def __new__(cls, **arguments: Any) -> abc.ExchangeReleaseAssignment:
        return _exchange_class("release_assignment", ReleaseWithDueDate, **arguments)(**arguments)


def _exchange_class(step: str, ours: type, coursedir: CourseDirectory, parent: Any, **_: Any) -> type:
    """Return the class that collects or releases the current assignment.

    An assignment whose owner is unclear counts as the course's.
    """
    with suppress(NbGraderException):  # generating or grading such an assignment fails, and says why
        if is_ours(coursedir):
            return ours
    return _import(parent.config.ChosenExporter.own[step])


def _settings_for_ours() -> Config:
    """Return the settings of a converter for one of our assignments, which take precedence over the course's.

    An assignment is generated with nbgrader's default settings and the course's header and footer. A course with
    its own delimiters would otherwise release our solutions.
    """
    settings = Config()
    settings.GenerateAssignment.preprocessors = GenerateAssignment.class_traits()["preprocessors"].default()
    for preprocessor in settings.GenerateAssignment.preprocessors:
        if preprocessor is not IncludeHeaderFooter:
            traits = preprocessor.class_traits(config=True)
            settings[preprocessor.__name__].update({name: trait.default() for name, trait in traits.items()})
    configure_judging(settings)
    settings.GenerateAssignment.setdefault("exporter_class", NotebookExporter)
    return settings


def _with_extensions(preprocessor: type | str) -> type | str:
    """Replace nbgrader's preprocessor for late penalties with ours, which also reads ``extensions.csv``."""
    return Penalties if _import(preprocessor) is AssignLatePenalties else preprocessor


def _import(item: Any) -> Any:
    return import_item(item) if isinstance(item, str) else item
