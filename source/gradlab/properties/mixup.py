"""Mixup: every image is mixed with a partner from its batch, and the targets are mixed with the same weights."""

from itertools import permutations

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Floats, Integers
from ._chance import is_plausible, is_uniform
from ._images import repeat_fault, without_repeats
from ._returned import REAL, Case, Returned, verdict, wrong_arrays, wrong_names

SAME = 1e-4  # the difference up to which two weights count as equal; it covers float32 rounding
ENOUGH = 100  # calls


def mixes_examples(case: Case, returned: Returned) -> Outcome:
    """Check that each call mixes every image with its partner in a random permutation, and the targets likewise.

    All images of one call must have the same weight, and over many calls the weights must follow Beta(alpha, alpha).
    It makes no difference which of two partners has the weight λ and which has 1 - λ. A correct answer fails with
    probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``images`` (N, ...), linearly independent; ``targets`` (N, C); ``alpha``; and ``seeds`` (T,),
        one per call.
    returned : dict
        ``{"images": ndarray (T, N, ...), "targets": ndarray (T, N, C)}``

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    images, targets, alpha, seeds = (case.inputs[name] for name in ("images", "targets", "alpha", "seeds"))
    shapes = {name: (len(seeds), *case.inputs[name].shape) for name in ("images", "targets")}
    problem = wrong_names(returned, shapes) or wrong_arrays(returned, shapes, REAL, each="from every call")
    if problem:
        return problem
    if returned["images"].dtype != images.dtype:
        return verdict("the images come out with a different dtype")
    # The images are linearly independent, so each mixture has only one set of weights (N, N).
    before = images.reshape(len(images), -1).astype(np.float64)
    after = returned["images"].reshape(len(seeds), *before.shape).astype(np.float64)
    weights = after @ np.linalg.pinv(before)
    if not np.allclose(weights @ before, after, atol=SAME):
        return verdict("an image is not a weighted sum of images in the batch")
    finding = _weights_fault(weights) or _targets_fault(weights, returned["targets"], targets)
    if not finding and not _moved(weights).any():
        finding = "no image is ever mixed"
    calls = list(weights)
    return verdict(finding or repeat_fault(calls, seeds) or _random_fault(without_repeats(calls, seeds), alpha))


def _moved(weights: Floats) -> Array:
    """Return which images were mixed with another one, given the weight (..., N, N) of every image in each mixture."""
    return np.abs(weights - np.eye(weights.shape[-1])).max(axis=-1) > SAME


def _partners(weights: Floats) -> Integers:
    """Return the partner of each image, which may be the image itself."""
    n = weights.shape[-1]
    return np.where(_moved(weights), (weights - 2 * np.eye(n)).argmax(axis=-1), np.arange(n))


def _weights_fault(weights: Floats) -> str:
    """Describe what is wrong with the weights (T, N, N) from T calls."""
    own = np.diagonal(weights, axis1=1, axis2=2)
    others = weights - own[..., None] * np.eye(weights.shape[1])
    mixed = np.abs(others).max(axis=2) > SAME
    if (np.count_nonzero(np.abs(others) > SAME, axis=2) > 1).any():
        return "some images are mixtures of more than two images"
    if not mixed.any() and (np.ptp(own, axis=1) < SAME).all() and (np.abs(own - 1) > SAME).any():
        return "the images are scaled, but not mixed"
    if not np.allclose(weights.sum(axis=2), 1, atol=2 * SAME):
        return _sum_fault(own[mixed], others.sum(axis=2)[mixed])
    if weights.min() < -SAME:
        return "some weights are negative"
    if (_range(own, mixed) > SAME).any():
        return "the images of one batch have different weights"
    if ((mixed.sum(axis=1) > 2) & (_range(_partners(weights), mixed) == 0)).any():
        return "all images of a batch have the same partner"
    if not np.allclose(weights.sum(axis=1), 1, atol=weights.shape[1] * SAME):
        return _partnership_fault(_partners(weights), mixed)
    return ""


def _partnership_fault(partners: Integers, mixed: Array) -> str:
    """Describe what is wrong with partners (T, N), given which images are mixed with another one (T, N)."""
    if all(len(set(row[chosen])) == chosen.sum() for row, chosen in zip(partners, mixed, strict=True)):
        return "some images are mixed with others that are not mixed"
    return "some images are partners of several others, and some are partners of none"


def _range(values: Array, chosen: Array) -> Floats:
    """Return the difference between the largest and the smallest chosen value in each row; -inf if none is chosen."""
    return np.where(chosen, values, -np.inf).max(axis=1) - np.where(chosen, values, np.inf).min(axis=1)


def _sum_fault(own: Floats, rest: Floats) -> str:
    """Describe what is wrong with the weights of images and those of their partners, which do not add up to 1."""
    known = {
        "the partner is added in full": np.ones_like(rest),
        "both images have the same weight": own,
        "the partner is scaled before it is added": own * (1 - own),
    }
    for finding, other in known.items():
        if rest.size and np.allclose(rest, other, atol=SAME):
            return finding
    return "the two weights of an image do not add up to 1"


def _targets_fault(weights: Floats, mixed: Floats, targets: Floats) -> str:
    """Describe what is wrong with the targets (T, N, C) from T calls, whose images have these weights (T, N, N)."""
    if np.allclose(mixed, weights @ targets, atol=10 * SAME):
        return ""
    moved = _moved(weights)[..., None]
    if not moved.any():
        return "the targets are mixed, but the images are not"
    theirs = targets[_partners(weights)]
    own = np.diagonal(weights, axis1=1, axis2=2)[..., None]
    known = {
        "the targets are not mixed": targets,
        "the targets are those of the partners": theirs,
        "the weights of the targets are swapped": np.where(moved, (1 - own) * targets + own * theirs, targets),
        "each target is that of only one of the two images": np.where(own >= 0.5, targets, theirs),
        "the targets are mixed half and half, but the images are not": (targets + theirs) / 2,
    }
    for finding, other in known.items():
        if np.allclose(mixed, other, atol=10 * SAME):
            return finding
    # For one-hot targets of different classes, these two are the same.
    unweighted = {
        "the two targets are added in full": targets + theirs,
        "for each class, the larger of the two targets is taken": np.maximum(targets, theirs),
    }
    findings = [finding for finding, other in unweighted.items() if np.allclose(mixed, other, atol=10 * SAME)]
    if len(findings) == 1:
        return findings[0]
    apart = targets - theirs
    squares = (apart**2).sum(axis=(1, 2), keepdims=True)
    weight = ((mixed - theirs) * apart).sum(axis=(1, 2), keepdims=True) / np.maximum(squares, SAME)
    if np.allclose(mixed, theirs + weight * apart, atol=10 * SAME):
        return "the targets have different weights from the images"
    if not np.allclose(mixed.sum(axis=2), targets.sum(axis=1), atol=10 * SAME):
        return "the targets of an image no longer add up to 1"
    return "the targets are not mixed like the images"


def _random_fault(calls: list[Floats], alpha: float) -> str:
    """Describe what is wrong with the weights (N, N) from many calls."""
    if len(calls) < ENOUGH:
        return ""
    weights = np.stack(calls)
    moved = _moved(weights)
    informative = moved.any(axis=1)
    # λ and 1 - λ cannot be told apart, so only the larger one counts. Calls in which nothing moves have λ = 1.
    own = np.where(moved, np.diagonal(weights, axis1=1, axis2=2), 0).max(axis=1)[informative]
    larger = np.maximum(own, 1 - own)
    if np.ptp(larger) < SAME:
        return "every call has the same weight"
    larger = np.concatenate([larger, np.ones(len(calls) - len(larger))])
    return _weight_fault(larger, alpha) or _partners_fault(_partners(weights[informative]))


def _weight_fault(larger: Floats, alpha: float) -> str:
    """Describe what is wrong with weights (T,), which should be max(λ, 1 - λ) for λ from Beta(alpha, alpha)."""
    samples = np.random.default_rng(0).beta(alpha, alpha, 100_000)
    samples = np.sort(np.maximum(samples, 1 - samples))
    positions = np.searchsorted(samples, larger) / len(samples)
    # Above 1 - SAME, an image does not count as mixed, so the weights there are spread evenly over their positions.
    first, close = np.searchsorted(samples, 1 - SAME) / len(samples), larger > 1 - SAME
    positions[close] = first + (1 - first) * (np.arange(close.sum()) + 0.5) / close.sum()
    if is_uniform(positions, 0, 1):
        return ""
    if is_uniform(larger, 0.5, 1):
        return "the weights are uniform, whatever alpha is"
    where = "close to one half" if np.median(larger) < np.median(samples) else "close to 0 or 1"
    return f"the weights are too often {where} for this alpha"


def _partners_fault(partners: Integers) -> str:
    """Describe what is wrong with partners (T, N), whose rows should be random permutations."""
    calls, n = partners.shape
    if (partners == partners[0]).all():
        return "every call mixes the same pairs"
    together = [np.count_nonzero((partners[:, 0] == i) & (partners[:, 1] == j)) for i, j in permutations(range(n), 2)]
    if not is_plausible(np.array(together), calls, 1 / (n * (n - 1))):
        return "one image's partner depends on another's"
    counts = np.array([np.bincount(column, minlength=n) for column in partners.T])
    if not is_plausible(counts, calls, 1 / n):
        return "some pairs are mixed more often than others"
    return ""
