"""What must hold of an answer, where many answers are right. Each returns the verdict on one case.

These are checks and not answers: to verify a direction is easier than to find one.
"""

from .batches import every_example_once
from .directions import leads_down
from .ensembles import independent_members
from .flips import mirrors_some
from .gradients import checks_entries, covers_parameters
from .keeping import drops, keeps
from .labels import labels_right
from .masks import drops_out, passes_where_kept
from .sampling import drawn_evenly, each_drawn_evenly
from .schedules import reads_digits
from .searching import best_of_those_tried
from .thinning import thins_out
from .tints import tints_channels
from .training import classifies
from .transfer import tunes_the_last_layer
from .windows import cuts_windows

__all__ = [
    "best_of_those_tried",
    "checks_entries",
    "classifies",
    "covers_parameters",
    "cuts_windows",
    "drawn_evenly",
    "drops",
    "drops_out",
    "each_drawn_evenly",
    "every_example_once",
    "independent_members",
    "keeps",
    "labels_right",
    "leads_down",
    "mirrors_some",
    "passes_where_kept",
    "reads_digits",
    "thins_out",
    "tints_channels",
    "tunes_the_last_layer",
]
