"""nbgrader's formgrader, in which names are escaped and only nbgrader's own scripts run.

nbgrader inserts names into its pages as they are: into HTML, where the name of a folder in the exchange would run if it
were `<img src=x onerror=...>`, and into scripts. nbgrader has no option to escape names, so `protect` replaces the two
classes that make its pages.
"""

import re
import secrets
from base64 import b64encode
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import escape
from nbformat import NotebookNode
from nbgrader.server_extensions import formgrader

from .page_exporter import TEMPLATES, PageExporter

TRUSTED = (Path(formgrader.__file__).parent / "templates", TEMPLATES)
# A name between quotes in a script, which must become a JavaScript string.
QUOTED = re.compile(r'(?<== )"\{\{ ([\w.]+) \}\}([^"{}]*)"')
# The scripts in `onclick` attributes, which a policy can allow only by their hashes.
HANDLERS = (
    "toggle_name(true);",
    "toggle_name(false);",
    "toggleAllNames()",
    "createAssignmentModal();",
    "createStudentModal();",
)
HASHES = " ".join(f"'sha256-{b64encode(sha256(handler.encode()).digest()).decode()}'" for handler in HANDLERS)
POLICY = (
    "default-src 'none'; script-src 'nonce-{{ new_nonce() }}'; script-src-attr 'unsafe-hashes' " + HASHES + "; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)
NAMES = ("student", "last_name", "first_name", "notebook_path", "assignment_id", "notebook_id", "submission_id")


class TrustedScripts(Extension):
    """Gives each page a Content-Security-Policy, and each script in a trusted template the page's nonce.

    A nonce is a random string that marks the scripts that may run. An attacker cannot know it before the page exists.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.nonce = ""
        environment.globals |= {"new_nonce": self.new_nonce, "nonce": lambda: self.nonce}

    def new_nonce(self) -> str:
        self.nonce = secrets.token_urlsafe()
        return self.nonce

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if filename is None or not any(Path(filename).is_relative_to(folder) for folder in TRUSTED):
            return source
        source = QUOTED.sub(r"{{ (\1 ~ '\2') | tojson }}", source)
        source = source.replace("<script", '<script nonce="{{ nonce() }}"')
        return source.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">')


class FormgraderExporter(PageExporter):
    """Renders the page on which a submission is graded by hand."""

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.add_extension(TrustedScripts)
        return environment

    def from_notebook_node(  # type: ignore[override]  # text, as in nbconvert's own HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        given = dict(resources or {})
        escaped = {name: escape(given[name]) for name in NAMES if given.get(name)}
        return super().from_notebook_node(nb, given | escaped, **kwargs)


def protect() -> None:
    """Have the formgrader make its pages with our exporter, and with an environment that escapes every value."""
    formgrader.formgrader.HTMLExporter = FormgraderExporter
    formgrader.formgrader.Environment = partial(Environment, autoescape=True, extensions=[TrustedScripts])
