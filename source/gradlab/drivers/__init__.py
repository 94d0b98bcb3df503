"""How a check calls your function: each driver makes the calls of one case and names what came back.

`check("adam", adam)` runs ``trajectory(adam, ...)`` on every case and compares the outputs with the expected
ones. Call a driver yourself to see exactly what the check sees.
"""

from .averages import from_checkpoints, running_average
from .calls import call, named, one_by_one, sweep
from .drawing import drawn
from .ensembles import members
from .gradients import gradient_checks, layer_lists, samples, sparse_checks, winners
from .instances import each_instance
from .lists import list_by_list, row_by_row
from .minibatches import epochs
from .normalization import batch_and_back, batches
from .pairs import there_and_back, without_cache
from .penalties import penalty_and_gradients
from .randomness import augmented, scores_and_masks
from .rules import histories, lookahead, trajectory
from .sampling import configurations, draws
from .schedules import epoch_by_epoch
from .searching import halvings, searches
from .shapes import of_images

__all__ = [
    "augmented",
    "batch_and_back",
    "batches",
    "call",
    "configurations",
    "drawn",
    "draws",
    "each_instance",
    "epoch_by_epoch",
    "epochs",
    "from_checkpoints",
    "gradient_checks",
    "halvings",
    "histories",
    "layer_lists",
    "list_by_list",
    "lookahead",
    "members",
    "named",
    "of_images",
    "one_by_one",
    "penalty_and_gradients",
    "row_by_row",
    "running_average",
    "samples",
    "scores_and_masks",
    "searches",
    "sparse_checks",
    "sweep",
    "there_and_back",
    "trajectory",
    "winners",
    "without_cache",
]
