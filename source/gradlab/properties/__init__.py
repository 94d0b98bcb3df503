"""What must hold of an answer, where many answers are right. Each returns the verdict on one case.

These are checks and not answers: to verify a direction is easier than to find one.
"""

from .directions import leads_down
from .gradients import checks_entries, covers_parameters
from .labels import labels_right
from .sampling import drawn_evenly, each_drawn_evenly
from .schedules import reads_digits
from .searching import best_of_those_tried
from .training import classifies

__all__ = [
    "best_of_those_tried",
    "checks_entries",
    "classifies",
    "covers_parameters",
    "drawn_evenly",
    "each_drawn_evenly",
    "labels_right",
    "leads_down",
    "reads_digits",
]
