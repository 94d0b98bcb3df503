"""Properties that every correct answer has, for exercises with many correct answers. Each property judges one case.

Properties check answers but do not reveal any. Verifying a direction, for example, is easier than finding one.
"""

from .batches import visits_every_example_once
from .color_jitter import jitters_colors
from .crops import crops_randomly
from .directions import has_negative_curvature
from .dropout import applies_inverted_dropout, gradient_follows_dropout_mask
from .dropout_masks import drops_with_probability, is_dropout_mask
from .ensembles import independent_members
from .flips import flips_horizontally
from .gradients import checks_sampled_entries, covers_parameters
from .labels import diagnoses_correctly
from .mixup import mixes_examples
from .powers import is_sample_of_powers
from .sampling import samples_each_uniformly, samples_uniformly
from .schedules import reaches_digit_accuracy
from .searching import returns_best_tried
from .training import classifies_accurately
from .transfer import fine_tunes_last_layer
from .vanilla_dropout import applies_vanilla_dropout

__all__ = [
    "applies_inverted_dropout",
    "applies_vanilla_dropout",
    "checks_sampled_entries",
    "classifies_accurately",
    "covers_parameters",
    "crops_randomly",
    "diagnoses_correctly",
    "drops_with_probability",
    "fine_tunes_last_layer",
    "flips_horizontally",
    "gradient_follows_dropout_mask",
    "has_negative_curvature",
    "independent_members",
    "is_dropout_mask",
    "is_sample_of_powers",
    "jitters_colors",
    "mixes_examples",
    "reaches_digit_accuracy",
    "returns_best_tried",
    "samples_each_uniformly",
    "samples_uniformly",
    "visits_every_example_once",
]
