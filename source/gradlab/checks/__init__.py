"""Checking an answer: the same code runs on public cases in a student's notebook and on hidden cases at the judge."""

from .notebook import check

__all__ = ["check"]
