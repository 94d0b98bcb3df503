"""The texts that students find in place of the solutions."""

from traitlets.config import Config

CODE = 'raise NotImplementedError("not written yet")'
TEXT = "*Write your answer here.*"


def configure_stubs(c: Config) -> None:
    """Configure nbgrader to replace solutions with `CODE` and `TEXT`."""
    c.ClearSolutions.code_stub = {"python": CODE}
    c.ClearSolutions.text_stub = TEXT
