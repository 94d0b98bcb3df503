"""The page that `check.help()` shows: how checking and grading work. Its text is in ``help.md``."""

from importlib.resources import files


class Page(str):
    """Markdown text, which a notebook displays as a page."""

    def _repr_markdown_(self) -> str:
        return str(self)


def help_page() -> Page:
    """Return the page."""
    return Page(files(__package__).joinpath("help.md").read_text(encoding="utf-8"))
