"""The property for mixup: each hand-built result gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

RNG = np.random.default_rng(0)
N, FEW, MANY = 6, np.arange(4), np.arange(400)
IMAGES = RNG.uniform(0, 1, (N, 2, 5)) + np.eye(N, 10).reshape(N, 2, 5)
TARGETS = np.eye(8)[RNG.permutation(8)[:N]]
CYCLE = np.roll(np.eye(N), 1, axis=1)


def found(weights, targets=None, seeds=None, alpha=1.0, images=IMAGES):
    """Return the finding or the problem's kind for mixtures with these weights (T, N, N), or "" if they pass."""
    seeds = np.arange(len(weights)) if seeds is None else seeds
    returned = {
        "images": np.tensordot(weights, images, axes=1).astype(images.dtype),
        "targets": np.array(weights) @ TARGETS if targets is None else targets,
    }
    inputs = {"images": images, "targets": TARGETS, "alpha": alpha, "seeds": seeds}
    outcome = properties.mixes_examples(SimpleNamespace(inputs=inputs), returned)
    finding = outcome.problem.kind if outcome.problem else outcome.finding
    assert outcome.passed == (finding == "")
    return finding


def mixture(weight, partners=CYCLE):
    return weight * np.eye(N) + (1 - weight) * partners


def random_mixtures(draw=lambda: RNG.random(), partners=lambda: np.eye(N)[RNG.permutation(N)], calls=MANY):
    return [mixture(draw(), partners()) for _ in calls]


def cyclic():
    return np.roll(np.eye(N), RNG.integers(N), axis=1)


def derangement():
    while ((order := RNG.permutation(N)) == np.arange(N)).any():
        pass
    return np.eye(N)[order]


def one_call(weights):
    return [weights]


HALVES = np.diag(np.linspace(0.2, 0.7, N))
ONE_PARTNER = mixture(0.6, np.tile(np.eye(N)[2], (N, 1)))
WEIGHTS = {
    "right": (one_call(mixture(0.7)), ""),
    "weight 0": (one_call(CYCLE), ""),
    "some are their own partners": (one_call(mixture(0.7, np.eye(N)[[0, 2, 1, 3, 5, 4]])), ""),
    "three images": (one_call(mixture(0.7) @ mixture(0.6)), "some images are mixtures of more than two images"),
    "scaled": (one_call(0.7 * np.eye(N)), "the images are scaled, but not mixed"),
    "partner in full": (one_call(0.7 * np.eye(N) + CYCLE), "the partner is added in full"),
    "same weight": (one_call(0.7 * np.eye(N) + 0.7 * CYCLE), "both images have the same weight"),
    "scaled partner": (one_call(0.7 * np.eye(N) + 0.21 * CYCLE), "the partner is scaled before it is added"),
    "wrong sum": (one_call(0.7 * np.eye(N) + 0.4 * CYCLE), "the two weights of an image do not add up to 1"),
    "negative": (one_call(mixture(1.2)), "some weights are negative"),
    "weight per image": (
        one_call(HALVES + (np.eye(N) - HALVES) @ CYCLE),
        "the images of one batch have different weights",
    ),
    "one partner": (one_call(ONE_PARTNER), "all images of a batch have the same partner"),
    "with replacement": (
        one_call(mixture(0.7, np.eye(N)[[1, 2, 1, 4, 5, 0]])),
        "some images are partners of several others, and some are partners of none",
    ),
    "one image mixed, its partner left alone": (
        one_call(np.where(np.arange(N)[:, None] == 0, mixture(0.7), np.eye(N))),
        "some images are mixed with others that are not mixed",
    ),
    "never mixed": ([np.eye(N)] * 3, "no image is ever mixed"),
    "many, right": (random_mixtures(), ""),
    "many, the larger weight first": (random_mixtures(lambda: RNG.uniform(0.5, 1)), ""),
    "constant": (random_mixtures(lambda: 0.4), "every call has the same weight"),
    "near one half": (
        random_mixtures(lambda: RNG.beta(9, 9)), "the weights are too often close to one half for this alpha"
    ),
    "near 0 and 1": (
        random_mixtures(lambda: RNG.beta(0.2, 0.2)), "the weights are too often close to 0 or 1 for this alpha"
    ),
    "same pairs": (random_mixtures(partners=lambda: CYCLE), "every call mixes the same pairs"),
    "never their own": (
        random_mixtures(partners=derangement),
        "some pairs are mixed more often than others",
    ),
    "cyclic": (random_mixtures(partners=cyclic), "one image's partner depends on another's"),
}  # fmt: skip


