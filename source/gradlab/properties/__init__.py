"""What must hold of an answer, where many answers are right. Each returns the verdict on one case.

These are checks and not answers: to verify a direction is easier than to find one.
"""

from .directions import leads_down
from .labels import labels_right
from .training import classifies

__all__ = ["classifies", "labels_right", "leads_down"]
