"""Horizontal flips: some images are mirrored, and the others are unchanged."""

from collections.abc import Sequence

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array
from ._chance import agreement, are_independent, is_likely, is_plausible, pairs_at_distance
from ._images import are_alike, images_or_problem, repeat_fault, without_repeats
from ._returned import Case, Returned, verdict

FEW = 9  # calls; in fewer, one coin flip per call could come up the same every time, for many values of p


def flips_horizontally(case: Case, returned: Returned) -> Outcome:
    """Check that each image is replaced by its mirror image with probability p, independently, or left unchanged.

    A correct answer fails with probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``images`` (N, C, H, W), in which no two pixels of an image are equal; ``p``, 0.5 if missing;
        and ``seeds``, one per call.
    returned : dict
        ``{"images 1": ndarray (N, C, H, W), ...}``, one per call.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    images, p, seeds = case.inputs["images"], case.inputs.get("p", 0.5), case.inputs["seeds"]
    results = images_or_problem(case, returned, images.shape)
    if isinstance(results, Outcome):
        return results
    flips = []
    for result in results:
        flipped = are_alike(result, images[..., ::-1])
        if not (flipped | are_alike(result, images)).all():
            return verdict(_image_fault(result, images))
        flips.append(flipped)
    fault = _flips_fault(np.stack(without_repeats(flips, seeds)), p)
    if fault and all(_is_uniform(call) for call in flips):  # two such calls may agree by chance, even if rng is used
        return verdict(fault)
    return verdict(repeat_fault(flips, seeds) or fault)


def _image_fault(result: Array, images: Array) -> str:
    """Describe what is wrong with images that are neither the originals nor their mirror images."""
    known = {
        "images are turned upside down": images[:, :, ::-1],
        "images are rotated by half a turn": images[:, :, ::-1, ::-1],
        "the channels of an image are reordered": images[:, ::-1],
        "the images of the batch are reordered": images[::-1],
        "half of an image is the mirror image of the other half": _with_mirrored_right_half(images),
        "every column of an image is its last one": np.broadcast_to(images[..., -1:], images.shape),
    }
    untouched = are_alike(result, images)
    for finding, other in known.items():
        if (untouched | are_alike(result, other)).all():
            return finding
    turned = [are_alike(result, other) for other in (images[..., ::-1], images[:, :, ::-1], images[:, :, ::-1, ::-1])]
    if np.any([untouched, *turned], axis=0).all():
        return "some images are turned upside down, too"
    flat, mirrored = (array.reshape(-1, *images.shape[2:]) for array in (images, images[..., ::-1]))
    by_channel = result.reshape(flat.shape)
    if (are_alike(by_channel, flat) | are_alike(by_channel, mirrored)).all():
        return "channels of one image are flipped separately"
    by_row, rows, mirrored = (array.reshape(-1, images.shape[3]) for array in (result, images, images[..., ::-1]))
    if (are_alike(by_row, rows) | are_alike(by_row, mirrored)).all():
        return "rows of one image are flipped separately"
    originals, either = list(images), [*images, *images[..., ::-1]]
    for finding, candidates in (
        ("images trade places with others in the batch", originals),
        ("images are mirrored, but trade places with others in the batch", either),
    ):
        if _are_rearranged(result, candidates):
            return finding
    return "an image is neither the original nor its mirror image"


def _with_mirrored_right_half(images: Array) -> Array:
    """Replace the left half of each image with the mirror image of its right half."""
    columns = np.arange(images.shape[3])
    return images[..., np.maximum(columns, columns[::-1])]


def _are_rearranged(result: Array, known: Sequence[Array]) -> bool:
    """Return whether `result` has each of N images exactly once, at some place; `known` may list them in two forms."""
    number = {image.tobytes(): i % len(result) for i, image in enumerate(known)}
    found = [number.get(image.tobytes(), -1) for image in result]
    return sorted(found) == list(range(len(result)))


def _is_uniform(flipped: Array) -> bool:
    """Return whether all images are flipped, or none are."""
    return bool(flipped.all() or not flipped.any())


def _flips_fault(flips: Array, p: float) -> str:
    """Describe what is wrong with `flips` (T, N), independent bools that should be True with probability p."""
    count, total = flips.sum(), flips.size
    if p in (0, 1):
        fault = f"not every image is {'flipped' if p else 'left alone'} even though p is {p:g}"
        return fault if (flips != bool(p)).any() else ""
    if all(_is_uniform(call) for call in flips) and len(flips) < FEW:
        return "in each call, either all images are flipped or none"
    if count == 0:
        return "no image is ever flipped"
    if count == total:
        return "every image is flipped"
    if all(_is_uniform(call) for call in flips):
        return "in each call, either all images are flipped or none"
    if not is_plausible(count, total, p):
        if is_likely(count, total, 1 - p):
            return "the fraction flipped is 1 - p"
        if is_likely(count, total, 0.5):
            return "half of the images are flipped, whatever p is"
        return "more images are flipped than p says" if count > p * total else "fewer images are flipped than p says"
    same = np.equal(*pairs_at_distance(flips, 1, axis=1))
    if not is_plausible(same.sum(), same.size, agreement(p)):
        return "neighboring images are not flipped independently"
    if not are_independent(flips, agreement(p), axis=1):
        return "images some distance apart are not flipped independently"
    # At p = 0.5, the probability that nine calls with 100 or more images each flip the same number is below 10⁻⁹.
    counts = flips.sum(axis=1)
    if len(counts) >= 9 and flips.shape[1] >= 100 and len(set(counts)) == 1:
        return "every call flips exactly the same number of images: they are not flipped independently"
    return ""
