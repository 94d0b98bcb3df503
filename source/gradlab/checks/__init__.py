"""Check answers: the same code runs public cases in a student's notebook and hidden cases in the judge."""

from .notebook import check

__all__ = ["check"]
