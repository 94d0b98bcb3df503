"""What students find in the place of a solution, until they write their own."""

from traitlets.config import Config

CODE = 'raise NotImplementedError("not written yet")'
TEXT = "*Write your answer here.*"


def configure_stubs(c: Config) -> None:
    """Have nbgrader put these texts where it removes a solution."""
    c.ClearSolutions.code_stub = {"python": CODE}
    c.ClearSolutions.text_stub = TEXT