@pytest.mark.parametrize(("weights", "expected"), WEIGHTS.values(), ids=WEIGHTS)
def test_weights_get_the_right_finding(weights, expected):
    assert found(weights) == expected


def test_uniform_weights_are_correct_only_for_alpha_one():
    assert found(random_mixtures(), alpha=0.2) == "the weights are uniform, whatever alpha is"
    assert found(random_mixtures(lambda: RNG.beta(0.2, 0.2)), alpha=0.2) == ""


def test_weights_so_close_to_one_that_no_image_changes_are_not_counted_as_one():
    """A sixth of the weights are that close for alpha = 0.2. With this many calls, any bias would show."""
    assert found(random_mixtures(lambda: RNG.beta(0.2, 0.2), calls=range(5000)), alpha=0.2) == ""


THEIRS = CYCLE @ TARGETS
LABELS = {
    "not mixed": (TARGETS, "the targets are not mixed"),
    "the partners'": (THEIRS, "the targets are those of the partners"),
    "swapped": (mixture(0.3) @ TARGETS, "the weights of the targets are swapped"),
    "half and half": ((TARGETS + THEIRS) / 2, "the targets are mixed half and half, but the images are not"),
    "a different weight": (mixture(0.9) @ TARGETS, "the targets have different weights from the images"),
    "sum or larger": (TARGETS + THEIRS, "the targets of an image no longer add up to 1"),
    "wrong sum": (0.7 * TARGETS + THEIRS, "the targets of an image no longer add up to 1"),
    "different partners": (mixture(0.7, CYCLE @ CYCLE) @ TARGETS, "the targets are not mixed like the images"),
}


@pytest.mark.parametrize(("targets", "expected"), LABELS.values(), ids=LABELS)
def test_targets_get_the_right_finding(targets, expected):
    assert found([mixture(0.7)], targets[None]) == expected


def test_sum_and_maximum_of_targets_differ_where_an_image_is_its_own_partner():
    own = np.eye(N)[[1, 0, 2, 3, 4, 5]]
    theirs = own @ TARGETS
    assert found([mixture(0.7, own)], (TARGETS + theirs)[None]) == "the two targets are added in full"
    assert found([mixture(0.7, own)], np.maximum(TARGETS, theirs)[None]) == (
        "for each class, the larger of the two targets is taken"
    )


def test_targets_from_only_the_larger_part_are_detected():
    hard = "each target is that of only one of the two images"
    assert found([mixture(0.7), mixture(0.3)], np.stack([TARGETS, THEIRS])) == hard


def test_mixed_targets_without_mixed_images_are_detected():
    assert (
        found([np.eye(N)] * 2, np.stack([mixture(0.7) @ TARGETS] * 2))
        == "the targets are mixed, but the images are not"
    )


def test_float32_rounding_is_tolerated():
    assert found([mixture(0.7)], images=IMAGES.astype(np.float32)) == ""


def test_wrong_dtypes_shapes_and_names_are_rejected():
    inputs = {"images": IMAGES.astype(np.float32), "targets": TARGETS, "alpha": 1.0, "seeds": np.arange(1)}
    case = SimpleNamespace(inputs=inputs)
    outcome = properties.mixes_examples(case, {"images": IMAGES[None], "targets": TARGETS[None]})
    assert outcome.finding == "the images come out with a different dtype"
    assert properties.mixes_examples(case, {"images": IMAGES, "targets": TARGETS[None]}).problem.kind == "wrong_shape"
    assert properties.mixes_examples(case, {"images": IMAGES[None]}).problem.kind == "wrong_names"


def test_pixels_with_different_weights_are_detected():
    per_pixel = IMAGES + RNG.random(IMAGES.shape) * (np.roll(IMAGES, -1, axis=0) - IMAGES)
    inputs = {"images": IMAGES, "targets": TARGETS, "alpha": 1.0, "seeds": np.arange(1)}
    returned = {"images": per_pixel[None], "targets": TARGETS[None]}
    outcome = properties.mixes_examples(SimpleNamespace(inputs=inputs), returned)
    assert outcome.finding == "an image is not a weighted sum of images in the batch"


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([0.7, 0.7, 0.4], ""),
        (
            [0.7, 0.5, 0.4],
            "`rng` in the same state gives a different result: some of the randomness does not come from `rng`",
        ),
        ([0.7, 0.7, 0.7], "a different `rng` gives the same result: `rng` is not used"),
    ],
)
def test_mixtures_must_be_determined_by_the_generator(calls, expected):
    assert found([mixture(weight) for weight in calls], seeds=np.array([1, 1, 2])) == expected
