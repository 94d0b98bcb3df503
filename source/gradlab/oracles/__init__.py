"""Functions that a case may hand to a student's function: gradients to follow, losses to measure.

When you check in your notebook they run right there. When a submission is graded your function gets a
stand-in that asks the judge, so what lies behind it cannot be read off.
"""

from .quadratics import quadratic_gradient

__all__ = ["quadratic_gradient"]
