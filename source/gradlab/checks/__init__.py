"""Checking an answer: the same code in a student's notebook, on public cases, and at the judge, on hidden ones."""

from .notebook import check

__all__ = ["check"]
