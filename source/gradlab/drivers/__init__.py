"""How a check calls your function: each driver makes the calls for one case and names the results.

`check("adam", adam)` runs ``trajectory(adam, ...)`` on every case and compares the outputs with the expected
ones. Call a driver yourself to see exactly what the check sees.
"""

from .augmentation import augment_images, mix_batches
from .averages import average_after_every_epoch, predict_from_checkpoints, running_average
from .calls import call, call_for_dict, for_each_array, sweep
from .clipping import clipped_gradients
from .dropout import dropout_forward_backward, dropout_forward_only, scores_and_masks
from .ensembles import ensemble_members
from .gradients import compare_max_winners, gradient_checks, list_broken_layers, sample_entries, sparse_gradient_checks
from .instances import for_each_instance
from .lists import for_each_list, for_each_row
from .minibatches import minibatch_epochs
from .normalization import (
    batchnorm_forward_backward,
    batchnorm_sequence,
    layernorm_forward_backward,
    layernorm_sequence,
)
from .penalties import penalty_and_gradients
from .rules import lbfgs_histories, lookahead, trajectory
from .sampling import call_with_rngs, draw_configurations, repeated_draws
from .schedules import epoch_by_epoch, stop_early
from .searching import run_halvings, run_searches
from .shapes import with_image_shape

__all__ = [
    "augment_images",
    "average_after_every_epoch",
    "batchnorm_forward_backward",
    "batchnorm_sequence",
    "call",
    "call_for_dict",
    "call_with_rngs",
    "clipped_gradients",
    "compare_max_winners",
    "draw_configurations",
    "dropout_forward_backward",
    "dropout_forward_only",
    "ensemble_members",
    "epoch_by_epoch",
    "for_each_array",
    "for_each_instance",
    "for_each_list",
    "for_each_row",
    "gradient_checks",
    "layernorm_forward_backward",
    "layernorm_sequence",
    "lbfgs_histories",
    "list_broken_layers",
    "lookahead",
    "minibatch_epochs",
    "mix_batches",
    "penalty_and_gradients",
    "predict_from_checkpoints",
    "repeated_draws",
    "run_halvings",
    "run_searches",
    "running_average",
    "sample_entries",
    "scores_and_masks",
    "sparse_gradient_checks",
    "stop_early",
    "sweep",
    "trajectory",
    "with_image_shape",
]
