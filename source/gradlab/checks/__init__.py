"""Check answers with the same code on public cases in a student's notebook and on hidden cases in the judge."""

from .notebook import check

__all__ = ["check"]
